//! One look at one hinted code object: is the hint still in force, and does its verdict still say what there is?

use super::verdicts::{self, Attempts};
use super::{dispatch, focus, ignore, in_force, limits, once, switching, trial};
use crate::control::obstacle::Obstacle;
use crate::control::{arming, jit_switch};
use crate::cpython::trace_starts::places;
use crate::state::context::Context;
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record};
use crate::state::request::{HintSpec, HintTarget};
use crate::tuning::{MOST_ATTEMPTS, MOST_DROPS};
use jitctl_core::{Borrowed, Hint, Level, Owned, Result, Status, Verdict};

/// What one look came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Something was in motion: the next look is worth taking soon.
    pub busy: bool,
    /// The function runs other code by now.
    pub moved: bool,
}

/// Looks at one code object and does what is to be done.
pub fn look(context: &Context, code: Borrowed<'_>, obstacle: Option<&Obstacle>) -> Result<Look> {
    let hinted = HintedCode::read(context, code)?;
    let entered = hinted.entered_within()?;
    let decided = context.hints.edit(code, |record| match obstacle {
        Some(obstacle) if obstacle.lasts() => (stop_arming(context, &hinted, record, obstacle), Look::default()),
        _ => {
            arming::note_entered_within(context, &hinted, record, &entered);
            decide(context, &hinted, record)
        }
    });
    let Some((todo, mut look)) = decided else { return Ok(Look::default()) };
    match limits::check(context, &hinted)? {
        limits::Growth::TooLarge => return Ok(Look { busy: true, ..look }),
        limits::Growth::Grown => look.busy = true,
        limits::Growth::Same => {}
    }
    look.busy |= act(context, &hinted, todo)?;
    if obstacle.is_none() {
        look.busy |= trial::look(context, &hinted)?;
    }
    Ok(look)
}

/// What cannot be done under the lock of the table, since it calls Python.
enum Todo {
    Nothing,
    /// Arm it: what was in the way may be gone.
    Arm(Owned, HintSpec),
    /// Is it still kept out?
    Exclude,
    /// Has it settled?
    Settle,
    /// Is it still frozen?
    KeepFrozen,
    /// A tracing tool came and went.
    SilenceUnhinted,
    /// The verdict changed.
    Report(Verdict),
    /// It was tried, and is not compiled.
    Explain(Attempts),
}

/// Reads and writes memory only.
fn decide(context: &Context, hinted: &HintedCode<'_>, record: &mut Record) -> (Todo, Look) {
    let mut look = Look::default();
    let function = context.python.strong(&record.function);
    if let Some(function) = &function
        && context.python.code(function.borrow()).is_some_and(|code| code.address() as usize != record.code)
    {
        look.moved = true;
        return (Todo::Nothing, look);
    }
    let todo = match (record.spec.hint, record.phase) {
        (Hint::Ignore, _) => Todo::Exclude,
        (_, Phase::GivenUp | Phase::OnTrial) => Todo::Nothing,
        (_, Phase::Waiting) => function.map_or(Todo::Nothing, |function| Todo::Arm(function, record.spec)),
        (_, Phase::Frozen) => Todo::KeepFrozen,
        (hint, _) => {
            let rearmed = arming::rearm_dropped(context, hinted, record);
            look.busy |= rearmed.changed;
            match hint {
                _ if rearmed.rewritten => Todo::SilenceUnhinted,
                Hint::Once => Todo::Settle,
                _ => verdict_change(hinted, record),
            }
        }
    };
    (todo, look)
}

