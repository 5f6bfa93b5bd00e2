//! Functions that are compiled at a later call: once CPython has specialised them.
//!
//! CinderX compiles what the bytecode says at that moment. Code that was never run is not specialised, and compiled from
//! it a float loop is 1.5 times slower than interpreted; compiled from specialised bytecode it is 6 times faster. So the
//! function's first calls are interpreted, and it is compiled when its specialised share stops changing.

use crate::act::settled;
use crate::engine::{Compiled, Engine};
use crate::hook::Hook;
use crate::samples::Samples;
use jitctl_core::{Borrowed, Error, Hint, Owned};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

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

/// By the function's address. One that dies leaves its entry behind until another function has its address.
static WAITING: Mutex<Option<HashMap<usize, Waiting>>> = Mutex::new(None);

fn waiting() -> MutexGuard<'static, Option<HashMap<usize, Waiting>>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(function: Borrowed<'_>) -> usize {
    function.address() as usize
}

/// Lets the function wait. The entry of a dead function with its address is dropped after the lock is gone.
pub fn add(hook: &Hook, function: Borrowed<'_>, entry: Waiting) {
    let stale = waiting().get_or_insert_default().insert(key(function), entry);
    drop(stale);
    hook.watch(function);
}

/// Lets it wait no longer. Says whether it did.
pub fn remove(hook: &Hook, function: Borrowed<'_>) -> bool {
    let watched = hook.is_watched(function);
    hook.unwatch(function);
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
pub fn step(engine: &Engine, hook: &Hook, function: Borrowed<'_>) -> Option<Owned> {
    let mut entry = due(function)?; // other threads find no entry, and go on interpreted
    if let Some(samples) = entry.samples.take() {
        hook.unwatch(function);
        if let Some(Error::Python(interruption)) = samples.run(engine.host, function).interruption {
            return Some(engine.host.own(interruption.object()));
        }
    } else {
        let share = engine.host.observe(function).map_or(1.0, |state| state.share());
        let steady = entry.calls > 2 && share > 0.0 && (share - entry.share).abs() < f64::EPSILON;
        if !steady && entry.calls < LAST_CALL {
            entry.share = share;
            entry.next = entry.calls * 2 - 1 + u32::from(entry.calls < 2);
            put_back(function, entry);
            return None;
        }
        hook.unwatch(function);
    }
    match engine.compile(function) {
        Ok(Compiled::Paused) => {
            entry.next = entry.calls + ASK_AGAIN;
            add(hook, function, entry);
        }
        Ok(compiled) => engine.host.report(entry.ticket, &settled(engine, function, entry.hint, compiled)),
        Err(error) => {
            let verdict = settled(engine, function, entry.hint, Compiled::Failed(error.to_string()));
            engine.host.report(entry.ticket, &verdict);
        }
    }
    None
}

fn put_back(function: Borrowed<'_>, entry: Waiting) {
    let stale = waiting().get_or_insert_default().insert(key(function), entry);
    drop(stale);
}
