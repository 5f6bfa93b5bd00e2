//! Items, slices, and the characters of a text.

use crate::exits::Site;
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

/// `container[key]`, where nothing is known of the container: its class is remembered.
///
/// # Safety
/// Live objects; no site, or one of the unit.
pub unsafe extern "C" fn rt_get_item(container: Object, key: Object, site: *const Site) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(site) = site.as_ref() {
            site.meet(runtime, container);
        }
        (runtime.api.PyObject_GetItem)(container, key)
    }
}

/// `container[key] = value`, likewise.
///
/// # Safety
/// As for [`rt_get_item`].
pub unsafe extern "C" fn rt_set_item(container: Object, key: Object, value: Object, site: *const Site) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(site) = site.as_ref() {
            site.meet(runtime, container);
        }
        (runtime.api.PyObject_SetItem)(container, key, value)
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
