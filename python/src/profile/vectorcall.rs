//! The entry that a profiled function has.

use super::capi::Vectorcall;
use super::{after_call, clock, entry, table, thread};
use pyo3::ffi;
use std::sync::OnceLock;

/// Each profiled call takes C stack, unlike a plain one. Below this depth calls go their usual way, uncounted, so that deep
/// recursion ends where it ends without the profiler.
const DEEPEST: u32 = 400;

/// The bit beside the number of arguments.
const OFFSET: usize = 1 << (usize::BITS - 1);

/// What is needed to call on, set before the first function gets this entry.
pub struct Usual {
    pub entry: Vectorcall,
    pub set: unsafe extern "C" fn(*mut ffi::PyObject, Vectorcall),
}

pub static USUAL: OnceLock<Usual> = OnceLock::new();

/// Counts and times a call.
///
/// # Safety
/// As for any vectorcall function; CPython calls it.
pub unsafe extern "C" fn profiled(
    function: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let Some(usual) = USUAL.get() else { return std::ptr::null_mut() };
    let key = function as usize;
    let state = thread::current();
    // SAFETY: this thread's own state; the reference ends at once.
    let (quiet, depth, before) = unsafe { ((*state).is_quiet(), (*state).depth, (*state).quiet_ticks) };
    let found = if quiet { None } else { table::find(key) };
    let Some(found) = found else {
        // SAFETY: CPython's arguments, handed on.
        return unsafe { (usual.entry)(function, arguments, count, names) };
    };
    let (id, compiled) = (found.id, found.parts > 0);
    let outermost = found.enter(state as usize);
    let lifted = depth == DEEPEST;
    if lifted {
        found.too_deep = true;
        // SAFETY: the version is gone already; this sets the entry alone.
        unsafe { (usual.set)(function, usual.entry) };
    }
    // SAFETY: this thread's own state.
    unsafe { (*state).depth = depth + 1 };
    let start = clock::ticks();
    // SAFETY: CPython's arguments, handed on.
    let result = unsafe { (usual.entry)(function, arguments, count, names) };
    let end = clock::ticks();
    // SAFETY: this thread's own state.
    let silence = unsafe {
        (*state).depth = depth;
        (*state).quiet_ticks.wrapping_sub(before)
    };
    let Some(found) = table::find(key).filter(|found| found.id == id) else { return result };
    found.leave(state as usize);
    if lifted && found.method == entry::Method::Entry {
        // SAFETY: as above; the function is still profiled, or its entry would be gone from the table.
        unsafe { (usual.set)(function, profiled) };
    }
    let ticks = end.saturating_sub(start).saturating_sub(silence);
    if found.add(ticks, compiled, outermost, result.is_null()) {
        // SAFETY: the caller's arguments, alive for the call; a single one is what a getter has.
        let only = if count & !OFFSET == 1 { unsafe { *arguments } } else { std::ptr::null_mut() };
        after_call::after_call(function, only, found, result.is_null());
    }
    result
}
