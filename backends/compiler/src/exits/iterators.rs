//! Iterators that machine code went without, made as they would be by now.

use crate::python::Object;
use crate::runtime::Runtime;
use std::ptr::null_mut;

/// `iter(over)`; takes the reference to what is iterated over.
///
/// # Safety
/// A live object, or null with an exception.
pub unsafe fn over(runtime: &Runtime, over: Object) -> Object {
    if over.is_null() {
        return over;
    }
    // SAFETY: a live object, whose reference is given back.
    unsafe {
        let iterator = (runtime.api.PyObject_GetIter)(over);
        (runtime.api.Py_DecRef)(over);
        iterator
    }
}

/// The iterator of a sequence, at an index; takes the sequence's reference, unless it fails.
///
/// # Safety
/// An exact list, tuple or text whose characters are ASCII.
pub unsafe fn at(runtime: &Runtime, sequence: Object, index: u64) -> Object {
    // SAFETY: all three kinds of iterator have their index at the same place.
    unsafe {
        let iterator = (runtime.api.PyObject_GetIter)(sequence);
        if !iterator.is_null() {
            Runtime::write::<u64>(iterator, runtime.layout.listiter_index, index);
            (runtime.api.Py_DecRef)(sequence);
        }
        iterator
    }
}

/// `enumerate` of the same, whose first item had the number `start`.
///
/// # Safety
/// As for [`at`].
pub unsafe fn enumerate(runtime: &Runtime, sequence: Object, index: u64, start: u64) -> Object {
    let api = &runtime.api;
    // SAFETY: new references, taken by the call.
    unsafe {
        (api.Py_IncRef)(sequence);
        let iterator = at(runtime, sequence, index);
        let number = (api.PyLong_FromLongLong)(start.wrapping_add(index).cast_signed());
        given(runtime, sequence, call(runtime, api.PyEnum_Type as Object, [iterator, number]))
    }
}

/// `zip` of the two sequences in a tuple, at an index; takes the tuple's reference, unless it fails.
///
/// # Safety
/// A tuple of two of those that [`at`] takes.
pub unsafe fn zip(runtime: &Runtime, pair: Object, index: u64) -> Object {
    let api = &runtime.api;
    // SAFETY: the tuple holds both until the end.
    unsafe {
        let iterators = [0, 1].map(|place| {
            let sequence = Runtime::read::<Object>(pair, runtime.layout.tuple_items + 8 * place);
            (api.Py_IncRef)(sequence);
            at(runtime, sequence, index)
        });
        given(runtime, pair, call(runtime, api.PyZip_Type as Object, iterators))
    }
}

/// Gives the reference to what was iterated over back where the result was made.
unsafe fn given(runtime: &Runtime, over: Object, result: Object) -> Object {
    if !result.is_null() {
        // SAFETY: a live object, whose reference the caller owns.
        unsafe { (runtime.api.Py_DecRef)(over) };
    }
    result
}

/// Calls a class with two arguments, whose references are given back. Null where one of them is.
unsafe fn call(runtime: &Runtime, class: Object, arguments: [Object; 2]) -> Object {
    // SAFETY: live objects, or null.
    unsafe {
        let mut result = null_mut();
        if arguments.iter().all(|one| !one.is_null()) {
            result = (runtime.api.PyObject_Vectorcall)(class, arguments.as_ptr(), 2, null_mut());
        }
        for one in arguments.into_iter().filter(|one| !one.is_null()) {
            (runtime.api.Py_DecRef)(one);
        }
        result
    }
}
