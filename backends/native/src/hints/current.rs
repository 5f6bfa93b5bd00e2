//! The verdict at the time of reading: maintenance looks at most every 50 ms, and somebody may read sooner.

use crate::control::obstacle;
use crate::cpython::bytecode::CodeLayout;
use crate::hints::focus;
use crate::state::context::Engine;
use crate::state::hint_table::{Phase, Record};
use crate::upkeep::step;
use jitctl_core::{Borrowed, Hint, Result, Verdict};

/// What the verdict should say now; `None` where the last reported one still holds. Reads memory, and writes none of
/// CPython's.
pub fn verdict(engine: &Engine, function: Borrowed<'_>) -> Result<Option<Verdict>> {
    let Ok(layout) = engine.findings_as_they_are().code else { return Ok(None) };
    let code = engine.code(function)?;
    let obstacle = obstacle::lasting(engine);
    let mut shared = engine.shared();
    let Some(record) = shared.records.get_mut(engine.python, code.address() as usize) else { return Ok(None) };
    if !record.functions(engine.python).iter().any(|(one, _)| one.address() == function.address()) {
        return Ok(None); // another function's hint holds for the code that they share
    }
    Ok(match (record.wish.hint, record.phase) {
        (Hint::Focus, Phase::Armed | Phase::Compiled) => match obstacle {
            Some(obstacle) if focus::compiled(engine, layout, &record.sites) < focus::loops(&record.sites) => {
                Some(obstacle.verdict())
            }
            _ => focus_now(engine, layout, record),
        },
        (Hint::Focus, Phase::NotCompiled) => {
            let compiled = focus::compiled(engine, layout, &record.sites) == focus::loops(&record.sites);
            compiled.then(|| focus::seen(&record.sites, true, record.wish.threshold))
        }
        (Hint::Once, Phase::Frozen) => step::is_dropped(engine, layout, record).then(step::dropped),
        _ => None,
    })
}

fn focus_now(engine: &Engine, layout: CodeLayout, record: &mut Record) -> Option<Verdict> {
    let (compiled, all) = (focus::compiled(engine, layout, &record.sites), focus::loops(&record.sites));
    let told = if record.phase == Phase::Compiled { all } else { record.told };
    record.told = compiled;
    if compiled == told {
        return None;
    }
    Some(match compiled {
        0 => focus::seen(&record.sites, false, record.wish.threshold),
        some if some == all => focus::seen(&record.sites, true, record.wish.threshold),
        some => focus::partly(&record.sites, some, record.wish.threshold),
    })
}
