//! Functions of one `def` share their code, and so their hint: a further one joins it, and nothing is armed or trained anew.

use super::{in_force, switching};
use crate::cpython::{entries, timing};
use crate::state::context::Context;
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record};
use crate::state::request::HintTarget;
use jitctl_core::{Borrowed, Hint, Result, Verdict};

/// Joins the same hint on the same code, where that is in force or on its way. Gives its verdict.
///
/// A closure that is made and hinted in each call would begin anew each time otherwise: never frozen, its failed attempts
/// never counted, a trial of it never ended.
pub fn join(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<Option<Verdict>> {
    let may_join = |record: &mut Record| joins(record) && !record.holds_for(context.python, target.function);
    let same = |record: &mut Record| {
        record.spec.hint == target.spec.hint && record.spec.threshold == target.spec.threshold && may_join(record)
    };
    if !context.hints.edit(code, same).unwrap_or(false) || switching::switch_on(context)?.is_some() {
        return Ok(None);
    }
    let joined = context.hints.edit(code, |record| {
        if !joins(record) {
            return Ok(false); // switching the JIT on runs Python, which may have changed it
        }
        record.add(context.python, target.function, target.spec.ticket).map(|()| true)
    });
    if !joined.transpose()?.unwrap_or(false) {
        return Ok(None);
    }
    if let (Some(entries), false) = (entries::known(), entries::is_tool_there()) {
        timing::join(entries, code, &context.host.own(target.function));
    }
    in_force::verdict(context, &HintedCode::read(context, code)?)
}

fn joins(record: &Record) -> bool {
    match record.spec.hint {
        Hint::Focus => matches!(record.phase, Phase::Armed | Phase::Compiled | Phase::NotCompiled | Phase::OnTrial),
        Hint::Once => matches!(record.phase, Phase::Training | Phase::Frozen | Phase::OnTrial),
        _ => false,
    }
}
