//! The verdicts of this backend. The closed list of its refusals, with what to do about them, is the table of codes in the
//! crate `verdicts`.

use super::unit::{Refusal, Unit};
use crate::memory::Full;
use jitctl_core::{Error, Status, Verdict};
use jitctl_verdicts::VerdictCode;

/// What to do about a refusal.
#[must_use]
pub fn advice(code: &str) -> &'static str {
    VerdictCode::by_name(code).map_or("", |code| code.row().advice)
}

/// The compiler refused the function.
pub fn refused(refusal: &Refusal) -> Verdict {
    let place = refusal.line.map_or(String::new(), |line| format!("line {line}: "));
    Verdict::new(Status::Unsupported, refusal.code, format!("not compiled: {place}{}", refusal.message))
        .advise(advice(refusal.code))
}

/// The compiler failed.
pub fn fault() -> Verdict {
    VerdictCode::Internal.verdict("not compiled: a fault of the compiler (a panic, which was contained)")
}

/// There is no memory for machine code.
pub fn no_memory(full: &Full) -> Verdict {
    let verdict = VerdictCode::CodeMemory.verdict(format!("not compiled: {full}"));
    match full {
        Full::Limit { .. } => verdict.advise("hint fewer functions, or raise JITCTL_CODE_MEMORY (in MiB)"),
        Full::System(_) => verdict.advise("raise the limit of address space (ulimit -v), or allow executable memory"),
    }
}

/// What the unit relies on cannot be watched.
pub fn unwatched(error: &Error) -> Verdict {
    VerdictCode::WatchersTaken
        .verdict(format!("not compiled: {error}"))
        .advise("switch the other tools off that watch dicts, types or functions")
}

/// It will be compiled.
pub fn pending(threshold: u32) -> Verdict {
    let when = match threshold {
        0 => "at its first call".to_owned(),
        1 => "after one call".to_owned(),
        calls => format!("after {calls} calls"),
    };
    VerdictCode::FirstCall.verdict(format!("will be compiled {when}"))
}

/// It was tried, and the bytecode does not say enough yet.
pub fn profiling(calls: u32) -> Verdict {
    let text = format!("will be compiled after {calls} more calls, which show with which types it is used");
    VerdictCode::Profiling.verdict(text)
}

/// A tool watches, or something changed while it was compiled.
pub fn later(calls: u32) -> Verdict {
    let text = format!("a tool watches all code, or a global changed just now; tried again after {calls} calls");
    VerdictCode::Later.verdict(text)
}

/// A unit is in force.
pub fn compiled(unit: &Unit) -> Verdict {
    let (first, last) = unit.lines;
    let millis = unit.micros as f64 / 1_000.0;
    let bytes = unit.block.length();
    let assumed = if unit.notes.is_empty() { String::new() } else { format!("; assumed: {}", unit.notes.join(", ")) };
    let text =
        format!("lines {first} to {last} are {bytes} bytes of machine code, compiled in {millis:.2} ms{assumed}");
    let verdict = VerdictCode::Compiled.verdict(text);
    with_exits(verdict, unit)
        .measure("machine_code", bytes as f64, "bytes")
        .measure("compile_time", millis, "ms")
        .measure("entered", unit.entered() as f64, "calls")
}

/// Machine code ran, but left too often.
pub fn gave_up(unit: &Unit) -> Verdict {
    let (taken, calls) = (unit.exits_taken(), unit.entered());
    let text = format!("given up: machine code was left {taken} times in {calls} calls, by {}", exits(unit));
    with_exits(VerdictCode::GaveUp.verdict(text), unit)
        .measure("entered", calls as f64, "calls")
        .advise("keep the types on that line the same from call to call, or take the hint away")
}

/// Machine code ran, and was not faster.
pub fn no_gain(unit: &Unit) -> Verdict {
    let (first, last) = unit.lines;
    let text = format!("undone: machine code for lines {first} to {last} was not faster than the interpreter");
    VerdictCode::NoGain.verdict(text).advise("hint the function in which the time is spent, or take the hint away")
}

/// What it relied on changed too often, or once for `jit_once`.
pub fn spoiled_for_good(unit: &Unit) -> Verdict {
    let text = format!("given up: what was assumed has changed ({})", unit.notes.join(", "));
    VerdictCode::AssumptionChanged
        .verdict(text)
        .advise("do not rebind globals, builtins or methods that the function uses while it is in use")
}

/// It will be compiled anew.
pub fn again(unit: &Unit) -> Verdict {
    let text = match exits(unit) {
        exits if exits.is_empty() => "something that was assumed has changed; it will be compiled anew".to_owned(),
        exits => format!("will be compiled anew, from what exits showed: {exits}"),
    };
    VerdictCode::Recompiling.verdict(text)
}

/// `jit_once`, and the function got other code.
pub fn once_over() -> Verdict {
    VerdictCode::CodeReplaced
        .verdict("compiled once, for code that the function does not have any more")
        .advise("hint the function again, or use jit_focus")
}

/// What `when="background"` comes to.
pub fn with_background(verdict: Verdict) -> Verdict {
    let text = format!(
        "{}; in the calling thread: compiling reads Python objects and holds the GIL, so another thread would not shorten it",
        verdict.message
    );
    Verdict { message: text.into(), ..verdict }
}

/// `jit_ignore`.
pub fn ignored() -> Verdict {
    VerdictCode::Excluded.verdict("never compiled by this backend")
}

/// The exits by line and reason, the most frequent first.
fn exits(unit: &Unit) -> String {
    let mut seen = unit.seen();
    seen.retain(|exit| exit.count > 0);
    seen.sort_by_key(|exit| std::cmp::Reverse(exit.count));
    let parts: Vec<String> =
        seen.iter().take(4).map(|exit| format!("line {} ({}): {}", exit.line, exit.reason, exit.count)).collect();
    parts.join(", ")
}

fn with_exits(verdict: Verdict, unit: &Unit) -> Verdict {
    let taken = unit.exits_taken();
    if taken == 0 {
        return verdict;
    }
    let message = if VerdictCode::Compiled.is(&verdict) {
        format!("{}; left {taken} times: {}", verdict.message, exits(unit))
    } else {
        verdict.message.to_string()
    };
    Verdict { message: message.into(), ..verdict }.measure("exits", taken as f64, "exits")
}
