//! Being called when a function is called, without a wrapper: its vectorcall entry.
//!
//! `PyFunction_SetVectorcall` is CPython's public way to give one function another entry; CinderX does the same. The
//! object stays what it is, no frame is added, and compiling replaces the entry once more.

use crate::pending;
use jitctl_core::{Borrowed, Host, Owned};
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

type Object = *mut c_void;
type Entry = unsafe extern "C" fn(Object, *const Object, usize, Object) -> Object;
type SetEntry = unsafe extern "C" fn(Object, Entry);
type GetEntry = unsafe extern "C" fn(Object) -> Option<Entry>;
type SetError = unsafe extern "C" fn(Object, Object);

/// What CPython exports for it, and its own entry of every function.
pub struct Hook {
    set: SetEntry,
    get: GetEntry,
    raise: SetError,
    interpreted: Entry,
}

impl Hook {
    /// `None` where the interpreter does not export it, or where a new function has an entry of somebody else.
    pub fn find(host: Host) -> Option<Self> {
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
        Some(Self { set, get, raise, interpreted: known? })
    }

    /// Has the function CPython's own entry?
    pub fn is_plain(&self, function: Borrowed<'_>) -> bool {
        self.entry(function).is_some_and(|entry| ptr::fn_addr_eq(entry, self.interpreted))
    }

    /// Has it ours?
    pub fn is_watched(&self, function: Borrowed<'_>) -> bool {
        self.entry(function).is_some_and(|entry| ptr::fn_addr_eq(entry, called as Entry))
    }

    fn entry(&self, function: Borrowed<'_>) -> Option<Entry> {
        // SAFETY: a live object, attached.
        unsafe { (self.get)(function.address()) }
    }

    /// From now on [`pending::step`] hears of every call.
    pub fn watch(&self, function: Borrowed<'_>) {
        // SAFETY: a live Python function, attached; `called` has the signature of a vectorcall.
        unsafe { (self.set)(function.address(), called) }
    }

    /// CPython's own entry again, where ours is in place.
    pub fn unwatch(&self, function: Borrowed<'_>) {
        if self.is_watched(function) {
            // SAFETY: a live Python function, attached; the entry is CPython's own.
            unsafe { (self.set)(function.address(), self.interpreted) }
        }
    }
}

/// The entry of a function that waits to be compiled.
unsafe extern "C" fn called(function: Object, arguments: *const Object, count: usize, names: Object) -> Object {
    let Some((engine, hook)) = crate::engine::running().and_then(|e| e.hook.as_ref().map(|h| (e, h))) else {
        return ptr::null_mut(); // cannot be: only a hook of a running engine sets this entry
    };
    // SAFETY: the caller keeps the function alive during the call.
    let borrowed = unsafe { Borrowed::from_address(function) };
    if let Ok(Some(interruption)) = catch_unwind(AssertUnwindSafe(|| pending::step(engine, hook, borrowed))) {
        return raise(hook, engine.host, &interruption);
    }
    let entry =
        hook.entry(borrowed).filter(|entry| !ptr::fn_addr_eq(*entry, called as Entry)).unwrap_or(hook.interpreted);
    // SAFETY: the entry of this function, with the caller's own arguments.
    unsafe { entry(function, arguments, count, names) }
}

/// KeyboardInterrupt and its like, met while a sample call ran: they belong to the user.
fn raise(hook: &Hook, host: Host, exception: &Owned) -> Object {
    if let Ok(class) = host.get(exception.borrow(), "__class__") {
        // SAFETY: live objects, attached.
        unsafe { (hook.raise)(class.address(), exception.address()) };
    }
    ptr::null_mut()
}
