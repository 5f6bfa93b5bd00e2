//! CPython's functions that the profiler needs and the stable ABI lacks. They are looked up in the running process.

use crate::symbols::address as symbol;
use pyo3::ffi;
use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

/// A function's entry.
pub type Vectorcall = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    usize,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;
type Watcher = unsafe extern "C" fn(c_int, *mut ffi::PyObject, *mut ffi::PyObject) -> c_int;

/// The functions; all but the last are public, from 3.12 on.
pub struct Capi {
    pub get_entry: unsafe extern "C" fn(*mut ffi::PyObject) -> Option<Vectorcall>,
    pub set_entry: unsafe extern "C" fn(*mut ffi::PyObject, Vectorcall),
    pub add_watcher: unsafe extern "C" fn(Watcher) -> c_int,
    pub clear_watcher: unsafe extern "C" fn(c_int) -> c_int,
    pub get_code: unsafe extern "C" fn(*mut ffi::PyObject) -> *mut ffi::PyObject,
    /// Private, from 3.13 on: gives a function that has no version the one named.
    pub set_version: Option<unsafe extern "C" fn(*mut ffi::PyObject, u32)>,
}

/// Events of `PyFunction_AddWatcher`.
pub mod event {
    use std::ffi::c_int;
    pub const CREATE: c_int = 0;
    pub const DESTROY: c_int = 1;
    pub const MODIFY_CODE: c_int = 2;
    pub const MODIFY_DEFAULTS: c_int = 3;
    pub const MODIFY_KWDEFAULTS: c_int = 4;
}

/// The functions, or which one is missing.
pub fn capi() -> Result<&'static Capi, &'static str> {
    static FOUND: OnceLock<Result<Capi, &'static str>> = OnceLock::new();
    FOUND.get_or_init(resolve).as_ref().map_err(|missing| *missing)
}

fn resolve() -> Result<Capi, &'static str> {
    let found = |name: &'static str| {
        let address = symbol(name);
        if address.is_null() { Err(name) } else { Ok(address) }
    };
    let (get, set) = (found("PyVectorcall_Function")?, found("PyFunction_SetVectorcall")?);
    let (add, clear) = (found("PyFunction_AddWatcher")?, found("PyFunction_ClearWatcher")?);
    let code = found("PyFunction_GetCode")?;
    let version = symbol("_PyFunction_SetVersion");
    // SAFETY: the addresses are those of the functions of these names, whose signatures are these in every version
    // that has them (cpython/funcobject.h, cpython/abstract.h, internal/pycore_function.h).
    unsafe {
        Ok(Capi {
            get_entry: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut ffi::PyObject) -> Option<Vectorcall>>(
                get,
            ),
            set_entry: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut ffi::PyObject, Vectorcall)>(set),
            add_watcher: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(Watcher) -> c_int>(add),
            clear_watcher: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(c_int) -> c_int>(clear),
            get_code: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut ffi::PyObject) -> *mut ffi::PyObject>(
                code,
            ),
            set_version: (!version.is_null())
                .then(|| std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut ffi::PyObject, u32)>(version)),
        })
    }
}
