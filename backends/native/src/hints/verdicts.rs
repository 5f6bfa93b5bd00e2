//! Makes words of facts: every verdict of this backend, but those that keep the words of an error.

use crate::control::freezing::Frozen;
use crate::control::growth::Census;
use crate::control::jit_switch::{Forbidden, WhyOff};
use crate::control::obstacle::Obstacle;
use crate::cpython::selftest::Denied;
use crate::cpython::trace_starts::{Scan, StartState, TraceStart, places, within};
use crate::state::record::{Stage, Trial, Unmeasured};
use crate::tuning::{
    COSTS_BELOW, ENTRY_LATER, MOST_ATTEMPTS, MOST_BYTES, MOST_EXITS, MOST_REGIONS, MOST_VARIANTS, THRESHOLD,
};
use jitctl_core::{Borrowed, Host, Result, Status, Verdict};
use jitctl_training::End;
use jitctl_verdicts::VerdictCode;

/// What was armed, and how it stood.
pub fn armed(scan: &Scan, states: &[StartState], threshold: u16) -> Verdict {
    let compiled = states.iter().filter(|state| **state == StartState::Compiled).count();
    let what = described(&scan.starts);
    let verdict = if states.contains(&StartState::Instrumented) {
        let text = format!("a tracing tool has instrumented the function; {what} will be armed when it is gone");
        VerdictCode::TracingActive.verdict(text)
    } else if compiled == scan.starts.len() {
        VerdictCode::Compiled.verdict(format!("{what} compiled already"))
    } else if scan.yielding > 0 {
        let yielding = plural(scan.yielding as usize, "loop", "loops");
        let text = format!("{what} armed; {yielding} with a yield cannot be compiled by this version");
        VerdictCode::YieldingLoops.verdict(text)
    } else {
        VerdictCode::Armed.verdict(format!("{what} armed: {}", soon(&scan.starts, threshold)))
    };
    measured(verdict, &scan.starts)
}

/// What was seen later: all of it compiled, or its code dropped by CPython.
pub fn compiled_or_dropped(starts: &[TraceStart], compiled: bool, threshold: u16) -> Verdict {
    let what = described(starts);
    let verdict = if compiled {
        let inside = match within(starts) {
            0 => String::new(),
            some => {
                format!("; {some} of them entered inside the loop and not at its end, where a trace before it left")
            }
        };
        VerdictCode::Compiled.verdict(format!("{what} compiled{inside}"))
    } else {
        let text = format!("{what} armed again, since CPython dropped compiled code: {}", soon(starts, threshold));
        VerdictCode::Armed.verdict(text)
    };
    measured(verdict, starts)
}

/// It is armed, and none of it is compiled.
pub fn armed_soon(starts: &[TraceStart], threshold: u16) -> Verdict {
    let text = format!("{} armed: {}", described(starts), soon(starts, threshold));
    measured(VerdictCode::Armed.verdict(text), starts)
}

/// Says of a hint that may cost what a trial of it found, or why there is no answer.
pub fn in_doubt(mut verdict: Verdict, trial: &Trial) -> Verdict {
    let text = match trial.unmeasured {
        None if trial.stage == Stage::Over && trial.speed() < COSTS_BELOW => {
            format!("it costs: {:.2} of the speed without the hint, as measured", trial.speed())
        }
        None => return verdict,
        Some(why) => {
            let reason = match why {
                Unmeasured::Suspends => "a generator or a coroutine does its work after its call",
                Unmeasured::Tool => "another tool has, or had, an id of sys.monitoring, and would notice timed calls",
                Unmeasured::Rare => "it was called too rarely",
                Unmeasured::Changed => "its code, defaults or entry were replaced meanwhile",
            };
            format!("not measured whether it pays: {reason}")
        }
    };
    verdict.message = format!("{}; {text}", verdict.message).into();
    verdict
}

/// Some of it is compiled.
pub fn partly_compiled(starts: &[TraceStart], compiled: usize, threshold: u16) -> Verdict {
    let text = format!("{compiled} of {} compiled; the rest is {}", described(starts), soon(starts, threshold));
    measured(VerdictCode::Armed.verdict(text), starts).measure("compiled", count(compiled), "sites")
}

