//! Brings the slots of a frame to what Python's semantics say they hold.

use super::iterators;
use super::record::What;
use crate::ir::{Held, Num};
use crate::python::Object;
use crate::runtime::Runtime;

/// The frame's slot.
///
/// # Safety
/// `frame` has that slot.
unsafe fn slot(runtime: &Runtime, frame: Object, index: u32) -> *mut u64 {
    // SAFETY: the caller's promise.
    unsafe { frame.byte_offset(runtime.layout.slot(index.cast_signed()) as isize).cast() }
}

/// A new reference to the boxed number; null with an exception where memory ran out.
///
/// # Safety
/// The thread is attached.
pub unsafe fn boxed(runtime: &Runtime, num: Num, raw: u64) -> Object {
    let api = &runtime.api;
    // SAFETY: the caller's promise.
    unsafe {
        match num {
            Num::Int => (api.PyLong_FromLongLong)(raw.cast_signed()),
            Num::Float => (api.PyFloat_FromDouble)(f64::from_bits(raw)),
            Num::Bool => {
                let object = if raw & 0xff == 0 { api._Py_FalseStruct } else { api._Py_TrueStruct } as Object;
                (api.Py_IncRef)(object);
                object
            }
        }
    }
}

/// Empties a slot that owns a number, or nothing.
///
/// # Safety
/// As said.
pub unsafe fn clear_number(runtime: &Runtime, slot: *mut u64) {
    // SAFETY: the caller's promise; freeing a number runs no code.
    unsafe {
        let word = std::mem::replace(&mut *slot, runtime.layout.null_ref);
        if word != runtime.layout.null_ref {
            (runtime.api.Py_DecRef)(word as Object);
        }
    }
}

/// Makes the slot of an unboxed local hold its box. False where memory ran out (an exception is set, the slot is empty).
///
/// # Safety
/// The slot is as `held` says.
pub unsafe fn hold(runtime: &Runtime, slot: *mut u64, num: Num, held: Held, raw: u64) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        match held {
            Held::Valid => return true,
            Held::Maybe if *slot != runtime.layout.null_ref => return true,
            Held::Stale => clear_number(runtime, slot),
            Held::Maybe | Held::Empty => {}
        }
        let object = boxed(runtime, num, raw);
        if object.is_null() {
            return false;
        }
        *slot = object as u64;
        true
    }
}

/// Fills one slot. False where memory ran out.
///
/// # Safety
/// `raw` is the buffer that the record's machine code filled.
pub unsafe fn fill(runtime: &Runtime, frame: Object, index: u32, what: What, raw: *const u64) -> bool {
    // SAFETY: the caller's promise: each word is what the record says.
    unsafe {
        let word = |at: u32| *raw.add(at as usize);
        let slot = slot(runtime, frame, index);
        let object = match what {
            What::Local { num, held, at, flag } => {
                if flag.is_some_and(|flag| word(flag) & 0xff == 0) {
                    if held != Held::Empty {
                        clear_number(runtime, slot);
                    }
                    return true;
                }
                return hold(runtime, slot, num, held, word(at));
            }
            What::Raw { num, at } => boxed(runtime, num, word(at)),
            What::Moved { num, at, boxed: place } => match word(place) {
                none if none == runtime.layout.null_ref => boxed(runtime, num, word(at)),
                there => there as Object,
            },
            What::SameAs { slot: other } => strong(runtime, word_of(runtime, frame, other) as Object),
            What::Owned { at } => word(at) as Object,
            What::Borrowed { at } => strong(runtime, word(at) as Object),
            What::Const(object) => strong(runtime, object),
            What::ConstOwned(object) => object,
            What::Null => {
                *slot = runtime.layout.null_ref;
                return true;
            }
            What::RangeIter { at } => iterators::over(runtime, range_at(runtime, raw.add(at as usize))),
            What::Range { at } => range_at(runtime, raw.add(at as usize)),
            What::SequenceIter { at } => iterators::at(runtime, word(at) as Object, word(at + 1)),
            What::Enumerate { at } => iterators::enumerate(runtime, word(at) as Object, word(at + 1), word(at + 2)),
            What::Zip { at } => iterators::zip(runtime, word(at) as Object, word(at + 1)),
        };
        *slot = if object.is_null() { runtime.layout.null_ref } else { object as u64 };
        !object.is_null()
    }
}

unsafe fn strong(runtime: &Runtime, object: Object) -> Object {
    // SAFETY: a live object.
    unsafe { (runtime.api.Py_IncRef)(object) };
    object
}

unsafe fn range_at(runtime: &Runtime, raw: *const u64) -> Object {
    // SAFETY: three words of the buffer.
    unsafe { range(runtime, (*raw).cast_signed(), (*raw.add(1)).cast_signed(), (*raw.add(2)).cast_signed()) }
}

/// `range(start, stop, step)`.
///
/// # Safety
/// The thread is attached.
pub unsafe fn range(runtime: &Runtime, start: i64, stop: i64, step: i64) -> Object {
    let api = &runtime.api;
    // SAFETY: new references, given back below.
    unsafe {
        let numbers = [start, stop, step].map(|value| (api.PyLong_FromLongLong)(value));
        let mut result = std::ptr::null_mut();
        if numbers.iter().all(|one| !one.is_null()) {
            result = (api.PyObject_Vectorcall)(api.PyRange_Type as Object, numbers.as_ptr(), 3, std::ptr::null_mut());
        }
        for one in numbers.into_iter().filter(|one| !one.is_null()) {
            (api.Py_DecRef)(one);
        }
        result
    }
}

/// What a helper leaves behind in a frame that nobody looked at: nothing. Undoes [`fill`] for locals, so that machine code finds its
/// slots as it left them.
///
/// # Safety
/// As for [`fill`]; `was` is what the slot held.
pub unsafe fn restore(runtime: &Runtime, frame: Object, index: u32, was: u64) {
    // SAFETY: the caller's promise.
    unsafe {
        let slot = slot(runtime, frame, index);
        let now = std::mem::replace(&mut *slot, was);
        if now != was && now != runtime.layout.null_ref {
            (runtime.api.Py_DecRef)(now as Object);
        }
    }
}

use word as word_of;

/// The word in a slot.
///
/// # Safety
/// `frame` has that slot.
pub unsafe fn word(runtime: &Runtime, frame: Object, index: u32) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { *slot(runtime, frame, index) }
}

/// Writes the word in a slot, whatever was there.
///
/// # Safety
/// `frame` has that slot.
pub unsafe fn put(runtime: &Runtime, frame: Object, index: u32, word: u64) {
    // SAFETY: the caller's promise.
    unsafe { *slot(runtime, frame, index) = word }
}
