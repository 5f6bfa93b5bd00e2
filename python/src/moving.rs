//! Hints that a backend gave up after it had taken them, until the next one of the chain can be asked.
//!
//! A backend reports that from wherever it noticed: under its own locks, in a callback of the interpreter's, between two
//! instructions of compiled code. So nothing is done at once. The next backend is asked when the function of the backend has
//! returned to the host, when the next hint is given, or when the interpreter's main thread is between two instructions.

use crate::attached::attached;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::{c_int, c_void};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Gives the hint with this ticket to the next backend.
type MoveOn = fn(Python<'_>, u64);

static MOVE_ON: OnceLock<MoveOn> = OnceLock::new();
static WAITING: Mutex<Vec<u64>> = Mutex::new(Vec::new());
static ANY: AtomicBool = AtomicBool::new(false);

/// Says how a hint is given to the next backend: whoever reports stands below that.
pub fn move_on_with(move_on: MoveOn) {
    MOVE_ON.get_or_init(|| move_on);
}

/// Keeps the ticket of a hint that was given up.
pub fn later(ticket: u64) {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner).push(ticket);
    ANY.store(true, Ordering::Release);
    // SAFETY: the function stays, and takes no argument. A full queue is no loss: the ticket waits for the other occasions.
    unsafe { ffi::Py_AddPendingCall(Some(pending), std::ptr::null_mut()) };
}

/// Gives what waits to the next backends. Costs a look at a flag where nothing does.
pub fn run(py: Python<'_>) {
    if !ANY.swap(false, Ordering::AcqRel) {
        return;
    }
    let waiting = std::mem::take(&mut *WAITING.lock().unwrap_or_else(PoisonError::into_inner));
    if let Some(move_on) = MOVE_ON.get() {
        waiting.into_iter().for_each(|ticket| move_on(py, ticket));
    }
}

extern "C" fn pending(_: *mut c_void) -> c_int {
    // A panic must not leave a function that C calls; the hints that it was about keep their verdicts.
    let _ = catch_unwind(|| attached(run));
    0
}
