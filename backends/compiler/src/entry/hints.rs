//! A hint's way into the table and out of it.

use super::samples;
use super::{trial, waiting};
use crate::invalidate;
use crate::runtime::Runtime;
use crate::units::table::{self, Hinted, Measure, Phase, Training, Ways, Wish, entries};
use crate::units::{ExitSeen, defs, verdicts};
use jitctl_core::{Borrowed, Exit, Hint, Interpreter, Region, RegionKind, Request, Result, State, Verdict};

/// Acts on a hint.
///
/// # Errors
/// Where an option cannot be read, or functions cannot be watched.
pub fn apply(runtime: &'static Runtime, interpreter: &Interpreter, request: &Request<'_>) -> Result<Verdict> {
    let function = request.function();
    undo(runtime, function);
    table::tidy();
    if request.hint() == Hint::Ignore {
        defs::ignore(runtime, function);
        return Ok(verdicts::ignored());
    }
    if let Err(error) = invalidate::watch_functions(runtime) {
        return Ok(verdicts::unwatched(&error));
    }
    let host = runtime.host;
    let threshold = match request.option("threshold")? {
        Some(calls) => u32::try_from(host.to_int(calls.borrow())?).unwrap_or(u32::MAX - 1),
        None => 0,
    };
    let measure = match request.option("profile")? {
        Some(word) if host.truth(word.borrow())? => Measure::Always,
        Some(_) => Measure::Never,
        None => Measure::InDoubt,
    };
    let wish = Wish { hint: request.hint(), threshold, ticket: request.ticket(), measure };
    let samples = samples::of(runtime, interpreter, request)?;
    let mut verdict = verdicts::pending(threshold);
    let mut training = None;
    let mut now = None;
    if let Some(samples) = samples {
        verdict = samples.verdict;
        match samples.moment {
            samples::Moment::FirstCall => training = Some(samples.job),
            samples::Moment::Now => now = Some(samples.job),
        }
    } else if samples::is_background(host, request)? {
        verdict = verdicts::with_background(verdict);
    }
    add(runtime, function, wish, training, verdict.clone());
    match now {
        Some(job) => job(host, function),
        None => Ok(verdict),
    }
}

fn add(runtime: &Runtime, function: Borrowed<'_>, wish: Wish, training: Option<Training>, verdict: Verdict) {
    // SAFETY: a live function.
    let code = unsafe { Runtime::read::<usize>(function.address(), runtime.layout.func_code) };
    let ways = Ways { waiting: waiting::entry, trial: trial::entry };
    let hinted = Hinted { training, ..Hinted::waiting(wish, code, ways, verdict, false) };
    entries().functions.insert(function.address() as usize, hinted);
    defs::add(runtime, function, wish, ways);
    // SAFETY: a live function.
    unsafe { table::enter_again(runtime, function.address()) };
}

/// Gives the function CPython's entry back. Says whether it had a hint.
pub fn undo(runtime: &Runtime, function: Borrowed<'_>) -> bool {
    let address = function.address() as usize;
    let (hinted, made) = {
        let mut entries = entries();
        entries.leave(address, Phase::Left);
        (entries.functions.remove(&address), entries.forget_made(address))
    };
    made.into_iter().for_each(invalidate::signature_changed);
    let Some(hinted) = hinted else { return false };
    // SAFETY: a live function.
    unsafe { table::enter_again(runtime, function.address()) };
    // Samples are the user's objects, and go where Python code may run.
    drop(hinted);
    invalidate::signature_changed(address);
    table::tidy();
    true
}

/// An exit that was taken, in the words of the interface.
fn left(exit: ExitSeen) -> Exit {
    let message = match exit.reason {
        "type" => "a value has another type than it had so far",
        "overflow" => "an int does not fit 64 bits",
        "division" => "a divisor is 0, or a quotient is one that the processor traps on",
        "index" => "an index is out of range",
        "unbound" => "a variable may be unbound",
        "not-compiled" => "the instruction is not compiled",
        "attribute" => "an attribute is not where it was",
        "raised" => "an exception was raised",
        "event" => "a tracer, a signal or a changed global wants the interpreter to go on",
        "frame" => "something that was called took hold of the frame",
        "memory" => "memory ran out",
        "callee" => "another function is called, or it gives another kind of result, than was compiled for",
        "function" => "another function is called than before",
        "argument" => "it was called with arguments of other types than it was compiled for",
        _ => "",
    };
    Exit { line: exit.line, code: exit.reason.to_owned(), message: message.to_owned(), count: exit.count }
}

/// The machine code of a function, as one region beside what the host observes.
///
/// # Errors
/// Where the host cannot observe the function.
pub fn state(runtime: &Runtime, function: Borrowed<'_>) -> Result<Option<State>> {
    let unit = entries().unit_of(function.address() as usize);
    let Some(unit) = unit else { return Ok(None) };
    let mut state = runtime.host.observe(function)?;
    state.exits = unit.seen().into_iter().filter(|exit| exit.count > 0).map(left).collect();
    state.regions.insert(
        0,
        Region {
            offset: 0,
            line: unit.lines.0,
            last_line: unit.lines.1,
            kind: RegionKind::Function,
            micro_ops: 0,
            machine_code_bytes: u32::try_from(unit.block.length()).unwrap_or(u32::MAX),
            exits: u32::try_from(unit.exits_taken()).ok(),
            valid: !unit.cell.is_spoiled(),
        },
    );
    Ok(Some(state))
}
