//! A profile as plain data.

use super::entry::{Entry, Method};
use super::function_watcher::running;
use super::numbers::{Side, bounds};
use super::{capi, clock, finished, vectorcall};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A profile without numbers.
pub fn empty<'py>(py: Python<'py>, state: &str, method: &str, note: &str) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("state", state)?;
    dict.set_item("method", method)?;
    dict.set_item("note", note)?;
    dict.set_item("clock", clock::name())?;
    dict.set_item("rewarmed", 0)?;
    dict.set_item("bounds_ns", bounds())?;
    dict.set_item("before", side(py, &Side::EMPTY)?)?;
    dict.set_item("after", side(py, &Side::EMPTY)?)?;
    Ok(dict)
}

/// The profile of a function.
pub fn of<'py>(function: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    let Some(entry) = running(function) else { return finished::get(function) };
    let (method, interpreted, after) = (entry.method, entry.interpreted, entry.after);
    let (rewarmed, note) = (entry.trend.rewarmed.times, note(function, entry));
    // Python code may run from here on: `entry` is not used any more.
    let name = if method == Method::Entry { "entry" } else { "events" };
    let dict = empty(function.py(), "on", name, note)?;
    dict.set_item("rewarmed", rewarmed)?;
    dict.set_item("before", side(function.py(), &interpreted)?)?;
    dict.set_item("after", side(function.py(), &after)?)?;
    Ok(Some(dict))
}

/// Keeps the numbers of a function whose profile ends.
pub fn keep(function: &Bound<'_, PyAny>) -> PyResult<()> {
    let Some(profile) = of(function)? else { return Ok(()) };
    profile.set_item("state", "off")?;
    finished::keep(function, &profile)
}

/// Keeps the reason why there is no profile.
pub fn refuse(function: &Bound<'_, PyAny>, reason: &str) -> PyResult<()> {
    let profile = empty(function.py(), "unsupported", "", reason)?;
    // What cannot be referred to weakly is no function, and its record has a verdict that says so.
    let _ = finished::keep(function, &profile);
    Ok(())
}

/// What a reader of the numbers has to know.
fn note(function: &Bound<'_, PyAny>, entry: &Entry) -> &'static str {
    if entry.method == Method::Events {
        return if entry.users > 1 {
            "timed by events, together with other functions of the same code; what raises them is not compiled meanwhile"
        } else {
            "timed by events; what raises them is not compiled meanwhile"
        };
    }
    let entry_now = capi::capi().ok().and_then(|capi| {
        // SAFETY: a function.
        unsafe { (capi.get_entry)(function.as_ptr()) }
    });
    if entry.too_deep {
        "calls nested more than 400 deep were not counted"
    } else if entry_now.is_none_or(|now| now as usize != vectorcall::profiled as *const () as usize) {
        "another tool has replaced this function's entry: calls are no longer counted"
    } else {
        ""
    }
}

fn side<'py>(py: Python<'py>, side: &Side) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    let any = side.count > 0;
    dict.set_item("count", side.count)?;
    dict.set_item("raised", side.raised)?;
    dict.set_item("lost", side.lost)?;
    dict.set_item("total_ns", side.total)?;
    #[allow(clippy::cast_precision_loss)] // a mean of whole nanoseconds is exact enough
    dict.set_item("mean_ns", any.then(|| side.sum as f64 / side.count as f64))?;
    dict.set_item("typical_ns", side.typical())?;
    dict.set_item("min_ns", any.then_some(side.min))?;
    dict.set_item("max_ns", any.then_some(side.max))?;
    dict.set_item("histogram", side.histogram.to_vec())?;
    Ok(dict)
}
