//! `jit_once`: real traffic trains the function; when its state has settled, every counter in it is frozen. No
//! instruction is specialised again, and no new trace is made.

use crate::control::jit_switch;
use crate::cpython::bytecode::{CodeLayout, Instruction};
use crate::cpython::executors;
use crate::cpython::selftest::Denied;
use crate::cpython::trace_starts::{self, Look};
use crate::hints::focus::{self, Who, plural};
use crate::state::context::{Engine, Process};
use crate::state::hint_table::{Phase, Record, Site};
use jitctl_core::{Borrowed, Result, Status, Verdict};
use jitctl_verdicts::VerdictCode;
use std::hash::{DefaultHasher, Hasher};

/// A counter that never triggers, on every version: its low bits are the unreachable backoff.
const FROZEN: u16 = 0xFFFF;

/// Passes through a side exit before it is compiled, in training: more than a specialised instruction's cooldown, so
/// that the bytecode behind it has been specialised anew.
const PASSES: u16 = 64;

/// What a function looks like at one moment.
pub struct Shape {
    /// Changes when anything is specialised, compiled or dropped.
    pub signature: u64,
    pub specialisable: usize,
    pub specialised: usize,
    pub loops: usize,
    pub compiled: usize,
}

/// Arms the function and lets it be trained.
pub fn apply(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    let layout = match engine.findings().code {
        Ok(layout) => layout,
        Err(Denied::Later(text)) => {
            focus::wait(engine, who, code)?;
            return Ok(VerdictCode::TracingActive.verdict(text));
        }
        Err(denied) => {
            let text = format!("its counters cannot be frozen: {denied}");
            return Ok(VerdictCode::SelfTest.verdict_as(Status::Unsupported, text));
        }
    };
    let compiles = jit_switch::ensure(engine)?.is_none();
    train(engine, who, layout, code, compiles)
}

/// Keeps other functions' traces out, arms the loops, and waits for traffic.
pub fn train(
    engine: &Engine,
    who: &Who<'_>,
    layout: CodeLayout,
    code: Borrowed<'_>,
    compiles: bool,
) -> Result<Verdict> {
    let tree = engine.tree(code)?;
    focus::clear_events(engine, &tree)?;
    let mut record = Record::new(engine.python, code, who)?;
    record.phase = Phase::Training;
    if compiles {
        keep_out(engine, code)?;
        let mut sites = engine.offer(layout, &tree)?.sites;
        let outer = |site: &Site| site.code == code.address() as usize;
        sites.retain(|site| !site.entry || !outer(site) || engine.version.once_events.is_empty());
        if focus::arm_sites(engine, layout, &mut sites, 0, focus::SOON).contains(&Look::Hidden) {
            record.phase = Phase::Waiting;
        }
        record.sites = sites.into_boxed_slice();
    }
    engine.remember(record);
    let text = "trained by real calls; frozen when its state has settled";
    let advice = "give sample_args to have it trained and frozen before the first real call";
    Ok(VerdictCode::Training.verdict(text).advise(advice))
}

/// Keeps other functions' traces out by start events, set again where somebody freed our tool id. What is nested in the
/// function has none: its own traces go through it, and would end there.
pub fn keep_out(engine: &Engine, code: Borrowed<'_>) -> Result<()> {
    if engine.version.once_events.is_empty() || !matches!(engine.process(), Process::On | Process::OptedIn(_)) {
        return Ok(());
    }
    let monitoring = engine.monitoring()?;
    let mask = monitoring.mask(engine.version.once_events)?;
    if monitoring.get(code)? != mask {
        monitoring.set(code, mask)?;
    }
    Ok(())
}

/// What the function looks like now. Reading changes nothing.
pub fn shape(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>], sites: &[Site]) -> Result<Shape> {
    let mut hasher = DefaultHasher::new();
    let compiled = focus::compiled(engine, layout, sites);
    let mut shape = Shape { signature: 0, specialisable: 0, specialised: 0, loops: focus::loops(sites), compiled };
    for code in tree {
        let cells = engine.cells(layout, *code);
        for instruction in adaptive(engine, layout, *code, Which::Seen)? {
            let opcode = cells.opcode(instruction.offset);
            hasher.write_u8(opcode);
            shape.specialisable += 1;
            shape.specialised += usize::from(opcode != instruction.opcode);
        }
    }
    for site in sites {
        // SAFETY: the caller holds the outermost code object, which keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        hasher.write_u8(u8::from(site.look(cells, &engine.opcodes) == Look::Compiled));
    }
    if let (Ok(fields), true) = (engine.findings().executors, shape.compiled > 0) {
        for reached in executors::graph(engine, fields, executors::roots(engine, layout, tree)?)? {
            hasher.write_usize(reached.object.address() as usize);
        }
    }
    shape.signature = hasher.finish();
    Ok(shape)
}

