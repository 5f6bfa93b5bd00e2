//! What machine code calls to leave: for the rest of the function, or for a whole call.

use super::fill::fill;
use super::record::{CallRecord, ExitRecord, What};
use super::shadow::{Shadow, rt_show_callers};
use crate::frames;
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

/// The interpreter makes the whole call.
///
/// # Safety
/// The buffer holds what callers have yet to show, then the function where the record has none, then each parameter: an object, or a
/// number and its box or null.
pub unsafe extern "C" fn rt_call_interpreter(call: *const CallRecord, raw: *const u64, reason: u64) -> Object {
    // SAFETY: the caller's promise: null, or a record that lives as long as the machine code.
    let call = unsafe { call.as_ref() };
    let (Some(runtime), Some(call)) = (runtime::get(), call) else { return null_mut() };
    // SAFETY: the caller's promise; boxes that are made here are given back.
    unsafe {
        rt_show_callers((*raw) as *mut Shadow);
        let mut at = 1;
        let mut function = call.function;
        if function.is_null() {
            function = *raw.add(at) as Object;
            at += 1;
        }
        let mut values = Vec::with_capacity(call.params.len());
        let mut made = Vec::new();
        for num in &call.params {
            let word = *raw.add(at);
            at += 1;
            let mut object = word as Object;
            if let Some(num) = num {
                object = *raw.add(at) as Object;
                at += 1;
                if object.is_null() {
                    object = super::fill::boxed(runtime, *num, word);
                    made.push(object);
                }
            }
            values.push(object);
        }
        let mut result = null_mut();
        if values.iter().all(|value| !value.is_null()) {
            let reason = u32::try_from(reason).unwrap_or(0);
            result =
                crate::units::rt_interpret(function, values.as_ptr(), call.complete, null_mut(), call.cell, reason);
        }
        for object in made.into_iter().filter(|object| !object.is_null()) {
            (runtime.api.Py_DecRef)(object);
        }
        result
    }
}

/// Goes on in the interpreter, and gives the function's result.
///
/// # Safety
/// Machine code calls it with the running thread's state, its frame, a record of its unit and the buffer that the record describes.
pub unsafe extern "C" fn rt_exit(thread: Object, frame: Object, record: *const ExitRecord, raw: *const u64) -> Object {
    // SAFETY: the caller's promise: null, or a record that lives as long as the machine code.
    let record = unsafe { record.as_ref() };
    let (Some(runtime), Some(record)) = (runtime::get(), record) else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe { leave(runtime, thread, frame, record, raw, record.throwing) }
}

unsafe fn leave(
    runtime: &Runtime,
    thread: Object,
    frame: Object,
    record: &ExitRecord,
    raw: *const u64,
    throwing: bool,
) -> Object {
    // SAFETY: the first word of the buffer.
    unsafe { rt_show_callers((*raw) as *mut Shadow) };
    record.count.set(record.count.get() + 1);
    if let Some((at, site)) = record.witness {
        // SAFETY: a word of the buffer that holds a live object; the site lives as long as the record.
        unsafe { (*site).note(runtime, *raw.add(at as usize) as Object) };
    }
    let api = &runtime.api;
    // SAFETY: the caller's promise; no call below is made while an exception is set.
    unsafe {
        let exception = if throwing { (api.PyErr_GetRaisedException)() } else { null_mut() };
        let frame = record.frame(runtime, thread, frame);
        if frame.is_null() {
            if !exception.is_null() {
                (api.Py_DecRef)(exception);
            }
            return null_mut();
        }
        rest(runtime, (thread, frame), record, raw, exception, throwing, false)
    }
}

/// Fills the frame and lets the interpreter go on in it. `shown`: its locals are in it already.
///
/// # Safety
/// As for [`rt_exit`]; `exception` is the one that is raised, taken out of the thread, or null.
pub unsafe fn rest(
    runtime: &Runtime,
    (thread, frame): (Object, Object),
    record: &ExitRecord,
    raw: *const u64,
    exception: Object,
    throwing: bool,
    shown: bool,
) -> Object {
    let api = &runtime.api;
    // SAFETY: the caller's promise; no call below is made while an exception is set.
    unsafe {
        let mut complete = true;
        for (index, what) in &record.places {
            if !shown || !matches!(what, What::Local { .. }) {
                complete &= fill(runtime, frame, *index, *what, raw);
            }
        }
        release(runtime, record, raw);
        if !complete {
            // Memory ran out: that is what is raised here.
            if !exception.is_null() {
                (api.Py_DecRef)(exception);
            }
        } else if !exception.is_null() {
            (api.PyErr_SetRaisedException)(exception);
        }
        let throwing = throwing || !complete;
        let at = if throwing { record.raise_at } else { record.instruction };
        let number = (*record.cell).number;
        let outside = record.why.is_outside();
        let result = frames::resume(runtime, thread, frame, at, record.depth, throwing);
        // A signal, a tracer or a curious callee says nothing about the machine code.
        if !outside {
            crate::units::note_exit(number, record.witness.is_some());
        }
        result
    }
}

/// Gives back what the instruction used.
unsafe fn release(runtime: &Runtime, record: &ExitRecord, raw: *const u64) {
    for at in &record.release {
        // SAFETY: words of the buffer that hold references, or what an empty slot holds.
        unsafe {
            let word = *raw.add(*at as usize);
            if word != runtime.layout.null_ref {
                (runtime.api.Py_DecRef)(word as Object);
            }
        }
    }
}
