//! Globals, methods, and the classes that an operation met.

use crate::exits::Site;
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

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
