//! Looks once more for executable memory when an armed function is first called. A service gives its hints while it is
//! imported, restricts itself when it is set up, and serves then: CPython would raise RuntimeWarning in the first function
//! that it tries to compile. Until its first call such a function has an entry of ours.

use super::clock;
use crate::control::jit_switch;
use crate::control::obstacle::Obstacle;
use crate::cpython::capi::Object;
use crate::cpython::{entries, timing};
use crate::hints::keep_up;
use crate::state::context::{Context, Process};
use jitctl_core::{Borrowed, Hint, Level, Owned, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::c_void;
use std::mem::transmute;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, OnceLock};

/// What the entry calls.
struct Look {
    call_one: unsafe extern "C" fn(Object, Object, ...) -> Object,
    decref: unsafe extern "C" fn(Object),
    /// A callable that looks; it takes the function, and raises nothing.
    look: AtomicPtr<c_void>,
}

static LOOK: OnceLock<Option<Look>> = OnceLock::new();

/// Has the first call of a function that was armed look before it. Where that cannot be had, maintenance looks all the same.
pub fn watch(context: &Arc<Context>, function: Borrowed<'_>, code: Borrowed<'_>) {
    let armed = context.hints.edit(code, |record| {
        (record.spec.hint != Hint::Ignore).then(|| record.starts.iter().any(|start| !start.compiled))
    });
    let Some(armed) = armed.flatten() else { return };
    if !matches!(context.process(), Process::On | Process::OptedIn(_)) {
        return;
    }
    let held = Arc::clone(context);
    let Some(entries) = entries::get(context.python, move || clear(&held)) else { return };
    if !armed {
        return;
    }
    if LOOK.get().is_none() {
        // Made outside the cell: this runs Python, and whoever waits for a cell keeps the GIL from the one who fills it.
        let log = |error| context.host.log(Level::Info, &format!("first calls do not look for memory: {error}"));
        let _ = LOOK.set(Look::new(context).map_err(log).ok());
    }
    if matches!(LOOK.get(), Some(Some(_))) {
        entries.may_be_replaced(entry);
        // SAFETY: a live function; the library is never unloaded.
        unsafe { entries.swap(function.address(), entries.usual, entry) };
    }
}

/// Gives all hinted functions CPython's entry back.
fn clear(context: &Context) {
    let Some(entries) = entries::known() else { return };
    for code in context.hints.codes() {
        timing::stop(code.borrow());
        for (function, _) in context.hints.functions(code.borrow()) {
            // SAFETY: a live function, and CPython's entry.
            unsafe { entries.swap(function.address(), entry, entries.usual) };
        }
    }
}

impl Look {
    fn new(context: &Arc<Context>) -> Result<Self> {
        let host = context.host;
        let symbol = |name: &str| {
            let missing = || VerdictCode::SymbolMissing.error(format!("the interpreter does not export {name}"));
            host.resolve(name).ok_or_else(missing)
        };
        let (call_one, decref) = (symbol("PyObject_CallFunctionObjArgs")?, symbol("Py_DecRef")?);
        let held = Arc::clone(context);
        let look = host.callable("jitctl_memory", move |host, arguments| {
            if let Some(function) = arguments.first()
                && let Err(error) = first_call(&held, *function)
            {
                host.log(Level::Warning, &format!("a first call: {error}"));
            }
            Ok(host.none())
        })?;
        let address = look.address();
        // As long-lived as the process, as the entry that uses it.
        std::mem::forget::<Owned>(look);
        // SAFETY: both are public functions of these signatures.
        Ok(unsafe {
            Self {
                call_one: transmute::<Object, unsafe extern "C" fn(Object, Object, ...) -> Object>(call_one),
                decref: transmute::<Object, unsafe extern "C" fn(Object)>(decref),
                look: AtomicPtr::new(address),
            }
        })
    }
}

/// Where memory is refused by now, the JIT that we switched on goes off, and what is armed is silenced.
fn first_call(context: &Context, function: Borrowed<'_>) -> Result<()> {
    let Some(reason) = context.memory_denied() else { return Ok(()) };
    jit_switch::stand_aside(context)?;
    let code = context.code(function)?;
    keep_up::look(context, code.borrow(), Some(&Obstacle::Memory(reason)))?;
    clock::start();
    Ok(())
}

/// The first call of an armed function: looks, with CPython's entry back where it was, and calls on.
///
/// # Safety
/// As for any vectorcall function; CPython calls it.
unsafe extern "C" fn entry(function: Object, arguments: *const Object, count: usize, names: Object) -> Object {
    let (Some(entries), Some(Some(look))) = (entries::known(), LOOK.get()) else { return null_mut() };
    // SAFETY: CPython's arguments, alive for the call, attached; the callable lives for ever. Panics end in the callable.
    unsafe {
        entries.swap(function, entry, entries.usual);
        let done = (look.call_one)(look.look.load(Ordering::Relaxed), function, null_mut::<c_void>());
        if done.is_null() {
            return null_mut();
        }
        (look.decref)(done);
        (entries.usual)(function, arguments, count, names)
    }
}
