//! Sees that a function is given other code: `f.__code__ = ...`.

use super::clock;
use jitctl_core::{Host, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::{c_int, c_void};

/// `PyFunction_EVENT_MODIFY_CODE` of Include/cpython/funcobject.h.
const CODE: c_int = 2;

type Callback = unsafe extern "C" fn(c_int, *mut c_void, *mut c_void) -> c_int;

/// Registers it with the running interpreter.
pub fn watch(host: Host) -> Result<()> {
    let Some(address) = host.resolve("PyFunction_AddWatcher") else {
        return Err(VerdictCode::SymbolMissing.error("the interpreter does not export PyFunction_AddWatcher"));
    };
    // SAFETY: `int PyFunction_AddWatcher(int (*)(PyFunction_WatchEvent, PyFunctionObject *, PyObject *))`,
    // Include/cpython/funcobject.h since 3.12.
    let add = unsafe { std::mem::transmute::<*mut c_void, unsafe extern "C" fn(Callback) -> c_int>(address) };
    // SAFETY: the thread is attached; the library is never unloaded, so the callback stays.
    if unsafe { add(changed) } < 0 {
        return Err(VerdictCode::WatchersTaken.error("other tools use all of the interpreter's function watchers"));
    }
    Ok(())
}

/// The interpreter calls this before it makes the change, and whenever a function is made or dies. It must not panic.
unsafe extern "C" fn changed(event: c_int, _: *mut c_void, _: *mut c_void) -> c_int {
    if event == CODE {
        clock::function_changed();
    }
    0
}
