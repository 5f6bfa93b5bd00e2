//! Does a hint pay? Where that is in doubt, real calls are timed with the hint, then without it; a hint that was slower in two
//! such rounds is given up, and its verdict says so with both figures.
//!
//! "Without" is the very function: its compiled code is dropped and what was frozen is released, until enough calls were
//! timed; then the hint is carried out anew. So nothing of the function looks otherwise, and its state is real.

use super::{focus, limits, once, verdicts};
use crate::control::{arming, freezing};
use crate::cpython::entries;
use crate::cpython::timing::{self, Timed};
use crate::cpython::trace_starts;
use crate::state::context::{Context, Process};
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record, Stage, Trial};
use crate::state::request::HintTarget;
use crate::tuning::{LOOKS_BEFORE_PLAIN, LOOKS_BEFORE_TIMED, LOOKS_WHILE_PLAIN};
use jitctl_core::{Borrowed, Hint, Level, Owned, Result};

/// Takes the trial of a function one look further. Says whether there is more to do soon.
pub fn look(context: &Context, hinted: &HintedCode<'_>) -> Result<bool> {
    let code = hinted.code();
    let Some((function, trial)) = due(context, hinted)? else { return Ok(false) };
    let function = function.borrow();
    match trial.stage {
        Stage::Settling if trial.looks < LOOKS_BEFORE_TIMED => keep(context, code, trial),
        Stage::Settling => begin(context, code, function, Trial { stage: Stage::Hinted, looks: 0, ..trial }),
        Stage::Hinted => match timing::look(function) {
            Timed::Nothing => keep(context, code, Trial { stage: Stage::Over, ..trial }),
            Timed::TooFew => keep(context, code, trial),
            Timed::Mean(mean) => {
                take_away(context, code)?;
                report(context, code);
                keep(context, code, Trial { stage: Stage::Plain, looks: 0, hinted: trial.hinted.add(mean), ..trial })
            }
        },
        // What was released specialises anew first.
        Stage::Plain if trial.looks < LOOKS_BEFORE_PLAIN => keep(context, code, trial),
        Stage::Plain if trial.looks == LOOKS_BEFORE_PLAIN => {
            if started(context, function) {
                keep(context, code, trial)
            } else {
                give_back(context, hinted, function, trial, Stage::Over)
            }
        }
        Stage::Plain => match timing::look(function) {
            Timed::TooFew if trial.looks < LOOKS_WHILE_PLAIN => keep(context, code, trial),
            Timed::TooFew | Timed::Nothing => {
                timing::stop(function);
                give_back(context, hinted, function, trial, Stage::Over)
            }
            Timed::Mean(mean) => judge(context, hinted, function, Trial { plain: trial.plain.add(mean), ..trial }),
        },
        Stage::Over => Ok(false),
    }
}

/// The function and the state of its trial, with this look counted, where there is something to do.
fn due(context: &Context, hinted: &HintedCode<'_>) -> Result<Option<(Owned, Trial)>> {
    let compiled = hinted.compiled(&hinted.starts);
    let found = context.hints.edit(hinted.code(), |record| {
        let mut trial = record.trial;
        let over = trial.stage == Stage::Over || matches!(record.phase, Phase::GivenUp | Phase::Waiting);
        if over || !may_begin(context, record, compiled) && trial.stage == Stage::Settling {
            return None;
        }
        trial.looks = trial.looks.saturating_add(1);
        Some((trial, record.only_function(context.python)?))
    });
    let Some((trial, function)) = found.flatten() else { return Ok(None) };
    if trial.stage == Stage::Settling && trial.looks == 1 {
        let flags = context.host.to_int(context.host.get(hinted.code(), "co_flags")?.borrow())?;
        if trace_starts::suspends(flags) {
            keep(context, hinted.code(), Trial { stage: Stage::Over, ..trial })?;
            return Ok(None);
        }
    }
    Ok(Some((function, trial)))
}

