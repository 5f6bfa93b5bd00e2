//! Freezes every counter of a function: no instruction is specialised again, and no new trace is made.

use super::arming;
use crate::cpython::bytecode::{Cells, Instruction};
use crate::cpython::executors;
use crate::cpython::opcodes::Opcodes;
use crate::cpython::selftest::Denied;
use crate::cpython::trace_starts::{self, StartState, TraceStart};
use crate::state::context::{Context, Process};
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record};
use crate::tuning::{EXIT_PASSES, MOST_DROPS, THRESHOLD};
use jitctl_core::{Borrowed, Result};
use std::hash::{DefaultHasher, Hasher};

/// A counter that never triggers, on every version: its low bits are the unreachable backoff.
const NEVER_TRIGGERS: u16 = 0xFFFF;

/// What a function looks like at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot {
    /// Changes when anything is specialised, compiled or dropped.
    pub signature: u64,
    pub specialisable: usize,
    pub specialised: usize,
    /// Those that ran, but not often enough for CPython to try.
    pub begun: usize,
    /// Places at which traces start, and how many of them are compiled.
    pub places: usize,
    pub compiled: usize,
}

/// What was frozen, and what could not be.
#[derive(Clone, Debug)]
pub struct Frozen {
    pub snapshot: Snapshot,
    /// Why side exits are not frozen.
    pub exits: Option<Denied>,
    /// The trace of a hot function that it calls may thaw it.
    pub thawed_by_callees: bool,
    /// An event keeps it out of other functions' traces, and it is entered often for what it does.
    pub entry_costs: bool,
    /// The same, and it is entered for each item: it is a generator.
    pub items_cost: bool,
}

/// What the function looks like now. Reading changes nothing.
pub fn snapshot(context: &Context, hinted: &HintedCode<'_>) -> Result<Snapshot> {
    let mut hasher = DefaultHasher::new();
    let (compiled, places) = (hinted.compiled(&hinted.starts), trace_starts::places(&hinted.starts));
    let mut snapshot = Snapshot { signature: 0, specialisable: 0, specialised: 0, begun: 0, places, compiled };
    let counter = context.version.counter;
    for (_, cells, instructions) in hinted.each()? {
        for instruction in adaptive(&context.opcodes, cells, instructions, Which::Seen) {
            let opcode = cells.opcode(instruction.offset);
            hasher.write_u8(opcode);
            snapshot.specialisable += 1;
            let specialised = opcode != instruction.opcode;
            snapshot.specialised += usize::from(specialised);
            snapshot.begun += usize::from(!specialised && counter.has_begun(cells.unit(instruction.offset + 1)));
        }
    }
    for start in &hinted.starts {
        let state = start.state(hinted.cells_of(start), &context.opcodes);
        hasher.write_u8(u8::from(state == StartState::Compiled));
    }
    if let (Ok(fields), true) = (context.capabilities().executors, snapshot.compiled > 0) {
        for reached in hinted.executors(fields)? {
            hasher.write_usize(reached.object.address() as usize);
        }
    }
    snapshot.signature = hasher.finish();
    Ok(snapshot)
}

/// Lets side exits that training passes through compile soon, so that the graph is complete before it is frozen.
pub fn lower_exit_thresholds(context: &Context, hinted: &HintedCode<'_>) -> Result<()> {
    let Ok(fields) = context.known_capabilities().executors else { return Ok(()) };
    let counter = context.version.counter;
    for reached in hinted.executors(fields)? {
        for exit in executors::exits(fields, reached.object.borrow()) {
            exit.lower_threshold(fields, counter.soon(EXIT_PASSES), counter.soon(1) - 1);
        }
    }
    Ok(())
}

