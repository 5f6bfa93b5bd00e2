//! Which way instructions lead: enough of a control flow graph to measure loops and to follow handlers.

use crate::introspect::opcodes::Table;
use jitctl_core::{Instruction, Loop};
use std::collections::{BTreeMap, HashSet};

/// The instructions of one code object with their successors.
pub struct Flow<'a> {
    instructions: &'a [Instruction],
    table: &'a Table,
    by_offset: BTreeMap<u32, usize>,
}

/// One entry of the exception table: what is raised between the two offsets goes to the handler. In code units.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    pub start: u32,
    pub end: u32,
    pub handler: u32,
}

impl<'a> Flow<'a> {
    pub fn new(instructions: &'a [Instruction], table: &'a Table) -> Self {
        // A jump to an instruction with EXTENDED_ARG leads to the first of these.
        let start = |i: &Instruction| i.offset - u32::from(i.extended);
        let by_offset = instructions.iter().enumerate().map(|(index, i)| (start(i), index)).collect();
        Self { instructions, table, by_offset }
    }

    pub fn name(&self, instruction: &Instruction) -> &'a str {
        u8::try_from(instruction.opcode).map_or("", |opcode| self.table.get(opcode).name.as_str())
    }

    fn at(&self, offset: u32) -> Option<usize> {
        self.by_offset.get(&offset).copied()
    }

    /// Indices of the instructions that may follow this one, backward jumps left out.
    fn forward(&self, index: usize) -> impl Iterator<Item = usize> {
        let instruction = &self.instructions[index];
        let name = self.name(instruction);
        let jumps = name.starts_with("POP_JUMP") || matches!(name, "JUMP_FORWARD" | "FOR_ITER" | "SEND");
        let ends = name.starts_with("RETURN_VALUE")
            || name.starts_with("JUMP_BACKWARD")
            || matches!(name, "JUMP_FORWARD" | "RAISE_VARARGS" | "RERAISE" | "RETURN_CONST");
        let behind = instruction.offset + 1 + u32::from(instruction.caches);
        let target = jumps.then(|| self.at(behind.saturating_add(instruction.argument))).flatten();
        let next = (!ends && index + 1 < self.instructions.len()).then_some(index + 1);
        next.into_iter().chain(target)
    }

    /// Where a backward jump leads.
    fn backward(&self, index: usize) -> Option<u32> {
        let instruction = &self.instructions[index];
        let behind = instruction.offset + 1 + u32::from(instruction.caches);
        self.name(instruction).starts_with("JUMP_BACKWARD").then(|| behind.saturating_sub(instruction.argument))
    }

    /// The weight of the shortest pass through a loop, from its head to one of the jumps that close it: no pass is
    /// shorter. Inner loops count as passed once at most.
    pub fn shortest_pass(&self, head: u32, jumps: &[u32]) -> Option<u32> {
        let start = self.at(head)?;
        let mut least: BTreeMap<usize, u32> = BTreeMap::from([(start, 0)]);
        let mut found: Option<u32> = None;
        // Forward edges lead to later instructions only, so the map's order is one in which all predecessors are done.
        while let Some((index, before)) = least.pop_first() {
            let instruction = &self.instructions[index];
            let weight = before + 1 + u32::from(instruction.caches > 0);
            if jumps.contains(&instruction.offset) {
                found = Some(found.map_or(weight, |known| known.min(weight)));
                continue;
            }
            for next in self.forward(index).filter(|next| *next > index) {
                let known = least.entry(next).or_insert(weight);
                *known = weight.min(*known);
            }
        }
        found
    }

    /// Can the program come from this offset to a place within the loop?
    pub fn returns_to(&self, from: u32, inside: &Loop) -> bool {
        let mut seen = HashSet::new();
        let mut waiting: Vec<usize> = self.at(from).into_iter().collect();
        let within = |offset: u32| (inside.start..=inside.jump).contains(&offset);
        while let Some(index) = waiting.pop() {
            if !seen.insert(index) {
                continue;
            }
            if within(self.instructions[index].offset) || self.backward(index).is_some_and(within) {
                return true;
            }
            waiting.extend(self.forward(index));
            waiting.extend(self.backward(index).and_then(|offset| self.at(offset)));
        }
        false
    }
}

/// Reads `co_exceptiontable`: numbers of six bits a byte, the first byte of an entry marked, each entry being start,
/// length, target (in code units) and depth.
pub fn guards(bytes: &[u8]) -> Vec<Guard> {
    let mut bytes = bytes.iter().peekable();
    let mut number = || {
        let mut value = 0_u32;
        loop {
            let byte = *bytes.next()?;
            value = value << 6 | u32::from(byte & 0x3f);
            if byte & 0x40 == 0 {
                return Some(value);
            }
        }
    };
    let mut found = Vec::new();
    while let (Some(start), Some(length), Some(handler), Some(_)) = (number(), number(), number(), number()) {
        found.push(Guard { start, end: start.saturating_add(length), handler });
    }
    found
}
