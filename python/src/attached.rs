//! Python for code that CPython or a backend calls, and not pyo3.

use pyo3::ffi;
use pyo3::prelude::*;

/// Runs what needs the interpreter, in a thread that is attached to it.
///
/// pyo3 refuses to attach as soon as the interpreter ends. CPython's own thread is attached still, then, and runs finalisers,
/// callbacks and pending calls: a refusal would be a panic in the middle of a program that only wants to end.
pub fn attached<T>(action: impl for<'py> FnOnce(Python<'py>) -> T) -> T {
    if has_ended() && has_state() {
        // SAFETY: whoever calls is attached, as those are that CPython calls, and this thread has its state still.
        return action(unsafe { Python::assume_attached() });
    }
    Python::attach(action)
}

/// May the calling thread give a reference back? A backend's own thread may drop its last after the interpreter is gone.
pub fn may_give_back() -> bool {
    !has_ended() || has_state()
}

/// The interpreter calls itself uninitialised from the moment when it begins to end.
fn has_ended() -> bool {
    // SAFETY: asking needs nothing.
    unsafe { ffi::Py_IsInitialized() == 0 }
}

/// Is the calling thread one that the interpreter knows?
fn has_state() -> bool {
    // SAFETY: asking needs nothing.
    unsafe { !ffi::PyGILState_GetThisThreadState().is_null() }
}
