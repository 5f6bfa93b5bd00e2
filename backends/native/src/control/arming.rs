//! Arms loops and entries: their counters are set so low that a trace starts after a handful of iterations.

use super::events;
use crate::cpython::trace_starts::{StartState, TraceStart};
use crate::state::context::{Context, Process};
use crate::state::hinted_code::HintedCode;
use crate::state::record::Record;
use crate::tuning::{
    AGAIN_AFTER, ENTRY_LATER, FORGIVEN_DROPS, LONGEST_PAUSE, MOST_ATTEMPTS, MOST_DROPS, OTHER_JUMPS_LATER,
    RESET_BY_CPYTHON,
};
use jitctl_core::{Borrowed, Result};
use jitctl_cpython::Counter;

/// Arms these starts and says how each of them stood. `round` counts the attempts.
pub fn arm(
    context: &Context,
    hinted: &HintedCode<'_>,
    starts: &mut [TraceStart],
    round: u8,
    threshold: u16,
) -> Vec<StartState> {
    let mut states = Vec::with_capacity(starts.len());
    for index in 0..starts.len() {
        let counter = context.version.counter.soon(delay(starts, index, round, threshold));
        let start = &mut starts[index];
        let state = start.arm(hinted.cells_of(start), &context.opcodes, counter);
        start.compiled = state == StartState::Compiled;
        states.push(state);
    }
    states
}

/// Keeps these starts from starting traces.
pub fn silence(context: &Context, hinted: &HintedCode<'_>, starts: &[TraceStart]) {
    for start in starts {
        start.silence(hinted.cells_of(start), &context.opcodes);
    }
}

/// The iterations or calls after which a start is to compile.
///
/// Where several jumps close one loop, 3.15 gives up on a trace from one of them that ends at another, and starts over at its
/// natural thresholds. So one of them goes first: the last, for it ends the longest way through the loop; another one in each
/// further attempt.
fn delay(starts: &[TraceStart], index: usize, round: u8, threshold: u16) -> u16 {
    let start = &starts[index];
    if start.entry {
        return threshold + ENTRY_LATER;
    }
    let same = |other: &&TraceStart| other.code == start.code && other.head == start.head && other.entry == start.entry;
    let jumps = starts.iter().filter(same).count();
    let behind = starts[index + 1..].iter().filter(same).count();
    if behind == usize::from(round) % jumps.max(1) { threshold } else { threshold + OTHER_JUMPS_LATER }
}

/// Notes which loops run in compiled code that is entered inside them: it is there, and the jump that closes the loop has not
/// been reached since the last look. `entered` says the first, for each start.
pub fn note_entered_within(context: &Context, hinted: &HintedCode<'_>, record: &mut Record, entered: &[bool]) {
    for (start, entered) in record.starts.iter_mut().zip(entered) {
        let cells = hinted.cells_of(start);
        let now = cells.unit(start.offset + 1);
        let counts = start.state(cells, &context.opcodes) == StartState::Counting;
        start.within = *entered && counts && now == start.seen;
        start.seen = now;
    }
}

/// What [`rearm_dropped`] found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rearmed {
    /// Something was compiled, dropped or armed since the last look.
    pub changed: bool,
    /// A tracing tool has rewritten the bytecode.
    pub rewritten: bool,
}

