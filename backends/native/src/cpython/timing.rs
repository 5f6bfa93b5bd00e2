//! Times real calls of a function, for a while: its outermost calls, while no other tool is there.
//!
//! During a call the function has CPython's own entry and its version back, so that calls within it cost what they cost.

use super::capi::{Object, Python};
use super::entries::{self, Entries, Vectorcall, Versions};
use crate::tuning::{TIMED_CALLS, TIMED_CALLS_LEAST, TIMED_CALLS_LONG, TIMED_LONG, TIMED_TIME};
use jitctl_core::Borrowed;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The calls of one function.
struct Timer {
    function: usize,
    version: u32,
    /// Code, defaults and keyword defaults, for which the version stands.
    parts: [usize; 3],
    python: Python,
    times: Vec<u64>,
    /// Something changed that makes the times worthless.
    spoiled: bool,
}

/// What there is so far.
#[derive(Clone, Debug, PartialEq)]
pub enum Timed {
    /// Nothing is timed.
    Nothing,
    /// Too few calls yet.
    TooFew,
    /// The mean time of a call in nanoseconds, without the shortest and longest tenth.
    Mean(f64),
}

static TIMERS: Mutex<Vec<Timer>> = Mutex::new(Vec::new());

/// Held for some instructions only; no Python code runs meanwhile.
fn timers() -> MutexGuard<'static, Vec<Timer>> {
    TIMERS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Timer {
    fn is_full(&self) -> bool {
        let (calls, sum) = (self.times.len(), Duration::from_nanos(self.times.iter().sum()));
        calls >= TIMED_CALLS
            || calls >= TIMED_CALLS_LEAST && sum >= TIMED_TIME
            || calls >= TIMED_CALLS_LONG && sum >= TIMED_LONG
    }

    fn mean(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        let cut = times.len() / 10;
        let kept = &times[cut..times.len() - cut];
        kept.iter().map(|time| *time as f64).sum::<f64>() / kept.len().max(1) as f64
    }
}

/// Begins. `false` where calls cannot be timed: a tool is there, or somebody else has the function's entry.
pub fn start(python: Python, entries: &'static Entries, function: Borrowed<'_>) -> bool {
    let Some(versions) = entries.versions() else { return false };
    let address = function.address();
    // SAFETY: a live function.
    if !unsafe { entries.is(address, entries.usual) } {
        return false;
    }
    // SAFETY: a live function.
    let version = unsafe { versions.read(address) };
    let mut timers = timers();
    timers.retain(|timer| timer.function != address as usize);
    timers.push(Timer {
        function: address as usize,
        version,
        parts: python.function_parts(function),
        python,
        times: Vec::with_capacity(TIMED_CALLS),
        spoiled: false,
    });
    drop(timers);
    // SAFETY: a live function; the library is never unloaded.
    unsafe { versions.set_entry(address, timed) };
    true
}

/// What there is; ends where there is enough.
pub fn look(function: Borrowed<'_>) -> Timed {
    let answer = {
        let timers = timers();
        match timers.iter().find(|timer| timer.function == function.address() as usize) {
            None => return Timed::Nothing,
            Some(timer) if timer.spoiled => Timed::Nothing,
            Some(timer) if !timer.is_full() => return Timed::TooFew,
            Some(timer) => Timed::Mean(timer.mean()),
        }
    };
    stop(function);
    answer
}

/// Ends it, with or without enough.
pub fn stop(function: Borrowed<'_>) {
    let address = function.address();
    let mut timers = timers();
    let Some(at) = timers.iter().position(|timer| timer.function == address as usize) else { return };
    let timer = timers.swap_remove(at);
    drop(timers);
    if let Some(entries) = entries::known()
        && let Some(versions) = entries.versions()
        // SAFETY: a live function.
        && unsafe { entries.is(address, timed) }
    {
        // SAFETY: as above.
        unsafe { timer.put_back(entries, versions, address) };
    }
}

impl Timer {
    /// Gives the function CPython's entry, and its version where its parts are what they were.
    ///
    /// # Safety
    /// `function` is the live function of this timer.
    unsafe fn put_back(&self, entries: &Entries, versions: &Versions, function: Object) {
        // SAFETY: the caller's promise.
        unsafe {
            versions.set_entry(function, entries.usual);
            if self.python.function_parts(Borrowed::from_address(function)) == self.parts {
                versions.give_back(function, self.version);
            }
        }
    }
}

/// One timed call.
///
/// # Safety
/// As for any vectorcall function; CPython calls it.
unsafe extern "C" fn timed(function: Object, arguments: *const Object, count: usize, names: Object) -> Object {
    let Some((entries, versions)) = entries::known().and_then(|entries| Some((entries, entries.versions()?))) else {
        return null_mut();
    };
    let counts = {
        let timers = timers();
        let timer = timers.iter().find(|timer| timer.function == function as usize);
        // SAFETY: the function lives while it is called, and is this timer's.
        unsafe {
            match timer {
                Some(timer) => timer.put_back(entries, versions, function),
                None => versions.set_entry(function, entries.usual),
            }
        }
        timer.is_some()
    };
    let begin = Instant::now();
    // SAFETY: CPython's arguments, handed on.
    let result = unsafe { (entries.usual)(function, arguments, count, names) };
    let took = begin.elapsed();
    if counts {
        // SAFETY: the caller keeps the function.
        unsafe { note(entries, versions, function, took) };
    }
    result
}

/// Keeps a time, and has the next call timed where more are wanted.
///
/// # Safety
/// `function` is a live function.
unsafe fn note(entries: &Entries, versions: &Versions, function: Object, took: Duration) {
    let mut timers = timers();
    let Some(timer) = timers.iter_mut().find(|timer| timer.function == function as usize) else { return };
    // SAFETY: the caller's promise.
    let (same, usual) = unsafe {
        let same = timer.python.function_parts(Borrowed::from_address(function)) == timer.parts;
        (same, entries.is(function, entries.usual))
    };
    timer.spoiled |= !same || !usual;
    timer.times.push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    if !timer.spoiled && !timer.is_full() && !entries::is_tool_there() {
        // SAFETY: as above; the library is never unloaded.
        unsafe { versions.set_entry(function, timed as Vectorcall) };
    }
}
