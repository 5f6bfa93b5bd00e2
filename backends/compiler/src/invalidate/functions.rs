//! Functions: their code, defaults and keyword defaults, and that they live.

use crate::python::Object;
use crate::runtime::{self, Runtime};
use crate::units::reliance::with;
use crate::units::{callers_look_again, spoiled, table};
use jitctl_core::Result;
use jitctl_verdicts::VerdictCode;
use std::ffi::c_int;
use std::sync::OnceLock;

// `PyFunction_WatchEvent` of Include/cpython/funcobject.h.
const DESTROYED: c_int = 1;
const CODE: c_int = 2;
const DEFAULTS: c_int = 3;
const KEYWORD_DEFAULTS: c_int = 4;

/// Registers the watcher, once: from the first hint on, since a function that dies must leave the table.
///
/// # Errors
/// [`Error::Refused`] where other tools have all identifiers.
pub fn start(runtime: &Runtime) -> Result<()> {
    static ID: OnceLock<c_int> = OnceLock::new();
    if ID.get().is_some() {
        return Ok(());
    }
    // SAFETY: the thread is attached; the library is never unloaded, so the callback stays.
    let id = unsafe { (runtime.api.PyFunction_AddWatcher)(changed) };
    if id < 0 {
        // SAFETY: the thread is attached.
        unsafe { (runtime.api.PyErr_Clear)() };
        return Err(VerdictCode::WatchersTaken.error("other tools use all of the interpreter's function watchers"));
    }
    ID.get_or_init(|| id);
    Ok(())
}

/// The interpreter calls this before it makes the change, and whenever a function is made or dies. It must not panic, and must run
/// no Python code.
unsafe extern "C" fn changed(event: c_int, function: Object, _: Object) -> c_int {
    if !matches!(event, DESTROYED | CODE | DEFAULTS | KEYWORD_DEFAULTS) {
        return 0;
    }
    let Some(runtime) = runtime::get() else { return 0 };
    let address = function as usize;
    let users = with(|watched| watched.functions.of(address));
    if !users.is_empty() {
        spoiled(runtime, &users);
    }
    match event {
        DESTROYED => {
            super::signature_changed(address);
            table::died(address).into_iter().for_each(callers_look_again);
        }
        // SAFETY: the function lives; its code is replaced after this.
        CODE => unsafe { table::code_changed(runtime, function) },
        _ => {}
    }
    0
}
