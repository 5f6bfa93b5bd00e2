//! Times real calls of the functions that share one code object, for a while: the outermost calls of each, while no other tool
//! is there.
//!
//! During a call a function has CPython's own entry and its version back, so that calls within it cost what they cost.

use super::capi::{Object, Python};
use super::entries::{self, Entries, Vectorcall, Versions};
use crate::tuning::{
    TIMED_CALLS, TIMED_CALLS_A_LOOK, TIMED_CALLS_LEAST, TIMED_CALLS_LONG, TIMED_FUNCTIONS, TIMED_LONG, TIMED_TIME,
};
use jitctl_core::{Borrowed, Owned};
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One function whose calls are timed.
struct Watched {
    /// A weak reference to it: its address may be another function's by now.
    weak: Owned,
    address: usize,
    version: u32,
    /// Code, defaults and keyword defaults, for which the version stands.
    parts: [usize; 3],
    /// A timed call of it runs.
    running: bool,
}

/// The calls of the functions that share one code object.
struct Timer {
    code: usize,
    python: Python,
    watched: Vec<Watched>,
    times: Vec<u64>,
    /// Calls that may be timed before the next look: a slow moment of the machine shall not meet all of them.
    left: usize,
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

/// Begins, or takes further functions of the same code in, while there is room. `false` where no call can be timed: somebody
/// else has the entries of all of them.
pub fn start(python: Python, entries: &'static Entries, code: Borrowed<'_>, functions: &[Owned]) -> bool {
    let Some(versions) = entries.versions() else { return false };
    let code = code.address() as usize;
    let mut timers = timers();
    if !timers.iter().any(|timer| timer.code == code) {
        timers.push(Timer {
            code,
            python,
            watched: Vec::new(),
            times: Vec::with_capacity(TIMED_CALLS),
            left: 0,
            spoiled: false,
        });
    }
    for timer in timers.iter_mut().filter(|timer| timer.code == code) {
        timer.left = TIMED_CALLS_A_LOOK;
    }
    for function in functions {
        // SAFETY: a live function.
        if unsafe { entries.is_free(function.address()) } {
            watch(&mut timers, versions, code, function);
        }
    }
    let is_watched = timers.iter().any(|timer| timer.code == code && !timer.watched.is_empty());
    timers.retain(|timer| timer.code != code || is_watched);
    is_watched
}

/// Takes one more function in, where the calls of its code are timed now.
pub fn join(entries: &'static Entries, code: Borrowed<'_>, function: &Owned) {
    let (Some(versions), code) = (entries.versions(), code.address() as usize) else { return };
    let mut timers = timers();
    // SAFETY: a live function.
    let usual = unsafe { entries.is_free(function.address()) };
    if usual && timers.iter().any(|timer| timer.code == code && !timer.is_full()) {
        watch(&mut timers, versions, code, function);
    }
}

/// Has the calls of a function timed that has CPython's own entry.
fn watch(timers: &mut [Timer], versions: &Versions, code: usize, function: &Owned) {
    let address = function.address() as usize;
    if let Some((timer, at)) = found(timers, function.address())
        && timer.watched[at].running
        && timer.python.strong(&timer.watched[at].weak).is_some()
    {
        return;
    }
    // Whoever was there before is dead.
    for timer in timers.iter_mut() {
        timer.watched.retain(|watched| watched.address != address);
    }
    let Some(timer) = timers.iter_mut().find(|timer| timer.code == code) else { return };
    if timer.watched.len() >= TIMED_FUNCTIONS {
        let python = timer.python;
        timer.watched.retain(|watched| python.strong(&watched.weak).is_some());
    }
    if timer.watched.len() >= TIMED_FUNCTIONS {
        return;
    }
    let Ok(weak) = timer.python.weak(function.borrow()) else { return };
    let parts = timer.python.function_parts(function.borrow());
    // SAFETY: a live function; the library is never unloaded.
    unsafe {
        let version = versions.read(function.address());
        timer.watched.push(Watched { weak, address, version, parts, running: false });
        versions.set_entry(function.address(), timed);
    }
}

/// What there is; ends where there is enough.
pub fn look(code: Borrowed<'_>) -> Timed {
    let answer = {
        let timers = timers();
        match timers.iter().find(|timer| timer.code == code.address() as usize) {
            None => return Timed::Nothing,
            Some(timer) if timer.spoiled => Timed::Nothing,
            Some(timer) if !timer.is_full() => return Timed::TooFew,
            Some(timer) => Timed::Mean(timer.mean()),
        }
    };
    stop(code);
    answer
}

/// Ends it, with or without enough.
pub fn stop(code: Borrowed<'_>) {
    let mut timers = timers();
    let Some(at) = timers.iter().position(|timer| timer.code == code.address() as usize) else { return };
    let timer = timers.swap_remove(at);
    drop(timers);
    let Some((entries, versions)) = entries::known().and_then(|entries| Some((entries, entries.versions()?))) else {
        return;
    };
    for watched in &timer.watched {
        if let Some(function) = timer.python.strong(&watched.weak)
            // SAFETY: a live function.
            && unsafe { entries.is(function.address(), timed) }
        {
            // SAFETY: as above.
            unsafe { watched.put_back(timer.python, entries, versions, function.address()) };
        }
    }
}

impl Watched {
    /// Gives the function CPython's entry, and its version where its parts are what they were.
    ///
    /// # Safety
    /// `function` is this function, alive.
    unsafe fn put_back(&self, python: Python, entries: &Entries, versions: &Versions, function: Object) {
        // SAFETY: the caller's promise.
        unsafe {
            versions.set_entry(function, entries.usual);
            if python.function_parts(Borrowed::from_address(function)) == self.parts {
                versions.give_back(function, self.version);
            }
        }
    }
}

/// The timer of a function, and the function there.
fn found(timers: &mut [Timer], function: Object) -> Option<(&mut Timer, usize)> {
    timers.iter_mut().find_map(|timer| {
        let at = timer.watched.iter().position(|watched| watched.address == function as usize)?;
        Some((timer, at))
    })
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
        let mut timers = timers();
        let mut timer = found(&mut timers, function);
        // SAFETY: the function lives while it is called; whoever has this entry was watched last under this address.
        unsafe {
            match &mut timer {
                Some((timer, at)) => {
                    timer.watched[*at].running = true;
                    timer.watched[*at].put_back(timer.python, entries, versions, function);
                }
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
    let Some((timer, at)) = found(&mut timers, function) else { return };
    // SAFETY: the caller's promise.
    let (same, usual) = unsafe {
        let same = timer.python.function_parts(Borrowed::from_address(function)) == timer.watched[at].parts;
        (same, entries.is(function, entries.usual))
    };
    timer.spoiled |= !same || !usual;
    timer.watched[at].running = false;
    timer.left = timer.left.saturating_sub(1);
    timer.times.push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    if !timer.spoiled && timer.left > 0 && !timer.is_full() && !entries::is_tool_there() {
        // SAFETY: as above; the library is never unloaded.
        unsafe { versions.set_entry(function, timed as Vectorcall) };
    }
}
