//! Making a frame.

use super::{FrameShape, OWNED_BY_THREAD, set_depth, slots};
use crate::python::Object;
use crate::runtime::{self, LARGEST, Runtime};
use std::ptr::null_mut;

/// A frame of at least `words` words in a chunk that is made for it, with nothing valid in it; null with an exception where
/// memory ran out.
///
/// # Safety
/// `thread` is the running thread's state.
unsafe fn room(runtime: &Runtime, thread: Object, words: i32) -> Object {
    debug_assert!(words <= runtime.spare.words);
    let layout = &runtime.layout;
    // SAFETY: the function lives; the frame that comes back owns its code and the function, which are given back.
    unsafe {
        let function = slots::strong(runtime, runtime.spare.function.address());
        let behind = Runtime::read::<Object>(thread, layout.ts_current_frame);
        let frame = (runtime.spare.push)(thread, function, null_mut(), null_mut(), 0, null_mut(), behind);
        if frame.is_null() {
            return frame;
        }
        for field in [layout.frame_executable, layout.frame_funcobj] {
            let word = Runtime::read::<u64>(frame, field);
            let object = slots::object(layout, word);
            if !layout.tagged_refs || word & 1 == 0 {
                (runtime.api.Py_DecRef)(object);
            }
        }
        let top = frame.byte_offset(8 * words as isize);
        Runtime::write::<Object>(thread, layout.ts_datastack_top, top);
        frame
    }
}
/// Room for a frame of `words` words on the thread's data stack, or null with an exception.
///
/// # Safety
/// Machine code calls it, with the running thread's state; `words` is at most [`LARGEST`].
pub unsafe extern "C" fn rt_push(thread: Object, words: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let words = i32::try_from(words).unwrap_or(LARGEST);
    // SAFETY: the caller's promise.
    unsafe { push(runtime, thread, words) }
}

/// The same for Rust.
///
/// # Safety
/// As for [`rt_push`].
pub unsafe fn push(runtime: &Runtime, thread: Object, words: i32) -> Object {
    let layout = &runtime.layout;
    // SAFETY: fields of the thread's state. The interpreter makes room under the same condition.
    unsafe {
        let top = Runtime::read::<Object>(thread, layout.ts_datastack_top);
        let limit = Runtime::read::<usize>(thread, layout.ts_datastack_limit);
        let bytes = 8 * words as usize;
        if !top.is_null() && bytes < limit.saturating_sub(top as usize) {
            Runtime::write::<Object>(thread, layout.ts_datastack_top, top.byte_add(bytes));
            return top;
        }
        room(runtime, thread, words)
    }
}

/// Fills everything of a frame but its slots, which are emptied, and its `instr_ptr`; behind it is the frame that is current.
///
/// # Safety
/// `frame` has room for the code's frames; `function` has this code, and both outlive the frame's use.
pub unsafe fn fill(runtime: &Runtime, thread: Object, frame: Object, function: Object, code: Object) {
    let layout = &runtime.layout;
    let tag = u64::from(layout.tagged_refs);
    // SAFETY: fields of the frame, the function and the thread's state.
    unsafe {
        let shape = FrameShape::of(layout, code);
        Runtime::write::<u64>(frame, layout.frame_executable, code as u64 | tag);
        let behind = Runtime::read::<Object>(thread, layout.ts_current_frame);
        Runtime::write::<Object>(frame, layout.frame_previous, behind);
        Runtime::write::<u64>(frame, layout.frame_funcobj, function as u64 | tag);
        let globals = Runtime::read::<Object>(function, layout.func_globals);
        Runtime::write::<Object>(frame, layout.frame_globals, globals);
        let builtins = Runtime::read::<Object>(function, layout.func_builtins);
        Runtime::write::<Object>(frame, layout.frame_builtins, builtins);
        Runtime::write::<Object>(frame, layout.frame_locals, null_mut());
        Runtime::write::<Object>(frame, layout.frame_frame_obj, null_mut());
        Runtime::write::<u16>(frame, layout.frame_return_offset, 0);
        // `owner` and, behind it, what 3.14 and later keep for the collector and for debugging.
        Runtime::write::<u8>(frame, layout.frame_owner, OWNED_BY_THREAD);
        Runtime::write::<u8>(frame, layout.frame_owner + 1, 0);
        for index in 0..shape.locals {
            Runtime::write::<u64>(frame, layout.slot(index), layout.null_ref);
        }
        set_depth(layout, frame, shape.locals);
    }
}
