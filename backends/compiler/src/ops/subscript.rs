//! Slices, and the characters of a text.

use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

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
