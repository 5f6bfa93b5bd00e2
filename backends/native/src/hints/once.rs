//! `jit_once`: real traffic trains the function; when its state has settled, every counter in it is frozen.

use super::{focus, limits, switching, verdicts};
use crate::control::{arming, freezing, jit_switch};
use crate::cpython::selftest::Denied;
use crate::cpython::trace_starts::StartState;
use crate::state::context::Context;
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record};
use crate::state::request::HintTarget;
use crate::tuning::{MOST_TRAININGS, SETTLED_LOOKS, SETTLED_LOOKS_UNCOMPILED, THRESHOLD};
use jitctl_core::{Borrowed, Level, Result, Status, Verdict};
use jitctl_verdicts::VerdictCode;

/// Arms the function and lets it be trained.
pub fn apply(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    match context.capabilities().code {
        Ok(_) => {}
        Err(Denied::Later(text)) => {
            focus::wait(context, target, code)?;
            return Ok(verdicts::tracing(text));
        }
        Err(denied) => {
            let text = format!("its counters cannot be frozen: {denied}");
            return Ok(VerdictCode::SelfTest.verdict_as(Status::Unsupported, text));
        }
    }
    let compiles = switching::switch_on(context)?.is_none();
    train(context, target, code, compiles)
}

/// Keeps other functions' traces out, arms the loops, and waits for traffic.
pub fn train(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>, compiles: bool) -> Result<Verdict> {
    let hinted = HintedCode::read(context, code)?;
    arming::clear_events(context, &hinted.tree)?;
    let mut record = Record::new(context.python, code, target)?;
    record.phase = Phase::Training;
    if compiles {
        freezing::keep_out(context, code)?;
        let mut starts = hinted.scan()?.starts;
        let own_entry = |entry: bool, of: usize| entry && of == code.address() as usize;
        starts.retain(|start| !own_entry(start.entry, start.code) || context.version.once_events.is_empty());
        if arming::arm(context, &hinted, &mut starts, 0, THRESHOLD).contains(&StartState::Instrumented) {
            record.phase = Phase::Waiting;
        }
        record.starts = starts.into_boxed_slice();
    }
    context.hints.put(record);
    Ok(verdicts::training())
}

/// Lets the counters count again, as CPython would have them after a specialisation.
pub fn undo(context: &Context, code: Borrowed<'_>) -> Result<()> {
    freezing::release(context, code)?;
    arming::restore_default_counters(context, code)
}

/// Freezes what has not changed for some looks. Says whether it ran.
pub fn settle(context: &Context, hinted: &HintedCode<'_>) -> Result<bool> {
    keep_out(context, hinted);
    let snapshot = freezing::snapshot(context, hinted)?;
    if snapshot.compiled > 0 {
        freezing::lower_exit_thresholds(context, hinted)?;
    }
    // A function that ran once and waits for its next call does not change either; most of it has not been specialised then.
    let specialised = snapshot.specialised > 0 && snapshot.specialised >= snapshot.begun;
    let ran = specialised || snapshot.specialisable == 0 || snapshot.compiled > 0;
    let looked = context.hints.edit(hinted.code(), |record| {
        let same = ran && record.last_signature == snapshot.signature;
        let looks = if same { record.same_looks.saturating_add(1) } else { 0 };
        record.last_signature = if ran { snapshot.signature } else { 0 };
        record.same_looks = looks;
        (looks, record.dropped)
    });
    let Some((quiet, dropped)) = looked else { return Ok(false) };
    let enough = if snapshot.compiled == snapshot.places { SETTLED_LOOKS } else { SETTLED_LOOKS_UNCOMPILED };
    if quiet >= enough {
        let mut verdict = freeze(context, hinted)?;
        if dropped > 0 {
            verdict.message = format!("{}; trained again after CPython dropped its code", verdict.message).into();
        }
        report(context, hinted, &verdict);
    }
    Ok(ran)
}

/// Freezes it now, and notes that; gives up where that is known to cost.
pub fn freeze(context: &Context, hinted: &HintedCode<'_>) -> Result<Verdict> {
    let frozen = freezing::freeze(context, hinted)?;
    if frozen.items_cost {
        return limits::give_up(context, hinted.code(), verdicts::items_cost());
    }
    let trial = context.hints.edit(hinted.code(), |record| {
        freezing::note_frozen(context, hinted, record);
        record.trial()
    });
    Ok(verdicts::in_doubt(verdicts::frozen(&frozen, &hinted.starts), &trial.unwrap_or_default()))
}

/// Is it still frozen? Freezes it again where something has reset its counters, and trains it again where CPython dropped its
/// code. Says whether anything changed.
pub fn keep_frozen(context: &Context, hinted: &HintedCode<'_>) -> Result<bool> {
    keep_out(context, hinted);
    freezing::renew_globals(context, hinted)?;
    if !freezing::is_frozen(context, hinted)? {
        jit_switch::silence_unhinted(context)?;
        let verdict = verdicts::refrozen(freeze(context, hinted)?);
        report(context, hinted, &verdict);
        return Ok(true);
    }
    let again = context
        .hints
        .edit(hinted.code(), |record| freezing::rearm_frozen(context, hinted, record).then_some(record.dropped));
    let Some(dropped) = again.flatten() else { return Ok(false) };
    if dropped >= MOST_TRAININGS {
        limits::give_up(context, hinted.code(), verdicts::never_lasts(dropped))?;
        return Ok(true);
    }
    // By now the trace of a hot caller may have its loops, which then never reach a jump that could compile them.
    arming::drop_compiled(context, &hinted.tree, &["PY_START"])?;
    report(context, hinted, &verdicts::trained_again());
    Ok(true)
}

/// Where all ids of `sys.monitoring` are taken it stays as it is: a caller's trace may thaw it, which the next step sees.
fn keep_out(context: &Context, hinted: &HintedCode<'_>) {
    if let Err(error) = freezing::keep_out(context, hinted.code()) {
        context.host.log(Level::Info, &format!("a function with a once: {error}"));
    }
}

fn report(context: &Context, hinted: &HintedCode<'_>, verdict: &Verdict) {
    if let Some(ticket) = context.hints.edit(hinted.code(), |record| record.spec.ticket) {
        context.host.report(ticket, verdict);
    }
}
