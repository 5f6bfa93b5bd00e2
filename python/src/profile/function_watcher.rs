//! Watches functions while any is profiled: entries go with their functions, and changes are noticed.

use super::capi::{Capi, event};
use super::entry::Entry;
use super::{table, thread};
use pyo3::ffi;
use pyo3::prelude::*;
use std::cell::UnsafeCell;
use std::collections::HashMap;
use std::ffi::c_int;

/// Under the GIL, like the table.
struct Shared(UnsafeCell<State>);

// SAFETY: read and written with the GIL held, and no Python code runs meanwhile.
unsafe impl Sync for Shared {}

#[derive(Default)]
struct State {
    watcher: Option<(c_int, unsafe extern "C" fn(c_int) -> c_int)>,
    /// Functions whose code's events are counted, and that code.
    codes: Option<HashMap<usize, usize>>,
}

static STATE: Shared = Shared(UnsafeCell::new(State { watcher: None, codes: None }));

fn with<T>(action: impl FnOnce(&mut State) -> T) -> T {
    // SAFETY: see above; `action` runs no Python.
    action(unsafe { &mut *STATE.0.get() })
}

/// Begins to watch, unless it does.
pub fn start(py: Python<'_>, capi: &Capi) -> PyResult<Result<(), String>> {
    let _ = thread::current();
    if with(|state| state.watcher.is_some()) {
        return Ok(Ok(()));
    }
    // SAFETY: attached, and the callback stays.
    let id = unsafe { (capi.add_watcher)(changed) };
    if id < 0 {
        let error = PyErr::fetch(py);
        return Ok(Err(format!("functions cannot be watched: {}", error.value(py))));
    }
    with(|state| state.watcher = Some((id, capi.clear_watcher)));
    Ok(Ok(()))
}

/// Ends it when nothing is profiled.
pub fn rest() {
    if table::len() > 0 {
        return;
    }
    if let Some((id, clear)) = with(|state| state.watcher.take()) {
        // SAFETY: attached, and the id is ours.
        unsafe { clear(id) };
    }
}

/// The code whose events are counted for this function.
pub fn code_of(function: usize) -> Option<usize> {
    with(|state| state.codes.as_ref()?.get(&function).copied())
}

/// The entry of a function that is profiled now, be it its own or that of its code.
pub fn running(function: &Bound<'_, PyAny>) -> Option<&'static mut Entry> {
    let key = function.as_ptr() as usize;
    table::find(code_of(key).unwrap_or(key))
}

/// Notes whose events are counted for this function.
pub fn link(function: usize, code: usize) {
    with(|state| state.codes.get_or_insert_default().insert(function, code));
}

/// Forgets it, and the code's entry with its last function.
pub fn unlink(function: usize) {
    let Some(code) = with(|state| state.codes.as_mut()?.remove(&function)) else { return };
    let Some(entry) = table::find(code) else { return };
    entry.users -= 1;
    if entry.users == 0 {
        drop(table::remove(code));
    }
}

unsafe extern "C" fn changed(what: c_int, function: *mut ffi::PyObject, _: *mut ffi::PyObject) -> c_int {
    let key = function as usize;
    match what {
        event::DESTROY => {
            unlink(key);
            drop(table::remove(key));
        }
        event::MODIFY_CODE => {
            // The events stay with the old code, whose callbacks find nothing and switch themselves off.
            unlink(key);
            if let Some(entry) = table::find(key) {
                entry.changed = true;
            }
        }
        event::MODIFY_DEFAULTS | event::MODIFY_KWDEFAULTS => {
            if let Some(entry) = table::find(key) {
                entry.changed = true;
            }
        }
        _ => {}
    }
    0
}
