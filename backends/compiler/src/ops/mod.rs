//! What machine code calls for single operations. Null, or a number as said, comes with an exception.

mod containers;

pub use containers::{rt_dict_int, rt_dict_store, rt_dict_text, rt_list_pop};

use crate::exits::{self, Site};
use crate::ir::{Held, Num};
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

unsafe fn hold(slot: *mut u64, num: Num, held: Held, raw: u64) -> i32 {
    let Some(runtime) = runtime::get() else { return 0 };
    // SAFETY: machine code gives the slot of a local in this state.
    i32::from(unsafe { exits::hold(runtime, slot, num, held, raw) })
}

/// The slot of an int that has no box gets one. 0 where memory ran out.
///
/// # Safety
/// The slot is empty.
pub unsafe extern "C" fn rt_hold_int(slot: *mut u64, raw: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hold(slot, Num::Int, Held::Empty, raw) }
}

/// The same where the slot may hold an older number.
///
/// # Safety
/// As said.
pub unsafe extern "C" fn rt_hold_int_stale(slot: *mut u64, raw: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hold(slot, Num::Int, Held::Stale, raw) }
}

/// The slot of a float that has no box gets one.
///
/// # Safety
/// The slot is empty.
pub unsafe extern "C" fn rt_hold_float(slot: *mut u64, raw: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hold(slot, Num::Float, Held::Empty, raw) }
}

/// The same where the slot may hold an older number: its box is used again where nobody else has it.
///
/// # Safety
/// As said.
pub unsafe extern "C" fn rt_hold_float_stale(slot: *mut u64, raw: u64) -> i32 {
    let Some(runtime) = runtime::get() else { return 0 };
    let layout = &runtime.layout;
    // SAFETY: the caller's promise; an exact float that only this slot owns may be overwritten.
    unsafe {
        if layout.inline_refcounts && *slot != layout.null_ref {
            let object = *slot as Object;
            let float = Runtime::read::<usize>(object, layout.object_type) == runtime.api.PyFloat_Type;
            if float && Runtime::read::<i32>(object, layout.object_refcnt) == 1 {
                Runtime::write::<u64>(object, layout.float_value, raw);
                return 1;
            }
        }
        hold(slot, Num::Float, Held::Stale, raw)
    }
}

/// The slot of a bool gets the singleton, whatever number it held.
///
/// # Safety
/// The slot is empty or owns a number.
pub unsafe extern "C" fn rt_hold_bool(slot: *mut u64, raw: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hold(slot, Num::Bool, Held::Stale, raw) }
}

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

/// A character of an exact text; null without an exception where the index is out of range.
///
/// # Safety
/// As said.
pub unsafe extern "C" fn rt_text_item(text: Object, index: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: an exact text, within its length.
    unsafe {
        let length = Runtime::read::<i64>(text, runtime.layout.unicode_length);
        let index = if index < 0 { index + length } else { index };
        if !(0..length).contains(&index) {
            return null_mut();
        }
        let character = (api.PyUnicode_ReadChar)(text, index as isize);
        (api.PyUnicode_FromOrdinal)(character.cast_signed())
    }
}

/// Compares, and gives the truth of the result: 1, 0 or -1.
///
/// # Safety
/// Live objects.
pub unsafe extern "C" fn rt_compare(a: Object, b: Object, how: i32) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    let api = &runtime.api;
    // SAFETY: the result is a new reference, given back. Not PyObject_RichCompareBool: that takes identity for equality.
    unsafe {
        let result = (api.PyObject_RichCompare)(a, b, how);
        if result.is_null() {
            return -1;
        }
        let truth = (api.PyObject_IsTrue)(result);
        (api.Py_DecRef)(result);
        truth
    }
}

unsafe fn array<'a>(values: *const Object, count: i64) -> &'a [Object] {
    // SAFETY: machine code gives its buffer and how many words it stored.
    unsafe { std::slice::from_raw_parts(values, usize::try_from(count).unwrap_or(0)) }
}

