//! Does machine code gain anything? Real calls in turn with and without it, timed.

use crate::layout::Vectorcall;
use crate::python::Object;
use crate::runtime;
use crate::tuning;
use crate::units::table::{self, Phase, entries};
use crate::units::{callers_look_again, is_stack_short, usual, verdicts, without_entry};
use jitctl_core::Verdict;
use jitctl_verdicts::VerdictCode;
use std::ptr::null_mut;
use std::sync::Arc;
use std::time::Instant;

/// The middle one; the first pair, which fills caches, is left out.
fn median(times: &[u64]) -> f64 {
    let mut times: Vec<u64> = times.iter().skip(1).copied().collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or(0) as f64
}

/// Runs the call with machine code or without, in turn.
///
/// # Safety
/// CPython calls it as the entry of a function on trial.
pub unsafe extern "C" fn entry(function: Object, arguments: *const Object, count: usize, keywords: Object) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: the running thread's state, and CPython's arguments: the interpreter recurses without the machine stack.
    unsafe {
        if is_stack_short(runtime, runtime.thread()) {
            return without_entry(runtime, function, arguments, count, keywords);
        }
    }
    let Some((boxed, with, timed)) = next(function as usize) else {
        // SAFETY: CPython's arguments.
        return unsafe { usual(runtime, function, arguments, count, keywords) };
    };
    // SAFETY: the boxed entry of a unit in force.
    let boxed = unsafe { std::mem::transmute::<usize, Vectorcall>(boxed) };
    let started = Instant::now();
    // SAFETY: CPython's arguments; an exception is part of the result.
    let result = unsafe {
        if with {
            boxed(function, arguments, count, keywords)
        } else {
            usual(runtime, function, arguments, count, keywords)
        }
    };
    if timed {
        let nanos = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        if let Some((ticket, verdict)) = note(function as usize, with, nanos) {
            // SAFETY: the caller keeps the function.
            unsafe { table::enter_again(runtime, function) };
            if !VerdictCode::Compiled.is(&verdict) {
                callers_look_again(function as usize);
            }
            runtime.host.report(ticket, &verdict);
        }
    }
    result
}

/// The unit's boxed entry, whether this call is one with machine code, and whether it is timed.
fn next(function: usize) -> Option<(usize, bool, bool)> {
    let mut entries = entries();
    let Phase::Trial(unit, trial) = &mut entries.functions.get_mut(&function)?.phase else { return None };
    if let Some(with) = trial.running {
        return Some((unit.cell.boxed, with, false));
    }
    let with = trial.compiled.len() <= trial.plain.len();
    trial.running = Some(with);
    Some((unit.cell.boxed, with, true))
}

/// Keeps a time; what came of the trial where it is over.
fn note(function: usize, with: bool, nanos: u64) -> Option<(u64, Verdict)> {
    let mut entries = entries();
    let hinted = entries.functions.get_mut(&function)?;
    let ticket = hinted.wish.ticket;
    let Phase::Trial(unit, trial) = &mut hinted.phase else { return None };
    trial.running = None;
    trial.times(with).push(nanos);
    if !trial.is_over() {
        return None;
    }
    let (compiled, plain) = (median(&trial.compiled), median(&trial.plain));
    let unit = Arc::clone(unit);
    let gains = compiled <= plain * tuning::WORTH;
    let exits = unit.exits_taken();
    let verdict: Verdict = if gains {
        verdicts::compiled(&unit)
    } else if exits > 0 {
        verdicts::gave_up(&unit)
    } else {
        verdicts::no_gain(&unit)
    };
    let verdict = verdict.measure("ns_per_call_before", plain, "ns").measure("ns_per_call_after", compiled, "ns");
    hinted.proven = gains;
    hinted.verdict = Some(verdict.clone());
    if gains {
        hinted.cell.set(unit.direct);
        hinted.phase = Phase::Compiled(unit);
    } else {
        entries.leave(function, Phase::Left);
    }
    Some((ticket, verdict))
}
