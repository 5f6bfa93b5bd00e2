//! 3.10: the function's entry, its `vectorcall` field, is ours until the first call.
//!
//! 3.10 calls every Python function by that field: `CALL_FUNCTION` and its kin, `PyObject_Call`, slots, methods. (3.11 no
//! longer does where one Python function calls another: `code_swap_3_11.rs`.) What stands there puts CPython's own entry back,
//! trains, and hands the call on as it came. Nothing else of the function changes, and a call costs what it cost once the
//! entry is back. Copies of the function start with CPython's entry.
//!
//! Tracers and profilers see the calls of the training, as made by the caller.

use crate::job::{Job, code_replaced, unavailable};
use crate::pending::{Pending, Way};
use crate::python;
use jitctl_core::{Borrowed, Host, Owned, Result};
use std::ffi::c_void;
use std::mem::size_of;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, OnceLock};

type Vectorcall = unsafe extern "C" fn(*mut c_void, *const *mut c_void, usize, *mut c_void) -> *mut c_void;
type CallOne = unsafe extern "C" fn(*mut c_void, *mut c_void, ...) -> *mut c_void;
type Release = unsafe extern "C" fn(*mut c_void);

/// Where `PyTypeObject.tp_vectorcall_offset` is: behind the head of an object of variable size (3 words), the name, two sizes
/// and the deallocator (`cpython/object.h`).
const OFFSET_IN_TYPE: usize = 7 * size_of::<usize>();

/// What the entry needs; it gets nothing but the call.
struct Known {
    usual: Vectorcall,
    /// Where a function keeps its entry.
    offset: usize,
    call_one: CallOne,
    release: Release,
    /// Runs what waits for its argument, a function.
    run: AtomicPtr<c_void>,
}

static KNOWN: OnceLock<Known> = OnceLock::new();

#[derive(Default)]
pub(crate) struct Entries;

impl Entries {
    pub(crate) fn arm(
        &self,
        host: Host,
        pending: &Arc<Pending>,
        function: Borrowed<'_>,
        ticket: u64,
        job: Job,
    ) -> Result<()> {
        let known = known(host, pending, function)?;
        // SAFETY: a live function; the place was found to hold an entry, and the GIL is held.
        let now = unsafe { *known.place(function.address()) };
        if now as usize != known.usual as usize {
            return Err(unavailable("something else has taken the function's entry"));
        }
        let code = host.get(function, "__code__")?;
        pending.add(host, pending.number(), function, ticket, Way::Entry { code }, job)?;
        // SAFETY: as above.
        unsafe { *known.place(function.address()) = first_call };
        Ok(())
    }

    /// Gives the function CPython's entry back, where it has ours.
    pub(crate) fn put_back(function: Borrowed<'_>) {
        if let Some(known) = KNOWN.get() {
            // SAFETY: a live function, as in `arm`.
            unsafe { known.put_back(function.address()) }
        }
    }
}

impl Known {
    /// # Safety
    /// `function` is a live function.
    unsafe fn place(&self, function: *mut c_void) -> *mut Vectorcall {
        // SAFETY: the offset lies within the object.
        unsafe { function.byte_add(self.offset).cast() }
    }

    /// # Safety
    /// `function` is a live function, and the GIL is held.
    unsafe fn put_back(&self, function: *mut c_void) {
        // SAFETY: the caller's promise.
        unsafe {
            let place = self.place(function);
            if *place as usize == first_call as *const () as usize {
                *place = self.usual;
            }
        }
    }
}

fn known(host: Host, pending: &Arc<Pending>, function: Borrowed<'_>) -> Result<&'static Known> {
    if let Some(known) = KNOWN.get() {
        return Ok(known);
    }
    let find = |name: &str| host.resolve(name).ok_or_else(|| unavailable(format!("CPython does not show {name}")));
    let (usual, call, release) =
        (find("_PyFunction_Vectorcall")?, find("PyObject_CallFunctionObjArgs")?, find("Py_DecRef")?);
    let class = host.get(function, "__class__")?;
    let size = host.to_int(host.get(class.borrow(), "__basicsize__")?.borrow())?;
    // SAFETY: a live type object of 3.10, whose layout is public.
    let offset = unsafe { *class.address().byte_add(OFFSET_IN_TYPE).cast::<isize>() };
    let offset = usize::try_from(offset).map_err(unavailable)?;
    let fits = usize::try_from(size).is_ok_and(|size| offset + size_of::<usize>() <= size);
    if !fits || offset % size_of::<usize>() != 0 {
        return Err(unavailable("a function's entry is not where it should be"));
    }
    let pending = Arc::clone(pending);
    let run = host.callable("jitctl_first_call", move |host, arguments| {
        if let Some(function) = arguments.first() {
            train(host, &pending, *function)?;
        }
        Ok(host.none())
    })?;
    // SAFETY: these are the functions of these names, and public; the first is declared so in cpython/funcobject.h.
    let known = unsafe {
        Known {
            usual: std::mem::transmute::<*mut c_void, Vectorcall>(usual),
            offset,
            call_one: std::mem::transmute::<*mut c_void, CallOne>(call),
            release: std::mem::transmute::<*mut c_void, Release>(release),
            run: AtomicPtr::new(run.address()),
        }
    };
    Ok(KNOWN.get_or_init(|| {
        // As long-lived as the process, as the entry that uses it.
        std::mem::forget::<Owned>(run);
        known
    }))
}

/// # Safety
/// As for any vectorcall function; CPython calls it.
unsafe extern "C" fn first_call(
    function: *mut c_void,
    arguments: *const *mut c_void,
    count: usize,
    names: *mut c_void,
) -> *mut c_void {
    // Only `arm` puts this anywhere, and it knows before it does.
    let Some(known) = KNOWN.get() else { return null_mut() };
    // SAFETY: CPython's arguments, alive for the call, attached; the callable lives for ever. Panics end in the callable.
    unsafe {
        known.put_back(function);
        let done = (known.call_one)(known.run.load(Ordering::Relaxed), function, null_mut::<c_void>());
        if done.is_null() {
            return null_mut();
        }
        (known.release)(done);
        (known.usual)(function, arguments, count, names)
    }
}

fn train(host: Host, pending: &Pending, function: Borrowed<'_>) -> Result<()> {
    let Some(waiting) = pending.take_by_function(function) else { return Ok(()) };
    let now = host.get(function, "__code__")?;
    if matches!(&waiting.way, Way::Entry { code } if !python::same(code.borrow(), now.borrow())) {
        host.report(waiting.ticket, &code_replaced());
        return Ok(());
    }
    waiting.run(host)
}
