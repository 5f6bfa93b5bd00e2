//! Rewrites a code object so that nothing in it starts a trace.

use crate::cpython::bytecode::{Cells, VersionLayout};
use crate::cpython::opcodes::{Family, Opcodes};

/// The tables that this takes; small enough to be copied, and free of anything that could panic.
#[derive(Clone, Copy)]
pub struct Silencer {
    pub layout: VersionLayout,
    caches: [u8; 256],
    hides: [bool; 256],
    loops: Family,
    entry: Option<Family>,
}

impl Silencer {
    /// `None` where there is no JIT.
    pub fn new(layout: VersionLayout, opcodes: &Opcodes) -> Option<Self> {
        Some(Self { layout, caches: opcodes.caches, hides: opcodes.hides, loops: opcodes.loops?, entry: opcodes.entry })
    }

    /// Rewrites what would count. Stops where an instruction is hidden and says so: what follows it cannot be told from
    /// its caches.
    pub fn apply(&self, cells: Cells<'_>) -> bool {
        let mut index = 0_u32;
        while (index as usize) < cells.length() {
            let opcode = cells.opcode(index);
            let at = usize::from(opcode);
            if self.hides[at] {
                return false;
            }
            self.rewrite(cells, index, opcode);
            index += 1 + u32::from(self.caches[at]);
        }
        true
    }

    /// Rewrites what would count where memory hides instructions: `units` is the code as the compiler made it.
    pub fn apply_by(&self, cells: Cells<'_>, units: &[u16]) {
        let mut index = 0_usize;
        while let Some(unit) = units.get(index) {
            let at = u32::try_from(index).unwrap_or(u32::MAX);
            self.rewrite(cells, at, cells.opcode(at));
            index += 1 + usize::from(self.caches[usize::from(unit.to_le_bytes()[0])]);
        }
    }

    fn rewrite(&self, cells: Cells<'_>, index: u32, opcode: u8) {
        if opcode == self.loops.base || opcode == self.loops.armed {
            cells.set_opcode(index, self.loops.off);
        } else if let Some(entry) = self.entry
            && (opcode == entry.armed || opcode == entry.base && cells.argument(index) & 3 == 0)
        {
            cells.set_opcode(index, entry.off);
        }
    }
}
