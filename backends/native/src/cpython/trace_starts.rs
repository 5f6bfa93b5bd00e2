//! The instructions of a function that can start a trace: finding, arming, silencing and reading them.

use crate::cpython::bytecode::{Cells, Instruction};
use crate::cpython::opcodes::{Family, Opcodes};
use crate::state::hint_table::Site;
use jitctl_cpython::Steering;

/// Function bodies below this are slower when they are entered as compiled code: the entry costs more than they do.
const SMALLEST_ENTRY: usize = 10;
/// `CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR`.
const SUSPENDS: i64 = 0x20 | 0x80 | 0x200;

/// Is it a generator or a coroutine, by `co_flags`?
pub const fn suspends(flags: i64) -> bool {
    flags & SUSPENDS != 0
}

/// What a function has to offer to the JIT.
#[derive(Default)]
pub struct Offer {
    pub sites: Vec<Site>,
    /// Loops that this version cannot compile because they contain a `yield`.
    pub yielding: u32,
    /// Bodies without a loop that are too small to gain.
    pub small: u32,
}

/// What a site looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The entry of compiled code.
    Compiled,
    /// Counts, or will when it is first executed.
    Counting,
    /// Never starts a trace.
    Off,
    /// Hidden by a tracing tool's instrumentation.
    Hidden,
}

impl Offer {
    /// Adds what one code object has.
    pub fn add(&mut self, code: usize, flags: i64, all: &[Instruction], opcodes: &Opcodes, version: &Steering) {
        let Some(loops) = opcodes.loops else { return };
        let site = |instruction: &Instruction, head, entry| Site {
            code,
            offset: instruction.offset,
            head,
            extended: instruction.extended,
            entry,
            compiled: false,
            rearmed: 0,
            makes_class: all.iter().any(|instruction| instruction.opcode == opcodes.build_class),
        };
        let mut looped = false;
        for (index, jump) in all.iter().enumerate().filter(|(_, instruction)| instruction.opcode == loops.base) {
            looped = true;
            let behind = jump.offset + 1 + u32::from(opcodes.caches[usize::from(jump.opcode)]);
            let start = behind.saturating_sub(jump.argument);
            let mut body = all[..index].iter().rev().take_while(|instruction| instruction.offset >= start);
            if !version.compiles_yield && body.any(|instruction| instruction.opcode == opcodes.yields) {
                self.yielding += 1;
            } else {
                self.sites.push(site(jump, start, false));
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
        self.sites.extend(resume.map(|instruction| site(instruction, 0, true)));
    }
}

impl Site {
    /// Its opcodes.
    pub fn family(&self, opcodes: &Opcodes) -> Option<Family> {
        if self.entry { opcodes.entry } else { opcodes.loops }
    }

    /// Where compiled code is entered: at the first `EXTENDED_ARG`.
    pub fn entered_at(&self) -> u32 {
        self.offset - u32::from(self.extended)
    }

    /// What it looks like now.
    pub fn look(&self, cells: Cells<'_>, opcodes: &Opcodes) -> Look {
        let entered = Some(cells.opcode(self.entered_at())) == opcodes.executor;
        if entered || Some(cells.opcode(self.offset)) == opcodes.executor {
            return Look::Compiled;
        }
        match self.family(opcodes) {
            Some(family) if family.off == cells.opcode(self.offset) => Look::Off,
            Some(family) if family.has(cells.opcode(self.offset)) => Look::Counting,
            _ => Look::Hidden,
        }
    }

    /// Lets it start a trace when the counter has run down; does nothing where there is compiled code already, or
    /// where a tool has instrumented it.
    pub fn arm(&self, cells: Cells<'_>, opcodes: &Opcodes, counter: u16) -> Look {
        let look = self.look(cells, opcodes);
        if let (Look::Counting | Look::Off, Some(family)) = (look, self.family(opcodes)) {
            cells.set_unit(self.offset + 1, counter);
            cells.set_opcode(self.offset, family.armed);
        }
        look
    }

    /// Keeps it from starting a trace.
    pub fn silence(&self, cells: Cells<'_>, opcodes: &Opcodes) {
        if let (Look::Counting, Some(family)) = (self.look(cells, opcodes), self.family(opcodes)) {
            cells.set_opcode(self.offset, family.off);
        }
    }
}