/// Lets side exits that training passes through compile soon, so that the graph is complete before it is frozen.
pub fn hurry(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<()> {
    let Ok(fields) = engine.findings_as_they_are().executors else { return Ok(()) };
    let counter = engine.version.counter;
    for reached in executors::graph(engine, fields, executors::roots(engine, layout, tree)?)? {
        for exit in executors::exits(fields, reached.object.borrow()) {
            exit.hurry(fields, counter.soon(PASSES), counter.soon(1) - 1);
        }
    }
    Ok(())
}

/// Freezes it. Every part that could not be is named in the verdict.
pub fn freeze(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>], sites: &[Site]) -> Result<Verdict> {
    let shape = shape(engine, layout, tree, sites)?;
    let mut reasons = Vec::new();
    if shape.compiled > 0 {
        match engine.findings().executors {
            Ok(fields) => {
                for reached in executors::graph(engine, fields, executors::roots(engine, layout, tree)?)? {
                    for exit in executors::exits(fields, reached.object.borrow()) {
                        exit.set_temperature(fields, FROZEN);
                    }
                }
            }
            Err(denied) => reasons.push(format!("side exits are not frozen ({denied})")),
        }
    }
    for code in tree {
        let cells = engine.cells(layout, *code);
        for instruction in adaptive(engine, layout, *code, Which::WithEntered)? {
            cells.set_unit(instruction.offset + 1, FROZEN);
        }
    }
    for site in sites {
        // SAFETY: the caller holds the outermost code object, which keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        if site.look(cells, &engine.opcodes) != Look::Compiled {
            site.silence(cells, &engine.opcodes);
        }
        cells.set_unit(site.offset + 1, FROZEN);
    }
    if shape.compiled < shape.loops {
        let missing = shape.loops - shape.compiled;
        reasons.push(format!("{missing} of {} not compiled", plural(shape.loops, "loop", "loops")));
    }
    // Debug builds cannot keep entries without a hint from compiling under the opt-in: see `jit_switch::enable`.
    let others = matches!(engine.process(), Process::On) || engine.interpreter.debug;
    if engine.version.returns_thaw && others && calls(engine, layout, tree)? {
        reasons.push("the trace of a hot function that it calls may thaw it until the next maintenance".to_owned());
    }
    let mut text = format!("frozen with {} of {} instructions specialised", shape.specialised, shape.specialisable);
    if shape.compiled > 0 {
        text = format!("{text} and {} compiled", plural(shape.compiled, "loop", "loops"));
    }
    let mut advice = "";
    if entry_costs(engine, layout, tree)? {
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
    let share = if shape.specialisable == 0 { 1.0 } else { shape.specialised as f64 / shape.specialisable as f64 };
    let verdict = verdict.advise(advice);
    Ok(verdict.measure("specialised", share, "share").measure("compiled", shape.compiled as f64, "loops"))
}

