//! The main thread: the one in which CPython runs signal handlers, and calls that were left to be made there.
//!
//! An exception that is set for a thread (`PyThreadState_SetAsyncExc`) waits until that thread next looks, and by then it may
//! stand elsewhere: in a signal handler that ran because a call in C was interrupted, which would be cut short before its
//! first line. A pending call (`Py_AddPendingCall`) is made where the main thread looks, so that it can see where it is, and
//! only then raise.

use crate::async_exception::this_thread;
use crate::python;
use jitctl_core::{Host, Owned, Result};
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

type Call = Box<dyn FnOnce() -> bool>;

/// Is the calling thread the main thread? Where that cannot be told, no. Runs no bytecode.
pub(crate) fn is_here(host: Host) -> bool {
    main_thread(host).is_ok_and(|main| this_thread(host).is_ok_and(|here| here == main))
}

fn main_thread(host: Host) -> Result<i64> {
    let threads = host.import("_thread")?;
    if let Ok(ident) = host.call_method(threads.borrow(), "_get_main_thread_ident", &[]) {
        return host.to_int(ident.borrow()); // from 3.13 on
    }
    if let Some(threading) = python::imported(host, "threading") {
        let main = host.get(threading.borrow(), "_main_thread")?;
        return host.to_int(host.get(main.borrow(), "_ident")?.borrow());
    }
    // Linux gives the first thread of a process the number of the process.
    let native = host.to_int(host.call_method(threads.borrow(), "get_native_id", &[])?.borrow())?;
    if native == i64::from(std::process::id()) { this_thread(host) } else { Ok(0) }
}

/// Has the main thread make a call where it next looks for signals; the call says whether it has set an exception. Answers
/// whether there was room for it.
pub(crate) fn leave(host: Host, call: Call) -> bool {
    let Some(address) = host.resolve("Py_AddPendingCall") else { return false };
    // SAFETY: the stable ABI of every CPython declares it so.
    let add: extern "C" fn(extern "C" fn(*mut c_void) -> c_int, *mut c_void) -> c_int =
        unsafe { std::mem::transmute(address) };
    let pointer = Box::into_raw(Box::new(call));
    let left = add(made, pointer.cast()) == 0;
    if !left {
        // SAFETY: CPython has not taken the pointer, which is this function's own.
        drop(unsafe { Box::from_raw(pointer) });
    }
    left
}

extern "C" fn made(pointer: *mut c_void) -> c_int {
    // SAFETY: `leave` made the pointer of this type, and CPython makes each pending call once.
    let call = unsafe { Box::from_raw(pointer.cast::<Call>()) };
    // A panic must not leave a function that C calls.
    if catch_unwind(AssertUnwindSafe(call)).unwrap_or(false) { -1 } else { 0 }
}

/// Sets an exception in the calling thread, as `raise` does.
pub(crate) fn set_exception(host: Host, exception: &Owned) -> bool {
    let Some(address) = host.resolve("PyErr_SetNone") else { return false };
    // SAFETY: the stable ABI of every CPython declares it so; the class lives, and this thread is attached.
    let set: extern "C" fn(*mut c_void) = unsafe { std::mem::transmute(address) };
    set(exception.address());
    true
}
