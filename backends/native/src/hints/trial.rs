//! Does a hint pay? Where that is in doubt, real calls are timed with the hint, then without it; a hint that was slower in two
//! such rounds is given up, and its verdict says so with both figures.
//!
//! "Without" is the very function: its compiled code is dropped and what was frozen is released, until enough calls were
//! timed; where the JIT is on for the process, CPython compiles it meanwhile by its own thresholds. Then the hint is carried out
//! anew. So nothing of the function looks otherwise, and its state is real. What is compiled then begins with another
//! iteration and may be slower than what was measured, so its calls are timed once more; where they are, another round follows.

use super::{focus, in_force, limits, once, verdicts};
use crate::control::{arming, freezing};
use crate::cpython::entries;
use crate::cpython::timing::{self, Timed};
use crate::cpython::trace_starts;
use crate::state::context::{Context, Process};
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record, Stage, Trial, Unmeasured};
use crate::state::request::HintTarget;
use crate::tuning::{
    CHANGED_AFTER_DROPS, CHANGED_BY_GROWTH, COSTS_BELOW, LOOKS_BEFORE_PLAIN, LOOKS_BEFORE_PLAIN_ON, LOOKS_BEFORE_TIMED,
    LOOKS_WHILE_PLAIN, MOST_ROUNDS, MOST_TRIALS, REGIONS_THAT_VARY,
};
use jitctl_core::{Borrowed, Hint, Level, Result, Verdict};

/// Takes the trial of a function one look further. Says whether there is more to do soon.
pub fn look(context: &Context, hinted: &HintedCode<'_>) -> Result<bool> {
    let code = hinted.code();
    let Some(trial) = due(context, hinted)? else { return Ok(false) };
    match trial.stage {
        Stage::Settling if trial.looks < LOOKS_BEFORE_TIMED => keep(context, code, trial),
        Stage::Settling => begin(context, hinted, Trial { stage: Stage::Hinted, looks: 0, ..trial }),
        Stage::Hinted => match timing::look(code) {
            Timed::Nothing => end_without(context, hinted, trial, Unmeasured::Changed),
            Timed::TooFew => {
                started(context, code); // functions that were called for the first time since
                keep(context, code, trial)
            }
            Timed::Mean(mean) => try_without(context, code, Trial { hinted: trial.hinted.add(mean), ..trial }),
        },
        // What was released specialises anew first.
        Stage::Plain if trial.looks < looks_before_plain(context) => keep(context, code, trial),
        Stage::Plain if trial.looks == looks_before_plain(context) => {
            if started(context, code) {
                keep(context, code, trial)
            } else {
                give_back(context, hinted, trial.without(why_not()))
            }
        }
        Stage::Plain => match timing::look(code) {
            Timed::TooFew if trial.looks < looks_before_plain(context) + LOOKS_WHILE_PLAIN => {
                started(context, code);
                keep(context, code, trial)
            }
            Timed::TooFew => {
                timing::stop(code);
                give_back(context, hinted, trial.without(Unmeasured::Rare))
            }
            Timed::Nothing => give_back(context, hinted, trial.without(Unmeasured::Changed)),
            Timed::Mean(mean) => judge(context, hinted, Trial { plain: trial.plain.add(mean), ..trial }),
        },
        Stage::Back if trial.looks < LOOKS_BEFORE_TIMED => keep(context, code, trial),
        Stage::Back => begin(context, hinted, Trial { stage: Stage::Check, looks: 0, ..trial }),
        Stage::Check => match timing::look(code) {
            // What was measured before stands.
            Timed::Nothing => keep(context, code, Trial { stage: Stage::Over, ..trial }),
            Timed::TooFew => {
                started(context, code);
                keep(context, code, trial)
            }
            Timed::Mean(mean) => check(context, hinted, Trial { hinted: trial.hinted.corrected(mean), ..trial }),
        },
        Stage::Over => Ok(false),
    }
}

