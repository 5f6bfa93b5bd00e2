//! What is said of a hint that is in force, from the state of its record and its code.

use super::verdicts::{self, Attempts};
use crate::control::freezing;
use crate::cpython::trace_starts::{TraceStart, places};
use crate::state::context::{Context, Process};
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record};
use crate::state::request::HintSpec;
use jitctl_core::{Borrowed, Hint, Result, Verdict};

/// What is to be said, with what calls Python, which nothing does under the lock of the table.
enum Said {
    Verdict(Verdict),
    NotCompiled(Attempts),
    Frozen,
}

/// The verdict of a focus or a once that is in force, or tries to be; `None` for one that waits, was given up, or is told of
/// elsewhere.
pub fn verdict(context: &Context, hinted: &HintedCode<'_>) -> Result<Option<Verdict>> {
    let found = context.hints.edit(hinted.code(), |record| {
        let said = match (record.spec.hint, record.phase) {
            (_, Phase::OnTrial) => Said::Verdict(verdicts::on_trial()),
            (Hint::Focus, Phase::Armed | Phase::Compiled) => Said::Verdict(focus(hinted, &record.starts, record.spec)),
            (Hint::Focus, Phase::NotCompiled) => Said::NotCompiled(attempts(hinted, record)),
            (Hint::Once, Phase::Training) if record.dropped > 0 => Said::Verdict(verdicts::trained_again()),
            (Hint::Once, Phase::Training) => Said::Verdict(verdicts::training()),
            (Hint::Once, Phase::Frozen) => Said::Frozen,
            _ => return None,
        };
        Some((said, record.a_function(context.python)?.0, record.trial()))
    });
    let Some((said, function, trial)) = found.flatten() else { return Ok(None) };
    let verdict = match said {
        Said::Verdict(verdict) => verdict,
        Said::NotCompiled(attempts) => not_compiled(context, function.borrow(), attempts)?,
        Said::Frozen => verdicts::frozen(&freezing::freeze(context, hinted)?, &hinted.starts),
    };
    Ok(Some(verdicts::in_doubt(verdict, &trial)))
}

/// The verdict on attempts after which there is no code.
pub fn not_compiled(context: &Context, function: Borrowed<'_>, attempts: Attempts) -> Result<Verdict> {
    verdicts::not_compiled(context.host, matches!(context.process(), Process::On), function, attempts)
}

/// The attempts to compile a focused function so far.
pub fn attempts(hinted: &HintedCode<'_>, record: &Record) -> Attempts {
    let dropped = record.starts.iter().map(|start| start.rearmed).max().unwrap_or(0);
    let (done, all) = (hinted.compiled(&record.starts), places(&record.starts));
    Attempts { done, all, failed: record.attempts, dropped }
}

/// Of a focus: how much of it is compiled.
fn focus(hinted: &HintedCode<'_>, starts: &[TraceStart], spec: HintSpec) -> Verdict {
    match (hinted.compiled(starts), places(starts)) {
        (0, _) => verdicts::armed_soon(starts, spec.threshold),
        (some, all) if some == all => verdicts::compiled_or_dropped(starts, true, spec.threshold),
        (some, _) => verdicts::partly_compiled(starts, some, spec.threshold),
    }
}
