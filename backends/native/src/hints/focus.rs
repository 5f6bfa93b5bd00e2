//! `jit_focus`: loops and entries compile after a handful of real iterations instead of thousands.

use crate::control::jit_switch;
use crate::cpython::bytecode::CodeLayout;
use crate::cpython::selftest::Denied;
use crate::cpython::trace_starts::{Look, Offer};
use crate::state::context::{Engine, Process};
use crate::state::hint_table::{Phase, Record, Site};
use crate::tuning::MOST_ATTEMPTS;
use jitctl_core::{Borrowed, Hint, Host, Request, Result, Status, Verdict};
use jitctl_verdicts::VerdictCode;
use std::collections::HashSet;

/// The threshold of a loop where the user gave none, in iterations.
pub const SOON: u16 = 2;
/// So much later a function's entry compiles, in calls: a loop that calls the function has it in its own trace then. A
/// trace that meets an entry that is compiled already ends there.
const ENTRY_LATER: u16 = 10;
/// The highest threshold: with what is added to it, it fits the counters of all versions.
const HIGHEST: u16 = 4_000;
/// So much later the other jumps of the same loop try.
const APART: u16 = 16;

/// Arms the function, and what is nested in it.
pub fn apply(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    if let Some(verdict) = jit_switch::ensure(engine)? {
        if verdict.status == Status::Pending
            || matches!(VerdictCode::of(&verdict), Some(VerdictCode::NoExecutableMemory | VerdictCode::PerfActive))
        {
            wait(engine, who, code)?;
        }
        return Ok(verdict);
    }
    match engine.findings().code {
        Ok(layout) => arm(engine, who, layout, code),
        Err(Denied::Later(text)) => {
            wait(engine, who, code)?;
            Ok(VerdictCode::TracingActive.verdict(text))
        }
        Err(denied) => by_events(engine, who, code, &denied),
    }
}

pub fn wait(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>) -> Result<()> {
    let mut record = Record::new(engine.python, code, who)?;
    record.phase = Phase::Waiting;
    engine.remember(record);
    Ok(())
}

/// Whose hint it is, and which.
pub struct Who<'a> {
    pub function: Borrowed<'a>,
    pub wish: Wish,
}

/// A hint as the user gave it.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub ticket: u64,
    pub hint: Hint,
    /// Iterations of a loop that are interpreted before it compiles.
    pub threshold: u16,
}

impl Wish {
    /// Reads a request; a threshold that no counter holds becomes the nearest that one does.
    pub fn of(host: Host, request: &Request<'_>) -> Result<Self> {
        let given = request.option("threshold")?.map(|value| host.to_int(value.borrow())).transpose()?;
        let threshold =
            given.map_or(SOON, |value| u16::try_from(value).map_or(HIGHEST, |value| value.clamp(1, HIGHEST)));
        Ok(Self { ticket: request.ticket(), hint: request.hint(), threshold })
    }
}

/// Arms every site, and says what came of it.
pub fn arm(engine: &Engine, who: &Who<'_>, layout: CodeLayout, code: Borrowed<'_>) -> Result<Verdict> {
    let tree = engine.tree(code)?;
    clear_events(engine, &tree)?;
    let mut offer = engine.offer(layout, &tree)?;
    if offer.sites.is_empty() {
        return Ok(nothing(engine, &offer));
    }
    let looks = arm_sites(engine, layout, &mut offer.sites, 0, who.wish.threshold);
    let mut record = Record::new(engine.python, code, who)?;
    if looks.contains(&Look::Hidden) {
        record.phase = Phase::Waiting;
    }
    let verdict = verdict(&offer, &looks, who.wish.threshold);
    record.sites = offer.sites.into_boxed_slice();
    engine.remember(record);
    Ok(verdict)
}

/// Arms these sites, whose code objects live. `round` counts the attempts.
pub fn arm_sites(engine: &Engine, layout: CodeLayout, sites: &mut [Site], round: u8, threshold: u16) -> Vec<Look> {
    let mut looks = Vec::with_capacity(sites.len());
    for index in 0..sites.len() {
        let counter = engine.version.counter.soon(delay(sites, index, round, threshold));
        let site = &mut sites[index];
        // SAFETY: the caller holds the outermost code object, which keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        let look = site.arm(cells, &engine.opcodes, counter);
        site.compiled = look == Look::Compiled;
        looks.push(look);
    }
    looks
}

