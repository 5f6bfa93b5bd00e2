//! A code object's bytecode in memory: bounds-checked cells, and the instructions they make.

use crate::cpython::opcodes::Opcodes;
use jitctl_core::{Borrowed, Host, Result};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU16, Ordering};

/// Where a code object keeps its length and its bytecode; only the self-test makes one.
#[derive(Clone, Copy, Debug)]
pub struct VersionLayout {
    /// The number of code units, an `isize`.
    pub(crate) length_at: usize,
    /// The first code unit.
    pub(crate) units_at: usize,
}

/// The code units of one living code object.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    address: usize,
    length: usize,
    lifetime: PhantomData<&'a ()>,
}

/// One instruction; `offset` is that of the instruction itself, behind its `EXTENDED_ARG`s.
#[derive(Clone, Copy, Debug)]
pub struct Instruction {
    pub offset: u32,
    pub argument: u32,
    /// In its unspecialised form.
    pub opcode: u8,
    /// The number of `EXTENDED_ARG`s before it.
    pub extended: u8,
}

impl Instruction {
    /// Its code units, those of its `EXTENDED_ARG`s first.
    pub fn units(&self) -> std::ops::RangeInclusive<u32> {
        self.offset - u32::from(self.extended)..=self.offset
    }
}

impl VersionLayout {
    /// The cells of a code object that lives for `'a`.
    ///
    /// # Safety
    /// `code` must be a code object.
    pub unsafe fn cells<'a>(self, code: Borrowed<'a>) -> Cells<'a> {
        let address = code.address() as usize;
        // SAFETY: it is a code object, and the self-test found its length there.
        let length = unsafe { *((address + self.length_at) as *const isize) };
        Cells { address: address + self.units_at, length: usize::try_from(length).unwrap_or(0), lifetime: PhantomData }
    }
}

impl<'a> Cells<'a> {
    /// Code units in it.
    pub fn length(self) -> usize {
        self.length
    }

    /// One code unit; 0 behind the end.
    pub fn unit(self, index: u32) -> u16 {
        self.cell(index).map_or(0, |cell| cell.load(Ordering::Relaxed))
    }

    /// The opcode byte of a code unit.
    pub fn opcode(self, index: u32) -> u8 {
        self.unit(index).to_le_bytes()[0]
    }

    /// The argument byte of a code unit.
    pub fn argument(self, index: u32) -> u8 {
        self.unit(index).to_le_bytes()[1]
    }

    /// Writes the opcode byte and leaves the argument.
    pub fn set_opcode(self, index: u32, opcode: u8) {
        self.set_unit(index, u16::from_le_bytes([opcode, self.argument(index)]));
    }

    /// Writes a code unit.
    pub fn set_unit(self, index: u32, value: u16) {
        if let Some(cell) = self.cell(index) {
            cell.store(value, Ordering::Relaxed);
        }
    }

    fn cell(self, index: u32) -> Option<&'a AtomicU16> {
        let index = index as usize;
        // SAFETY: inside the code object, which lives for `'a`; aligned, for code units are; CPython writes these units
        // under the lock that the calling thread holds.
        (index < self.length).then(|| unsafe { &*((self.address + 2 * index) as *const AtomicU16) })
    }

    /// The instructions, from memory; from `co_code` where memory hides one.
    pub fn instructions(self, host: Host, code: Borrowed<'_>, opcodes: &Opcodes) -> Result<Vec<Instruction>> {
        let units: Vec<u16> =
            (0..self.length).map(|index| self.unit(u32::try_from(index).unwrap_or(u32::MAX))).collect();
        if let Some(instructions) = decode(&units, opcodes) {
            return Ok(instructions);
        }
        let bytes = host.to_bytes(host.get(code, "co_code")?.borrow())?;
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        Ok(decode(&units, opcodes).unwrap_or_default())
    }
}

/// `None` at the first code unit whose opcode hides another.
pub fn decode(units: &[u16], opcodes: &Opcodes) -> Option<Vec<Instruction>> {
    let mut instructions = Vec::with_capacity(units.len() / 2);
    let (mut index, mut argument, mut extended) = (0_usize, 0_u32, 0_u8);
    while let Some(unit) = units.get(index) {
        let [byte, low] = unit.to_le_bytes();
        let opcode = usize::from(byte);
        // An instrumented entry hides nothing: it is RESUME.
        if opcodes.hides[opcode] && byte != opcodes.instrumented_entry {
            return None;
        }
        argument = argument << 8 | u32::from(low);
        if byte == opcodes.extended {
            extended = extended.saturating_add(1);
            index += 1;
            continue;
        }
        let offset = u32::try_from(index).ok()?;
        instructions.push(Instruction { offset, argument, opcode: opcodes.base_of(byte), extended });
        (argument, extended) = (0, 0);
        index += 1 + usize::from(opcodes.caches[usize::from(opcodes.base_of(byte))]);
    }
    Some(instructions)
}
