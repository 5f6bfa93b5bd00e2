//! A backend's function as a Python callable.

use crate::moving;
use jitctl_core::host::table::{BackendCallback, CallbackResult};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// A function of a backend; takes positional arguments.
#[pyclass(frozen, module = "jitctl._backend")]
pub struct BackendFunction {
    name: String,
    callback: BackendCallback,
}

impl BackendFunction {
    pub fn new(name: &str, callback: BackendCallback) -> Self {
        Self { name: name.to_owned(), callback }
    }
}

#[pymethods]
impl BackendFunction {
    #[pyo3(signature = (*arguments))]
    fn __call__(&self, arguments: &Bound<'_, PyTuple>) -> PyResult<Py<PyAny>> {
        let py = arguments.py();
        let borrowed: Vec<_> = arguments.iter_borrowed().map(|argument| argument.as_ptr().cast()).collect();
        let answer = self.callback.call(&borrowed);
        moving::run(py); // the backend's function has returned, and with it what it may have locked
        match answer {
            CallbackResult::Value(object) => {
                // SAFETY: a callback's value is an owned object, by the contract of the host table.
                let value = unsafe { Bound::from_owned_ptr_or_err(py, object.cast()) };
                value.map(Bound::unbind)
            }
            CallbackResult::Raise(object) => {
                // SAFETY: an exception to raise is an owned object, and never null.
                Err(PyErr::from_value(unsafe { Bound::from_owned_ptr(py, object.cast()) }))
            }
            CallbackResult::Failed(message) => Err(PyRuntimeError::new_err(format!("{}: {message}", self.name))),
        }
    }

    fn __repr__(&self) -> String {
        format!("<function {} of a jitctl backend>", self.name)
    }
}