/// Where several jumps close one loop, 3.15 gives up on a trace from one of them that ends at another, and starts over
/// at its natural thresholds. So one of them goes first: the last, for it ends the longest way through the loop; another
/// one in each further attempt.
pub fn delay(sites: &[Site], index: usize, round: u8, threshold: u16) -> u16 {
    let site = &sites[index];
    if site.entry {
        return threshold + ENTRY_LATER;
    }
    let same = |other: &&Site| other.code == site.code && other.head == site.head && other.entry == site.entry;
    let jumps = sites.iter().filter(same).count();
    let behind = sites[index + 1..].iter().filter(same).count();
    if behind == usize::from(round) % jumps.max(1) { threshold } else { threshold + APART }
}

/// How many places these sites are: several jumps may close one loop.
pub fn loops(sites: &[Site]) -> usize {
    let heads: HashSet<_> = sites.iter().map(|site| (site.code, site.head, site.entry)).collect();
    heads.len()
}

/// How many of those are compiled now.
pub fn compiled(engine: &Engine, layout: CodeLayout, sites: &[Site]) -> usize {
    let is_compiled = |site: &&Site| {
        // SAFETY: the caller holds the outermost code object, which keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        site.look(cells, &engine.opcodes) == Look::Compiled
    };
    let heads: HashSet<_> = sites.iter().filter(is_compiled).map(|site| (site.code, site.head, site.entry)).collect();
    heads.len()
}

