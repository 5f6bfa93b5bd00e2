//! Gives a hint up: where compiled code grows beyond what pays, or where CPython makes and drops it for ever, the function is
//! left to the interpreter, and its verdict says so with figures.

use super::verdicts;
use crate::control::growth::Census;
use crate::control::{arming, freezing};
use crate::state::context::{Context, Process};
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record};
use crate::state::request::HintTarget;
use crate::tuning::{LEAST_SPEED, LEAST_SPEED_ONCE};
use jitctl_core::{Borrowed, Hint, Level, Result, Verdict};

/// What one look at a function found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    Same,
    Grown,
    /// It was too large, and the hint gave up.
    TooLarge,
}

/// Counts the compiled code of a focused function, or of one that `once` trains, and gives up where it is too large.
pub fn check(context: &Context, hinted: &HintedCode<'_>) -> Result<Growth> {
    let code = hinted.code();
    let Some(before) = context.hints.edit(code, |record| regions_before(record)).flatten() else {
        return Ok(Growth::Same);
    };
    let census = Census::take(context, hinted)?;
    let regions = u32::try_from(census.regions).unwrap_or(u32::MAX);
    context.hints.edit(code, |record| record.regions = regions);
    if census.is_too_large() {
        let functions = context.hints.functions(code);
        let line = functions.first().and_then(|(function, _)| census.line(context, function));
        give_up(context, code, verdicts::too_large(&census, line))?;
        return Ok(Growth::TooLarge);
    }
    Ok(if before == regions { Growth::Same } else { Growth::Grown })
}

/// The regions at the last look, of code that may have grown since.
fn regions_before(record: &Record) -> Option<u32> {
    let grows = match record.spec.hint {
        Hint::Focus => !matches!(record.phase, Phase::Waiting | Phase::GivenUp),
        Hint::Once => record.phase == Phase::Training,
        _ => false,
    };
    (grows && !record.starts.is_empty()).then_some(record.regions)
}

/// The least speed, as a part of that without the hint, with which a hint stays.
pub fn least(hint: Hint) -> f64 {
    if hint == Hint::Once { LEAST_SPEED_ONCE } else { LEAST_SPEED }
}

/// Drops what is compiled, takes back what was written, and says why. The record stays, so that a further function of
/// the same `def` is not armed only to give up again. Gives the verdict.
pub fn give_up(context: &Context, code: Borrowed<'_>, verdict: Verdict) -> Result<Verdict> {
    let left = if matches!(context.process(), Process::On) {
        "left to CPython's own thresholds, as without the hint"
    } else {
        "left to the interpreter"
    };
    let verdict = Verdict { message: format!("{}; {left}", verdict.message).into(), ..verdict };
    let given_up = context.hints.edit(code, |record| {
        record.phase = Phase::GivenUp;
        record.given_up = Some(Box::new(verdict.clone()));
        (record.spec.hint, std::mem::take(&mut record.starts))
    });
    let Some((hint, starts)) = given_up else { return Ok(verdict) };
    context.host.log(Level::Info, &format!("a hint gave up: {}", verdict.message));
    for (_, ticket) in context.hints.functions(code) {
        context.host.report(ticket, &verdict);
    }
    if hint == Hint::Once {
        freezing::release(context, code)?;
    }
    if !starts.is_empty() {
        arming::drop_compiled(context, &context.tree(code)?, &["PY_START", "JUMP"])?;
    }
    arming::restore_default_counters(context, code)?;
    Ok(verdict)
}

/// The verdict of a hint that was given up before on this code; the function joins those that it holds for.
pub fn given_up(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<Option<Verdict>> {
    let same_hint = |record: &mut Record| {
        if record.spec.hint == target.spec.hint { record.given_up.clone() } else { None }
    };
    let Some(verdict) = context.hints.edit(code, same_hint).flatten() else { return Ok(None) };
    let mut record = Record::new(context.python, code, target)?;
    record.phase = Phase::GivenUp;
    record.given_up = Some(verdict.clone());
    context.hints.put(record);
    Ok(Some(*verdict))
}
