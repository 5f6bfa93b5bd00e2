//! Importing modules in whatever frame happens to run.

use pyo3::BoundObject;
use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::ptr::null_mut;

/// Imports a module. `PyImport_Import` looks for `__builtins__` in the globals of the running frame, and maintenance may
/// be called in any: a function whose globals have none (`FunctionType(code, {})`) would have it fail.
pub fn import<'py>(py: Python<'py>, name: impl IntoPyObject<'py, Target = PyString>) -> PyResult<Bound<'py, PyAny>> {
    let name = name.into_pyobject(py).map_err(Into::into)?.into_bound();
    // SAFETY: attached; a text that lives for the call, and no globals, locals or list of names.
    let top = unsafe { ffi::PyImport_ImportModuleLevelObject(name.as_ptr(), null_mut(), null_mut(), null_mut(), 0) };
    // SAFETY: a new reference, or null with an exception set.
    drop(unsafe { Bound::from_owned_ptr_or_err(py, top) }?);
    // Given `a.b`, that was `a`.
    // SAFETY: attached; the name is a text.
    let module = unsafe { ffi::PyImport_GetModule(name.as_ptr()) };
    // SAFETY: a new reference, or null, with an exception where looking it up raised.
    unsafe { Bound::from_owned_ptr_or_opt(py, module) }.ok_or_else(|| {
        PyErr::take(py).unwrap_or_else(|| PyImportError::new_err(format!("{name} is not among sys.modules")))
    })
}
