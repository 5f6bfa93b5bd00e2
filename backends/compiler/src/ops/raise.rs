//! Errors that only the operation itself can tell, with the interpreter's own words.

use crate::python::Object;
use crate::runtime::{self, Runtime};

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
