//! Displays: dicts, sets, joined texts, and lists that are extended.

use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

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

/// Appends all items to the list of a display; what cannot be iterated over is said as the interpreter says it.
///
/// # Safety
/// A list and a live object.
pub unsafe extern "C" fn rt_list_extend(list: Object, items: Object) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    // SAFETY: the caller's promise.
    unsafe { (runtime.api.PyList_Extend)(list, items) }
}

/// The text of an int, as `str` makes it: a new one, other than of a single digit.
///
/// # Safety
/// The thread is attached.
pub unsafe extern "C" fn rt_text_of_int(value: i64) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    if (0..10).contains(&value) {
        // Whether there is one text of each digit is the interpreter's to say.
        // SAFETY: the caller's promise; the number is given back.
        unsafe {
            let number = (api.PyLong_FromLongLong)(value);
            if number.is_null() {
                return number;
            }
            let text = (api.PyObject_Str)(number);
            (api.Py_DecRef)(number);
            return text;
        }
    }
    // The digits of 2 ** 63 and a sign.
    let mut digits = [0_u8; 20];
    let (mut first, mut left) = (digits.len(), value.unsigned_abs());
    while left > 0 {
        first -= 1;
        digits[first] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    if value < 0 {
        first -= 1;
        digits[first] = b'-';
    }
    let digits = &digits[first..];
    // SAFETY: a new text of ASCII characters has room for as many bytes as were asked for.
    unsafe {
        let text = (api.PyUnicode_New)(digits.len() as isize, 127);
        if !text.is_null() {
            let data = text.byte_offset(runtime.layout.unicode_ascii_data as isize).cast::<u8>();
            std::ptr::copy_nonoverlapping(digits.as_ptr(), data, digits.len());
        }
        text
    }
}

/// Appends to the text in the slot of a local, in place where nobody else has it. 0 with an exception; the slot is empty then.
///
/// # Safety
/// The slot owns an exact text; the other is an exact text.
pub unsafe extern "C" fn rt_text_append(slot: *mut u64, more: Object) -> i32 {
    let Some(runtime) = runtime::get() else { return 0 };
    // SAFETY: the caller's promise.
    unsafe {
        let mut text = *slot as Object;
        (runtime.api.PyUnicode_Append)(&raw mut text, more);
        *slot = if text.is_null() { runtime.layout.null_ref } else { text as u64 };
        i32::from(!text.is_null())
    }
}

/// A function made of a code object, with the version that the interpreter gives it.
///
/// # Safety
/// A live code object and the dict of globals.
pub unsafe extern "C" fn rt_function(code: Object, globals: Object) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let layout = &runtime.layout;
    // SAFETY: the caller's promise; fields that the self-test has seen.
    unsafe {
        let function = (runtime.api.PyFunction_New)(code, globals);
        if !function.is_null() {
            Runtime::write(function, layout.func_version, Runtime::read::<u32>(code, layout.code_version));
        }
        function
    }
}
