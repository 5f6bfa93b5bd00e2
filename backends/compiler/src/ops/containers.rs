//! Dicts whose keys are texts, and the ends of lists.

use crate::exits;
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

/// The value of a text in a dict, borrowed. 0 where it is missing, 1 where looking it up could run code: keys that are no texts.
///
/// # Safety
/// An exact dict and an exact text.
pub unsafe extern "C" fn rt_dict_text(dict: Object, key: Object) -> Object {
    let Some(runtime) = runtime::get() else { return 1 as Object };
    let api = &runtime.api;
    // SAFETY: the caller's promise.
    unsafe {
        if !has_text_keys(runtime, dict) {
            return 1 as Object;
        }
        let found = (api.PyDict_GetItemWithError)(dict, key);
        if found.is_null() && !(api.PyErr_Occurred)().is_null() {
            (api.PyErr_Clear)();
            return 1 as Object;
        }
        found
    }
}

/// `dict[key] = value`. 0: done; 1: nothing was done, since it could run code; -1: an exception.
///
/// # Safety
/// An exact dict, an exact text and a live object.
pub unsafe extern "C" fn rt_dict_text_store(dict: Object, key: Object, value: Object) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    // SAFETY: the caller's promise.
    unsafe {
        let old = rt_dict_text(dict, key);
        if old as usize == 1 || !old.is_null() && !exits::gives_back_silently(runtime, old) {
            return 1;
        }
        (runtime.api.PyDict_SetItem)(dict, key, value)
    }
}

/// Are all keys of the dict texts?
unsafe fn has_text_keys(runtime: &Runtime, dict: Object) -> bool {
    const GENERAL: u8 = 0;
    // SAFETY: an exact dict has keys.
    unsafe {
        let keys = Runtime::read::<Object>(dict, runtime.layout.dict_keys);
        Runtime::read::<u8>(keys, runtime.layout.keys_kind) != GENERAL
    }
}

/// Takes the last item of a list that has one.
///
/// # Safety
/// An exact list that is not empty.
pub unsafe extern "C" fn rt_list_pop(list: Object) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let api = &runtime.api;
    // SAFETY: the caller's promise; the item's reference outlives the list's.
    unsafe {
        let last = Runtime::read::<isize>(list, runtime.layout.var_size) - 1;
        let items = Runtime::read::<*const Object>(list, runtime.layout.list_items);
        let item = *items.offset(last);
        (api.Py_IncRef)(item);
        if (api.PyList_SetSlice)(list, last, last + 1, null_mut()) != 0 {
            (api.Py_DecRef)(item);
            return null_mut();
        }
        item
    }
}
