//! Keeps a function out of traces at little cost: its events stay declared, but are taken out of the instructions where nothing
//! depends on them.
//!
//! CPython records for each instruction which tools have an event there, apart from the bytecode. Only the bytecode is written
//! here, so CPython's per-tool record stays set although the bytecode has lost the event: whatever makes CPython write an
//! instruction again (a tool that comes or goes, `restart_events()`) writes an instrumented one. That is slow and never
//! compiled, and the next step of maintenance makes it fast again, so there is no moment at which a loop could start a trace.
//! While the function runs as it is hinted, and while a tool is active, all events stay in force.
//!
//! What keeps its event: the entry; and, on versions whose traces go through returns, each instruction that a Python
//! frame can return to. Where an instruction pushes frames in some of its specialised forms only, it is left to be
//! specialised with the event behind it, and when its form is a harmless one it is frozen in it, and the event goes.

use crate::cpython::bytecode::{Cells, Instruction};
use crate::cpython::opcodes::{FramePushingCall, Opcodes};
use crate::cpython::selftest::{self, View};
use crate::cpython::trace_starts::TraceStart;
use crate::state::context::Context;
use crate::tuning::{MOST_FAILURES, MOST_MISSES, MOST_THAWS};
use jitctl_core::{Borrowed, Result};
use std::collections::HashSet;

/// A counter that never triggers; its value still counts.
const NEVER_TRIGGERS: u16 = 0xFFFF;

/// What was done to a code object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Events {
    /// Instructions behind the entry that keep an event.
    pub kept: usize,
    /// Of the pushes: those that may settle yet.
    pub open: usize,
    /// Anything was written.
    pub changed: bool,
}

/// Sets the declared events and takes them out of what does not need them. `None` where that is not possible: the code
/// object has no events then, or those that it had.
pub fn apply(context: &Context, code: Borrowed<'_>, starts: &mut Vec<TraceStart>) -> Result<Option<Events>> {
    let Ok(layout) = context.capabilities().code else { return Ok(None) };
    let monitoring = context.monitoring()?;
    let declared = monitoring.mask(context.version.ignore_declared)?;
    if declared == 0 || context.opcodes.loops.is_none() || !undisturbed(context, code)? {
        return Ok(None);
    }
    // Read before they are hidden, they need not be read from `co_code`, which CPython keeps from then on.
    let cells = context.cells(layout, code);
    let all = cells.instructions(context.host, code, &context.opcodes)?;
    let declared_already = monitoring.get(code)? == declared;
    let nothing = if declared_already { Some(write(context, cells, code, &all, starts, false)?) } else { None };
    if let Some(events) = nothing.filter(|events| !events.changed) {
        return Ok(Some(events));
    }
    if !unseen(context)? {
        return Ok(None);
    }
    // A frame that runs may be within a trace that is being recorded, which only an instrumented instruction stops.
    if (!declared_already || instrumented(cells, &context.opcodes, &all)) && positions(context, code)?.is_some() {
        return Ok(None);
    }
    if declared_already {
        // CPython takes a tool's events out when the function is next called, and until then believes that they are in.
        drop_compiled(context, code)?;
    } else if !monitoring.declare_per_instruction(code, declared)? {
        return Ok(None);
    } else if !instrumented(cells, &context.opcodes, &all) {
        monitoring.set(code, 0)?;
        return Ok(None);
    }
    write(context, cells, code, &all, starts, true).map(Some)
}

/// Has CPython look through it again, and drop what was compiled of it since: a trace that was being recorded when the
/// hint came has it in it still.
pub fn drop_compiled(context: &Context, code: Borrowed<'_>) -> Result<()> {
    let monitoring = context.monitoring()?;
    let events = monitoring.get(code)?;
    let more = events | monitoring.mask(&["PY_RETURN"])?;
    if events != 0 && events != more {
        monitoring.set(code, more)?;
        monitoring.set(code, events)?;
    }
    Ok(())
}

/// No tool is active here: what it instruments must stay.
fn undisturbed(context: &Context, code: Borrowed<'_>) -> Result<bool> {
    let view = View::new(context.host, context.python, None);
    Ok(selftest::tracing(&view).is_none() && context.monitoring()?.alone(code)?)
}

