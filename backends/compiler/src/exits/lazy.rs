//! Activations without a frame: their slots are in an image of it on the machine stack. Functions that run no code of others do
//! without one, until an exit, a callee or the end of an object makes somebody look.

use super::record::{CallRecord, ExitRecord};
use crate::frames::{self, FrameShape};
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

impl ExitRecord {
    /// The frame of an activation that is at this record; made now where it had none. Null with an exception where memory ran out.
    ///
    /// # Safety
    /// An activation of the record's unit; `frame` is its frame, or its image where the record says that it has none.
    pub unsafe fn frame(&self, runtime: &Runtime, thread: Object, frame: Object) -> Object {
        if !self.lazy {
            return frame;
        }
        // SAFETY: the record and what it leads to live as long as the machine code; then `frame` is an image.
        unsafe { make(runtime, thread, frame, &*self.call, self.raise_at) }
    }
}

/// The frame of an activation, made of its image unless it was already: on top of the thread's data stack, linked, at `instruction`. The
/// image holds its address at the place of the frame object. Null with an exception where memory ran out.
///
/// # Safety
/// The image of an activation of the unit of `call`, with the function where `call` has none; its callers' frames are there; `thread` is the running thread's state.
pub unsafe fn make(runtime: &Runtime, thread: Object, image: Object, call: &CallRecord, instruction: Object) -> Object {
    let layout = &runtime.layout;
    // SAFETY: the image has all slots of a frame of this code; parameters that it borrows are alive.
    unsafe {
        let made = Runtime::read::<Object>(image, layout.frame_frame_obj);
        if !made.is_null() {
            Runtime::write::<Object>(made, layout.frame_instr_ptr, instruction);
            return made;
        }
        // The activation returns into the unit: nobody may free it meanwhile.
        (*call.cell).entered += 1;
        let code = (*call.cell).code as Object;
        let shape = FrameShape::of(layout, code);
        let frame = frames::push(runtime, thread, shape.words);
        if frame.is_null() {
            return null_mut();
        }
        let mut function = call.function;
        if function.is_null() {
            function = Runtime::read::<Object>(image, layout.frame_funcobj);
        }
        frames::fill(runtime, thread, frame, function, code);
        Runtime::write::<Object>(frame, layout.frame_instr_ptr, instruction);
        for index in 0..shape.locals {
            let word = Runtime::read::<u64>(image, layout.slot(index));
            Runtime::write::<u64>(frame, layout.slot(index), word);
        }
        for index in &call.borrowed {
            let object = Runtime::read::<Object>(image, layout.slot(index.cast_signed()));
            (runtime.api.Py_IncRef)(object);
        }
        Runtime::write::<Object>(thread, layout.ts_current_frame, frame);
        Runtime::write::<Object>(image, layout.frame_frame_obj, frame);
        frame
    }
}

/// The activation goes on without its frame. False where somebody holds the frame: then it has to stay.
///
/// # Safety
/// As for [`make`]; the frame was made, and is on top of the data stack.
pub unsafe fn unmake(runtime: &Runtime, thread: Object, image: Object, call: &CallRecord) -> bool {
    let layout = &runtime.layout;
    // SAFETY: the caller's promise.
    unsafe {
        let frame = Runtime::read::<Object>(image, layout.frame_frame_obj);
        if !Runtime::read::<Object>(frame, layout.frame_frame_obj).is_null() {
            return false;
        }
        let shape = FrameShape::of(layout, (*call.cell).code as Object);
        for index in 0..shape.locals {
            let word = Runtime::read::<u64>(frame, layout.slot(index));
            Runtime::write::<u64>(image, layout.slot(index), word);
        }
        for index in &call.borrowed {
            // Not the last one: whoever called the function holds it and its arguments.
            let object = Runtime::read::<Object>(image, layout.slot(index.cast_signed()));
            (runtime.api.Py_DecRef)(object);
        }
        frames::unlink(runtime, thread, frame);
        (runtime.api._PyThreadState_PopFrame)(thread, frame);
        Runtime::write::<Object>(image, layout.frame_frame_obj, null_mut());
        (*call.cell).left += 1;
        true
    }
}

/// A callee had the frame of this activation made: it goes on without it. 1 where somebody holds the frame.
///
/// # Safety
/// Machine code calls it behind a direct call, with its image, whose frame was made, and a record of its unit.
pub unsafe extern "C" fn rt_unmake(thread: Object, image: Object, call: *const CallRecord) -> i32 {
    // SAFETY: the caller's promise: null, or a record that lives as long as the machine code.
    let call = unsafe { call.as_ref() };
    let (Some(runtime), Some(call)) = (runtime::get(), call) else { return 1 };
    // SAFETY: the caller's promise.
    i32::from(!unsafe { unmake(runtime, thread, image, call) })
}