/// What came of the attempts to compile a function that is not compiled.
#[derive(Clone, Copy, Debug)]
pub struct Attempts {
    /// Places that are compiled, and all.
    pub done: usize,
    pub all: usize,
    /// Attempts in a row after which there was no code.
    pub failed: u8,
    /// How often one place was armed again.
    pub dropped: u8,
}

/// The verdict on it: figures, and what makes the function unfriendly to the JIT, if that is known. Where the JIT is `on` for the
/// whole process, it may compile the function without the hint, with the types that it sees later.
pub fn not_compiled(host: Host, on: bool, function: Borrowed<'_>, attempts: Attempts) -> Result<Verdict> {
    let Attempts { done, all, failed, dropped } = attempts;
    let what = format!("{done} of {} compiled", plural(all, "place", "places"));
    let verdict = if failed >= MOST_ATTEMPTS {
        let reason = "each trace was abandoned while it was recorded, or its code was dropped at once";
        let text = format!("{what} after {failed} attempts: {reason}");
        let facts = host.facts(function)?;
        let unfriendly = facts.unfriendly();
        let (why, advice) = unfriendly.first().map_or_else(
            || {
                let often = "compiled code is dropped when a global or a class that it reads changes";
                let advice = "keep globals and classes that the loop reads as they are, or take the hint away";
                (often.to_owned(), advice.to_owned())
            },
            |one| {
                let line = one.line.map_or_else(String::new, |line| format!("line {line}: "));
                (format!("{line}{}", one.message), one.advice.to_owned())
            },
        );
        let status = if done == 0 { Status::Unsupported } else { Status::Partial };
        let costs = if on { "; without the hint, the JIT may compile it by its own thresholds" } else { "" };
        VerdictCode::NotCompiled.verdict_as(status, format!("{text}; {why}{costs}")).advise(advice)
    } else {
        let text = format!(
            "{what}: CPython dropped its compiled code {dropped} times, so it is not armed again but left to CPython's own \
             thresholds"
        );
        VerdictCode::GaveUp
            .verdict(text)
            .advise("keep globals and classes that the function reads as they are, or take the hint away")
    };
    Ok(verdict.measure("compiled", count(done), "sites").measure("attempts", f64::from(failed), "attempts").measure(
        "dropped",
        f64::from(dropped),
        "times",
    ))
}

/// Nothing in it can start a trace; `entries`: this version compiles the entries of functions.
pub fn nothing_to_compile(scan: &Scan, entries: bool) -> Verdict {
    let (code, text) = match (scan.yielding, scan.small, entries) {
        (1.., _, _) => (VerdictCode::YieldingLoops, "its loops contain a yield, which this version cannot compile"),
        (_, 1.., _) => {
            (VerdictCode::TooSmall, "it has no loop and is so small that entering compiled code would cost more")
        }
        (_, _, false) => (VerdictCode::NoLoops, "it has no loop, and this version compiles loops only"),
        _ => (VerdictCode::NoLoops, "it has no loop, and the entry of a generator or coroutine starts no trace"),
    };
    let advice = "hint the function whose loop calls it: what is called from compiled code is compiled with it";
    code.verdict_as(Status::Unsupported, text).advise(advice)
}

/// What stands in the way of compiling.
pub fn obstacle(obstacle: &Obstacle) -> Verdict {
    match obstacle {
        Obstacle::Memory(reason) => {
            let text = format!(
                "the system refuses new executable memory ({reason}), so nothing can be compiled; the function runs as without \
                 the hint"
            );
            VerdictCode::NoExecutableMemory.verdict(text).advise(
                "allow it (systemd: MemoryDenyWriteExecute=no; SELinux: execmem; a higher RLIMIT_AS), or take the hint out",
            )
        }
        Obstacle::Perf => {
            let text = "the perf trampoline is active, and CPython keeps its JIT off beside it";
            VerdictCode::PerfActive
                .verdict(text)
                .advise("run without -X perf, or call sys.deactivate_stack_trampoline(): then it is compiled")
        }
        Obstacle::Tool => tracing("a tracing tool is active; the JIT is used again when it is gone"),
    }
}