/// A dict of keys and values in turn.
///
/// # Safety
/// An array of live objects.
pub unsafe extern "C" fn rt_build_map(values: *const Object, count: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: the caller's promise.
    unsafe {
        let dict = (api.PyDict_New)();
        for pair in array(values, count).chunks_exact(2) {
            if dict.is_null() {
                return dict;
            }
            if (api.PyDict_SetItem)(dict, pair[0], pair[1]) != 0 {
                (api.Py_DecRef)(dict);
                return null_mut();
            }
        }
        dict
    }
}

/// A dict of values and, last, a tuple of their keys.
///
/// # Safety
/// An array of live objects.
pub unsafe extern "C" fn rt_build_const_key_map(values: *const Object, count: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: the caller's promise.
    unsafe {
        let Some((keys, values)) = array(values, count).split_last() else { return null_mut() };
        let dict = (api.PyDict_New)();
        if dict.is_null() {
            return dict;
        }
        for (index, value) in values.iter().enumerate() {
            let key = Runtime::read::<Object>(*keys, runtime.layout.tuple_items + 8 * index as i32);
            if (api.PyDict_SetItem)(dict, key, *value) != 0 {
                (api.Py_DecRef)(dict);
                return null_mut();
            }
        }
        dict
    }
}

/// A set.
///
/// # Safety
/// An array of live objects.
pub unsafe extern "C" fn rt_build_set(values: *const Object, count: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: the caller's promise.
    unsafe {
        let set = (api.PySet_New)(null_mut());
        for value in array(values, count) {
            if set.is_null() {
                return set;
            }
            if (api.PySet_Add)(set, *value) != 0 {
                (api.Py_DecRef)(set);
                return null_mut();
            }
        }
        set
    }
}

/// The texts joined.
///
/// # Safety
/// An array of exact texts.
pub unsafe extern "C" fn rt_build_string(values: *const Object, count: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: the list takes references of its own.
    unsafe {
        let list = (api.PyList_New)(0);
        let empty = (api.PyUnicode_FromStringAndSize)(c"".as_ptr(), 0);
        let mut result = null_mut();
        if !list.is_null()
            && !empty.is_null()
            && array(values, count).iter().all(|value| (api.PyList_Append)(list, *value) == 0)
        {
            result = (api.PyUnicode_Join)(empty, list);
        }
        for object in [list, empty].into_iter().filter(|object| !object.is_null()) {
            (api.Py_DecRef)(object);
        }
        result
    }
}

/// `container[start:stop]`.
///
/// # Safety
/// Live objects.
pub unsafe extern "C" fn rt_slice(container: Object, start: Object, stop: Object) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: a new slice, given back.
    unsafe {
        let slice = (api.PySlice_New)(start, stop, null_mut());
        if slice.is_null() {
            return slice;
        }
        let result = (api.PyObject_GetItem)(container, slice);
        (api.Py_DecRef)(slice);
        result
    }
}

/// `container[start:stop] = value`.
///
/// # Safety
/// Live objects.
pub unsafe extern "C" fn rt_store_slice(container: Object, start: Object, stop: Object, value: Object) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    let api = &runtime.api;
    // SAFETY: a new slice, given back.
    unsafe {
        let slice = (api.PySlice_New)(start, stop, null_mut());
        if slice.is_null() {
            return -1;
        }
        let status = (api.PyObject_SetItem)(container, slice, value);
        (api.Py_DecRef)(slice);
        status
    }
}

/// Appends all items to the list of a display; what cannot be iterated over is said as the interpreter says it.
///
/// # Safety
/// A list and a live object.
pub unsafe extern "C" fn rt_list_extend(list: Object, items: Object) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    // SAFETY: the caller's promise.
    unsafe { (runtime.api.PyList_Extend)(list, items) }
}

