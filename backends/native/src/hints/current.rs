//! The verdict at the time of reading: maintenance looks at most every 50 ms, and somebody may read sooner.

use super::verdicts;
use crate::control::{freezing, obstacle};
use crate::cpython::trace_starts::places;
use crate::state::context::Context;
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record};
use jitctl_core::{Borrowed, Hint, Result, Verdict};

/// What the verdict should say now; `None` where the last reported one still holds. Reads memory, and writes none of
/// CPython's.
pub fn verdict(context: &Context, function: Borrowed<'_>) -> Result<Option<Verdict>> {
    if context.known_capabilities().code.is_err() {
        return Ok(None);
    }
    let code = context.code(function)?;
    if !context.hints.functions(code.borrow()).iter().any(|(one, _)| one.address() == function.address()) {
        return Ok(None); // another function's hint holds for the code that they share
    }
    let hinted = HintedCode::read(context, code.borrow())?;
    let obstacle = obstacle::lasting(context);
    let read = context.hints.edit(code.borrow(), |record| {
        let all = hinted.compiled(&record.starts) == places(&record.starts);
        match (record.spec.hint, record.phase) {
            (_, Phase::OnTrial) => Some(verdicts::on_trial()),
            (Hint::Focus, Phase::Armed | Phase::Compiled) => match &obstacle {
                Some(obstacle) if !all => Some(verdicts::obstacle(obstacle)),
                _ => focus_now(&hinted, record),
            },
            (Hint::Focus, Phase::NotCompiled) => all.then(|| {
                let verdict = verdicts::compiled_or_dropped(&record.starts, true, record.spec.threshold);
                verdicts::in_doubt(verdict, &record.trial())
            }),
            (Hint::Once, Phase::Frozen) => freezing::is_dropped(context, &hinted, record).then(verdicts::trained_again),
            _ => None,
        }
    });
    Ok(read.flatten())
}

fn focus_now(hinted: &HintedCode<'_>, record: &mut Record) -> Option<Verdict> {
    let (compiled, all) = (hinted.compiled(&record.starts), places(&record.starts));
    let told = if record.phase == Phase::Compiled { all } else { record.told as usize };
    record.told = u32::try_from(compiled).unwrap_or(u32::MAX);
    if compiled == told {
        return None;
    }
    let verdict = match compiled {
        0 => verdicts::compiled_or_dropped(&record.starts, false, record.spec.threshold),
        some if some == all => verdicts::compiled_or_dropped(&record.starts, true, record.spec.threshold),
        some => verdicts::partly_compiled(&record.starts, some, record.spec.threshold),
    };
    Some(verdicts::in_doubt(verdict, &record.trial()))
}
