//! The vectorcall entry of a function: hears of its calls without a wrapper.
//!
//! `PyFunction_SetVectorcall` is CPython's public way to give one function another entry; CinderX does the same. The
//! object stays what it is, no frame is added, and compiling replaces the entry once more.

use jitctl_core::{Borrowed, Host, Owned};
use std::ffi::c_void;
use std::ptr;

/// A `PyObject *`.
pub type Object = *mut c_void;
/// A function's entry.
pub type Entry = unsafe extern "C" fn(Object, *const Object, usize, Object) -> Object;
type SetEntry = unsafe extern "C" fn(Object, Entry);
type GetEntry = unsafe extern "C" fn(Object) -> Option<Entry>;
type SetError = unsafe extern "C" fn(Object, Object);

/// What CPython exports for it, its own entry of every function, and ours.
pub struct Vectorcall {
    set: SetEntry,
    get: GetEntry,
    raise: SetError,
    interpreted: Entry,
    ours: Entry,
}

impl Vectorcall {
    /// With `ours` as the entry of functions that are watched. `None` where the interpreter does not export what is needed, or
    /// where a new function has an entry of somebody else.
    pub fn find(host: Host, ours: Entry) -> Option<Self> {
        let set = host.resolve("PyFunction_SetVectorcall")?;
        let get = host.resolve("PyVectorcall_Function")?;
        let raise = host.resolve("PyErr_SetObject")?;
        // SAFETY: the interpreter's own functions of these names, with the signatures of its documentation since 3.12.
        let (set, get, raise) = unsafe {
            (
                std::mem::transmute::<*mut c_void, SetEntry>(set),
                std::mem::transmute::<*mut c_void, GetEntry>(get),
                std::mem::transmute::<*mut c_void, SetError>(raise),
            )
        };
        let mut known = None;
        for name in ["warnings", "importlib"] {
            // Two plain functions of the standard library that nobody compiles: both must have the same entry.
            let module = host.import(name).ok()?;
            let plain =
                host.get(module.borrow(), if name == "warnings" { "formatwarning" } else { "import_module" }).ok()?;
            // SAFETY: a live object, attached.
            let entry = unsafe { get(plain.address()) }?;
            if known.is_some_and(|other: Entry| !ptr::fn_addr_eq(other, entry)) {
                return None;
            }
            known = Some(entry);
        }
        Some(Self { set, get, raise, interpreted: known?, ours })
    }

    /// Has the function CPython's own entry?
    pub fn is_plain(&self, function: Borrowed<'_>) -> bool {
        self.entry(function).is_some_and(|entry| ptr::fn_addr_eq(entry, self.interpreted))
    }

    /// Has it ours?
    pub fn is_watched(&self, function: Borrowed<'_>) -> bool {
        self.entry(function).is_some_and(|entry| ptr::fn_addr_eq(entry, self.ours))
    }

    fn entry(&self, function: Borrowed<'_>) -> Option<Entry> {
        // SAFETY: a live object, attached.
        unsafe { (self.get)(function.address()) }
    }

    /// Gives it ours, which hears of every call.
    pub fn watch(&self, function: Borrowed<'_>) {
        // SAFETY: a live Python function, attached; `ours` has the signature of a vectorcall.
        unsafe { (self.set)(function.address(), self.ours) }
    }

    /// CPython's own entry again, where ours is in place.
    pub fn unwatch(&self, function: Borrowed<'_>) {
        if self.is_watched(function) {
            // SAFETY: a live Python function, attached; the entry is CPython's own.
            unsafe { (self.set)(function.address(), self.interpreted) }
        }
    }

    /// The entry of a watched function that was compiled meanwhile, or CPython's own.
    pub fn behind(&self, function: Borrowed<'_>) -> Entry {
        self.entry(function).filter(|entry| !ptr::fn_addr_eq(*entry, self.ours)).unwrap_or(self.interpreted)
    }

    /// Raises an exception that a call ended with.
    pub fn raise(&self, host: Host, exception: &Owned) {
        if let Ok(class) = host.get(exception.borrow(), "__class__") {
            // SAFETY: live objects, attached.
            unsafe { (self.raise)(class.address(), exception.address()) };
        }
    }
}
