//! Dicts whose keys are texts or ints, and the ends of lists.

use crate::exits;
use crate::python::Object;
use crate::runtime::{self, Looked, Runtime};
use std::ptr::null_mut;

/// Where a dict has the value of a text. 0 where it is missing, 1 where looking it up could run code.
///
/// # Safety
/// An exact dict and an exact text.
pub unsafe extern "C" fn rt_dict_text(dict: Object, key: Object) -> *mut Object {
    let Some(runtime) = runtime::get() else { return UNKNOWN };
    // SAFETY: the caller's promise.
    place(unsafe { runtime.look_up_text(dict, key) })
}

/// Where a dict has the value of an int. 0 where it is missing, 1 where looking it up could run code.
///
/// # Safety
/// An exact dict.
pub unsafe extern "C" fn rt_dict_int(dict: Object, key: i64) -> *mut Object {
    let Some(runtime) = runtime::get() else { return UNKNOWN };
    // SAFETY: the caller's promise.
    place(unsafe { runtime.look_up_int(dict, key) })
}

/// What the two above give where looking the key up could run code.
const UNKNOWN: *mut Object = std::ptr::without_provenance_mut(1);

fn place(looked: Looked) -> *mut Object {
    match looked {
        Looked::There(place) => place,
        Looked::Missing => null_mut(),
        Looked::Unknown => UNKNOWN,
    }
}

/// `dict[key] = value`, where looking the key up gave `place`. 0: done; 1: nothing was done, since the end of the old value may run
/// code; -1: an exception.
///
/// # Safety
/// An exact dict, an exact text or int, a live object, and a place of the dict or 0.
pub unsafe extern "C" fn rt_dict_store(dict: Object, key: Object, value: Object, place: *mut Object) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    // SAFETY: the caller's promise.
    unsafe {
        if !place.is_null() {
            if replace(runtime, dict, place, value) {
                return 0;
            }
            if !exits::gives_back_silently(runtime, *place) {
                return 1;
            }
        }
        (runtime.api.PyDict_SetItem)(dict, key, value)
    }
}

/// Puts another value where a look-up found one, as the interpreter does it. False where the interpreter has to: the end of the old
/// value may run code, somebody watches the dict, or changes are counted.
unsafe fn replace(runtime: &Runtime, dict: Object, place: *mut Object, value: Object) -> bool {
    const COLLECTOR: i32 = -16;
    let watchers = runtime.layout.dict_watchers;
    // SAFETY: a place of the dict, whose values are never null, and a live object.
    unsafe {
        let old = *place;
        // A dict that the collector does not know is told to it where it gets something that the collector knows.
        let told = runtime.layout.dict_step == 0 || Runtime::read::<usize>(dict, COLLECTOR) != 0;
        let fits = runtime.replaces_values() && told && Runtime::read::<u8>(dict, watchers) == 0;
        if !fits || !exits::gives_back_silently(runtime, old) {
            return false;
        }
        if old != value {
            runtime.count_change(dict);
        }
        (runtime.api.Py_IncRef)(value);
        *place = value;
        (runtime.api.Py_DecRef)(old);
        true
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