/// Freezes it.
pub fn freeze(context: &Context, hinted: &HintedCode<'_>) -> Result<Frozen> {
    let snapshot = snapshot(context, hinted)?;
    let mut exits = None;
    if snapshot.compiled > 0 {
        match context.capabilities().executors {
            Ok(fields) => set_exits(hinted, fields, NEVER_TRIGGERS)?,
            Err(denied) => exits = Some(denied),
        }
    }
    for (_, cells, instructions) in hinted.each()? {
        for instruction in adaptive(&context.opcodes, cells, instructions, Which::WithEntered) {
            cells.set_unit(instruction.offset + 1, NEVER_TRIGGERS);
        }
    }
    for start in &hinted.starts {
        let cells = hinted.cells_of(start);
        if start.state(cells, &context.opcodes) != StartState::Compiled {
            start.silence(cells, &context.opcodes);
        }
        cells.set_unit(start.offset + 1, NEVER_TRIGGERS);
    }
    // Debug builds cannot keep entries without a hint from compiling under the opt-in: see `jit_switch`.
    let others_compile = matches!(context.process(), Process::On) || context.interpreter.debug;
    let thawed_by_callees = context.version.returns_thaw && others_compile && calls(context, hinted)?;
    let (entry_costs, items_cost) = entry_costs(context, hinted)?;
    Ok(Frozen { snapshot, exits, thawed_by_callees, entry_costs, items_cost })
}

/// Notes in the record that it is frozen, and what was compiled then.
pub fn note_frozen(context: &Context, hinted: &HintedCode<'_>, record: &mut Record) {
    record.phase = Phase::Frozen;
    for start in &mut record.starts {
        start.compiled = start.state(hinted.cells_of(start), &context.opcodes) == StartState::Compiled;
    }
}

/// Is it entered often for what it does, with an event at its entry? Without a loop, or where it suspends. Measured on
/// 3.15: fib 0.70, a generator of integers 0.76 of the interpreter.
fn entry_costs(context: &Context, hinted: &HintedCode<'_>) -> Result<(bool, bool)> {
    let Some(monitoring) = context.monitoring_in_use() else { return Ok((false, false)) };
    let code = hinted.code();
    let events = monitoring.mask(context.version.once_events)?;
    if events == 0 || monitoring.get(code)? & events == 0 {
        return Ok((false, false));
    }
    let flags = context.host.to_int(context.host.get(code, "co_flags")?.borrow())?;
    let own = |start: &TraceStart| start.code == code.address() as usize;
    let no_loop = hinted.scan()?.starts.iter().filter(|start| own(start)).all(|start| start.entry);
    Ok((trace_starts::suspends(flags) || no_loop, trace_starts::yields(flags)))
}

fn calls(context: &Context, hinted: &HintedCode<'_>) -> Result<bool> {
    let calls = |one: &Instruction| context.opcodes.calls[usize::from(one.opcode)];
    Ok(hinted.each()?.any(|(_, _, instructions)| instructions.iter().any(calls)))
}

/// Keeps other functions' traces out by start events, set again where somebody freed our tool id. What is nested in the
/// function has none: its own traces go through it, and would end there.
pub fn keep_out(context: &Context, code: Borrowed<'_>) -> Result<()> {
    let compiles = matches!(context.process(), Process::On | Process::OptedIn(_));
    if context.version.once_events.is_empty() || !compiles {
        return Ok(());
    }
    let monitoring = context.monitoring()?;
    let mask = monitoring.mask(context.version.once_events)?;
    if monitoring.get(code)? != mask {
        monitoring.set(code, mask)?;
    }
    Ok(())
}

/// Lets reads of globals that have become invalid be specialised anew, once, and freezes them then: a global or builtin
/// that is new to its namespace makes every read of that namespace miss for ever, at half the speed of the function.
/// Nothing that may hit again is touched.
pub fn renew_globals(context: &Context, hinted: &HintedCode<'_>) -> Result<()> {
    let low = context.version.counter.soon(1) - 1;
    for (_, cells, instructions) in hinted.each()? {
        for one in adaptive(&context.opcodes, cells, instructions, Which::Seen) {
            let (cell, now) = (one.offset + 1, cells.unit(one.offset + 1));
            if one.opcode != context.opcodes.global || now == NEVER_TRIGGERS {
                continue;
            }
            let specialised = cells.opcode(one.offset) != one.opcode;
            if specialised && now & low == low {
                cells.set_unit(cell, context.version.counter.soon(0)); // it missed: the next miss specialises it
            } else if specialised {
                cells.set_unit(cell, NEVER_TRIGGERS);
            }
        }
    }
    Ok(())
}

