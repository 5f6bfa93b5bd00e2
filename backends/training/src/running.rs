//! Knows the trainings that run now, so that none starts within itself and all end before the interpreter does.
//!
//! Why the latter: until 3.13 a daemon thread that wants the GIL while the interpreter finalises is ended with
//! `pthread_exit`, whose unwinding aborts the process when it meets the Rust frames of a training. So an `atexit` function
//! asks every training in another thread to stop after its current call, waits a moment, and then raises SystemExit in
//! those that still run. A call that is stuck in C beyond that does not come back to life before the process is gone.

use crate::async_exception::{set, this_thread};
use crate::moment::{Moment, Place};
use crate::tuning::EXIT_PATIENCE;
use jitctl_core::{Borrowed, Host, Level, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

static RUNNING: Mutex<Vec<Arc<Entry>>> = Mutex::new(Vec::new());
static CLOSING: AtomicBool = AtomicBool::new(false);
static EXIT_HOOKED: AtomicBool = AtomicBool::new(false);

struct Entry {
    /// Threads do not survive a fork, their entries do.
    process: u32,
    function: usize,
    thread: i64,
    place: Place,
    stop: AtomicBool,
}

/// Keeps the function among those that are being trained until it is dropped.
pub(crate) struct Running {
    entry: Arc<Entry>,
}

/// No Python code runs, and so no other thread, while the list is locked.
fn running() -> MutexGuard<'static, Vec<Arc<Entry>>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Running {
    /// `None` where the function is being trained already, or the interpreter is closing.
    pub(crate) fn enter(host: Host, function: Borrowed<'_>) -> Result<Option<Self>> {
        end_with_interpreter(host)?;
        let entry = Entry {
            process: std::process::id(),
            function: function.address() as usize,
            thread: this_thread(host)?,
            place: Place::here(host, function)?,
            stop: AtomicBool::new(false),
        };
        let mut list = running();
        list.retain(|other| other.process == entry.process);
        if CLOSING.load(Ordering::SeqCst) || list.iter().any(|other| other.function == entry.function) {
            return Ok(None);
        }
        let entry = Arc::new(entry);
        list.push(Arc::clone(&entry));
        Ok(Some(Self { entry }))
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.entry.stop.load(Ordering::Relaxed)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        running().retain(|entry| !Arc::ptr_eq(entry, &self.entry));
    }
}

/// Asks the function's training to stop after its current call. Says whether there is one.
pub(crate) fn stop(function: Borrowed<'_>) -> bool {
    let list = running();
    let process = std::process::id();
    let found = list.iter().find(|entry| entry.function == function.address() as usize && entry.process == process);
    found.inspect(|entry| entry.stop.store(true, Ordering::Relaxed)).is_some()
}

/// Registers, once in a process, the `atexit` function that ends all trainings.
pub(crate) fn end_with_interpreter(host: Host) -> Result<()> {
    if EXIT_HOOKED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let close = host.callable("jitctl_end_trainings", |host, _| {
        CLOSING.store(true, Ordering::SeqCst);
        if let Err(error) = end_all(host) {
            host.log(Level::Warning, &format!("a training could not be ended at exit: {error}"));
        }
        Ok(host.none())
    })?;
    host.call_method(host.import("atexit")?.borrow(), "register", &[close.borrow()])?;
    Ok(())
}

fn end_all(host: Host) -> Result<()> {
    let here = this_thread(host)?;
    let process = std::process::id();
    let is_other = |entry: &&Arc<Entry>| entry.thread != here && entry.process == process;
    let others = || -> Vec<Arc<Entry>> { running().iter().filter(is_other).cloned().collect() };
    for entry in others() {
        entry.stop.store(true, Ordering::Relaxed);
    }
    if wait(host, || others().is_empty())? {
        return Ok(());
    }
    let exit = host.get(host.import("builtins")?.borrow(), "SystemExit")?;
    let mut waiting = others();
    wait(host, || {
        waiting.retain(|entry| {
            let fits = entry.place.moment(host) != Moment::Never;
            if fits {
                set(host, entry.thread, Some(&exit));
            }
            !fits
        });
        others().is_empty()
    })
    .map(|_| ())
}

/// Sleeps, detached from the interpreter, until it is done or patience is at an end.
fn wait(host: Host, mut done: impl FnMut() -> bool) -> Result<bool> {
    let sleep = host.get(host.import("time")?.borrow(), "sleep")?;
    let started = Instant::now();
    while !done() {
        if started.elapsed() > EXIT_PATIENCE {
            return Ok(false);
        }
        host.call(sleep.borrow(), &[host.float(0.001)?.borrow()])?;
    }
    Ok(true)
}
