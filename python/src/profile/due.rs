//! What is done now and then after a call, beside counting: is the code compiled, is a hint due?

use super::entry::{CLOSE_LOOKS, Entry};
use super::trend::{Judgement, WINDOW};
use super::{callers, getter, table};
use crate::{decode, opcodes, strategy};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyWeakrefReference};

/// The code is looked at after every window up to this many calls, and then after every sixteenth.
const OFTEN: u64 = 1024;
/// Calls that are timed before a hint whose effect shall be measured is applied ...
const BASELINE_CALLS: u64 = 32;
/// ... fewer where they take this long.
const BASELINE_NS: u64 = 50_000_000;

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
    Python::attach(|py| {
        // SAFETY: the caller of the function holds it.
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        if ask {
            // SAFETY: an argument of the call that has just ended.
            let only = unsafe { Bound::from_borrowed_ptr(py, only) };
            if getter::of_object(&function, &only).unwrap_or(false) {
                let _ = super::change_to_events(&function);
                if waits {
                    strategy::apply_again(&function, false); // nothing to compare with: not compiled while profiled
                }
                return;
            }
        }
        if look {
            let parts = compiled_parts(&function).unwrap_or(0);
            if let Some(entry) = table::find(key).filter(|entry| entry.id == id) {
                entry.looked_at(parts);
            }
            note_caller(py, key, id);
        }
        // Nothing that goes wrong here is the program's concern.
        if apply {
            strategy::apply_again(&function, false);
        } else if slower {
            warm_again(&function, key, id);
        }
    });
}

/// Gives focus again to a function that became slower, where it lost compiled code.
fn warm_again(function: &Bound<'_, PyAny>, key: usize, id: u64) {
    let current = || table::find(key).filter(|entry| entry.id == id);
    let lost = current().is_some_and(|entry| entry.parts < entry.most_parts && entry.trend.may_warm());
    // Python code may run while the hint is applied: the entry is looked up again.
    let warmed = lost && strategy::apply_again(function, true);
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

/// Counts the compiled parts of the function's own code that the interpreter enters. Reads a copy of the bytecode, nothing
/// else.
pub fn compiled_parts(function: &Bound<'_, PyAny>) -> PyResult<usize> {
    let py = function.py();
    let table = opcodes::table(py)?;
    let Some(enter) = table.enter_executor() else { return Ok(0) };
    let code = function.getattr(pyo3::intern!(py, "__code__"))?;
    let Some(actual) = code.getattr_opt(pyo3::intern!(py, "_co_code_adaptive"))? else { return Ok(0) };
    let actual = actual.cast_into::<PyBytes>()?;
    if !actual.as_bytes().chunks_exact(2).any(|unit| unit[0] == enter) {
        return Ok(0); // the usual case, cheap; a cache cell can look like the opcode, so a hit is looked at closely
    }
    let base = code.getattr(pyo3::intern!(py, "co_code"))?.cast_into::<PyBytes>()?;
    Ok(decode::opcodes_now(base.as_bytes(), actual.as_bytes(), table).filter(|opcode| *opcode == enter).count())
}