/// A global, or builtin, as it is now, owned; null, without an exception, where it is missing, or is still to be imported.
///
/// # Safety
/// Two dicts and a text.
pub unsafe extern "C" fn rt_global(globals: Object, builtins: Object, name: Object) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let mut found = null_mut();
    // SAFETY: the caller's promise.
    unsafe {
        for dict in [globals, builtins] {
            if (runtime.api.PyDict_GetItemRef)(dict, name, &raw mut found) != 0 {
                break;
            }
        }
        if found.is_null() {
            (runtime.api.PyErr_Clear)();
        } else if Runtime::read::<usize>(found, runtime.layout.object_type) == runtime.lazy_import {
            (runtime.api.Py_DecRef)(found);
            found = null_mut();
        }
    }
    found
}

/// An attribute that is called at once. 1: a function that takes the object first; 0: anything else. Null in `found`: an exception.
///
/// # Safety
/// A live object, a text and room for a reference.
pub unsafe extern "C" fn rt_method(object: Object, name: Object, found: *mut Object, site: *const Site) -> i32 {
    let Some(runtime) = runtime::get() else { return 0 };
    // SAFETY: the caller's promise; no site, or one of the unit.
    unsafe {
        if let Some(site) = site.as_ref() {
            site.meet(runtime, object);
        }
        *found = null_mut();
        (runtime.api._PyObject_GetMethod)(object, name, found)
    }
}

/// The operands of an operation of which nothing is known: remembers their class where it is one.
///
/// # Safety
/// Live objects, and a site of the unit.
pub unsafe extern "C" fn rt_meet(a: Object, b: Object, site: *const Site) {
    let Some(runtime) = runtime::get() else { return };
    let kind = runtime.layout.object_type;
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(site) = site.as_ref()
            && Runtime::read::<usize>(a, kind) == Runtime::read::<usize>(b, kind)
        {
            site.meet(runtime, a);
        }
    }
}

/// Both operands' method for an operation gave NotImplemented: raises as the interpreter does.
///
/// # Safety
/// Live objects of one class; a reference to NotImplemented is given away; `name` is a text of the program.
pub unsafe extern "C" fn rt_unsupported(object: Object, result: Object, name: *const std::ffi::c_char) {
    let Some(runtime) = runtime::get() else { return };
    let api = &runtime.api;
    // SAFETY: the caller's promise; the type of a live object has a name.
    unsafe {
        let ty = Runtime::read::<Object>(object, runtime.layout.object_type);
        let class = std::ffi::CStr::from_ptr(Runtime::read(ty, runtime.layout.type_name)).to_string_lossy();
        let class: String = class.rsplit('.').next().unwrap_or_default().chars().take(100).collect();
        let name = std::ffi::CStr::from_ptr(name).to_string_lossy();
        let text = format!("unsupported operand type(s) for {name}: '{class}' and '{class}'");
        if let Ok(text) = std::ffi::CString::new(text) {
            (api.PyErr_SetString)(api.PyExc_TypeError as Object, text.as_ptr());
        }
        (api.Py_DecRef)(result);
    }
}

/// `__init__` returned something else than None: raises, and gives the result back.
///
/// # Safety
/// A live object, a reference of which is given away.
pub unsafe extern "C" fn rt_init_result(result: Object) {
    let Some(runtime) = runtime::get() else { return };
    let api = &runtime.api;
    // SAFETY: the type of a live object has a name.
    unsafe {
        let ty = Runtime::read::<Object>(result, runtime.layout.object_type);
        let name = std::ffi::CStr::from_ptr(Runtime::read(ty, runtime.layout.type_name)).to_string_lossy().into_owned();
        let text = format!("__init__() should return None, not '{}'", name.chars().take(200).collect::<String>());
        if let Ok(text) = std::ffi::CString::new(text) {
            (api.PyErr_SetString)(api.PyExc_TypeError as Object, text.as_ptr());
        }
        (api.Py_DecRef)(result);
    }
}
