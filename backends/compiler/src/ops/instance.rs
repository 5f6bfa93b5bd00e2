//! `isinstance`, where no code of others has a say in it.

use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::sync::OnceLock;

/// 1 or 0; 2 where other code may be asked, or an error raised.
///
/// # Safety
/// Live objects.
pub unsafe extern "C" fn rt_is_instance(object: Object, class: Object) -> i32 {
    let Some(runtime) = runtime::get() else { return 2 };
    // SAFETY: the caller's promise.
    unsafe { is_instance(runtime, object, class) }.map_or(2, i32::from)
}

/// The answer for a class, or a tuple of classes; None where it is not known.
///
/// # Safety
/// Live objects.
unsafe fn is_instance(rt: &Runtime, object: Object, class: Object) -> Option<bool> {
    let (api, layout) = (&rt.api, &rt.layout);
    // SAFETY: the types of live objects, and the items of an exact tuple, which nothing changes.
    unsafe {
        let ty = Runtime::read::<Object>(object, layout.object_type);
        let meta = Runtime::read::<usize>(class, layout.object_type);
        if ty == class {
            return Some(true);
        }
        if meta == api.PyTuple_Type {
            let count = i32::try_from(Runtime::read::<isize>(class, layout.var_size)).ok()?;
            for index in 0..count {
                let one = Runtime::read::<Object>(class, layout.tuple_items + 8 * index);
                // A tuple within one counts against the limit of recursion.
                if Runtime::read::<usize>(one, layout.object_type) == api.PyTuple_Type {
                    return None;
                }
                if is_instance(rt, object, one)? {
                    return Some(true);
                }
            }
            return Some(false);
        }
        if meta != api.PyType_Type {
            return None;
        }
        if (api.PyType_IsSubtype)(ty, class) != 0 {
            return Some(true);
        }
        // Otherwise the object's `__class__` is asked, which is its type unless its class says something else.
        let name = *name(rt)? as Object;
        let usual = (api._PyType_Lookup)(api.PyBaseObject_Type as Object, name);
        let plain = Runtime::read::<usize>(ty, layout.type_getattro) == api.PyObject_GenericGetAttr as usize
            && (api._PyType_Lookup)(ty, name) == usual;
        plain.then_some(false)
    }
}

/// The text `__class__`, which stays.
fn name(rt: &Runtime) -> Option<&'static usize> {
    static NAME: OnceLock<usize> = OnceLock::new();
    if NAME.get().is_none() {
        let text = rt.host.text("__class__").ok()?;
        if NAME.set(text.address() as usize).is_ok() {
            std::mem::forget(text);
        }
    }
    NAME.get()
}
