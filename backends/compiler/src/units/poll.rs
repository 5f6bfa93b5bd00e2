//! The check of machine code found that something is up.

use super::cells::UnitCell;
use super::feedback;
use super::table::entries;
use crate::python::Object;
use crate::runtime::{self, Runtime};

/// The events in the low bits of `eval_breaker`.
pub const EVENTS: u64 = 0xFF;

/// Events that may raise: signals, calls that C code asked for, asynchronous exceptions.
pub const RAISING: u64 = 1 << 1 | 1 << 2 | 1 << 3;

/// Events that run no Python code in this thread: another thread wants to run, compiled traces are to be forgotten.
const SILENT: u64 = 1 | 1 << 7;

/// Does what is pending, as the interpreter does at the same place: signals, other threads, collections, asynchronous exceptions.
/// 0: machine code may go on. 1: the interpreter must. -1: an exception is set.
///
/// # Safety
/// Machine code of the unit of `cell` calls it, with the running thread's state and its own frame, linked, whose slots are valid and
/// whose `instr_ptr` leads to the instruction at which the interpreter would do this.
pub unsafe extern "C" fn rt_poll(thread: Object, frame: Object, cell: *mut UnitCell) -> i32 {
    let Some(runtime) = runtime::get() else { return 1 };
    let layout = &runtime.layout;
    // SAFETY: fields of the thread's state and the frame; the unit stays while an activation of it runs.
    unsafe {
        let breaker = Runtime::read::<u64>(thread, layout.ts_eval_breaker);
        if breaker & EVENTS != 0 && (runtime.api._Py_HandlePending)(thread) != 0 {
            return -1;
        }
        let looked_at = !Runtime::read::<Object>(frame, layout.frame_frame_obj).is_null();
        // What is pending by now is met at the next check.
        i32::from(looked_at || undisturbed(runtime, thread, (*cell).number).is_none())
    }
}

/// The check at the start of a call failed: does what is pending where that runs no Python code, and gives the boxed entry where
/// machine code may run the call after all; an error where an exception is set.
///
/// # Safety
/// `thread` is the running thread's state.
pub unsafe fn quiet_entry(runtime: &Runtime, thread: Object, number: u64) -> Result<Option<usize>, ()> {
    let layout = &runtime.layout;
    // SAFETY: a field of the thread's state; another thread may run in between.
    let pending = || unsafe { Runtime::read::<u64>(thread, layout.ts_eval_breaker) } & EVENTS;
    let silent = pending();
    if silent & !SILENT != 0 {
        return Ok(None);
    }
    // SAFETY: the running thread's state.
    if silent != 0 && unsafe { (runtime.api._Py_HandlePending)(thread) } != 0 {
        return Err(());
    }
    Ok(if pending() == 0 { undisturbed(runtime, thread, number) } else { None })
}

/// The boxed entry of the unit where nothing disturbs it but that tools came and went, which is made up for; none where a tool sees
/// the code, where an assumption was spoiled, or where the unit must be made anew.
fn undisturbed(runtime: &Runtime, thread: Object, number: u64) -> Option<usize> {
    let unit = entries().units.get(&number).cloned()?;
    let code = unit.code.address();
    // SAFETY: the unit keeps its code.
    let stale = unsafe { is_stale(runtime, thread, code) };
    if stale || unit.cell.is_spoiled() || runtime.is_monitored() || has_local_events(runtime, code) {
        return None;
    }
    // SAFETY: the unit keeps its code.
    if unit.local_monitors != unsafe { monitor_words(runtime, code) } {
        // The code object got monitors since: the interpreter gives them to all code that it runs after tools came or went.
        feedback::renew(runtime, &unit);
        return None;
    }
    let cell = (&raw const *unit.cell).cast_mut();
    // SAFETY: the unit's words, ordered by the GIL; a field of the thread's state.
    unsafe { (*cell).expected = Runtime::read::<u64>(thread, runtime.layout.ts_eval_breaker) & !EVENTS };
    Some(unit.cell.boxed)
}

/// The two words that machine code looks at to see events of its own code: those that hold the local monitors, or, before the
/// code object has any, the pointer to them.
///
/// # Safety
/// `code` is a live code object.
pub unsafe fn monitor_words(runtime: &Runtime, code: Object) -> [usize; 2] {
    let layout = &runtime.layout;
    // SAFETY: a field of a code object; what it leads to lives as long.
    let monitors = unsafe { Runtime::read::<usize>(code, layout.code_monitoring) };
    if monitors == 0 {
        return [code as usize + layout.code_monitoring as usize; 2];
    }
    [monitors, monitors + layout.local_monitors_second() as usize]
}

/// Does the bytecode still carry what tools asked for that have changed their mind since? The interpreter brings it up to date when it
/// begins to run the code, not in the middle, where machine code would hand it over.
///
/// # Safety
/// `code` is a live code object, and `thread` the running thread's state.
pub unsafe fn is_stale(runtime: &Runtime, thread: Object, code: Object) -> bool {
    let layout = &runtime.layout;
    // SAFETY: fields of the two.
    unsafe {
        let version = Runtime::read::<u64>(code, layout.code_instrumentation_version);
        let current = Runtime::read::<u64>(thread, layout.ts_eval_breaker) & !EVENTS;
        Runtime::read::<usize>(code, layout.code_monitoring) != 0 && version != current
    }
}

/// Does a tool want events of this code object alone?
pub fn has_local_events(runtime: &Runtime, code: Object) -> bool {
    let layout = &runtime.layout;
    // SAFETY: a field of a live code object; what it leads to begins with one byte for each kind of event.
    unsafe {
        let monitors = Runtime::read::<*const u8>(code, layout.code_monitoring);
        !monitors.is_null()
            && std::slice::from_raw_parts(monitors, layout.local_events as usize).iter().any(|tools| *tools != 0)
    }
}