/// Is every counter still frozen, but for those that [`renew_globals`] sees to? A tracing tool may have undone it.
pub fn is_frozen(context: &Context, hinted: &HintedCode<'_>) -> Result<bool> {
    let low = context.version.counter.soon(1) - 1;
    for (_, cells, instructions) in hinted.each()? {
        let thawed =
            |one: &Instruction| one.opcode != context.opcodes.global && cells.unit(one.offset + 1) & low != low;
        if adaptive(&context.opcodes, cells, instructions, Which::Seen).any(thawed) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Did CPython drop compiled code of a frozen function?
pub fn is_dropped(context: &Context, hinted: &HintedCode<'_>, record: &Record) -> bool {
    record.starts.iter().any(|start| was_dropped(context, hinted, start))
}

fn was_dropped(context: &Context, hinted: &HintedCode<'_>, start: &TraceStart) -> bool {
    let state = start.state(hinted.cells_of(start), &context.opcodes);
    start.compiled && start.rearmed < MOST_DROPS && matches!(state, StartState::Counting | StartState::Disabled)
}

/// Arms what CPython dropped of a frozen function, which would stay interpreted for good, and notes that it is trained
/// again. Says whether there was any.
pub fn rearm_frozen(context: &Context, hinted: &HintedCode<'_>, record: &mut Record) -> bool {
    let mut any = false;
    for start in &mut record.starts {
        if was_dropped(context, hinted, start) {
            start.arm(hinted.cells_of(start), &context.opcodes, context.version.counter.soon(THRESHOLD));
            (start.compiled, start.rearmed, any) = (false, start.rearmed + 1, true);
        }
    }
    if any {
        (record.phase, record.last_signature, record.same_looks) = (Phase::Training, 0, 0);
        record.dropped = record.dropped.saturating_add(1);
    }
    any
}

/// Takes back the events, and what was frozen: code that is trained anew still has frozen counters.
pub fn release(context: &Context, code: Borrowed<'_>) -> Result<()> {
    if context.capabilities().code.is_err() {
        return arming::clear_events(context, &context.tree(code)?);
    }
    let hinted = HintedCode::read(context, code)?;
    thaw(context, &hinted)?;
    arming::clear_events(context, &hinted.tree)
}

/// Lets the counters count again, as CPython would have them after a specialisation: also those under compiled code, which is
/// dropped next.
fn thaw(context: &Context, hinted: &HintedCode<'_>) -> Result<()> {
    let counter = context.version.counter;
    for (_, cells, instructions) in hinted.each()? {
        for instruction in adaptive(&context.opcodes, cells, instructions, Which::WithEntered) {
            let generic = cells.opcode(instruction.offset) == instruction.opcode;
            cells.set_unit(instruction.offset + 1, if generic { counter.warmup } else { counter.cooldown });
        }
    }
    let Ok(fields) = context.capabilities().executors else { return Ok(()) };
    set_exits(hinted, fields, counter.make(fields.layout.natural.0, fields.layout.natural.1))
}

/// Sets the counter of every side exit.
fn set_exits(hinted: &HintedCode<'_>, fields: executors::Executors, counter: u16) -> Result<()> {
    for reached in hinted.executors(fields)? {
        for exit in executors::exits(fields, reached.object.borrow()) {
            exit.set_temperature(fields, counter);
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

/// The instructions that can be specialised, without those that start traces.
fn adaptive<'a>(
    opcodes: &'a Opcodes,
    cells: Cells<'a>,
    instructions: &'a [Instruction],
    which: Which,
) -> impl Iterator<Item = &'a Instruction> {
    let starts = |opcode: u8| [opcodes.loops, opcodes.entry].into_iter().flatten().any(|family| family.base == opcode);
    instructions.iter().filter(move |instruction| {
        let now = cells.opcode(instruction.offset);
        let entered = which == Which::WithEntered && Some(now) == opcodes.executor;
        let seen = entered || !opcodes.hides[usize::from(now)];
        opcodes.counter[usize::from(instruction.opcode)] && !starts(instruction.opcode) && seen
    })
}
