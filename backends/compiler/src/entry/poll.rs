//! The check of machine code found that something is up.

use super::cells::UnitCell;
use super::feedback;
use super::table::entries;
use crate::python::Object;
use crate::runtime::{self, Runtime};

/// The events in the low bits of `eval_breaker`.
pub const EVENTS: u64 = 0xFF;

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
        let breaker = || Runtime::read::<u64>(thread, layout.ts_eval_breaker);
        if breaker() & EVENTS != 0 && (runtime.api._Py_HandlePending)(thread) != 0 {
            return -1;
        }
        let looked_at = !Runtime::read::<Object>(frame, layout.frame_frame_obj).is_null();
        let code = (*cell).code as Object;
        if (*cell).is_spoiled() || looked_at || runtime.is_monitored() || has_local_events(runtime, code) {
            return 1;
        }
        let number = (*cell).number;
        let words = entries().units.get(&number).map(|unit| unit.local_monitors);
        if words != Some(monitor_words(runtime, code)) {
            // The code object got monitors since; the unit looks where there were none.
            feedback::spoiled(runtime, &[number]);
            return 1;
        }
        // What is pending by now is met at the next check.
        (*cell).expected = breaker() & !EVENTS;
        0
    }
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
