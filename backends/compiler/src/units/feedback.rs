//! What exits tell: when a function is compiled again, when it is put to the test, and when it is given up.

use super::common;
use super::table::{self, Phase, entries};
use super::times::Times;
use super::unit::{ExitSeen, Shared};
use super::verdicts;
use crate::python::Object;
use crate::runtime::{self, Runtime};
use crate::tuning;
use jitctl_core::Hint;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Counts a whole call that was given to the interpreter.
pub fn note_interpreted(number: u64, reason: u32) {
    let unit = entries().units.get(&number).cloned();
    if let Some(count) = unit.as_ref().and_then(|unit| unit.interpreted.get(reason as usize)) {
        count.fetch_add(1, Ordering::Relaxed);
    }
    if reason == super::unit::Reason::Argument as u32
        && let Some(unit) = unit
    {
        judge(&unit, tuning::EXITS_BEFORE_JUDGING);
    }
}

/// An activation of the unit left machine code before its end. The compiler's exits call this when the interpreter has finished
/// the activation. `news`: it met a class that is not known.
pub fn note_exit(number: u64, news: bool) {
    let unit = entries().units.get(&number).cloned();
    if let Some(unit) = unit {
        judge(&unit, if news { 1 } else { tuning::EXITS_BEFORE_JUDGING });
    }
}

/// Has the function compiled anew at its next call, as it was: the unit is whole, but looks for monitors in a place where they are not
/// any more.
pub fn renew(runtime: &Runtime, unit: &Shared) {
    {
        let mut entries = entries();
        if entries.unit_of(unit.function).is_none_or(|current| !Arc::ptr_eq(&current, unit)) {
            return;
        }
        let Some(hinted) = entries.functions.get_mut(&unit.function) else { return };
        hinted.attempts -= 1;
        entries.leave(unit.function, Phase::Waiting { calls: 0, last_chance: true });
    }
    // SAFETY: as in `judge`.
    unsafe { enter_again(runtime, unit.function) };
}

/// The unit met classes that nothing was known of: the function is compiled anew at its next call, for them.
pub fn learned(number: u64) {
    let Some(runtime) = runtime::get() else { return };
    let Some(unit) = entries().units.get(&number).cloned() else { return };
    {
        let mut entries = entries();
        if entries.unit_of(unit.function).is_none_or(|current| !Arc::ptr_eq(&current, &unit)) {
            return;
        }
        let Some(hinted) = entries.functions.get_mut(&unit.function) else { return };
        if hinted.wish.hint == Hint::Once || hinted.attempts >= tuning::ATTEMPTS {
            return;
        }
        remember(&mut hinted.seen, unit.seen());
        hinted.judged = 0;
        hinted.verdict = Some(verdicts::again(&unit));
        entries.leave(unit.function, Phase::Waiting { calls: 0, last_chance: true });
    }
    // SAFETY: as in `judge`.
    unsafe { enter_again(runtime, unit.function) };
}

/// The function has no direct entry any more: its compiled callers are compiled anew, instead of leaving at each call.
pub fn callers_look_again(function: usize) {
    let Some(runtime) = runtime::get() else { return };
    let callers = super::reliance::with(|watched| watched.callees.of(function));
    spoiled(runtime, &callers);
}

