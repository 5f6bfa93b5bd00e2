//! What is done now and then after a call, beside counting: is the code compiled, is a hint due?

use super::entry::{CLOSE_LOOKS, Entry};
use super::trend::{Judgement, WINDOW};
use super::{callers, getter, table};
use crate::attached::attached;
use crate::introspect::warmth;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyWeakrefReference;
use std::sync::OnceLock;

/// The code is looked at after every window up to this many calls, and then after every sixteenth.
const OFTEN: u64 = 1024;
/// Calls that are timed before a hint whose effect shall be measured is applied ...
const BASELINE_CALLS: u64 = 32;
/// ... fewer where they take this long.
const BASELINE_NS: u64 = 50_000_000;

/// Applies the hint of a function: because it waited, or (true) because the function became slower. False where there was
/// nothing to do.
type ApplyHint = fn(&Bound<'_, PyAny>, bool) -> bool;
/// Times a function by events from here on.
type ChangeToEvents = fn(&Bound<'_, PyAny>) -> PyResult<()>;

static APPLY_HINT: OnceLock<ApplyHint> = OnceLock::new();
static CHANGE_TO_EVENTS: OnceLock<ChangeToEvents> = OnceLock::new();

/// Says how hints are applied: the profiler stands below them and knows none.
pub fn apply_hints_with(apply: ApplyHint) {
    APPLY_HINT.get_or_init(|| apply);
}

/// Says how a function changes to events: what starts and ends profiles stands above this file.
pub fn change_with(change: ChangeToEvents) {
    CHANGE_TO_EVENTS.get_or_init(|| change);
}

fn apply_hint(function: &Bound<'_, PyAny>, again: bool) -> bool {
    APPLY_HINT.get().is_some_and(|apply| apply(function, again))
}

fn change_to_events(function: &Bound<'_, PyAny>) {
    if let Some(change) = CHANGE_TO_EVENTS.get() {
        let _ = change(function); // nothing that goes wrong here is the program's concern
    }
}

/// Called after a counted call, when the entry's countdown ran out. `only` is the argument where there is one, or null.
#[cold]
pub fn after_call(function: *mut ffi::PyObject, only: *mut ffi::PyObject, entry: &mut Entry, raised: bool) {
    let (key, id, count) = (function as usize, entry.id, entry.count());
    let slower = !raised && entry.trend.judge() == Judgement::Slower;
    let ready = !raised && (count >= BASELINE_CALLS || count >= 2 && entry.interpreted.sum >= BASELINE_NS);
    let waits = entry.baseline;
    let apply = waits && ready;
    entry.baseline = waits && !ready;
    if apply || slower {
        entry.close_looks = CLOSE_LOOKS;
    }
    let close = entry.close_looks > 0;
    entry.close_looks = entry.close_looks.saturating_sub(1);
    entry.countdown = if close || entry.baseline { 1 } else { WINDOW };
    if raised {
        return; // an exception is on its way: no Python now
    }
    let look = close || slower || count < OFTEN || count % OFTEN < u64::from(WINDOW);
    let ask = std::mem::take(&mut entry.may_be_getter) && !only.is_null();
    attached(|py| {
        // SAFETY: the caller of the function holds it.
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        if ask {
            // SAFETY: an argument of the call that has just ended.
            let only = unsafe { Bound::from_borrowed_ptr(py, only) };
            if getter::of_object(&function, &only).unwrap_or(false) {
                change_to_events(&function);
                if waits {
                    apply_hint(&function, false); // nothing to compare with: not compiled while profiled
                }
                return;
            }
        }
        if look {
            let parts = warmth::compiled_parts(&function).unwrap_or(0);
            if let Some(entry) = table::find(key).filter(|entry| entry.id == id) {
                entry.looked_at(parts);
            }
            note_caller(py, key, id);
        }
        // Nothing that goes wrong here is the program's concern.
        if apply {
            apply_hint(&function, false);
        } else if slower {
            warm_again(&function, key, id);
        }
    });
}

/// Gives the hint again to a function that became slower, where it lost compiled code.
fn warm_again(function: &Bound<'_, PyAny>, key: usize, id: u64) {
    let current = || table::find(key).filter(|entry| entry.id == id);
    let lost = current().is_some_and(|entry| entry.parts < entry.most_parts && entry.trend.may_warm());
    // Python code may run while the hint is applied: the entry is looked up again.
    let warmed = lost && apply_hint(function, true);
    if let Some(entry) = current() {
        if warmed { entry.trend.warmed() } else { entry.trend.grown() }
    }
}

/// Keeps the code that made the call, where CPython may compile it.
fn note_caller(py: Python<'_>, key: usize, id: u64) {
    let wanted = table::find(key).is_some_and(|entry| entry.id == id && entry.callers.is_some());
    let Some(code) = wanted.then(|| callers::current(py)).flatten() else { return };
    let known = || table::find(key)?.callers.as_ref().map(|callers| callers.knows(&code));
    if known() == Some(false)
        && let Ok(reference) = PyWeakrefReference::new(&code)
        && let Some(entry) = table::find(key).filter(|entry| entry.id == id)
        && let Some(callers) = &mut entry.callers
    {
        callers.add(&code, reference.unbind());
    }
}
