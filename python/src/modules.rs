//! Modules by name, whatever code runs at the moment.
//!
//! `PyImport_Import`, which pyo3 uses, takes `__import__` from the builtins that the running function's globals name, and
//! fails where they name none (`types.FunctionType(code, {})`) or a set without it. Steps of maintenance and first calls run
//! on top of any function.

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::type_object::PyTypeInfo;
use pyo3::types::{PyCode, PyFunction, PyString};
use std::ptr::null_mut;

/// Imports a module; the user's `__import__` is not asked.
pub fn import<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let name = PyString::new(py, name);
    // SAFETY: attached; an absolute name needs neither globals nor locals. It gives the outermost package, owned.
    let outermost = unsafe {
        let module = ffi::PyImport_ImportModuleLevelObject(name.as_ptr(), null_mut(), null_mut(), null_mut(), 0);
        Bound::from_owned_ptr_or_err(py, module)?
    };
    if !name.to_cow()?.contains('.') {
        return Ok(outermost);
    }
    // SAFETY: attached; gives an owned reference, or null without an exception where the module took itself out again.
    let module = unsafe { Bound::from_owned_ptr_or_opt(py, ffi::PyImport_GetModule(name.as_ptr())) };
    module.ok_or_else(|| PyImportError::new_err(format!("{name} is not in sys.modules after its import")))
}

/// Has pyo3 look up the types that it would import, and panic where it cannot, when they are first needed. (A weak reference
/// is told by a function of C's.)
pub fn prepare_types(py: Python<'_>) {
    let _ = (PyCode::type_object(py), PyFunction::type_object(py));
}
