//! Imports that the caller's frame has no part in.
//!
//! `PyImport_Import`, which pyo3 uses, asks the globals of the running frame for `__builtins__`. A function's globals need
//! not have any (`FunctionType(code, {})`), or have some that lack `__import__`, and a backend works wherever its
//! function was called.

use pyo3::BoundObject;
use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::type_object::PyTypeInfo;
use pyo3::types::{PyCode, PyFunction, PyString, PyWeakrefReference};

/// Imports a module; a submodule by its whole name.
pub fn import<'py>(py: Python<'py>, name: impl IntoPyObject<'py, Target = PyString>) -> PyResult<Bound<'py, PyAny>> {
    let name = name.into_pyobject(py).map_err(Into::into)?.into_bound();
    let nothing = std::ptr::null_mut();
    // SAFETY: a text, attached; at level 0 neither globals nor locals are asked for. Both answers are owned.
    unsafe {
        let top = ffi::PyImport_ImportModuleLevelObject(name.as_ptr(), nothing, nothing, nothing, 0);
        let top = Bound::from_owned_ptr_or_err(py, top)?;
        if !name.to_str()?.contains('.') {
            return Ok(top);
        }
        // Null without an exception where the module took itself out of `sys.modules`.
        match Bound::from_owned_ptr_or_opt(py, ffi::PyImport_GetModule(name.as_ptr())) {
            Some(module) => Ok(module),
            None => Err(PyErr::take(py)
                .unwrap_or_else(|| PyImportError::new_err(format!("{name} is not in sys.modules after its import")))),
        }
    }
}

/// Has pyo3 look up the types that it would import when they are first needed, wherever that is.
pub fn prepare_types(py: Python<'_>) {
    let _ = (PyCode::type_object(py), PyFunction::type_object(py), PyWeakrefReference::type_object(py));
}
