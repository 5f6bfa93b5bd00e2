//! `jit_once`: real traffic trains the function; when its state has settled, every counter in it is frozen. No
//! instruction is specialised again, and no new trace is made.

use crate::bytecode::{CodeLayout, Instruction};
use crate::engine::{Engine, Process};
use crate::executors;
use crate::focus::{self, Who, plural};
use crate::optin;
use crate::records::{Phase, Record, Site};
use crate::selftest::Denied;
use crate::sites::Look;
use jitctl_core::{Borrowed, Result, Status, Verdict};
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
            return Ok(Verdict::new(Status::Pending, "tracing-active", text));
        }
        Err(denied) => {
            let text = format!("its counters cannot be frozen: {denied}");
            return Ok(Verdict::new(Status::Unsupported, "self-test", text));
        }
    };
    let compiles = optin::ensure(engine)?.is_none();
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
        keep_out(engine, &tree)?;
        let mut sites = engine.offer(layout, &tree)?.sites;
        sites.retain(|site| !site.entry || engine.version.once_events.is_empty());
        if focus::arm_sites(engine, layout, &mut sites, 0, focus::SOON).contains(&Look::Hidden) {
            record.phase = Phase::Waiting;
        }
        record.sites = sites.into_boxed_slice();
    }
    engine.remember(record);
    let text = "trained by real calls; frozen when its state has settled";
    let advice = "give sample_args to have it trained and frozen before the first real call";
    Ok(Verdict::new(Status::Pending, "training", text).advise(advice))
}

/// Keeps other functions' traces out by start events, set again where somebody freed our tool id.
pub fn keep_out(engine: &Engine, tree: &[Borrowed<'_>]) -> Result<()> {
    if engine.version.once_events.is_empty() || !matches!(engine.process(), Process::On | Process::OptedIn(_)) {
        return Ok(());
    }
    let monitoring = engine.monitoring()?;
    let mask = monitoring.mask(engine.version.once_events)?;
    for code in tree {
        if monitoring.get(*code)? != mask {
            monitoring.set(*code, mask)?;
        }
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
        for instruction in adaptive(engine, layout, *code)? {
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
        for reached in executors::graph(engine, fields, executors::roots(engine, sites)?)? {
            hasher.write_usize(reached.object.address() as usize);
        }
    }
    shape.signature = hasher.finish();
    Ok(shape)
}

/// Lets side exits that training passes through compile soon, so that the graph is complete before it is frozen.
pub fn hurry(engine: &Engine, sites: &[Site]) -> Result<()> {
    let Ok(fields) = engine.findings_as_they_are().executors else { return Ok(()) };
    let counter = engine.version.counter;
    for reached in executors::graph(engine, fields, executors::roots(engine, sites)?)? {
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
                for reached in executors::graph(engine, fields, executors::roots(engine, sites)?)? {
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
        for instruction in adaptive(engine, layout, *code)? {
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
    // Debug builds cannot keep entries without a hint from compiling under the opt-in: see `optin::enable`.
    let others = matches!(engine.process(), Process::On) || engine.interpreter.debug;
    if engine.version.returns_thaw && others && calls(engine, layout, tree)? {
        reasons.push("the trace of a hot function that it calls may thaw it until the next maintenance".to_owned());
    }
    let mut text = format!("frozen with {} of {} instructions specialised", shape.specialised, shape.specialisable);
    if shape.compiled > 0 {
        text = format!("{text} and {} compiled", plural(shape.compiled, "loop", "loops"));
    }
    let verdict = if reasons.is_empty() {
        Verdict::new(Status::Applied, "frozen", text)
    } else {
        Verdict::new(Status::Partial, "partly-frozen", format!("{text}; {}", reasons.join("; ")))
    };
    let share = if shape.specialisable == 0 { 1.0 } else { shape.specialised as f64 / shape.specialisable as f64 };
    Ok(verdict.measure("specialised", share, "share").measure("compiled", shape.compiled as f64, "loops"))
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

/// Is every counter still frozen? A tracing tool may have undone it.
pub fn is_frozen(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<bool> {
    let low = engine.version.counter.soon(1) - 1;
    for code in tree {
        let cells = engine.cells(layout, *code);
        if adaptive(engine, layout, *code)?.iter().any(|one| cells.unit(one.offset + 1) & low != low) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lets the counters count again, as CPython would have them after a specialisation.
pub fn undo(engine: &Engine, record: &Record, code: Borrowed<'_>) -> Result<()> {
    let tree = engine.tree(code)?;
    if let Ok(layout) = engine.findings().code
        && record.phase == Phase::Frozen
    {
        thaw(engine, layout, &tree, &record.sites)?;
    }
    focus::clear_events(engine, &tree)?;
    focus::let_go(engine, &tree)
}

fn thaw(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>], sites: &[Site]) -> Result<()> {
    let counter = engine.version.counter;
    for code in tree {
        let cells = engine.cells(layout, *code);
        for instruction in adaptive(engine, layout, *code)? {
            let generic = cells.opcode(instruction.offset) == instruction.opcode;
            cells.set_unit(instruction.offset + 1, if generic { counter.warmup } else { counter.cooldown });
        }
    }
    let Ok(fields) = engine.findings().executors else { return Ok(()) };
    let natural = counter.make(fields.layout.natural.0, fields.layout.natural.1);
    for reached in executors::graph(engine, fields, executors::roots(engine, sites)?)? {
        for exit in executors::exits(fields, reached.object.borrow()) {
            exit.set_temperature(fields, natural);
        }
    }
    Ok(())
}

/// The instructions of one code object that can be specialised, without those that start traces.
fn adaptive(engine: &Engine, layout: CodeLayout, code: Borrowed<'_>) -> Result<Vec<Instruction>> {
    let opcodes = &engine.opcodes;
    let mut all = engine.cells(layout, code).instructions(engine.host, code, opcodes)?;
    let starts = |opcode: u8| [opcodes.loops, opcodes.entry].into_iter().flatten().any(|family| family.base == opcode);
    let cells = engine.cells(layout, code);
    all.retain(|instruction| {
        let now = usize::from(cells.opcode(instruction.offset));
        opcodes.counter[usize::from(instruction.opcode)] && !starts(instruction.opcode) && !opcodes.hides[now]
    });
    Ok(all)
}
