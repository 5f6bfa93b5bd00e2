//! What a function's code looks like at this moment. Reading changes nothing.

use super::decode::{self, lines};
use super::opcodes::{self, Kind, Table};
use crate::modules;
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

/// Counts the compiled parts of the function's own code that the interpreter enters. Reads a copy of the bytecode, nothing
/// else.
pub fn compiled_parts(function: &Bound<'_, PyAny>) -> PyResult<usize> {
    let py = function.py();
    let table = opcodes::table(py)?;
    let Some(enter) = table.enter_executor() else { return Ok(0) };
    let code = function.getattr(intern!(py, "__code__"))?;
    let Some(actual) = code.getattr_opt(intern!(py, "_co_code_adaptive"))? else { return Ok(0) };
    let actual = actual.cast_into::<PyBytes>()?;
    if !actual.as_bytes().chunks_exact(2).any(|unit| unit[0] == enter) {
        return Ok(0); // the usual case, cheap; a cache cell can look like the opcode, so a hit is looked at closely
    }
    let base = code.getattr(intern!(py, "co_code"))?.cast_into::<PyBytes>()?;
    Ok(decode::opcodes_now(base.as_bytes(), actual.as_bytes(), table).filter(|opcode| *opcode == enter).count())
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
    for standing in standings(instructions, now, table).filter_map(|(_, standing)| standing) {
        found.specialisable += 1;
        found.specialised += u32::from(standing == Standing::Specialised);
        found.failed += u32::from(standing == Standing::Failed);
    }
    found
}

/// How far one instruction that can be specialised has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Fresh,
    Specialised,
    Failed,
}

fn standings<'a>(
    instructions: &'a [Instruction],
    now: &'a [u8],
    table: &'a Table,
) -> impl Iterator<Item = (&'a Instruction, Option<Standing>)> {
    let opcode = |i: &Instruction| now.get(i.offset as usize * 2).copied();
    let quickened = instructions.iter().any(|i| opcode(i).is_some_and(|opcode| u16::from(opcode) != i.opcode));
    instructions.iter().map(move |instruction| {
        let base = entry_of(table, instruction.opcode);
        if !base.specialisable {
            return (instruction, None);
        }
        let unit = instruction.offset as usize * 2;
        let Some(&[opcode, _, low, high]) = now.get(unit..unit + 4) else {
            return (instruction, Some(Standing::Fresh));
        };
        let counter = u16::from_le_bytes([low, high]);
        let failed = |bits: u32| base.counter && counter & ((1 << bits) - 1) >= GIVEN_UP;
        // 3.11 has no counter where it gave up for good: a comparison whose result is no jump's is as it was before.
        let given_up = quickened && base.quickens && u16::from(opcode) == instruction.opcode;
        let standing = if table.get(opcode).specialised {
            Standing::Specialised
        } else if given_up || table.backoff_bits.is_some_and(failed) {
            Standing::Failed
        } else {
            Standing::Fresh
        };
        (instruction, Some(standing))
    })
}

/// What is shown of a function's own code beside its state.
pub struct Counters {
    /// [`Warmth::failed`].
    pub failed: u32,
    /// Instructions that can be specialised and are, or failed, or that compiled code runs instead: a valid entry stands for
    /// the whole function, a loop for its body. Their counters rest, so that they say nothing more.
    pub settled: u32,
}

/// The counters of a function; `None` where the interpreter does not show any.
pub fn counters(function: &Bound<'_, PyAny>, state: &State) -> PyResult<Option<Counters>> {
    let py = function.py();
    let table = opcodes::table(py)?;
    let code = function.getattr(intern!(py, "__code__"))?;
    let Some(now) = code.getattr_opt(intern!(py, "_co_code_adaptive"))?.filter(|_| table.backoff_bits.is_some()) else {
        return Ok(None);
    };
    let (now, lines) = (now.cast_into::<PyBytes>()?, lines(&code)?);
    let base = code.getattr(intern!(py, "co_code"))?.cast_into::<PyBytes>()?;
    let instructions = decode::instructions(base.as_bytes(), &lines, table);
    let loops = decode::loops(&instructions, &lines, table);
    let valid: Vec<&Region> = state.regions.iter().filter(|region| region.valid).collect();
    let whole = valid.iter().any(|region| region.kind == RegionKind::Entry);
    let compiled: Vec<&Loop> = loops.iter().filter(|one| valid.iter().any(|region| is_of(region, one))).collect();
    let covered = |i: &Instruction| whole || compiled.iter().any(|one| (one.start..=one.jump).contains(&i.offset));
    let mut counters = Counters { failed: 0, settled: 0 };
    for (instruction, standing) in standings(&instructions, now.as_bytes(), table) {
        let Some(standing) = standing else { continue };
        counters.failed += u32::from(standing == Standing::Failed);
        counters.settled += u32::from(standing != Standing::Fresh || covered(instruction));
    }
    Ok(Some(counters))
}

/// Is this the region of that loop? Behind EXTENDED_ARG it begins before the jump.
fn is_of(region: &Region, one: &Loop) -> bool {
    region.kind == RegionKind::Loop && (one.jump - u32::from(one.extended)..=one.jump).contains(&region.offset)
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
    let Some(get) = modules::import(py, "_opcode")?.getattr_opt("get_executor")? else { return Ok(None) };
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
