//! Tells when a function of given code is made, while the program runs: rules name functions that do not exist yet.

use crate::profile::capi::{Capi, capi, event};
use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCode, PyFunction};
use std::cell::UnsafeCell;
use std::collections::HashMap;
use std::ffi::c_int;

/// Under the GIL.
struct Shared(UnsafeCell<State>);

// SAFETY: read and written with the GIL held, and no Python code runs meanwhile.
unsafe impl Sync for Shared {}

#[derive(Default)]
struct State {
    /// Code objects by address; held, so that no other gets the address.
    codes: Option<HashMap<usize, Py<PyCode>>>,
    told: Option<Py<PyAny>>,
    watcher: Option<c_int>,
}

static STATE: Shared = Shared(UnsafeCell::new(State { codes: None, told: None, watcher: None }));

fn with<T>(action: impl FnOnce(&mut State) -> T) -> T {
    // SAFETY: see above; `action` runs no Python.
    action(unsafe { &mut *STATE.0.get() })
}

/// Has `told` called with each function that is made of one of these code objects, in place of what was watched before.
pub fn watch(py: Python<'_>, codes: Vec<Py<PyCode>>, told: Option<Py<PyAny>>) -> PyResult<()> {
    let capi = capi().map_err(|missing| {
        PyRuntimeError::new_err(format!("functions cannot be seen as they are made: this interpreter lacks {missing}"))
    })?;
    let wanted = told.is_some() && !codes.is_empty();
    let codes = codes.into_iter().map(|code| (code.as_ptr() as usize, code)).collect();
    let before = with(|state| (state.codes.replace(codes), std::mem::replace(&mut state.told, told)));
    drop(before);
    match (with(|state| state.watcher), wanted) {
        (None, true) => start(py, capi),
        (Some(id), false) => {
            with(|state| state.watcher = None);
            // SAFETY: attached, and the id is ours.
            unsafe { (capi.clear_watcher)(id) };
            Ok(())
        }
        _ => Ok(()),
    }
}

fn start(py: Python<'_>, capi: &Capi) -> PyResult<()> {
    // SAFETY: attached, and the callback stays.
    let id = unsafe { (capi.add_watcher)(happened) };
    if id < 0 {
        return Err(PyErr::fetch(py));
    }
    with(|state| state.watcher = Some(id));
    Ok(())
}

unsafe extern "C" fn happened(what: c_int, function: *mut ffi::PyObject, _: *mut ffi::PyObject) -> c_int {
    if what != event::CREATE {
        return 0;
    }
    // SAFETY: the interpreter calls this attached, with a living function.
    let (py, function) =
        unsafe { (Python::assume_attached(), Bound::from_borrowed_ptr(Python::assume_attached(), function)) };
    let Ok(capi) = capi() else { return 0 };
    // SAFETY: a function's code is a code object that it holds.
    let code = unsafe { (capi.get_code)(function.as_ptr()) } as usize;
    let told = with(|state| {
        let codes = state.codes.as_ref()?;
        codes.contains_key(&code).then(|| state.told.as_ref().map(|told| told.clone_ref(py)))?
    });
    let Some(told) = told else { return 0 };
    debug_assert!(function.is_instance_of::<PyFunction>());
    if let Err(error) = told.call1(py, (&function,)) {
        error.write_unraisable(py, Some(&function)); // a hint that fails is no fault of whoever makes a function
    }
    0
}
