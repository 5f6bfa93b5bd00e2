//! One hint on one function: whose hint is in force where functions share a code object, and how it is taken back.

use super::{focus, ignore, limits, once, siblings, verdicts};
use crate::control::arming;
use crate::state::context::Context;
use crate::state::request::HintTarget;
use jitctl_core::{Borrowed, Hint, Result, Verdict};
use jitctl_verdicts::VerdictCode;

/// Applies it. Functions of one `def` share their code, and the JIT knows code only.
pub fn apply(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    if let Some(verdict) = claim(context, target, code)? {
        return Ok(verdict);
    }
    if let Some(verdict) = limits::given_up(context, target, code)? {
        return Ok(verdict);
    }
    if let Some(verdict) = siblings::join(context, target, code)? {
        return Ok(verdict);
    }
    match target.spec.hint {
        Hint::Focus => focus::apply(context, target, code),
        Hint::Ignore => ignore::apply(context, target, code),
        Hint::Once => once::apply(context, target, code),
        _ => Ok(VerdictCode::UnknownHint.verdict("this backend does not know the hint")),
    }
}

/// Ignore is a promise and stays; any other hint gives way to a later one, and its verdict says so.
fn claim(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<Option<Verdict>> {
    let Some(hint) = context.hints.hint_of(code).filter(|hint| *hint != target.spec.hint) else { return Ok(None) };
    let others = context.hints.others(code, target.function);
    if hint == Hint::Ignore && !others.is_empty() {
        return Ok(Some(verdicts::shared_code(
            "a function that shares its code object is ignored, so neither is compiled",
        )));
    }
    take_back(context, code)?;
    let verdict =
        verdicts::shared_code("a function that shares its code object was given another hint later, which is in force");
    for ticket in others {
        context.host.report(ticket, &verdict);
    }
    Ok(None)
}

/// Takes back the hint of one function; says whether it had one. Those that share its code keep theirs.
pub fn undo(context: &Context, function: Borrowed<'_>) -> Result<bool> {
    let code = context.code(function)?;
    let Some(left) = context.hints.leave(code.borrow(), function) else { return Ok(false) };
    match left {
        Some(alone) => take_back(context, alone.borrow()),
        None => Ok(true),
    }
}

fn take_back(context: &Context, code: Borrowed<'_>) -> Result<bool> {
    let Some(record) = context.hints.remove(code) else { return Ok(false) };
    match record.spec.hint {
        Hint::Ignore => ignore::undo(context, code)?,
        Hint::Once => once::undo(context, code)?,
        _ => arming::restore_default_counters(context, code)?,
    }
    Ok(true)
}

/// The function runs other code than when it was hinted: the hint goes with it.
pub fn follow(context: &Context, target: &HintTarget<'_>) -> Result<()> {
    undo(context, target.function)?;
    let code = context.code(target.function)?;
    let verdict = apply(context, target, code.borrow())?;
    let text = format!("its __code__ was replaced, and the hint follows: {}", verdict.message);
    context.host.report(target.spec.ticket, &Verdict { message: text.into(), ..verdict });
    Ok(())
}