/// Arms what CPython dropped or gave up on, and prepares for the next time.
pub fn rearm_dropped(context: &Context, hinted: &HintedCode<'_>, record: &mut Record) -> Rearmed {
    let mut rearmed = Rearmed::default();
    let counter = context.version.counter;
    let missing = hinted.compiled(&record.starts) < crate::cpython::trace_starts::places(&record.starts);
    let waits = record.pause > 0;
    record.pause = record.pause.saturating_sub(1);
    let mut failed = false;
    for index in 0..record.starts.len() {
        let delay = delay(&record.starts, index, record.starts[index].rearmed, record.spec.threshold);
        let start = &mut record.starts[index];
        let cells = hinted.cells_of(start);
        match start.state(cells, &context.opcodes) {
            StartState::Compiled => {
                rearmed.changed |= !start.compiled;
                start.compiled = true;
                start.rearmed = start.rearmed.min(MOST_DROPS - FORGIVEN_DROPS);
                cells.set_unit(start.offset + 1, counter.soon(AGAIN_AFTER));
            }
            StartState::Instrumented => {}
            state => {
                let family = start.family(&context.opcodes);
                let fresh = family.is_some_and(|family| family.base == cells.opcode(start.offset));
                let now = cells.unit(start.offset + 1);
                let given_up = missing && is_reset(counter, now, delay);
                rearmed.rewritten |= fresh && start.compiled;
                let attempted = given_up && !start.compiled && start.rearmed < MOST_DROPS;
                failed |= attempted;
                let disabled = state == StartState::Disabled;
                let soon = (start.compiled || fresh || disabled || given_up) && !(attempted && waits);
                if soon && start.rearmed < MOST_DROPS {
                    start.arm(cells, &context.opcodes, counter.soon(delay));
                    start.rearmed += 1;
                    rearmed.changed = true;
                    start.compiled = false;
                } else if let Some(family) = family
                    && (disabled || !counter.triggers(now))
                {
                    // What CPython left there under the opt-in would never trigger.
                    start.arm(cells, &context.opcodes, family.natural);
                }
            }
        }
    }
    if failed && !waits {
        record.attempts = record.attempts.saturating_add(1);
        // The first attempts follow each other; then they become ever rarer.
        let later = u32::from(record.attempts.saturating_sub(MOST_ATTEMPTS)).min(LONGEST_PAUSE);
        record.pause = (1_u16 << later) - 1;
    }
    rearmed
}

/// A counter that is higher than we would set it ran past zero while another trace was being recorded.
fn is_reset(counter: Counter, now: u16, delay: u16) -> bool {
    now > counter.soon(RESET_BY_CPYTHON.max(delay)) || now > counter.soon(RESET_BY_CPYTHON) && counter.has_backoff(now)
}

/// Arms loops by supported interfaces only: a local event that is set and cleared resets a loop's counter to two iterations.
pub fn arm_by_events(context: &Context, tree: &[Borrowed<'_>]) -> Result<()> {
    let monitoring = context.monitoring()?;
    let mask = monitoring.mask(&["JUMP"])?;
    for code in tree {
        monitoring.set(*code, mask)?;
        monitoring.set(*code, 0)?;
    }
    Ok(())
}

/// Removes the events of an earlier hint from these code objects, and what it froze with them.
pub fn clear_events(context: &Context, tree: &[Borrowed<'_>]) -> Result<()> {
    let Some(monitoring) = context.monitoring_in_use() else { return Ok(()) };
    let ignored = monitoring.mask(context.version.ignore_declared)?;
    for code in tree {
        let before = monitoring.get(*code)?;
        if before != 0 {
            monitoring.set(*code, 0)?;
        }
        if before != 0 && before == ignored {
            events::release(context, *code)?;
        }
    }
    Ok(())
}

/// Drops what is compiled, and lets loops and entries count as if no hint had been: from the start, or not at all where the
/// user has the JIT off.
pub fn restore_default_counters(context: &Context, code: Borrowed<'_>) -> Result<()> {
    if context.capabilities().code.is_err() {
        return Ok(());
    }
    let hinted = HintedCode::read(context, code)?;
    let process = context.process();
    let ours = matches!(process, Process::OptedIn(_) | Process::Suspended(_));
    if ours {
        drop_compiled(context, &hinted.tree, &["PY_START", "JUMP"])?;
    }
    for start in hinted.scan()?.starts {
        let cells = hinted.cells_of(&start);
        if ours {
            start.silence(cells, &context.opcodes);
        } else if let Some(family) = start.family(&context.opcodes)
            && matches!(process, Process::On)
        {
            start.arm(cells, &context.opcodes, family.natural);
        }
    }
    Ok(())
}

/// Drops the executors that a code object owns or that inline it, by events that come and go; `JUMP` resets its loops, too.
pub fn drop_compiled(context: &Context, tree: &[Borrowed<'_>], names: &[&str]) -> Result<()> {
    let monitoring = context.monitoring()?;
    let mask = monitoring.mask(names)?;
    for code in tree {
        let before = monitoring.get(*code)?;
        monitoring.set(*code, mask)?;
        monitoring.set(*code, before)?;
    }
    Ok(())
}