/// The state of its trial, with this look counted, where there is something to do.
fn due(context: &Context, hinted: &HintedCode<'_>) -> Result<Option<Trial>> {
    if context.settings().without_trials {
        return Ok(None);
    }
    let compiled = hinted.compiled(&hinted.starts);
    let found = context.hints.edit(hinted.code(), |record| {
        let mut trial = record.trial();
        if trial.stage == Stage::Over && has_changed(record) {
            trial = Trial { before: trial.before + 1, ..Trial::default() };
        }
        let over = trial.stage == Stage::Over || matches!(record.phase, Phase::GivenUp | Phase::Waiting);
        let waits = matches!(trial.stage, Stage::Settling | Stage::Back);
        if over || waits && !may_begin(context, record, compiled) {
            return None;
        }
        trial.looks = trial.looks.saturating_add(1);
        record.a_function(context.python).map(|_| trial)
    });
    let Some(trial) = found.flatten() else { return Ok(None) };
    if trial.stage == Stage::Settling && trial.looks == 1 {
        let flags = context.host.to_int(context.host.get(hinted.code(), "co_flags")?.borrow())?;
        if trace_starts::suspends(flags) {
            end_without(context, hinted, trial, Unmeasured::Suspends)?;
            return Ok(None);
        }
    }
    Ok(Some(trial))
}

/// Has its compiled code changed so much since its calls were timed that the answer may be another by now?
fn has_changed(record: &Record) -> bool {
    let trial = record.trial();
    let measured = trial.unmeasured.is_none() && trial.rounds() > 0;
    let dropped = record.starts.iter().map(|start| start.rearmed).max().unwrap_or(0);
    measured
        && trial.before + 1 < MOST_TRIALS
        && (record.regions > CHANGED_BY_GROWTH * trial.regions.max(REGIONS_THAT_VARY)
            || dropped >= CHANGED_AFTER_DROPS.saturating_mul(trial.before + 1))
}

/// Is it in force, and is it in doubt whether it pays? A loop of one trace that lasts has not been seen to cost on a version
/// whose JIT gains much.
fn may_begin(context: &Context, record: &Record, compiled: usize) -> bool {
    let again = record.starts.iter().any(|start| start.rearmed > 1 || start.makes_class);
    let loops = record.starts.iter().any(|start| !start.entry);
    let inside = trace_starts::within(&record.starts) > 0;
    let doubtful = !context.version.opt_in_by_default || record.regions > 1 || again || inside || !loops;
    // CPython may put the entry of compiled code anywhere, so some may run where no start is compiled.
    let runs = compiled > 0 || record.regions > 0;
    match (record.spec.hint, record.phase, context.process()) {
        (Hint::Focus, Phase::Armed | Phase::Compiled, Process::OptedIn(_) | Process::On) => doubtful && (runs || again),
        (Hint::Focus, Phase::NotCompiled, Process::OptedIn(_) | Process::On) => doubtful && runs,
        (Hint::Once, Phase::Frozen, Process::OptedIn(_)) => doubtful,
        (Hint::Once, Phase::Frozen, Process::On) => true,
        (Hint::Once, Phase::Training, Process::On | Process::OptedIn(_)) => record.dropped > 0,
        _ => false,
    }
}

fn keep(context: &Context, code: Borrowed<'_>, trial: Trial) -> Result<bool> {
    context.hints.edit(code, |record| record.set_trial(trial));
    Ok(trial.stage != Stage::Over && trial.looks < LOOKS_BEFORE_PLAIN_ON + LOOKS_WHILE_PLAIN)
}

/// Begins to time calls, or takes further functions of the same code in.
fn started(context: &Context, code: Borrowed<'_>) -> bool {
    let functions: Vec<_> = context.hints.functions(code).into_iter().map(|(function, _)| function).collect();
    entries::known()
        .is_some_and(|entries| !entries::is_tool_there() && timing::start(context.python, entries, code, &functions))
}

fn why_not() -> Unmeasured {
    if entries::is_tool_there() { Unmeasured::Tool } else { Unmeasured::Changed }
}

fn begin(context: &Context, hinted: &HintedCode<'_>, trial: Trial) -> Result<bool> {
    timing::stop(hinted.code());
    if !started(context, hinted.code()) {
        return end_without(context, hinted, trial, why_not());
    }
    let regions = context.hints.edit(hinted.code(), |record| record.regions).unwrap_or(0);
    keep(context, hinted.code(), Trial { regions, ..trial })
}

/// Ends a trial without an answer; the verdict says so.
fn end_without(context: &Context, hinted: &HintedCode<'_>, trial: Trial, why: Unmeasured) -> Result<bool> {
    keep(context, hinted.code(), trial.without(why))?;
    if let Some(verdict) = in_force::verdict(context, hinted)? {
        report(context, hinted.code(), &verdict);
    }
    Ok(false)
}