/// A tool rewrites bytecode; the hint is carried out when it is gone.
pub fn tracing(text: impl Into<String>) -> Verdict {
    VerdictCode::TracingActive.verdict(text.into())
}

/// What keeps the JIT off.
pub fn jit_off(why: &WhyOff) -> Verdict {
    let (text, advice) = match why {
        WhyOff::NoJit => {
            let text = "this interpreter was built without a JIT, so nothing can be compiled";
            return VerdictCode::NoJit.verdict(text);
        }
        WhyOff::Obstacle(found) => return obstacle(found),
        WhyOff::Denied(denied @ Denied::Later(_)) => return tracing(denied.to_string()),
        WhyOff::Denied(denied) => {
            let text = format!("the JIT is off and jitctl cannot switch it on for hinted functions: {denied}");
            let advice = "run the program with PYTHON_JIT=1";
            return VerdictCode::JitOff.verdict(text).advise(advice);
        }
        WhyOff::Forbidden(Forbidden::OptIn) => {
            ("the JIT is off, and JITCTL_OPT_IN=0 keeps jitctl from switching it on", "unset JITCTL_OPT_IN")
        }
        WhyOff::Forbidden(Forbidden::PythonJit) => {
            let advice = "unset PYTHON_JIT, or set JITCTL_OPT_IN=1 to have hinted functions compiled nevertheless";
            ("PYTHON_JIT=0 keeps the JIT off, and jitctl respects it", advice)
        }
        WhyOff::Forbidden(Forbidden::NotAsked) => {
            let advice = "set JITCTL_OPT_IN=1 to have hinted functions compiled, or PYTHON_JIT=1 for the whole process";
            ("the JIT is off; on this version it gains so little that jitctl leaves it off unless asked", advice)
        }
    };
    VerdictCode::JitOff.verdict(text).advise(advice)
}

/// Its compiled code is more than what pays; `line` is that of the place with the most variants.
pub fn too_large(census: &Census, line: Option<u32>) -> Verdict {
    let at = line.map_or_else(String::new, |line| format!(" on line {line}"));
    let figures = format!("{} with {} exits", plural(census.regions, "region", "regions"), census.exits);
    let (text, advice) = if census.variants > MOST_VARIANTS {
        let reason = format!("{} of them test one place{at} for one type or callee after the other", census.variants);
        (
            format!(
                "its compiled code grew to {figures}, {reason}, and more than {MOST_VARIANTS} are slower than none"
            ),
            "let fewer types or callees meet there, or make them once and not in each call; else take the hint away",
        )
    } else {
        let kib = census.bytes / 1_024;
        let most = MOST_BYTES / 1_024;
        (
            format!(
                "its compiled code grew to {figures} and {kib} KiB; the limits are {MOST_REGIONS}, {MOST_EXITS} and \
                 {most} KiB"
            ),
            "split the function, or hint the functions that it calls",
        )
    };
    VerdictCode::GaveUp
        .verdict(text)
        .advise(advice)
        .measure("regions", count(census.regions), "regions")
        .measure("exits", count(census.exits), "exits")
        .measure("machine_code", count(census.bytes), "bytes")
        .measure("variants", count(census.variants), "regions")
}

/// A generator would have an event at each item. Measured on 3.15: a generator of integers at 0.76 of the interpreter.
pub fn items_cost() -> Verdict {
    let text = "the event that keeps a frozen generator out of other functions' traces costs some 10 ns for each item, more than \
                freezing gains";
    VerdictCode::GaveUp
        .verdict(text)
        .advise("take jit_once away, or give jit_focus to the function that takes the items")
}

/// Some calls are timed without the hint.
pub fn on_trial() -> Verdict {
    let text = "taken back for some calls, to measure whether it pays; then it is carried out again";
    VerdictCode::Training.verdict(text)
}

