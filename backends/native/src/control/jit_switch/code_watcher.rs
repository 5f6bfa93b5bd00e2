//! The code watcher: sees every code object when it is made, and rewrites it before it runs.

use super::silence::Silencer;
use crate::cpython::capi::Object;
use jitctl_core::{Borrowed, Host, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::{c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// `PY_CODE_EVENT_CREATE` of Include/cpython/code.h.
const CREATED: c_int = 0;

static SILENCER: OnceLock<Silencer> = OnceLock::new();
static WATCHING: AtomicBool = AtomicBool::new(false);

/// Registers it with the running interpreter, once: it stays when the JIT is switched off again.
pub fn watch(host: Host, silencer: Silencer) -> Result<()> {
    if WATCHING.load(Ordering::Relaxed) {
        return Ok(());
    }
    let Some(address) = host.resolve("PyCode_AddWatcher") else {
        return Err(VerdictCode::SymbolMissing.error("the interpreter does not export PyCode_AddWatcher"));
    };
    SILENCER.get_or_init(|| silencer);
    type Add = unsafe extern "C" fn(unsafe extern "C" fn(c_int, Object) -> c_int) -> c_int;
    // SAFETY: `int PyCode_AddWatcher(int (*)(PyCodeEvent, PyCodeObject *))`, Include/cpython/code.h since 3.12.
    let add = unsafe { std::mem::transmute::<*mut c_void, Add>(address) };
    // SAFETY: the thread is attached; the library is never unloaded, so the callback stays.
    if unsafe { add(created) } < 0 {
        return Err(VerdictCode::WatchersTaken.error("other tools use all of the interpreter's code watchers"));
    }
    WATCHING.store(true, Ordering::Relaxed);
    Ok(())
}

/// The interpreter calls this whenever a code object was made or is about to die. It must not panic.
unsafe extern "C" fn created(event: c_int, code: Object) -> c_int {
    if event == CREATED
        && let Some(silencer) = SILENCER.get()
    {
        // SAFETY: a code object that lives for this call.
        let cells = unsafe { silencer.layout.cells(Borrowed::from_address(code)) };
        silencer.apply(cells);
    }
    0
}