/// Decides what its exits mean for the function.
fn judge(unit: &Shared, enough: u64) {
    let Some(runtime) = runtime::get() else { return };
    let taken = unit.exits_taken();
    {
        let mut entries = entries();
        let Some(hinted) = entries.functions.get_mut(&unit.function) else { return };
        let (current, on_trial) = match &hinted.phase {
            Phase::Compiled(current) => (Arc::ptr_eq(current, unit), false),
            Phase::Trial(current, _) => (Arc::ptr_eq(current, unit), true),
            _ => return,
        };
        if !current || taken < hinted.judged.saturating_add(enough) {
            return;
        }
        hinted.judged = taken.saturating_mul(2);
        let learns = hinted.wish.hint != Hint::Once && hinted.attempts < tuning::ATTEMPTS;
        if !learns && unit.leaves_too_often() {
            let (ticket, verdict) = (hinted.wish.ticket, verdicts::gave_up(unit));
            hinted.verdict = Some(verdict.clone());
            entries.leave(unit.function, Phase::Left);
            drop(entries);
            // SAFETY: as below.
            unsafe { table::enter_again(runtime, unit.function as Object) };
            callers_look_again(unit.function);
            runtime.host.report(ticket, &verdict);
            return;
        }
        if learns {
            remember(&mut hinted.seen, unit.seen());
            hinted.judged = 0;
            hinted.verdict = Some(verdicts::again(unit));
            entries.leave(unit.function, Phase::Waiting { calls: 0, last_chance: true });
        } else if on_trial {
            // So many exits, and the trial is not over: compiled callers pass it by.
            let (direct, _) = hinted.cell.get();
            hinted.cell.set(None);
            drop(entries);
            if direct != 0 {
                callers_look_again(unit.function);
            }
            return;
        } else if hinted.proven || !unit.leaves_often() {
            return;
        } else if common::is_key(unit.function) {
            // It has no entry that could time its calls.
            hinted.verdict = Some(verdicts::gave_up(unit));
            entries.leave(unit.function, Phase::Left);
        } else {
            hinted.phase = Phase::Trial(Arc::clone(unit), Times::default());
        }
    }
    // SAFETY: a function with a hint is alive: the function watcher takes dead ones out of the table.
    unsafe { enter_again(runtime, unit.function) };
}

/// Sets the function's entry. What has none of its own is compiled anew when its callers are.
///
/// # Safety
/// A live function, or the key of many; the table is not locked.
unsafe fn enter_again(runtime: &Runtime, function: usize) {
    if common::is_key(function) {
        callers_look_again(function);
        return;
    }
    // SAFETY: the caller's promise.
    unsafe { table::enter_again(runtime, function as Object) };
}

/// Adds what was seen to what was known.
pub fn remember(known: &mut Vec<ExitSeen>, seen: Vec<ExitSeen>) {
    for exit in seen {
        let same = known
            .iter_mut()
            .find(|one| (one.offset, one.reason, one.detail) == (exit.offset, exit.reason, exit.detail));
        match same {
            Some(one) => {
                one.count += exit.count;
                for class in exit.classes {
                    if one.classes.iter().all(|known| known.address != class.address) {
                        one.classes.push(class);
                    }
                }
            }
            None => known.push(exit),
        }
    }
}

/// An assumption of these units does not hold any more: their functions are compiled anew, at most a few times. Runs within a
/// watcher: no Python code.
pub fn spoiled(runtime: &Runtime, numbers: &[u64]) {
    for number in numbers {
        let (function, told) = {
            let mut entries = entries();
            let Some(unit) = entries.units.get(number).cloned() else { continue };
            if entries.unit_of(unit.function).is_none_or(|current| !Arc::ptr_eq(&current, &unit)) {
                continue;
            }
            let Some(hinted) = entries.functions.get_mut(&unit.function) else { continue };
            remember(&mut hinted.seen, unit.seen());
            hinted.judged = 0;
            let again =
                hinted.wish.hint != Hint::Once && hinted.attempts + hinted.changes < tuning::ATTEMPTS_AFTER_CHANGES;
            // The unit learned nothing, so that it does not count among those that may.
            (hinted.attempts, hinted.changes) = (hinted.attempts.saturating_sub(1), hinted.changes + 1);
            let verdict = if again { verdicts::again(&unit) } else { verdicts::spoiled_for_good(&unit) };
            let told = (!again).then(|| (hinted.wish.ticket, verdict.clone()));
            hinted.verdict = Some(verdict);
            let phase = if again {
                // Where nobody counts calls, callers wait.
                let calls = if common::is_key(unit.function) { 0 } else { tuning::CALLS_AFTER_CHANGE };
                Phase::Waiting { calls, last_chance: true }
            } else {
                Phase::Left
            };
            entries.leave(unit.function, phase);
            (unit.function, told)
        };
        // SAFETY: as in `judge`.
        unsafe { enter_again(runtime, function) };
        if let Some((ticket, verdict)) = told {
            runtime.host.report(ticket, &verdict);
        }
    }
}