/// It was measured to be slower with the hint than without it; times of a call, in nanoseconds.
pub fn no_gain(plain: f64, hinted: f64) -> Verdict {
    let text = format!(
        "it costs more than it gains: a call takes {hinted:.0} ns with the hint and {plain:.0} ns without, {:.2} of the speed",
        plain / hinted
    );
    VerdictCode::GaveUp.verdict(text).advise("take the hint away, or hint the function whose loop calls it")
}

/// What was frozen. Every part that could not be is named.
pub fn frozen(frozen: &Frozen, starts: &[TraceStart]) -> Verdict {
    let snapshot = frozen.snapshot;
    let mut reasons = Vec::new();
    if let Some(denied) = &frozen.exits {
        reasons.push(format!("side exits are not frozen ({denied})"));
    }
    if snapshot.compiled < snapshot.places {
        let missing = snapshot.places - snapshot.compiled;
        reasons.push(format!("{missing} of {} not compiled", plural(snapshot.places, "loop", "loops")));
    }
    if frozen.thawed_by_callees {
        reasons.push("the trace of a hot function that it calls may thaw it until the next maintenance".to_owned());
    }
    let mut text =
        format!("frozen with {} of {} instructions specialised", snapshot.specialised, snapshot.specialisable);
    if snapshot.compiled > 0 {
        text = format!("{text} and {} compiled", plural(snapshot.compiled, "loop", "loops"));
    }
    let mut advice = "";
    if frozen.entry_costs {
        text = format!(
            "{text}; an event that keeps it out of other functions' traces costs some 10 ns whenever it is entered"
        );
        advice = "take jit_once away where its calls are short, or give jit_focus to the function that calls it";
    }
    let verdict = if reasons.is_empty() {
        VerdictCode::Frozen.verdict(text)
    } else {
        VerdictCode::PartlyFrozen.verdict(format!("{text}; {}", reasons.join("; ")))
    };
    let share = match snapshot.specialisable {
        0 => 1.0,
        all => count(snapshot.specialised) / count(all),
    };
    let verdict = warned_of_classes(verdict.advise(advice), starts);
    verdict.measure("specialised", share, "share").measure("compiled", count(snapshot.compiled), "loops")
}

/// Something had reset counters of a frozen function, which is frozen again.
pub fn refrozen(frozen: Verdict) -> Verdict {
    let reason = "a tracing tool, or the trace of another function that has this one in it, had reset its counters";
    let text = format!("{}; frozen again, for {reason}", frozen.message);
    Verdict { status: Status::Partial, code: VerdictCode::Refrozen.name().into(), message: text.into(), ..frozen }
}

/// Real calls train it.
pub fn training() -> Verdict {
    let advice = "give sample_args to have it trained and frozen before the first real call";
    VerdictCode::Training.verdict("trained by real calls; frozen when its state has settled").advise(advice)
}

/// CPython dropped compiled code of a frozen function.
pub fn trained_again() -> Verdict {
    let text = "CPython dropped its compiled code; real calls train it again, then it is frozen again";
    VerdictCode::Training.verdict(text)
}

/// Its frozen code is dropped time and again.
pub fn never_lasts(times: u8) -> Verdict {
    let text = format!("CPython dropped its frozen code {times} times, and each time it was trained anew");
    let advice = "keep globals and classes that the function reads as they are, or take the hint away";
    VerdictCode::GaveUp.verdict(text).advise(advice).measure("dropped", f64::from(times), "times")
}

/// Kept out by events: `full` of its code objects with all of them, the others with `kept` beside those at the entry.
pub fn excluded(codes: usize, full: usize, kept: usize) -> Verdict {
    let mut text = "kept out of compiled code by events at its entry".to_owned();
    if full > 0 {
        text += ", calls and jumps";
    } else if kept > 0 {
        text = format!("{text} and {} of return", plural(kept, "place", "places"));
    }
    if codes > 1 {
        text = format!("{text}, with {}", plural(codes - 1, "nested function", "nested functions"));
    }
    text.shrink_to_fit();
    VerdictCode::Excluded.verdict(text)
}

