//! Python's texts as Rust's, also those that are not Unicode: names may hold surrogates, paths any bytes.

use pyo3::prelude::*;
use pyo3::types::PyString;

/// Converts a `str` and puts a replacement character where it holds a surrogate, so that no name makes a hint fail.
pub fn lossy(text: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(text.cast::<PyString>()?.to_string_lossy().into_owned())
}

/// A `str` argument, converted by [`lossy`].
pub struct Lossy(pub String);

impl<'py> FromPyObject<'_, 'py> for Lossy {
    type Error = PyErr;

    fn extract(text: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        lossy(&text).map(Self)
    }
}
