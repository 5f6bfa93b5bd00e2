//! The end of an activation that machine code finished itself, where somebody holds its frame or the chunk ends with it.

use super::{depth, slots};
use crate::python::Object;
use crate::runtime::{self, Runtime};

/// Takes the frame out of the thread: its references, its place on the data stack, and, where somebody holds its frame object,
/// its contents go there.
///
/// # Safety
/// Machine code calls it, with the running thread's state and the frame on top of its data stack. Its slots up to its depth are
/// valid, and its `instr_ptr` leads to the instruction that returns or raises.
pub unsafe extern "C" fn rt_leave_slow(thread: Object, frame: Object) {
    let Some(runtime) = runtime::get() else { return };
    // SAFETY: the caller's promise.
    unsafe { leave(runtime, thread, frame) }
}

/// The same for Rust.
///
/// # Safety
/// As for [`rt_leave_slow`].
pub unsafe fn leave(runtime: &Runtime, thread: Object, frame: Object) {
    let layout = &runtime.layout;
    // SAFETY: fields of the frame and the thread's state; the functions are the interpreter's own for this.
    unsafe {
        unlink(runtime, thread, frame);
        if Runtime::read::<Object>(frame, layout.frame_frame_obj).is_null() {
            let count = depth(layout, frame);
            slots::drop_slots(runtime, frame, count);
            (runtime.api._PyThreadState_PopFrame)(thread, frame);
        } else {
            own(runtime, frame);
            (runtime.api._PyEval_FrameClearAndPop)(thread, frame);
        }
    }
}

/// Makes the frame behind this one the current one.
///
/// # Safety
/// `frame` is a frame of `thread`, linked or just taken out.
pub unsafe fn unlink(runtime: &Runtime, thread: Object, frame: Object) {
    let layout = &runtime.layout;
    // SAFETY: fields of the frame and the thread's state.
    unsafe {
        let previous = Runtime::read::<Object>(frame, layout.frame_previous);
        Runtime::write::<Object>(thread, layout.ts_current_frame, previous);
        if layout.ts_last_profiled_frame >= 0 && Runtime::read::<Object>(thread, layout.ts_last_profiled_frame) == frame
        {
            Runtime::write::<Object>(thread, layout.ts_last_profiled_frame, previous);
            let sequence = Runtime::read::<usize>(thread, layout.ts_last_profiled_frame_seq);
            Runtime::write::<usize>(thread, layout.ts_last_profiled_frame_seq, sequence.wrapping_add(1));
        }
    }
}

/// Makes the frame own everything that it refers to.
///
/// # Safety
/// `frame` is a frame whose slots up to its depth are valid.
pub unsafe fn own(runtime: &Runtime, frame: Object) {
    let layout = &runtime.layout;
    // SAFETY: the caller's promise.
    unsafe {
        for field in [layout.frame_executable, layout.frame_funcobj] {
            if layout.tagged_refs {
                slots::own(runtime, frame.byte_offset(field as isize).cast());
            } else {
                (runtime.api.Py_IncRef)(Runtime::read::<Object>(frame, field));
            }
        }
        for index in 0..depth(layout, frame) {
            slots::own(runtime, frame.byte_offset(layout.slot(index) as isize).cast());
        }
    }
}
