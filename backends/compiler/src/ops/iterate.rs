//! Ranges, iterators, and their next items.

use crate::exits;
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

/// `range(start, stop, step)`.
///
/// # Safety
/// The thread is attached.
pub unsafe extern "C" fn rt_range(start: i64, stop: i64, step: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe { exits::range(runtime, start, stop, step) }
}

/// `iter(range(start, stop, step))`.
///
/// # Safety
/// The thread is attached.
pub unsafe extern "C" fn rt_range_iter(start: i64, stop: i64, step: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: a new range, which the iterator does not need.
    unsafe {
        let range = exits::range(runtime, start, stop, step);
        if range.is_null() {
            return range;
        }
        let iterator = (runtime.api.PyObject_GetIter)(range);
        (runtime.api.Py_DecRef)(range);
        iterator
    }
}

/// The iterator of a list or tuple, at an index; takes the sequence's reference.
///
/// # Safety
/// An exact list or tuple.
pub unsafe extern "C" fn rt_sequence_iter(sequence: Object, index: u64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: both kinds of iterator have their index at the same place.
    unsafe {
        let iterator = (runtime.api.PyObject_GetIter)(sequence);
        if !iterator.is_null() {
            Runtime::write::<u64>(iterator, runtime.layout.listiter_index, index);
            (runtime.api.Py_DecRef)(sequence);
        }
        iterator
    }
}

/// The next item; 0 where there is none, 1 with an exception.
///
/// # Safety
/// An object that was an iterator when the loop began.
pub unsafe extern "C" fn rt_next(iterator: Object) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: `tp_iternext` of the object's type, which GET_ITER made sure of.
    unsafe {
        let ty = Runtime::read::<Object>(iterator, runtime.layout.object_type);
        let next = Runtime::read::<Option<unsafe extern "C" fn(Object) -> Object>>(ty, runtime.layout.type_iternext);
        let Some(next) = next else { return null_mut() };
        let item = next(iterator);
        if !item.is_null() || (api.PyErr_Occurred)().is_null() {
            return item;
        }
        if (api.PyErr_ExceptionMatches)(api.PyExc_StopIteration as Object) == 0 {
            return 1 as Object;
        }
        (api.PyErr_Clear)();
        null_mut()
    }
}
