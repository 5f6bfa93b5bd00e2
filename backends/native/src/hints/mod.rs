//! One hint on one function: whose hint is in force where functions share a code object, and how it is taken back.

pub mod current;
pub mod focus;
pub mod ignore;
pub mod limits;
pub mod once;
pub mod warm_up;

use crate::hints::focus::Who;
use crate::state::context::Engine;
use jitctl_core::{Borrowed, Hint, Result, Verdict};
use jitctl_verdicts::VerdictCode;

/// Applies it. Functions of one `def` share their code, and the JIT knows code only.
pub fn apply(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    if let Some(verdict) = claim(engine, who, code)? {
        return Ok(verdict);
    }
    if let Some(verdict) = limits::given_up(engine, who, code)? {
        return Ok(verdict);
    }
    match who.wish.hint {
        Hint::Focus => focus::apply(engine, who, code),
        Hint::Ignore => ignore::apply(engine, who, code),
        Hint::Once => once::apply(engine, who, code),
        _ => Ok(VerdictCode::UnknownHint.verdict("this backend does not know the hint")),
    }
}

/// Ignore is a promise and stays; any other hint gives way to a later one, and its verdict says so.
fn claim(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>) -> Result<Option<Verdict>> {
    let Some(hint) = engine.hint_of(code).filter(|hint| *hint != who.wish.hint) else { return Ok(None) };
    let others = engine.others(code, who.function);
    if hint == Hint::Ignore && !others.is_empty() {
        return Ok(Some(shared("a function that shares its code object is ignored, so neither is compiled")));
    }
    take_back(engine, code)?;
    let verdict = shared("a function that shares its code object was given another hint later, which is in force");
    for ticket in others {
        engine.host.report(ticket, &verdict);
    }
    Ok(None)
}

fn shared(text: &'static str) -> Verdict {
    VerdictCode::SharedCode
        .verdict(text)
        .advise("give the function code of its own before the hint: f.__code__ = f.__code__.replace()")
}

/// Takes back the hint of one function; says whether it had one. Those that share its code keep theirs.
pub fn undo(engine: &Engine, function: Borrowed<'_>) -> Result<bool> {
    let code = engine.code(function)?;
    let Some(left) = engine.leave(code.borrow(), function) else { return Ok(false) };
    match left {
        Some(alone) => take_back(engine, alone.borrow()),
        None => Ok(true),
    }
}

fn take_back(engine: &Engine, code: Borrowed<'_>) -> Result<bool> {
    let record = engine.shared().records.remove(code.address() as usize);
    let Some(record) = record else { return Ok(false) };
    match record.wish.hint {
        Hint::Ignore => ignore::undo(engine, code)?,
        Hint::Once => once::undo(engine, code)?,
        _ => focus::let_go(engine, &engine.tree(code)?)?,
    }
    Ok(true)
}

/// The function runs other code than when it was hinted: the hint goes with it.
pub fn follow(engine: &Engine, who: &Who<'_>) -> Result<()> {
    undo(engine, who.function)?;
    let code = engine.code(who.function)?;
    let verdict = apply(engine, who, code.borrow())?;
    let text = format!("its __code__ was replaced, and the hint follows: {}", verdict.message);
    engine.host.report(who.wish.ticket, &Verdict { message: text.into(), ..verdict });
    Ok(())
}