/// Does the verdict of a focus still say what there is?
fn verdict_change(hinted: &HintedCode<'_>, record: &mut Record) -> Todo {
    let Attempts { done, all, dropped, .. } = in_force::attempts(hinted, record);
    let compiled = done == all;
    if compiled {
        (record.attempts, record.pause) = (0, 0);
    }
    let failed = !compiled && (record.attempts >= MOST_ATTEMPTS || dropped >= MOST_DROPS);
    record.phase = match record.phase {
        Phase::Armed | Phase::NotCompiled if compiled => Phase::Compiled,
        Phase::Armed | Phase::Compiled if failed => Phase::NotCompiled,
        Phase::Compiled if !compiled => Phase::Armed,
        _ => return Todo::Nothing,
    };
    if failed {
        return Todo::Explain(Attempts { done, all, failed: record.attempts, dropped });
    }
    let verdict = verdicts::compiled_or_dropped(&record.starts, compiled, record.spec.threshold);
    Todo::Report(verdicts::in_doubt(verdict, &record.trial()))
}

/// Silences what is armed and would never be compiled, and says so; what is compiled stays.
fn stop_arming(context: &Context, hinted: &HintedCode<'_>, record: &mut Record, obstacle: &Obstacle) -> Todo {
    match (record.spec.hint, record.phase) {
        (Hint::Ignore, _) => return Todo::Exclude,
        (_, Phase::OnTrial) => {
            record.phase = Phase::Waiting;
            return Todo::Report(verdicts::obstacle(obstacle));
        }
        (_, Phase::Waiting | Phase::Frozen | Phase::GivenUp) => return Todo::Nothing,
        (Hint::Focus, _) if hinted.compiled(&record.starts) == places(&record.starts) => return Todo::Nothing,
        _ => {}
    }
    arming::silence(context, hinted, &record.starts);
    if record.spec.hint == Hint::Once {
        return Todo::Settle;
    }
    record.phase = Phase::Waiting;
    Todo::Report(verdicts::obstacle(obstacle))
}

/// Says whether anything was in motion.
fn act(context: &Context, hinted: &HintedCode<'_>, todo: Todo) -> Result<bool> {
    match todo {
        Todo::Nothing => return Ok(false),
        Todo::SilenceUnhinted => jit_switch::silence_unhinted(context)?,
        Todo::Arm(function, spec) => {
            return arm(context, hinted.code(), &HintTarget { function: function.borrow(), spec });
        }
        Todo::Exclude => return ignore::check(context, hinted.code()),
        Todo::Settle => return once::settle(context, hinted),
        Todo::KeepFrozen => return once::keep_frozen(context, hinted),
        Todo::Report(verdict) => report(context, hinted.code(), &verdict),
        Todo::Explain(attempts) => return explain(context, hinted.code(), attempts),
    }
    Ok(true)
}

fn report(context: &Context, code: Borrowed<'_>, verdict: &Verdict) {
    for (_, ticket) in context.hints.functions(code) {
        context.host.report(ticket, verdict);
    }
}

/// Says that it was tried, and what stands in the way where that can be known.
fn explain(context: &Context, code: Borrowed<'_>, attempts: Attempts) -> Result<bool> {
    let functions = context.hints.functions(code);
    let Some((function, _)) = functions.first() else { return Ok(false) };
    report(context, code, &in_force::not_compiled(context, function.borrow(), attempts)?);
    Ok(false)
}

/// Carries a hint out that waited.
fn arm(context: &Context, code: Borrowed<'_>, target: &HintTarget<'_>) -> Result<bool> {
    let HintSpec { hint, ticket, .. } = target.spec;
    let verdict = match (hint, switching::switch_on(context)?) {
        (Hint::Once, why) => once::train(context, target, code, why.is_none())?,
        (_, Some(why)) => verdicts::jit_off(&why),
        (_, None) => focus::arm(context, target, code)?,
    };
    let done = verdict.status != Status::Pending || hint == Hint::Once;
    if done {
        context.host.report(ticket, &verdict);
        focus::mark_armed(context, code, &verdict);
    }
    Ok(done)
}

/// Lets hints follow functions that were given other code.
pub fn follow_moved(context: &Context) {
    for (function, spec) in context.hints.take_moved() {
        if let Err(error) = dispatch::follow(context, &HintTarget { function: function.borrow(), spec }) {
            context.host.log(Level::Warning, &format!("a hint that follows a new __code__: {error}"));
        }
    }
}