/// Loops armed by supported interfaces only, since the self-test denied the bytecode.
pub fn armed_by_events(loops: usize, denied: &Denied, threshold: u16) -> Verdict {
    let text = format!("{} armed by monitoring events; {denied}", plural(loops, "loop", "loops"));
    if threshold == THRESHOLD {
        return VerdictCode::ArmedByEvents.verdict(text);
    }
    VerdictCode::ArmedByEvents.verdict_as(Status::Partial, format!("{text}; events know no threshold"))
}

/// Functions that share a code object have one hint.
pub fn shared_code(text: &'static str) -> Verdict {
    VerdictCode::SharedCode
        .verdict(text)
        .advise("give the function code of its own before the hint: f.__code__ = f.__code__.replace()")
}

/// How a training with samples ended before it was done.
pub fn ended_early(end: &End, verdict: Verdict) -> Option<Verdict> {
    let (code, reason) = match end {
        End::Raised(reason) => (VerdictCode::SampleRaised, format!("a call with the samples raised {reason}")),
        End::Samples(reason) => (VerdictCode::SamplesFailed, format!("the samples could not be made: {reason}")),
        End::NotInferred(refusal) => {
            let text = format!("{}; not trained: {}", verdict.message, refusal.message);
            let code = refusal.code.clone().into();
            let partial = Verdict { status: Status::Partial, code, message: text.into(), ..verdict };
            return Some(partial.advise(refusal.advice.clone()));
        }
        End::Stopped => (VerdictCode::Stopped,
            "a call ran for more than twice the budget (or, with inferred arguments, took more than 256 MiB) and was stopped"
                .to_owned(),
        ),
        End::Suspended => (VerdictCode::Suspended, "the coroutine waits for an event loop".to_owned()),
        End::Cancelled => (VerdictCode::Cancelled, "the training was stopped".to_owned()),
        End::Busy => (VerdictCode::Busy, "it was being trained already".to_owned()),
        _ => return None,
    };
    let text = format!("{}; the training ended early: {reason}", verdict.message);
    let advice = match end {
        End::Stopped => "give samples with which a call returns sooner, or raise budget_ms",
        _ => "give samples that the function takes",
    };
    Some(Verdict { status: Status::Partial, code: code.name().into(), message: text.into(), ..verdict }.advise(advice))
}

fn soon(starts: &[TraceStart], threshold: u16) -> String {
    let soon = threshold + if starts.iter().any(|start| start.entry) { ENTRY_LATER } else { 0 } + 3;
    format!("compiled after about {soon} iterations or calls of real traffic")
}

/// `2 loops and 1 entry`.
fn described(starts: &[TraceStart]) -> String {
    let entries = starts.iter().filter(|start| start.entry).count();
    match (places(starts) - entries, entries) {
        (loops, 0) => plural(loops, "loop", "loops"),
        (0, entries) => plural(entries, "entry", "entries"),
        (loops, entries) => format!("{} and {}", plural(loops, "loop", "loops"), plural(entries, "entry", "entries")),
    }
}

/// Adds figures, and a warning.
fn measured(verdict: Verdict, starts: &[TraceStart]) -> Verdict {
    let verdict = warned_of_classes(verdict, starts);
    let entries = starts.iter().filter(|start| start.entry).count();
    verdict.measure("loops", count(places(starts) - entries), "sites").measure("entries", count(entries), "sites")
}

/// Adds a warning where a class is made in each call. Measured: such functions run at 0.66 to 1.0 of the interpreter, which
/// specialises for each class anew; frozen ones at 0.48 to 1.14 of their twins with `PYTHON_JIT=1` on 3.14.
fn warned_of_classes(mut verdict: Verdict, starts: &[TraceStart]) -> Verdict {
    if starts.iter().any(|start| start.makes_class) {
        let text = "it makes a class in each call, and code that was compiled for one does not hold for the next";
        verdict.message =
            format!("{}; {text}: where it is called often, that costs more than it gains", verdict.message).into();
        if verdict.advice.is_empty() {
            verdict.advice = "make the class once, outside the function, or take the hint away".into();
        }
    }
    verdict
}

/// `2 loops`.
fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}
