//! The verdicts of this backend, and the closed list of its refusals with what to do about them.

use crate::entry::{Refusal, Unit};
use crate::memory::Full;
use jitctl_core::{Error, Status, Verdict};

/// Every reason for which a function is not compiled as a whole, with the advice.
pub const REFUSALS: &[(&str, &str)] = &[
    ("generator", "move the hot loop into a plain function that the generator calls"),
    ("coroutine", "move the hot loop into a plain function that the coroutine calls"),
    ("varargs", "take a fixed number of parameters, or one list"),
    ("varkeywords", "take named parameters, or one dict"),
    ("argument-cell", "copy the parameter to another local before an inner function uses it"),
    ("uses-locals", "take the call of exec, eval, locals, vars, globals, dir or super() out of the hot function"),
    ("with-block", "put the hot loop inside the with block into a function of its own"),
    ("except-star", "put the hot loop into a function of its own, outside the try"),
    ("class-body", "define the class outside the hot function"),
    ("import", "import at the top of the module"),
    ("match-class", "use if and isinstance in the hot function"),
    ("async", "move the hot loop into a plain function"),
    ("too-large", "split the function: the hot loop in one of its own"),
    ("too-many-locals", "split the function: the hot loop in one of its own"),
    ("exception-table", "move the hot loop out of the nested try blocks"),
    ("unknown-bytecode", "report it with the function's source; the interpreter runs it as before"),
    ("opaque", "nothing here can be done without the interpreter; take the hint away"),
    ("no-gain", "hint the functions that it calls, or the loop that does the arithmetic"),
    ("no-fixpoint", "use one variable for one kind of value; the interpreter runs it as before"),
    ("no-machine-code", "this processor is not supported; use another backend"),
    ("internal", "report it with the function's source; the interpreter runs it as before"),
    ("unsupported", "take the part that the message names out of the hot function"),
];

/// What to do about a refusal.
#[must_use]
pub fn advice(code: &str) -> &'static str {
    REFUSALS.iter().find(|(one, _)| *one == code).map_or("", |(_, advice)| advice)
}

/// The compiler refused the function.
pub fn refused(refusal: &Refusal) -> Verdict {
    let place = refusal.line.map_or(String::new(), |line| format!("line {line}: "));
    Verdict::new(Status::Unsupported, refusal.code, format!("not compiled: {place}{}", refusal.message))
        .advise(advice(refusal.code))
}

/// The compiler failed.
pub fn fault() -> Verdict {
    Verdict::new(
        Status::Unsupported,
        "internal",
        "not compiled: a fault of the compiler (a panic, which was contained)",
    )
    .advise(advice("internal"))
}

/// There is no memory for machine code.
pub fn no_memory(full: &Full) -> Verdict {
    let verdict = Verdict::new(Status::Refused, "code-memory", format!("not compiled: {full}"));
    match full {
        Full::Limit { .. } => verdict.advise("hint fewer functions, or raise JITCTL_CODE_MEMORY (in MiB)"),
        Full::System(_) => verdict.advise("raise the limit of address space (ulimit -v), or allow executable memory"),
    }
}

/// What the unit relies on cannot be watched.
pub fn unwatched(error: &Error) -> Verdict {
    Verdict::new(Status::Refused, "watchers-taken", format!("not compiled: {error}"))
        .advise("switch the other tools off that watch dicts, types or functions")
}

/// It will be compiled.
pub fn pending(threshold: u32) -> Verdict {
    let when = match threshold {
        0 => "at its first call".to_owned(),
        1 => "after one call".to_owned(),
        calls => format!("after {calls} calls"),
    };
    Verdict::new(Status::Pending, "first-call", format!("will be compiled {when}"))
}

/// It was tried, and the bytecode does not say enough yet.
pub fn profiling(calls: u32) -> Verdict {
    let text = format!("will be compiled after {calls} more calls, which show with which types it is used");
    Verdict::new(Status::Pending, "profiling", text)
}

/// A tool watches, or something changed while it was compiled.
pub fn later(calls: u32) -> Verdict {
    let text = format!("a tool watches all code, or a global changed just now; tried again after {calls} calls");
    Verdict::new(Status::Pending, "later", text)
}

/// A unit is in force.
pub fn compiled(unit: &Unit) -> Verdict {
    let (first, last) = unit.lines;
    let millis = unit.micros as f64 / 1_000.0;
    let bytes = unit.block.length();
    let assumed = if unit.notes.is_empty() { String::new() } else { format!("; assumed: {}", unit.notes.join(", ")) };
    let text =
        format!("lines {first} to {last} are {bytes} bytes of machine code, compiled in {millis:.2} ms{assumed}");
    let verdict = Verdict::new(Status::Applied, "compiled", text);
    with_exits(verdict, unit)
        .measure("machine_code", bytes as f64, "bytes")
        .measure("compile_time", millis, "ms")
        .measure("entered", unit.cell.entered as f64, "calls")
}

/// Machine code ran, but left too often.
pub fn gave_up(unit: &Unit) -> Verdict {
    let text = format!("given up: machine code was left {} times, by {}", unit.exits_taken(), exits(unit));
    with_exits(Verdict::new(Status::Refused, "gave-up", text), unit)
        .advise("keep the types on that line the same from call to call, or take the hint away")
}

/// Machine code ran, and was not faster.
pub fn no_gain(unit: &Unit) -> Verdict {
    let (first, last) = unit.lines;
    let text = format!("undone: machine code for lines {first} to {last} was not faster than the interpreter");
    Verdict::new(Status::Refused, "no-gain", text)
        .advise("hint the function in which the time is spent, or take the hint away")
}

/// What it relied on changed too often, or once for `jit_once`.
pub fn spoiled_for_good(unit: &Unit) -> Verdict {
    let text = format!("given up: what was assumed has changed ({})", unit.notes.join(", "));
    Verdict::new(Status::Refused, "assumption-changed", text)
        .advise("do not rebind globals, builtins or methods that the function uses while it is in use")
}

/// It will be compiled anew.
pub fn again(unit: &Unit) -> Verdict {
    let text = match exits(unit) {
        exits if exits.is_empty() => "something that was assumed has changed; it will be compiled anew".to_owned(),
        exits => format!("will be compiled anew, from what exits showed: {exits}"),
    };
    Verdict::new(Status::Pending, "recompiling", text)
}

/// `jit_once`, and the function got other code.
pub fn once_over() -> Verdict {
    Verdict::new(Status::Refused, "code-replaced", "compiled once, for code that the function does not have any more")
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
    Verdict::new(Status::Applied, "ignored", "never compiled by this backend")
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
    let message = if verdict.code == "compiled" {
        format!("{}; left {taken} times: {}", verdict.message, exits(unit))
    } else {
        verdict.message.to_string()
    };
    Verdict { message: message.into(), ..verdict }.measure("exits", taken as f64, "exits")
}
