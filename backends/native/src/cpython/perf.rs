//! The perf trampoline (`-X perf`, `sys.activate_stack_trampoline`): CPython keeps its JIT off beside it, and refuses to
//! activate it while the JIT is on. A process in which we switched the JIT on must be able to activate it as before.

use crate::cpython::builtin::Method;
use crate::cpython::capi::{Object, Python};
use crate::cpython::selftest::Switch;
use jitctl_core::{Host, Result};
use std::ffi::{CStr, c_int};
use std::ptr::null_mut;
use std::sync::OnceLock;

type Activate = unsafe extern "C" fn(Object, Object) -> Object;

const NAME: &CStr = c"activate_stack_trampoline";
/// `METH_O` of Include/methodobject.h: one positional argument.
const ONE_ARGUMENT: c_int = 8;
static HOOK: OnceLock<Hook> = OnceLock::new();

struct Hook {
    original: Activate,
    switch: Switch,
}

/// Is the trampoline active?
pub fn is_active(host: Host) -> bool {
    let active = || -> Result<bool> {
        let sys = host.import("sys")?;
        host.truth(host.call_method(sys.borrow(), "is_stack_trampoline_active", &[])?.borrow())
    };
    active().unwrap_or(false)
}

/// Has `sys.activate_stack_trampoline` switch the JIT off before it looks, from now on. The function object stays the one
/// that it is; only the C function behind it is exchanged. Says whether that could be done.
pub fn let_it_be_activated(host: Host, python: Python, switch: Switch) -> Result<bool> {
    if HOOK.get().is_some() {
        return Ok(true);
    }
    let object = host.get(host.import("sys")?.borrow(), "activate_stack_trampoline")?;
    let Some(method) = Method::of(python, object.borrow(), NAME, ONE_ARGUMENT) else { return Ok(false) };
    // SAFETY: a function with the flag METH_O has this signature.
    let original = unsafe { std::mem::transmute::<Object, Activate>(method.function()) };
    HOOK.get_or_init(|| Hook { original, switch });
    // SAFETY: it has the same signature; the library is never unloaded, so the function stays.
    unsafe { method.exchange(activate as Object) };
    Ok(true)
}

/// In place of CPython's own function, which it calls: with the JIT off, and on again where nothing was activated.
unsafe extern "C" fn activate(module: Object, backend: Object) -> Object {
    let Some(hook) = HOOK.get() else { return null_mut() };
    let was_on = hook.switch.is_on();
    hook.switch.set(false);
    // SAFETY: called with the arguments that it was to have.
    let result = unsafe { (hook.original)(module, backend) };
    if result.is_null() && was_on {
        hook.switch.set(true);
    }
    result
}
