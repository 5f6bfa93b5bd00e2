//! Ranges, iterators, and their next items.

use crate::exits::{self, iterators};
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

/// The iterator of a list, tuple or text, at an index; takes the sequence's reference.
///
/// # Safety
/// As for [`iterators::at`].
pub unsafe extern "C" fn rt_sequence_iter(sequence: Object, index: u64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe { iterators::at(runtime, sequence, index) }
}

/// `enumerate` of it, whose first item had the number `start`.
///
/// # Safety
/// As for [`iterators::at`].
pub unsafe extern "C" fn rt_enumerate(sequence: Object, index: u64, start: u64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe { iterators::enumerate(runtime, sequence, index, start) }
}

/// `zip` of the two sequences in a tuple, at an index; takes the tuple's reference.
///
/// # Safety
/// As for [`iterators::zip`].
pub unsafe extern "C" fn rt_zip(pair: Object, index: u64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe { iterators::zip(runtime, pair, index) }
}

/// A tuple of two.
///
/// # Safety
/// Two live objects.
pub unsafe extern "C" fn rt_pair(first: Object, second: Object) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: a new tuple, which takes a reference to each.
    unsafe {
        let pair = (api.PyTuple_New)(2);
        if !pair.is_null() {
            for (place, object) in [first, second].into_iter().enumerate() {
                (api.Py_IncRef)(object);
                Runtime::write::<Object>(pair, runtime.layout.tuple_items + 8 * place as i32, object);
            }
        }
        pair
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
