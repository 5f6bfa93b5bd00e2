//! Places where machine code goes on unless somebody looked at the frame: the end of an object, and what is pending. The locals
//! are shown in the frame meanwhile.

use super::fill::{fill, restore, word};
use super::lazy;
use super::leave::rest;
use super::record::{ExitRecord, What};
use super::shadow::{Shadow, rt_show_callers};
use super::silent::is_silent;
use crate::ir::Held;
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

/// Machine code goes on; anything else is what it returns.
pub const GO_ON: usize = 1;

/// What the slots of unboxed locals held before they were filled for somebody who may look.
struct Shown {
    was: Vec<(u32, u64)>,
    /// The image of the frame, where the activation had none.
    image: Option<Object>,
}

impl Shown {
    /// Boxes the unboxed locals into the slots of the frame, which is given. None with an exception where there is no memory for it.
    unsafe fn show(
        runtime: &Runtime,
        thread: Object,
        frame: Object,
        record: &ExitRecord,
        raw: *const u64,
    ) -> Option<(Object, Self)> {
        let null = runtime.layout.null_ref;
        // SAFETY: the first word of the buffer.
        unsafe { rt_show_callers((*raw) as *mut Shadow) };
        let image = record.lazy.then_some(frame);
        // SAFETY: the caller's promise.
        let frame = unsafe { record.frame(runtime, thread, frame) };
        if frame.is_null() {
            return None;
        }
        let mut was = Vec::new();
        // SAFETY: the caller's promise for all of this.
        unsafe {
            for (index, what) in &record.places {
                let What::Local { num, held, at, flag } = *what else { continue };
                let before = word(runtime, frame, *index);
                let unbound = flag.is_some_and(|flag| *raw.add(flag as usize) & 0xff == 0);
                let right =
                    if unbound { before == null } else { held == Held::Valid || held == Held::Maybe && before != null };
                if right {
                    continue;
                }
                // The number that was there is kept aside, so that the slot can be as it was.
                super::fill::put(runtime, frame, *index, null);
                if !unbound {
                    let what = What::Local { num, held: Held::Empty, at, flag: None };
                    if !fill(runtime, frame, *index, what, raw) {
                        (runtime.api.PyErr_Clear)();
                    }
                }
                was.push((*index, before));
            }
        }
        Some((frame, Self { was, image }))
    }

    /// Nobody looked: the slots are as they were, and machine code goes on.
    unsafe fn go_on(self, runtime: &Runtime, thread: Object, frame: Object, record: &ExitRecord) -> Object {
        // SAFETY: as in `show`; a frame that was made is on top again, and nobody holds it.
        unsafe {
            for (index, was) in self.was {
                restore(runtime, frame, index, was);
            }
            if let Some(image) = self.image {
                lazy::unmake(runtime, thread, image, &*record.call);
            }
        }
        GO_ON as Object
    }

    /// The slots stay as they are shown: what they held before is given back.
    unsafe fn keep(self, runtime: &Runtime) {
        for (_, was) in self.was {
            if was != runtime.layout.null_ref {
                // SAFETY: the slot owned it; freeing a number runs no code.
                unsafe { (runtime.api.Py_DecRef)(was as Object) };
            }
        }
    }
}

/// The rest of an exit whose locals are shown already.
unsafe fn leave_shown(
    runtime: &Runtime,
    thread: Object,
    frame: Object,
    record: &ExitRecord,
    raw: *const u64,
    throwing: bool,
) -> Object {
    record.count.set(record.count.get() + 1);
    // SAFETY: as for `leave`.
    unsafe {
        let exception = if throwing { (runtime.api.PyErr_GetRaisedException)() } else { null_mut() };
        rest(runtime, (thread, frame), record, raw, exception, throwing, true)
    }
}

/// Is everything as the unit expects it, and did nobody take hold of the frame?
unsafe fn is_quiet(runtime: &Runtime, thread: Object, frame: Object, record: &ExitRecord) -> bool {
    let layout = &runtime.layout;
    // SAFETY: fields of the frame and the thread's state; the cell and the monitors live as long as the unit.
    unsafe {
        let breaker = Runtime::read::<u64>(thread, layout.ts_eval_breaker);
        let expected = (*record.cell).expected;
        let set = record.monitors.iter().any(|words| (*words as *const u64).read_unaligned() != 0);
        (breaker ^ expected) >> 8 == 0 && !set && Runtime::read::<Object>(frame, layout.frame_frame_obj).is_null()
    }
}

/// Gives up a reference, which may run code that looks at the frame. Gives [`GO_ON`], or the function's result.
///
/// # Safety
/// As for [`super::leave::rt_exit`]; `free` may be called with `object`, once.
unsafe fn free_shown(
    thread: Object,
    frame: Object,
    record: *const ExitRecord,
    raw: *const u64,
    object: Object,
    free: impl FnOnce(&Runtime),
) -> Object {
    // SAFETY: the caller's promise: null, or a record that lives as long as the machine code.
    let record = unsafe { record.as_ref() };
    let (Some(runtime), Some(record)) = (runtime::get(), record) else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe {
        if is_silent(runtime, object) {
            free(runtime);
            return GO_ON as Object;
        }
        let Some((frame, shown)) = Shown::show(runtime, thread, frame, record, raw) else {
            return null_mut();
        };
        free(runtime);
        if is_quiet(runtime, thread, frame, record) {
            return shown.go_on(runtime, thread, frame, record);
        }
        shown.keep(runtime);
        leave_shown(runtime, thread, frame, record, raw, false)
    }
}

/// Frees an object whose count fell to 0, which may run code that looks at the frame. Gives [`GO_ON`], or the function's result.
///
/// # Safety
/// As for [`super::leave::rt_exit`]; `object` has no references left.
pub unsafe extern "C" fn rt_release(
    thread: Object,
    frame: Object,
    record: *const ExitRecord,
    raw: *const u64,
    object: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe { free_shown(thread, frame, record, raw, object, |runtime| (runtime.api._Py_Dealloc)(object)) }
}

/// The same where the count has to be lowered first: builds that count references themselves.
///
/// # Safety
/// As for [`rt_release`], but one reference is left.
pub unsafe extern "C" fn rt_decref(
    thread: Object,
    frame: Object,
    record: *const ExitRecord,
    raw: *const u64,
    object: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe { free_shown(thread, frame, record, raw, object, |runtime| (runtime.api.Py_DecRef)(object)) }
}

/// Does what is pending: signals, other threads, the collector. Gives [`GO_ON`], or the function's result.
///
/// # Safety
/// As for [`super::leave::rt_exit`].
pub unsafe extern "C" fn rt_poll_here(
    thread: Object,
    frame: Object,
    record: *const ExitRecord,
    raw: *const u64,
) -> Object {
    // SAFETY: the caller's promise: null, or a record that lives as long as the machine code.
    let record = unsafe { record.as_ref() };
    let (Some(runtime), Some(record)) = (runtime::get(), record) else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe {
        let Some((frame, shown)) = Shown::show(runtime, thread, frame, record, raw) else {
            return null_mut();
        };
        let answer = crate::units::rt_poll(thread, frame, record.cell.cast_mut());
        if answer == 0 && Runtime::read::<Object>(frame, runtime.layout.frame_frame_obj).is_null() {
            return shown.go_on(runtime, thread, frame, record);
        }
        shown.keep(runtime);
        leave_shown(runtime, thread, frame, record, raw, answer < 0)
    }
}
