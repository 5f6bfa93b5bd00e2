//! Functions that are compiled at a later call: once CPython has specialised them.
//!
//! CinderX compiles what the bytecode says at that moment. Code that was never run is not specialised, and compiled from
//! it a float loop is 1.5 times slower than interpreted; compiled from specialised bytecode it is 6 times faster. So the
//! function's first calls are interpreted, and it is compiled when its specialised share stops changing.

use crate::cinderx::{CinderX, Compiled};
use crate::samples::Samples;
use crate::vectorcall::{Object, Vectorcall};
use crate::verdicts::settled;
use jitctl_core::{Borrowed, Error, Hint, Owned};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// It is compiled at this call at the latest.
pub const LAST_CALL: u32 = 33;
/// CinderX is paused while a debugger is active; it is asked again after so many calls.
const ASK_AGAIN: u32 = 64;

/// What is known of a function that waits.
pub struct Waiting {
    pub hint: Hint,
    pub ticket: u64,
    pub samples: Option<Samples>,
    calls: u32,
    next: u32,
    share: f64,
}

impl Waiting {
    pub fn new(hint: Hint, ticket: u64, samples: Option<Samples>) -> Self {
        let next = if samples.is_some() { 1 } else { 2 };
        Self { hint, ticket, samples, calls: 0, next, share: -1.0 }
    }
}

/// What the entry of a waiting function needs: it is a plain function.
static RUNNING: OnceLock<(Arc<CinderX>, Vectorcall)> = OnceLock::new();

/// Prepares for functions that wait, once in a process. `None` where their calls cannot be heard of.
pub fn prepare(cinderx: &Arc<CinderX>) -> Option<&'static Vectorcall> {
    if RUNNING.get().is_none() {
        let vectorcall = Vectorcall::find(cinderx.host, called)?;
        RUNNING.get_or_init(|| (Arc::clone(cinderx), vectorcall));
    }
    RUNNING.get().map(|(_, vectorcall)| vectorcall)
}

/// By the function's address. One that dies leaves its entry behind until another function has its address.
static WAITING: Mutex<Option<HashMap<usize, Waiting>>> = Mutex::new(None);

fn waiting() -> MutexGuard<'static, Option<HashMap<usize, Waiting>>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(function: Borrowed<'_>) -> usize {
    function.address() as usize
}

/// Lets the function wait. The entry of a dead function with its address is dropped after the lock is gone.
pub fn add(vectorcall: &Vectorcall, function: Borrowed<'_>, entry: Waiting) {
    let stale = waiting().get_or_insert_default().insert(key(function), entry);
    drop(stale);
    vectorcall.watch(function);
}

/// Lets it wait no longer. Says whether it did.
pub fn remove(vectorcall: &Vectorcall, function: Borrowed<'_>) -> bool {
    let watched = vectorcall.is_watched(function);
    vectorcall.unwatch(function);
    watched && take(function).is_some()
}

fn take(function: Borrowed<'_>) -> Option<Waiting> {
    waiting().as_mut()?.remove(&key(function))
}

/// Counts this call, and gives the function away when it is time to look at it.
fn due(function: Borrowed<'_>) -> Option<Waiting> {
    let mut all = waiting();
    let entry = all.as_mut()?.get_mut(&key(function))?;
    entry.calls += 1;
    if entry.calls < entry.next { None } else { all.as_mut()?.remove(&key(function)) }
}

/// The function is called. Gives what interrupted a sample call, for the caller to raise.
fn step(cinderx: &CinderX, vectorcall: &Vectorcall, function: Borrowed<'_>) -> Option<Owned> {
    let mut entry = due(function)?; // other threads find no entry, and go on interpreted
    if let Some(samples) = entry.samples.take() {
        vectorcall.unwatch(function);
        if let Some(Error::Python(interruption)) = samples.run(cinderx.host, function).interruption {
            return Some(cinderx.host.own(interruption.object()));
        }
    } else {
        let share = cinderx.host.observe(function).map_or(1.0, |state| state.share());
        let steady = entry.calls > 2 && share > 0.0 && (share - entry.share).abs() < f64::EPSILON;
        if !steady && entry.calls < LAST_CALL {
            entry.share = share;
            entry.next = entry.calls * 2 - 1 + u32::from(entry.calls < 2);
            put_back(function, entry);
            return None;
        }
        vectorcall.unwatch(function);
    }
    match cinderx.compile(function) {
        Ok(Compiled::Paused) => {
            entry.next = entry.calls + ASK_AGAIN;
            add(vectorcall, function, entry);
        }
        Ok(compiled) => cinderx.host.report(entry.ticket, &settled(cinderx, function, entry.hint, compiled)),
        Err(error) => {
            let verdict = settled(cinderx, function, entry.hint, Compiled::Failed(error.to_string()));
            cinderx.host.report(entry.ticket, &verdict);
        }
    }
    None
}

fn put_back(function: Borrowed<'_>, entry: Waiting) {
    let stale = waiting().get_or_insert_default().insert(key(function), entry);
    drop(stale);
}

/// The entry of a function that waits to be compiled.
unsafe extern "C" fn called(function: Object, arguments: *const Object, count: usize, names: Object) -> Object {
    let Some((cinderx, vectorcall)) = RUNNING.get() else {
        return ptr::null_mut(); // cannot be: only what `prepare` found sets this entry
    };
    // SAFETY: the caller keeps the function alive during the call.
    let borrowed = unsafe { Borrowed::from_address(function) };
    if let Ok(Some(interruption)) = catch_unwind(AssertUnwindSafe(|| step(cinderx, vectorcall, borrowed))) {
        // KeyboardInterrupt and its like, met while a sample call ran: they belong to the user.
        vectorcall.raise(cinderx.host, &interruption);
        return ptr::null_mut();
    }
    // SAFETY: the entry of this function, with the caller's own arguments.
    unsafe { vectorcall.behind(borrowed)(function, arguments, count, names) }
}
