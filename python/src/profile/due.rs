//! What is done now and then after a call, beside counting: is the code compiled, is a hint due?

use super::entry::Entry;
use super::trend::{Judgement, WINDOW};
use super::{getter, table};
use crate::{decode, opcodes, strategy};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The first calls are looked at one by one, since focus compiles after a few.
const EACH: u64 = 16;
/// From then on the code is looked at after every window, and from here on after every sixteenth.
const OFTEN: u64 = 1024;
/// Calls that are timed before a hint whose effect shall be measured is applied ...
const BASELINE_CALLS: u64 = 32;
/// ... fewer where they take this long.
const BASELINE_NS: u64 = 50_000_000;

/// Called after a counted call, when the entry's countdown ran out. `only` is the argument where there is one, or null.
#[cold]
pub fn after_call(function: *mut ffi::PyObject, only: *mut ffi::PyObject, entry: &mut Entry, raised: bool) {
    let (key, id, count) = (function as usize, entry.id, entry.count());
    entry.countdown = if count < EACH { 1 } else { WINDOW };
    let judgement = entry.trend.judge();
    if raised {
        return; // an exception is on its way: no Python now
    }
    let ready = count >= BASELINE_CALLS || count >= 2 && entry.interpreted.sum >= BASELINE_NS;
    let look = count < OFTEN || count % OFTEN < u64::from(WINDOW);
    let waits = entry.baseline;
    let apply = waits && ready;
    entry.baseline = waits && !ready;
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
            let compiled = compiled(&function).unwrap_or(false);
            if let Some(entry) = table::find(key).filter(|entry| entry.id == id) {
                entry.compiled = compiled;
            }
        }
        // Nothing that goes wrong here is the program's concern.
        if apply {
            strategy::apply_again(&function, false);
        } else if judgement == Judgement::WarmAgain {
            strategy::apply_again(&function, true);
        }
    });
}

/// Has the function's own code a compiled part that the interpreter enters? Reads a copy of the bytecode, nothing else.
pub fn compiled(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = function.py();
    let table = opcodes::table(py)?;
    let Some(enter) = table.enter_executor() else { return Ok(false) };
    let code = function.getattr(pyo3::intern!(py, "__code__"))?;
    let Some(actual) = code.getattr_opt(pyo3::intern!(py, "_co_code_adaptive"))? else { return Ok(false) };
    let actual = actual.cast_into::<PyBytes>()?;
    if !actual.as_bytes().chunks_exact(2).any(|unit| unit[0] == enter) {
        return Ok(false); // the usual case, cheap; a cache cell can look like the opcode, so a hit is looked at closely
    }
    let base = code.getattr(pyo3::intern!(py, "co_code"))?.cast_into::<PyBytes>()?;
    Ok(decode::opcodes_now(base.as_bytes(), actual.as_bytes(), table).any(|opcode| opcode == enter))
}