/// No other thread has a tool of settrace() or setprofile(), which is seen in the code alone. Looking drops the compiled
/// code of some other functions at times, so it is done only where something is to be written.
fn unseen(context: &Context) -> Result<bool> {
    let Ok(layout) = context.capabilities().code else { return Ok(false) };
    let probe = context.monitoring()?.probe()?;
    let cells = context.cells(layout, probe.borrow());
    let all = cells.instructions(context.host, probe.borrow(), &context.opcodes)?;
    Ok(all.iter().all(|one| !context.opcodes.hides[usize::from(cells.opcode(one.offset))]))
}

/// Did CPython instrument all that it should have? Only then its per-tool record is complete.
fn instrumented(cells: Cells<'_>, opcodes: &Opcodes, all: &[Instruction]) -> bool {
    let Some(entry) = all.iter().find(|instruction| instruction.opcode == opcodes.resume) else { return false };
    all.iter()
        .filter(|instruction| instruction.offset >= entry.offset && instruction.opcode != opcodes.end_for)
        .all(|instruction| opcodes.hides[usize::from(cells.opcode(instruction.offset))])
}

/// Writes every instruction as it should be, or only says whether it would.
fn write(
    context: &Context,
    cells: Cells<'_>,
    code: Borrowed<'_>,
    all: &[Instruction],
    starts: &mut Vec<TraceStart>,
    really: bool,
) -> Result<Events> {
    let opcodes = &context.opcodes;
    let mut events = Events::default();
    let mut keep = HashSet::new();
    let mut underway = None;
    for (instruction, push) in pushes(opcodes, all) {
        let own = Own { context, code, cells, instruction, push, starts };
        match own.look() {
            Form::Settled => continue,
            Form::CanSettle => {
                let underway = match &underway {
                    Some(known) => known,
                    None => &*underway.insert(positions(context, code)?.unwrap_or_default()),
                };
                if !instruction.units().any(|unit| underway.contains(&unit)) {
                    if really {
                        cells.set_unit(instruction.offset + 1, NEVER_TRIGGERS);
                    }
                    events.changed = true;
                    continue;
                }
                events.open += 1;
            }
            Form::Missed => {
                if really {
                    own.thaw();
                }
                events.changed = true;
                events.open += 1;
            }
            Form::Open => events.open += 1,
            Form::Stays => {}
        }
        keep.extend(returns(opcodes, all, instruction, push));
    }
    for instruction in all {
        for unit in instruction.units() {
            let base = if unit < instruction.offset { opcodes.extended } else { instruction.opcode };
            events.changed |= put(context, cells, unit, base, keep.contains(&unit), really);
        }
    }
    events.kept = keep.len();
    Ok(events)
}

/// Writes one code unit, or not really; says whether it has to.
fn put(context: &Context, cells: Cells<'_>, unit: u32, base: u8, keep: bool, really: bool) -> bool {
    let opcodes = &context.opcodes;
    let now = cells.opcode(unit);
    if base == opcodes.resume || Some(now) == opcodes.executor {
        return false;
    }
    let family = opcodes.loops.filter(|family| family.base == base);
    let wanted = match family {
        _ if keep => opcodes.instrumented,
        Some(family) => family.off,
        None if opcodes.hides[usize::from(now)] => base,
        None => now,
    };
    if now == wanted || !really {
        return now != wanted;
    }
    if family.is_none() && opcodes.counter[usize::from(base)] {
        cells.set_unit(unit + 1, context.version.counter.warmup);
    }
    cells.set_opcode(unit, wanted);
    true
}

/// The instructions that can push a frame.
fn pushes<'a>(
    opcodes: &'a Opcodes,
    all: &'a [Instruction],
) -> impl Iterator<Item = (&'a Instruction, &'a FramePushingCall)> {
    all.iter().filter_map(|instruction| {
        let push = opcodes.frame_pushing_calls.iter().find(|push| push.is(instruction.opcode, instruction.argument))?;
        Some((instruction, push))
    })
}

/// The code units that its frames return to.
fn returns(
    opcodes: &Opcodes,
    all: &[Instruction],
    instruction: &Instruction,
    push: &FramePushingCall,
) -> impl Iterator<Item = u32> {
    let next = instruction.offset + 1 + u32::from(opcodes.caches[usize::from(instruction.opcode)]);
    let target = push.jumps.then(|| {
        let target = next + instruction.argument;
        // No event instruments END_FOR; it only drops what the generator returned.
        let skips = all.iter().any(|other| other.offset == target && other.opcode == opcodes.end_for);
        target + u32::from(skips)
    });
    std::iter::once(next).chain(target)
}