/// Is it in force, and is it in doubt whether it pays? A loop of one trace that lasts has not been seen to cost on a version
/// whose JIT gains much.
fn may_begin(context: &Context, record: &Record, compiled: usize) -> bool {
    let again = record.starts.iter().any(|start| start.rearmed > 1 || start.makes_class);
    let loops = record.starts.iter().any(|start| !start.entry);
    let doubtful = !context.version.opt_in_by_default || record.regions > 1 || again || !loops;
    match (record.spec.hint, record.phase, context.process()) {
        (Hint::Focus, Phase::Armed | Phase::Compiled, Process::OptedIn(_)) => doubtful && (compiled > 0 || again),
        (Hint::Once, Phase::Frozen, Process::OptedIn(_)) => doubtful,
        (Hint::Once, Phase::Frozen, Process::On) => true,
        (Hint::Once, Phase::Training, Process::On | Process::OptedIn(_)) => record.dropped > 0,
        _ => false,
    }
}

fn keep(context: &Context, code: Borrowed<'_>, trial: Trial) -> Result<bool> {
    context.hints.edit(code, |record| record.trial = trial);
    Ok(trial.stage != Stage::Over && trial.looks < LOOKS_WHILE_PLAIN)
}

fn started(context: &Context, function: Borrowed<'_>) -> bool {
    entries::known()
        .is_some_and(|entries| !entries::is_tool_there() && timing::start(context.python, entries, function))
}

fn begin(context: &Context, code: Borrowed<'_>, function: Borrowed<'_>, trial: Trial) -> Result<bool> {
    let stage = if started(context, function) { trial.stage } else { Stage::Over };
    keep(context, code, Trial { stage, ..trial })
}

/// Leaves the function to the interpreter, as without a hint.
fn take_away(context: &Context, code: Borrowed<'_>) -> Result<()> {
    let hint = context.hints.edit(code, |record| {
        record.phase = Phase::OnTrial;
        record.spec.hint
    });
    if hint == Some(Hint::Once) {
        freezing::release(context, code)?;
    }
    arming::restore_default_counters(context, code)
}

fn report(context: &Context, code: Borrowed<'_>) {
    for (_, ticket) in context.hints.functions(code) {
        context.host.report(ticket, &verdicts::on_trial());
    }
}

/// Carries the hint out anew.
fn give_back(
    context: &Context,
    hinted: &HintedCode<'_>,
    function: Borrowed<'_>,
    trial: Trial,
    stage: Stage,
) -> Result<bool> {
    let code = hinted.code();
    let Some((spec, dropped)) = context.hints.edit(code, |record| (record.spec, record.dropped)) else {
        return Ok(false);
    };
    let target = HintTarget { function, spec };
    let verdict = match spec.hint {
        Hint::Once => once::train(context, &target, code, true)?,
        _ => focus::arm(context, &target, code)?,
    };
    focus::mark_armed(context, code, &verdict);
    context.host.report(spec.ticket, &verdict);
    context.hints.edit(code, |record| record.dropped = dropped);
    keep(context, code, Trial { stage, looks: 0, ..trial })?;
    Ok(true)
}

/// With both times of a round: the hint stays, or has a second round, or is given up after it.
fn judge(context: &Context, hinted: &HintedCode<'_>, function: Borrowed<'_>, trial: Trial) -> Result<bool> {
    let (with, without) = (trial.hinted.last(), trial.plain.last());
    context.host.log(Level::Debug, &format!("a trial: {with:.0} ns a call with the hint, {without:.0} ns without"));
    let least = context.hints.edit(hinted.code(), |record| limits::least(record.spec.hint)).unwrap_or(0.0);
    if without >= with * least {
        return give_back(context, hinted, function, trial, Stage::Over);
    }
    if trial.rounds() < 2 {
        return give_back(context, hinted, function, trial, Stage::Settling);
    }
    keep(context, hinted.code(), Trial { stage: Stage::Over, ..trial })?;
    let verdict = verdicts::no_gain(without, with);
    let verdict = verdict.measure("ns_per_call_before", without, "ns").measure("ns_per_call_after", with, "ns");
    limits::give_up(context, hinted.code(), verdict)?;
    Ok(true)
}