/// Lets an own hint of nested code, or an earlier hint, not stand in the way.
pub fn clear_events(engine: &Engine, tree: &[Borrowed<'_>]) -> Result<()> {
    let Some(monitoring) = engine.monitoring_in_use() else { return Ok(()) };
    let ignored = monitoring.mask(engine.version.ignore_declared)?;
    for code in tree {
        let events = monitoring.get(*code)?;
        if events != 0 {
            monitoring.set(*code, 0)?;
        }
        if events != 0 && events == ignored {
            crate::control::events::release(engine, *code)?;
        }
    }
    Ok(())
}

/// The verdict on armed sites.
fn verdict(offer: &Offer, looks: &[Look], threshold: u16) -> Verdict {
    let compiled = looks.iter().filter(|look| **look == Look::Compiled).count();
    let what = places(&offer.sites);
    let verdict = if looks.contains(&Look::Hidden) {
        let text = format!("a tracing tool has instrumented the function; {what} will be armed when it is gone");
        VerdictCode::TracingActive.verdict(text)
    } else if compiled == offer.sites.len() {
        VerdictCode::Compiled.verdict(format!("{what} compiled already"))
    } else if offer.yielding > 0 {
        let yielding = plural(offer.yielding as usize, "loop", "loops");
        let text = format!("{what} armed; {yielding} with a yield cannot be compiled by this version");
        VerdictCode::YieldingLoops.verdict(text)
    } else {
        VerdictCode::Armed.verdict(format!("{what} armed: {}", soon(&offer.sites, threshold)))
    };
    measured(verdict, &offer.sites)
}

/// What maintenance saw later: all of it compiled, or its code dropped by CPython.
pub fn seen(sites: &[Site], compiled: bool, threshold: u16) -> Verdict {
    let what = places(sites);
    let verdict = if compiled {
        VerdictCode::Compiled.verdict(format!("{what} compiled"))
    } else {
        let text = format!("{what} armed again, since CPython dropped compiled code: {}", soon(sites, threshold));
        VerdictCode::Armed.verdict(text)
    };
    measured(verdict, sites)
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

/// The verdict on it: figures, and what makes the function unfriendly to the JIT, if that is known.
pub fn not_compiled(engine: &Engine, function: Borrowed<'_>, attempts: Attempts) -> Result<Verdict> {
    let Attempts { done, all, failed, dropped } = attempts;
    let what = format!("{done} of {} compiled", plural(all, "place", "places"));
    let verdict = if failed >= MOST_ATTEMPTS {
        let reason = "each trace was abandoned while it was recorded, or its code was dropped at once";
        let text = format!("{what} after {failed} attempts: {reason}");
        let facts = engine.host.facts(function)?;
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
        VerdictCode::NotCompiled.verdict_as(status, format!("{text}; {why}")).advise(advice)
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

/// Some of it is compiled.
pub fn partly(sites: &[Site], compiled: usize, threshold: u16) -> Verdict {
    let text = format!("{compiled} of {} compiled; the rest is {}", places(sites), soon(sites, threshold));
    measured(VerdictCode::Armed.verdict(text), sites).measure("compiled", count(compiled), "sites")
}

fn soon(sites: &[Site], threshold: u16) -> String {
    let soon = threshold + if sites.iter().any(|site| site.entry) { ENTRY_LATER } else { 0 } + 3;
    format!("compiled after about {soon} iterations or calls of real traffic")
}

/// `2 loops and 1 entry`.
fn places(sites: &[Site]) -> String {
    let entries = sites.iter().filter(|site| site.entry).count();
    match (loops(sites) - entries, entries) {
        (loops, 0) => plural(loops, "loop", "loops"),
        (0, entries) => plural(entries, "entry", "entries"),
        (loops, entries) => format!("{} and {}", plural(loops, "loop", "loops"), plural(entries, "entry", "entries")),
    }
}

/// Adds figures, and a warning where a class is made in each call. Measured: such functions run at 0.66 to 1.0 of the
/// interpreter, which specialises for each class anew.
fn measured(mut verdict: Verdict, sites: &[Site]) -> Verdict {
    if sites.iter().any(|site| site.makes_class) {
        let text = "it makes a class in each call, and code that was compiled for one does not hold for the next";
        verdict.message =
            format!("{}; {text}: where it is called often, that costs more than it gains", verdict.message).into();
        if verdict.advice.is_empty() {
            verdict.advice = "make the class once, outside the function, or take the hint away".into();
        }
    }
    let entries = sites.iter().filter(|site| site.entry).count();
    verdict.measure("loops", count(loops(sites) - entries), "sites").measure("entries", count(entries), "sites")
}

fn nothing(engine: &Engine, offer: &Offer) -> Verdict {
    let (code, text) = match (offer.yielding, offer.small, engine.opcodes.entry) {
        (1.., _, _) => (VerdictCode::YieldingLoops, "its loops contain a yield, which this version cannot compile"),
        (_, 1.., _) => {
            (VerdictCode::TooSmall, "it has no loop and is so small that entering compiled code would cost more")
        }
        (_, _, None) => (VerdictCode::NoLoops, "it has no loop, and this version compiles loops only"),
        _ => (VerdictCode::NoLoops, "it has no loop, and the entry of a generator or coroutine starts no trace"),
    };
    let advice = "hint the function whose loop calls it: what is called from compiled code is compiled with it";
    code.verdict_as(Status::Unsupported, text).advise(advice)
}

/// Tier A: setting and clearing a local event resets a loop's counter to two iterations.
fn by_events(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>, denied: &Denied) -> Result<Verdict> {
    if !matches!(engine.process(), Process::On) {
        let text = format!("the bytecode cannot be armed: {denied}");
        return Ok(VerdictCode::SelfTest.verdict_as(Status::Unsupported, text));
    }
    let facts = engine.host.facts(who.function)?;
    let loops: usize = facts.codes().map(|code| code.loops().len()).sum();
    if loops == 0 {
        return Ok(VerdictCode::NoLoops.verdict("it has no loop; only loops can be armed by events"));
    }
    let monitoring = engine.monitoring()?;
    let mask = monitoring.mask(&["JUMP"])?;
    for code in engine.tree(code)? {
        monitoring.set(code, mask)?;
        monitoring.set(code, 0)?;
    }
    let record = Record::new(engine.python, code, who)?;
    engine.remember(record);
    let text = format!("{} armed by monitoring events; {denied}", plural(loops, "loop", "loops"));
    if who.wish.threshold == SOON {
        return Ok(VerdictCode::ArmedByEvents.verdict(text));
    }
    let text = format!("{text}; events know no threshold");
    Ok(VerdictCode::ArmedByEvents.verdict_as(Status::Partial, text))
}

/// Lets CPython treat these code objects as if no hint had been: they count from the start, or not at all where the
/// user has the JIT off.
pub fn let_go(engine: &Engine, tree: &[Borrowed<'_>]) -> Result<()> {
    let Ok(layout) = engine.findings().code else { return Ok(()) };
    let ours = matches!(engine.process(), Process::OptedIn(_) | Process::Suspended(_));
    if ours && !tree.is_empty() {
        drop_compiled(engine, tree, &["PY_START", "JUMP"])?;
    }
    for site in engine.offer(layout, tree)?.sites {
        // SAFETY: the site is in one of the code objects of the tree, which live.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        if ours {
            site.silence(cells, &engine.opcodes);
        } else if let Some(family) = site.family(&engine.opcodes)
            && matches!(engine.process(), Process::On)
        {
            site.arm(cells, &engine.opcodes, family.natural);
        }
    }
    Ok(())
}

/// Events that come and go drop the executors that a code object owns or that inline it; `JUMP` resets its loops, too.
pub fn drop_compiled(engine: &Engine, tree: &[Borrowed<'_>], events: &[&str]) -> Result<()> {
    let monitoring = engine.monitoring()?;
    let mask = monitoring.mask(events)?;
    for code in tree {
        let before = monitoring.get(*code)?;
        monitoring.set(*code, mask)?;
        monitoring.set(*code, before)?;
    }
    Ok(())
}

/// `2 loops`.
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}
