//! What a function's code looks like at this moment. Reading changes nothing.

use crate::code_facts::lines;
use crate::decode;
use crate::opcodes::{self, Kind, Table};
use jitctl_core::{Instruction, Loop, Region, RegionKind, State};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The state of a Python function's own code object.
pub fn state(function: &Bound<'_, PyAny>) -> PyResult<State> {
    let py = function.py();
    let table = opcodes::table(py)?;
    let code = function.getattr(intern!(py, "__code__"))?;
    let base = code.getattr(intern!(py, "co_code"))?.cast_into::<PyBytes>()?;
    let lines = lines(&code)?;
    let instructions = decode::instructions(base.as_bytes(), &lines, table);
    let mut state = State {
        instructions: u32::try_from(instructions.len()).unwrap_or(u32::MAX),
        specialisable: count(&instructions, |i| entry_of(table, i.opcode).specialisable),
        ..State::default()
    };
    let Some(actual) = code.getattr_opt(intern!(py, "_co_code_adaptive"))? else { return Ok(state) };
    let actual = actual.cast_into::<PyBytes>()?;
    let now = |unit: u32| actual.as_bytes().get(unit as usize * 2).map(|opcode| table.get(*opcode));
    state.specialised = warmth(&instructions, actual.as_bytes(), table).specialised;
    let loops = decode::loops(&instructions, &lines, table);
    for instruction in &instructions {
        // Behind EXTENDED_ARG the interpreter enters compiled code at the first unit of the group.
        let start = instruction.offset - u32::from(instruction.extended);
        let entered =
            (start..=instruction.offset).find(|unit| now(*unit).is_some_and(|e| e.kind == Kind::EnterExecutor));
        if let Some(unit) = entered {
            state.regions.extend(region(py, &code, unit, instruction, &loops, table)?);
        }
    }
    Ok(state)
}

/// The least backoff of an instruction that could not be specialised twice in a row: a fresh one has 0 or 1, and each
/// failure adds 1. Seen after 8 executions on 3.15, 12 on 3.12 to 3.14 and 12 on 3.11.
const GIVEN_UP: u16 = 3;

/// How warm the instructions of a code object are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Warmth {
    /// What can be specialised.
    pub specialisable: u32,
    /// What is.
    pub specialised: u32,
    /// What was tried more than once, and cannot be as it is used.
    pub failed: u32,
}

/// Counts the instructions by `_co_code_adaptive`, a copy of the bytecode as it is now, inline caches included.
pub fn warmth(instructions: &[Instruction], now: &[u8], table: &Table) -> Warmth {
    let mut found = Warmth::default();
    for instruction in instructions.iter().filter(|i| entry_of(table, i.opcode).specialisable) {
        found.specialisable += 1;
        let unit = instruction.offset as usize * 2;
        let Some(&[opcode, _, low, high]) = now.get(unit..unit + 4) else { continue };
        let entry = table.get(opcode);
        let backoff = u16::from_le_bytes([low, high]) & ((1 << table.backoff_bits) - 1);
        if entry.specialised {
            found.specialised += 1;
        } else if entry_of(table, instruction.opcode).counter && backoff >= GIVEN_UP {
            found.failed += 1;
        }
    }
    found
}

/// How warm a function's own code is; `None` where the interpreter does not show it.
pub fn warmth_of(function: &Bound<'_, PyAny>) -> PyResult<Option<Warmth>> {
    let py = function.py();
    let table = opcodes::table(py)?;
    let code = function.getattr(intern!(py, "__code__"))?;
    let Some(now) = code.getattr_opt(intern!(py, "_co_code_adaptive"))? else { return Ok(None) };
    let base = code.getattr(intern!(py, "co_code"))?.cast_into::<PyBytes>()?;
    let instructions = decode::instructions(base.as_bytes(), &lines(&code)?, table);
    Ok(Some(warmth(&instructions, now.cast_into::<PyBytes>()?.as_bytes(), table)))
}

fn entry_of(table: &Table, opcode: u16) -> &opcodes::Entry {
    table.get(u8::try_from(opcode).unwrap_or(0))
}

fn count(instructions: &[Instruction], wanted: impl Fn(&Instruction) -> bool) -> u32 {
    u32::try_from(instructions.iter().filter(|i| wanted(i)).count()).unwrap_or(u32::MAX)
}

fn region(
    py: Python<'_>,
    code: &Bound<'_, PyAny>,
    unit: u32,
    instruction: &Instruction,
    loops: &[Loop],
    table: &Table,
) -> PyResult<Option<Region>> {
    let Some(get) = py.import("_opcode")?.getattr_opt("get_executor")? else { return Ok(None) };
    // It raises ValueError where the executor has just gone: no region then.
    let Ok(executor) = get.call1((code, unit * 2)) else { return Ok(None) };
    if executor.is_none() {
        return Ok(None);
    }
    let machine_code = match executor.getattr_opt("get_jit_code")? {
        Some(get) => get.call0()?.extract::<Option<Vec<u8>>>()?.map_or(0, |bytes| bytes.len()),
        None => 0,
    };
    let valid = match executor.getattr_opt("is_valid")? {
        Some(ask) => ask.call0()?.is_truthy()?,
        None => true,
    };
    let enclosing = loops.iter().find(|l| l.jump == instruction.offset);
    let kind = match (enclosing, entry_of(table, instruction.opcode).kind) {
        (Some(_), _) => RegionKind::Loop,
        (None, Kind::Resume) => RegionKind::Entry,
        _ => RegionKind::Other,
    };
    Ok(Some(Region {
        offset: unit,
        line: enclosing.map_or(instruction.line, |l| l.line),
        last_line: enclosing.map_or(instruction.line, |l| l.last_line),
        kind,
        micro_ops: u32::try_from(executor.len()?).unwrap_or(u32::MAX),
        machine_code_bytes: u32::try_from(machine_code).unwrap_or(u32::MAX),
        exits: None,
        valid,
    }))
}