/// Is it entered often for what it does, with an event at its entry? Without a loop, or where it suspends. Measured on
/// 3.15: fib 0.70, a generator of integers 0.76 of the interpreter.
fn entry_costs(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<bool> {
    let Some(code) = tree.first() else { return Ok(false) };
    let Some(monitoring) = engine.monitoring_in_use() else { return Ok(false) };
    let events = monitoring.mask(engine.version.once_events)?;
    if events == 0 || monitoring.get(*code)? & events == 0 {
        return Ok(false);
    }
    let suspends = trace_starts::suspends(engine.host.to_int(engine.host.get(*code, "co_flags")?.borrow())?);
    Ok(suspends || engine.offer(layout, &[*code])?.sites.iter().all(|site| site.entry))
}

/// The verdict on a function whose frozen code is dropped time and again.
pub fn never_lasts(times: u8) -> Verdict {
    let text = format!("CPython dropped its frozen code {times} times, and each time it was trained anew");
    let advice = "keep globals and classes that the function reads as they are, or take the hint away";
    VerdictCode::GaveUp.verdict(text).advise(advice).measure("dropped", f64::from(times), "times")
}

fn calls(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<bool> {
    for code in tree {
        let all = engine.cells(layout, *code).instructions(engine.host, *code, &engine.opcodes)?;
        if all.iter().any(|one| engine.opcodes.calls[usize::from(one.opcode)]) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Lets reads of globals that have become invalid be specialised anew, once, and freezes them then: a global or builtin
/// that is new to its namespace makes every read of that namespace miss for ever, at half the speed of the function.
/// Nothing that may hit again is touched.
pub fn renew_globals(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<()> {
    let low = engine.version.counter.soon(1) - 1;
    for code in tree {
        let cells = engine.cells(layout, *code);
        for one in adaptive(engine, layout, *code, Which::Seen)? {
            let (cell, now) = (one.offset + 1, cells.unit(one.offset + 1));
            if one.opcode != engine.opcodes.global || now == FROZEN {
                continue;
            }
            let specialised = cells.opcode(one.offset) != one.opcode;
            if specialised && now & low == low {
                cells.set_unit(cell, engine.version.counter.soon(0)); // it missed: the next miss specialises it
            } else if specialised {
                cells.set_unit(cell, FROZEN);
            }
        }
    }
    Ok(())
}

/// Is every counter still frozen, but for those that [`renew_globals`] sees to? A tracing tool may have undone it.
pub fn is_frozen(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<bool> {
    let low = engine.version.counter.soon(1) - 1;
    for code in tree {
        let cells = engine.cells(layout, *code);
        let thawed = |one: &Instruction| one.opcode != engine.opcodes.global && cells.unit(one.offset + 1) & low != low;
        if adaptive(engine, layout, *code, Which::Seen)?.iter().any(thawed) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lets the counters count again, as CPython would have them after a specialisation.
pub fn undo(engine: &Engine, code: Borrowed<'_>) -> Result<()> {
    let tree = engine.tree(code)?;
    match engine.findings().code {
        Ok(layout) => release(engine, layout, &tree)?,
        Err(_) => focus::clear_events(engine, &tree)?,
    }
    focus::let_go(engine, &tree)
}

/// Takes back the events, and what was frozen: code that is trained anew still has frozen counters.
pub fn release(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<()> {
    thaw(engine, layout, tree)?;
    focus::clear_events(engine, tree)
}

fn thaw(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<()> {
    let counter = engine.version.counter;
    for code in tree {
        let cells = engine.cells(layout, *code);
        for instruction in adaptive(engine, layout, *code, Which::Seen)? {
            let generic = cells.opcode(instruction.offset) == instruction.opcode;
            cells.set_unit(instruction.offset + 1, if generic { counter.warmup } else { counter.cooldown });
        }
    }
    let Ok(fields) = engine.findings().executors else { return Ok(()) };
    let natural = counter.make(fields.layout.natural.0, fields.layout.natural.1);
    for reached in executors::graph(engine, fields, executors::roots(engine, layout, tree)?)? {
        for exit in executors::exits(fields, reached.object.borrow()) {
            exit.set_temperature(fields, natural);
        }
    }
    Ok(())
}

/// Which instructions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Those whose form can be seen.
    Seen,
    /// Those over which compiled code is entered as well: when it is dropped they are there again.
    WithEntered,
}

/// The instructions of one code object that can be specialised, without those that start traces.
fn adaptive(engine: &Engine, layout: CodeLayout, code: Borrowed<'_>, which: Which) -> Result<Vec<Instruction>> {
    let opcodes = &engine.opcodes;
    let mut all = engine.cells(layout, code).instructions(engine.host, code, opcodes)?;
    let starts = |opcode: u8| [opcodes.loops, opcodes.entry].into_iter().flatten().any(|family| family.base == opcode);
    let cells = engine.cells(layout, code);
    all.retain(|instruction| {
        let now = cells.opcode(instruction.offset);
        let entered = which == Which::WithEntered && Some(now) == opcodes.executor;
        let seen = entered || !opcodes.hides[usize::from(now)];
        opcodes.counter[usize::from(instruction.opcode)] && !starts(instruction.opcode) && seen
    });
    Ok(all)
}
