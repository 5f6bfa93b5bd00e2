//! Bytecode into instructions and loops. Works on `co_code`, where every opcode is the base one.

use super::opcodes::{self, Kind, Table};
use jitctl_core::{Instruction, Loop};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::collections::HashSet;

/// The lines of a code object: where each starts, in code units, and its number.
pub struct Lines(pub Vec<(u32, u32)>);

impl Lines {
    fn at(&self, offset: u32) -> u32 {
        let after = self.0.partition_point(|(start, _)| *start <= offset);
        after.checked_sub(1).map_or(0, |index| self.0[index].1)
    }

    fn last_between(&self, start: u32, end: u32) -> u32 {
        let within = self.0.iter().filter(|(offset, _)| (start..=end).contains(offset));
        within.map(|(_, line)| *line).max().unwrap_or(0)
    }
}

/// Lines by code unit, from `co_lines()`.
pub fn lines(code: &Bound<'_, PyAny>) -> PyResult<Lines> {
    let mut lines = Vec::new();
    for item in code.call_method0(intern!(code.py(), "co_lines"))?.try_iter()? {
        let (start, _, line): (u32, u32, Option<u32>) = item?.extract()?;
        if let Some(line) = line {
            lines.push((start / 2, line));
        }
    }
    Ok(Lines(lines))
}

/// The instructions of `code`; `EXTENDED_ARG` is folded into the instruction that it extends.
pub fn instructions(code: &[u8], lines: &Lines, table: &Table) -> Vec<Instruction> {
    let mut found = Vec::with_capacity(code.len() / 2);
    let (mut unit, mut argument, mut extended) = (0, 0_u32, 0_u8);
    while let Some(&[opcode, low]) = code.get(unit * 2..unit * 2 + 2) {
        argument = argument << 8 | u32::from(low);
        let entry = table.get(opcode);
        if entry.kind == Kind::ExtendedArg {
            extended = extended.saturating_add(1);
            unit += 1;
            continue;
        }
        let offset = u32::try_from(unit).unwrap_or(u32::MAX);
        found.push(Instruction {
            offset,
            argument,
            line: lines.at(offset),
            opcode: opcode.into(),
            caches: entry.caches,
            extended,
        });
        unit += 1 + usize::from(entry.caches);
        (argument, extended) = (0, 0);
    }
    found
}

/// The loops among these instructions: every jump back, with what it encloses.
pub fn loops(instructions: &[Instruction], lines: &Lines, table: &Table) -> Vec<Loop> {
    let kind = |instruction: &Instruction| u8::try_from(instruction.opcode).map_or(Kind::Plain, |o| table.get(o).kind);
    let target = |instruction: &Instruction| match kind(instruction) {
        Kind::JumpBack => (instruction.offset + 1 + u32::from(instruction.caches)).checked_sub(instruction.argument),
        Kind::JumpAbsolute => Some(instruction.argument).filter(|target| *target <= instruction.offset),
        _ => None,
    };
    let spans: Vec<(u32, &Instruction)> = instructions.iter().filter_map(|i| Some((target(i)?, i))).collect();
    let yields: Vec<u32> = instructions.iter().filter(|i| kind(i) == Kind::Yield).map(|i| i.offset).collect();
    spans
        .iter()
        .map(|(start, jump)| Loop {
            start: *start,
            jump: jump.offset,
            line: lines.at(*start),
            last_line: lines.last_between(*start, jump.offset).max(lines.at(*start)),
            extended: jump.extended,
            yields: yields.iter().any(|offset| (*start..jump.offset).contains(offset)),
            depth: u16::try_from(spans.iter().filter(|(s, j)| s < start && j.offset > jump.offset).count())
                .unwrap_or(0),
        })
        .collect()
}

/// How many loops a code object has itself. One that has several jumps back, as `continue` makes them, is one.
pub fn count_loops(code: &Bound<'_, PyAny>) -> PyResult<usize> {
    let py = code.py();
    let table = opcodes::table(py)?;
    let bytes = code.getattr(intern!(py, "co_code"))?.cast_into::<PyBytes>()?;
    let lines = lines(code)?;
    let found = loops(&instructions(bytes.as_bytes(), &lines, table), &lines, table);
    Ok(found.iter().map(|one| one.start).collect::<HashSet<u32>>().len())
}

/// The opcodes as they are now, at the places where `base` has instructions and not caches.
pub fn opcodes_now<'a>(base: &'a [u8], now: &'a [u8], table: &'a Table) -> impl Iterator<Item = u8> + 'a {
    let mut unit = 0;
    std::iter::from_fn(move || {
        let (opcode, current) = (*base.get(unit * 2)?, *now.get(unit * 2)?);
        unit += 1 + usize::from(table.get(opcode).caches);
        Some(current)
    })
}