/// What was released specialises anew first, and where the JIT is on, CPython compiles it by its own thresholds.
fn looks_before_plain(context: &Context) -> u16 {
    if matches!(context.process(), Process::On) { LOOKS_BEFORE_PLAIN_ON } else { LOOKS_BEFORE_PLAIN }
}

/// Drops what was compiled under other thresholds than those that are in force from now on. Not for `once`, where the question
/// is what freezing does: which traces there are would weigh more than that.
fn drop_where_on(context: &Context, code: Borrowed<'_>, hint: Hint) -> Result<()> {
    if matches!(context.process(), Process::On) && hint == Hint::Focus {
        arming::drop_compiled(context, &context.tree(code)?, &["PY_START", "JUMP"])?;
    }
    Ok(())
}

/// Takes the hint back, to time calls without it.
fn try_without(context: &Context, code: Borrowed<'_>, trial: Trial) -> Result<bool> {
    take_away(context, code)?;
    report(context, code, &verdicts::on_trial());
    keep(context, code, Trial { stage: Stage::Plain, looks: 0, ..trial })
}

/// With the time of what was compiled after a trial: one that is slower than the time without the hint has another round.
fn check(context: &Context, hinted: &HintedCode<'_>, trial: Trial) -> Result<bool> {
    context.host.log(Level::Debug, &format!("after a trial: {:.0} ns a call with the hint", trial.hinted.last()));
    if trial.speed() < COSTS_BELOW && trial.rounds() < MOST_ROUNDS {
        return try_without(context, hinted.code(), trial);
    }
    keep(context, hinted.code(), Trial { stage: Stage::Over, ..trial })?;
    if let Some(verdict) = in_force::verdict(context, hinted)? {
        report(context, hinted.code(), &verdict);
    }
    Ok(false)
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
    drop_where_on(context, code, hint.unwrap_or(Hint::Focus))?;
    arming::restore_default_counters(context, code)
}

fn report(context: &Context, code: Borrowed<'_>, verdict: &Verdict) {
    for (_, ticket) in context.hints.functions(code) {
        context.host.report(ticket, verdict);
    }
}

/// Carries the hint out anew. Where all of its functions have died, it waits for the next one.
fn give_back(context: &Context, hinted: &HintedCode<'_>, trial: Trial) -> Result<bool> {
    let code = hinted.code();
    let found = context.hints.edit(code, |record| Some((record.a_function(context.python)?, record.dropped)));
    let Some(((function, spec), dropped)) = found.flatten() else { return Ok(false) };
    let target = HintTarget { function: function.borrow(), spec };
    drop_where_on(context, code, spec.hint)?;
    let verdict = match spec.hint {
        Hint::Once => once::train(context, &target, code, true)?,
        _ => focus::arm(context, &target, code)?,
    };
    focus::mark_armed(context, code, &verdict);
    report(context, code, &verdict);
    context.hints.edit(code, |record| record.dropped = dropped);
    keep(context, code, Trial { looks: 0, ..trial })?;
    Ok(true)
}

/// With both times of a round: the hint stays, or has a second round, after which it is given up, or its verdict says what it
/// costs.
fn judge(context: &Context, hinted: &HintedCode<'_>, trial: Trial) -> Result<bool> {
    let (with, without) = (trial.hinted.last(), trial.plain.last());
    context.host.log(Level::Debug, &format!("a trial: {with:.0} ns a call with the hint, {without:.0} ns without"));
    let least = context.hints.edit(hinted.code(), |record| limits::least(record.spec.hint)).unwrap_or(0.0);
    if without < with * COSTS_BELOW && trial.rounds() < 2 {
        return give_back(context, hinted, Trial { stage: Stage::Settling, ..trial });
    }
    if without >= with * least {
        return give_back(context, hinted, Trial { stage: Stage::Back, ..trial });
    }
    keep(context, hinted.code(), Trial { stage: Stage::Over, ..trial })?;
    let verdict = verdicts::no_gain(without, with);
    let verdict = verdict.measure("ns_per_call_before", without, "ns").measure("ns_per_call_after", with, "ns");
    limits::give_up(context, hinted.code(), verdict)?;
    Ok(true)
}
