//! The instructions of a function that can start a trace: finding, arming, silencing and reading them.

use crate::cpython::bytecode::{Cells, Instruction, VersionLayout};
use crate::cpython::opcodes::{Family, Opcodes};
use crate::tuning::SMALLEST_ENTRY;
use jitctl_core::Borrowed;
use jitctl_cpython::Steering;
use std::collections::HashSet;

/// `CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR`.
const SUSPENDS: i64 = 0x20 | 0x80 | 0x200;

/// Is it a generator or a coroutine, by `co_flags`?
pub const fn suspends(flags: i64) -> bool {
    flags & SUSPENDS != 0
}

/// `CO_GENERATOR | CO_ASYNC_GENERATOR`.
const YIELDS: i64 = 0x20 | 0x200;

/// Is it a generator, by `co_flags`?
pub const fn yields(flags: i64) -> bool {
    flags & YIELDS != 0
}

/// An instruction that can start a trace, in the code of a record or in one nested in it.
#[derive(Clone, Copy, Debug)]
pub struct TraceStart {
    /// The code object, which lives as long as the record's own.
    pub code: usize,
    /// The instruction, behind its `EXTENDED_ARG`s.
    pub offset: u32,
    /// Where its loop begins: several jumps may close one loop.
    pub head: u32,
    /// The number of `EXTENDED_ARG`s.
    pub extended: u8,
    /// A function's entry; a loop otherwise.
    pub entry: bool,
    /// It was seen compiled.
    pub compiled: bool,
    /// How often it was armed again.
    pub rearmed: u8,
    /// Its code object makes a class whenever it is called.
    pub makes_class: bool,
    /// The loop runs in compiled code all the same, which is entered inside it: the jump that closes it is not reached.
    pub within: bool,
    /// Its counter at the last look.
    pub seen: u16,
}

/// What there is in a function that can start traces.
#[derive(Default)]
pub struct Scan {
    pub starts: Vec<TraceStart>,
    /// Loops that this version cannot compile because they contain a `yield`.
    pub yielding: u32,
    /// Bodies without a loop that are too small to gain.
    pub small: u32,
}

/// How a trace start stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartState {
    /// The entry of compiled code.
    Compiled,
    /// Counts, or will when it is first executed.
    Counting,
    /// Never starts a trace.
    Disabled,
    /// A tracing tool's instrumentation stands over it.
    Instrumented,
}

impl Scan {
    /// Adds what one code object has.
    pub fn add(&mut self, code: usize, flags: i64, all: &[Instruction], opcodes: &Opcodes, version: &Steering) {
        let Some(loops) = opcodes.loops else { return };
        let start = |instruction: &Instruction, head, entry| TraceStart {
            code,
            offset: instruction.offset,
            head,
            extended: instruction.extended,
            entry,
            compiled: false,
            rearmed: 0,
            makes_class: all.iter().any(|instruction| instruction.opcode == opcodes.build_class),
            within: false,
            seen: 0,
        };
        let mut looped = false;
        for (index, jump) in all.iter().enumerate().filter(|(_, instruction)| instruction.opcode == loops.base) {
            looped = true;
            let behind = jump.offset + 1 + u32::from(opcodes.caches[usize::from(jump.opcode)]);
            let head = behind.saturating_sub(jump.argument);
            let mut body = all[..index].iter().rev().take_while(|instruction| instruction.offset >= head);
            if !version.compiles_yield && body.any(|instruction| instruction.opcode == opcodes.yields) {
                self.yielding += 1;
            } else {
                self.starts.push(start(jump, head, false));
            }
        }
        if looped || suspends(flags) {
            return;
        }
        let Some(entry) = opcodes.entry else { return };
        if all.len() < SMALLEST_ENTRY {
            self.small += 1;
            return;
        }
        let resume = all.iter().find(|instruction| instruction.opcode == entry.base && instruction.argument & 3 == 0);
        self.starts.extend(resume.map(|instruction| start(instruction, 0, true)));
    }
}

/// How many places these are: several jumps may close one loop.
pub fn places(starts: &[TraceStart]) -> usize {
    distinct(starts.iter())
}

/// How many of the places are compiled now.
///
/// # Safety
/// The code objects of the starts must live.
pub unsafe fn compiled_places(starts: &[TraceStart], layout: VersionLayout, opcodes: &Opcodes) -> usize {
    let is_compiled = |start: &&TraceStart| {
        // SAFETY: as the caller promises.
        let cells = unsafe { start.cells(layout) };
        start.within || start.state(cells, opcodes) == StartState::Compiled
    };
    distinct(starts.iter().filter(is_compiled))
}

/// How many of the places run in compiled code that is entered inside them.
pub fn within(starts: &[TraceStart]) -> usize {
    distinct(starts.iter().filter(|start| start.within))
}

fn distinct<'a>(starts: impl Iterator<Item = &'a TraceStart>) -> usize {
    starts.map(|start| (start.code, start.head, start.entry)).collect::<HashSet<_>>().len()
}

impl TraceStart {
    /// The cells of its code object.
    ///
    /// # Safety
    /// The code object must live for `'a`.
    pub unsafe fn cells<'a>(&self, layout: VersionLayout) -> Cells<'a> {
        // SAFETY: its address was taken from a code object, which lives as the caller promises.
        unsafe { layout.cells(Borrowed::from_address(self.code as *mut _)) }
    }

    /// Its opcodes.
    pub fn family(&self, opcodes: &Opcodes) -> Option<Family> {
        if self.entry { opcodes.entry } else { opcodes.loops }
    }

    /// Where compiled code is entered: at the first `EXTENDED_ARG`.
    pub fn entered_at(&self) -> u32 {
        self.offset - u32::from(self.extended)
    }

    /// What it looks like now.
    pub fn state(&self, cells: Cells<'_>, opcodes: &Opcodes) -> StartState {
        let entered = Some(cells.opcode(self.entered_at())) == opcodes.executor;
        if entered || Some(cells.opcode(self.offset)) == opcodes.executor {
            return StartState::Compiled;
        }
        match self.family(opcodes) {
            Some(family) if family.off == cells.opcode(self.offset) => StartState::Disabled,
            Some(family) if family.has(cells.opcode(self.offset)) => StartState::Counting,
            _ => StartState::Instrumented,
        }
    }

    /// Lets it start a trace when the counter has run down; does nothing where there is compiled code already, or
    /// where a tool has instrumented it.
    pub fn arm(&self, cells: Cells<'_>, opcodes: &Opcodes, counter: u16) -> StartState {
        let state = self.state(cells, opcodes);
        if let (StartState::Counting | StartState::Disabled, Some(family)) = (state, self.family(opcodes)) {
            cells.set_unit(self.offset + 1, counter);
            cells.set_opcode(self.offset, family.armed);
        }
        state
    }

    /// Keeps it from starting a trace.
    pub fn silence(&self, cells: Cells<'_>, opcodes: &Opcodes) {
        if let (StartState::Counting, Some(family)) = (self.state(cells, opcodes), self.family(opcodes)) {
            cells.set_opcode(self.offset, family.off);
        }
    }
}
