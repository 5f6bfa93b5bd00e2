//! Start, stop, and what was counted as Python gets it.

use super::eyes::Eyes;
use super::signal::{self, Timer};
use super::state::{Gone, SAMPLER, Sampler, monotonic};
use super::timeline::WIDTH;
use super::{freed, table::Counted};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::ffi::c_int;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The timer that runs, and the number of what watches code objects.
static RUNNING: Mutex<Option<(Timer, c_int)>> = Mutex::new(None);

/// Starts it, with so many nanoseconds of processor time between samples; gives the reason where that is not possible. A test
/// names with `falsified` what the self-test is to look for in a wrong place.
pub fn start(py: Python<'_>, interval: u64, falsified: Option<&str>) -> PyResult<Option<String>> {
    if let Some(reason) = signal::in_use() {
        return Ok(Some(reason));
    }
    if SAMPLER.get().is_none() {
        match Eyes::open(py, falsified)? {
            Ok(eyes) => drop(SAMPLER.set(Sampler::new(eyes))),
            Err(reason) => return Ok(Some(reason)),
        }
    }
    let Some(sampler) = SAMPLER.get() else { return Ok(Some("there is no sampler".to_owned())) };
    let watcher = match freed::watch(py, sampler) {
        Ok(id) => id,
        Err(reason) => return Ok(Some(reason)),
    };
    sampler.began.store(monotonic(), Ordering::Relaxed);
    match signal::start(interval) {
        Ok(timer) => {
            *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some((timer, watcher));
            Ok(None)
        }
        Err(reason) => {
            freed::end(sampler, watcher);
            Ok(Some(reason))
        }
    }
}

/// How many samples there are so far. A program cannot tell by the time how many that should be: the system's clock decides.
pub fn taken() -> u64 {
    SAMPLER.get().map_or(0, |sampler| sampler.samples.load(Ordering::Relaxed))
}

/// Ends it and gives what was counted; `None` where it does not run. What a forked child inherited is thrown away.
pub fn stop(py: Python<'_>) -> PyResult<Option<Bound<'_, PyDict>>> {
    let Some(sampler) = SAMPLER.get() else { return Ok(None) };
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((timer, watcher)) = running else { return Ok(None) };
    let (here, all_threads) = (timer.is_here(), timer.all_threads);
    timer.stop();
    // All are held before anything runs that could free one.
    let hold = |counted: Counted| {
        // SAFETY: `freed` takes the samples of a code object out before it dies, so this one lives.
        (unsafe { Bound::from_borrowed_ptr(py, counted.0.code as *mut pyo3::ffi::PyObject) }, counted)
    };
    let held: Vec<_> = sampler.table.take_all().into_iter().map(hold).collect();
    freed::end(sampler, watcher);
    let living = PyList::empty(py);
    for (code, counted) in held {
        let line = sampler.line(&code, counted);
        living.append((code, line))?;
    }
    let gone = PyList::empty(py);
    for Gone { qualname, file, line, lines } in
        std::mem::take(&mut *sampler.gone.lock().unwrap_or_else(PoisonError::into_inner))
    {
        for one in lines {
            gone.append((&qualname, &file, &line, one))?;
        }
    }
    let taken = |number: &AtomicU64| number.swap(0, Ordering::Relaxed);
    let dict = PyDict::new(py);
    dict.set_item("samples", taken(&sampler.samples))?;
    dict.set_item("outside", taken(&sampler.outside))?;
    dict.set_item("lost", taken(&sampler.lost))?;
    dict.set_item("all_threads", all_threads)?;
    dict.set_item("blind", sampler.eyes.blind.as_deref())?;
    dict.set_item("bin_ns", WIDTH)?;
    dict.set_item("timeline", sampler.timeline.take())?;
    dict.set_item("living", living)?;
    dict.set_item("gone", gone)?;
    Ok(here.then_some(dict))
}