/// How far a push has come.
enum Form {
    /// Pushes no frame and never will.
    Settled,
    /// Pushes no frame now.
    CanSettle,
    /// Settled, but for something else than it meets now.
    Missed,
    /// Not known yet.
    Open,
    /// It pushes frames, or may for good.
    Stays,
}

struct Own<'a, 's> {
    context: &'a Context,
    code: Borrowed<'a>,
    cells: Cells<'a>,
    instruction: &'a Instruction,
    push: &'a FramePushingCall,
    starts: &'s mut Vec<TraceStart>,
}

impl Own<'_, '_> {
    fn look(&self) -> Form {
        if self.push.forms.is_empty() {
            return Form::Stays;
        }
        let opcode = self.cells.opcode(self.instruction.offset);
        let counter = self.cells.unit(self.instruction.offset + 1);
        let bits = self.context.version.counter.bits;
        let low = (1 << bits) - 1;
        let frozen = counter & low == low;
        let general = opcode == self.push.base;
        if self.context.opcodes.hides[usize::from(opcode)] || self.push.forms.contains(&opcode) {
            Form::Open
        } else if frozen && !general && (NEVER_TRIGGERS - counter) >> bits > MOST_MISSES {
            Form::Missed
        } else if frozen {
            Form::Settled
        } else if self.thaws() >= MOST_THAWS {
            Form::Stays
        } else if !general || counter & low >= MOST_FAILURES {
            Form::CanSettle
        } else {
            Form::Open
        }
    }

    fn is(&self, start: &TraceStart) -> bool {
        start.code == self.code.address() as usize && start.offset == self.instruction.offset
    }

    fn thaws(&self) -> u8 {
        self.starts.iter().find(|start| self.is(start)).map_or(0, |start| start.rearmed)
    }

    /// Lets it be specialised again, with the event behind it.
    fn thaw(self) {
        self.cells.set_unit(self.instruction.offset + 1, self.context.version.counter.warmup);
        if let Some(index) = self.starts.iter().position(|start| self.is(start)) {
            self.starts[index].rearmed += 1;
        } else {
            let (code, offset) = (self.code.address() as usize, self.instruction.offset);
            let start = TraceStart {
                code,
                offset,
                head: 0,
                extended: 0,
                entry: false,
                compiled: false,
                rearmed: 1,
                makes_class: false,
                within: false,
                seen: 0,
            };
            self.starts.push(start);
        }
    }
}

/// The code units at which frames of this code stand, where there are any: what they called may have been pushed by a form
/// that the instruction has no more.
fn positions(context: &Context, code: Borrowed<'_>) -> Result<Option<HashSet<u32>>> {
    let host = context.host;
    let mut found = None;
    let frames = host.call_method(host.import("sys")?.borrow(), "_current_frames", &[])?;
    let mut todo = Vec::new();
    context.python.each_of_dict(frames.borrow(), |frame| todo.push(host.own(frame)));
    while let Some(frame) = todo.pop() {
        if frame.address() == host.none().address() {
            continue;
        }
        if host.get(frame.borrow(), "f_code")?.address() == code.address() {
            let at = host.to_int(host.get(frame.borrow(), "f_lasti")?.borrow())?;
            found.get_or_insert_with(HashSet::new).extend(u32::try_from(at / 2));
        }
        todo.push(host.get(frame.borrow(), "f_back")?);
    }
    Ok(found)
}

/// Undoes what was frozen; the events themselves are taken back before.
pub fn release(context: &Context, code: Borrowed<'_>) -> Result<()> {
    let Ok(layout) = context.capabilities().code else { return Ok(()) };
    let cells = context.cells(layout, code);
    let counter = context.version.counter;
    let low = counter.soon(1) - 1;
    for (instruction, _) in pushes(&context.opcodes, &cells.instructions(context.host, code, &context.opcodes)?) {
        let cell = instruction.offset + 1;
        if cells.unit(cell) & low == low {
            let general = cells.opcode(instruction.offset) == instruction.opcode;
            cells.set_unit(cell, if general { counter.warmup } else { counter.cooldown });
        }
    }
    Ok(())
}
