//! T2 to T4 and T9: the bytecode's place, the opcodes' numbers, the counters' unit, the frozen counter.

use super::outcome::{Found, Probe, View, expect_no_error, need, refuse};
use super::probe::{Fresh, Functions, Kind};
use super::runtime::Offsets;
use crate::cpython::bytecode::{Cells, Instruction, VersionLayout, decode};
use crate::cpython::opcodes::Opcodes;
use jitctl_cpython::Steering;

const T2: Probe = Probe(2);
const T3: Probe = Probe(3);
const T4: Probe = Probe(4);
const T9: Probe = Probe(9);

/// `PyVarObject.ob_size`, behind the reference count and the type.
const LENGTH_AT: usize = 16;

/// Runs the four probes.
pub fn check(
    view: &View,
    version: &Steering,
    opcodes: &Opcodes,
    offsets: &Offsets,
    functions: &Functions,
    jit: Option<bool>,
) -> Found<VersionLayout> {
    let fresh = functions.fresh(view, Kind::Count)?;
    let layout = place(view, offsets, &fresh)?;
    if let (Some(enabled), Some(family)) = (jit, opcodes.loops) {
        let cells = cells(layout, &fresh);
        let jump = loop_of(cells, opcodes)?;
        need(T3, cells.opcode(jump) == family.base, || "a fresh loop has an unexpected opcode".to_owned())?;
        fresh.run(view, 3)?;
        let expected = if enabled { family.armed } else { family.off };
        let found = view.see(T3, u64::from(cells.opcode(jump)));
        need(T3, found == u64::from(expected), || format!("a loop that ran has opcode {found}, not {expected}"))?;
        counter(view, version, cells, &fresh, jump, family.armed)?;
    }
    place(view, offsets, &fresh)?;
    frozen(view, opcodes, layout, functions, jit.is_some())?;
    Ok(layout)
}

fn place(view: &View, offsets: &Offsets, fresh: &Fresh) -> Found<VersionLayout> {
    let host = view.host;
    let class = expect_no_error(T2, host.get(fresh.code.borrow(), "__class__"))?;
    let size =
        expect_no_error(T2, host.get(class.borrow(), "__basicsize__").and_then(|size| host.to_int(size.borrow())))?;
    let units_at = usize::try_from(view.see(T2, size.unsigned_abs())).unwrap_or(0);
    need(T2, units_at < 4096 && units_at % 2 == 0, || format!("bytecode at {units_at}"))?;
    need(T2, offsets.mention(units_at), || format!("no debug offset confirms bytecode at {units_at}"))?;
    let layout = VersionLayout { length_at: LENGTH_AT, units_at };
    let told = host.get(fresh.code.borrow(), "_co_code_adaptive").and_then(|bytes| host.to_bytes(bytes.borrow()));
    let told: Vec<u16> =
        expect_no_error(T2, told)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let cells = cells(layout, fresh);
    need(T2, cells.length() == told.len(), || format!("{} code units, not {}", cells.length(), told.len()))?;
    need(T2, units(cells) == told, || "the bytecode is not where it should be".to_owned())?;
    Ok(layout)
}

fn counter(view: &View, version: &Steering, cells: Cells<'_>, fresh: &Fresh, jump: u32, armed: u8) -> Found<()> {
    const HIGH: u16 = 0x4000;
    cells.set_opcode(jump, armed);
    cells.set_unit(jump + 1, HIGH);
    fresh.run(view, 1)?;
    let step = view.see(T4, u64::from(HIGH.wrapping_sub(cells.unit(jump + 1))));
    let expected = u64::from(version.counter.soon(1));
    need(T4, step == expected, || format!("one iteration counted {step}, not {expected}"))
}

fn frozen(view: &View, opcodes: &Opcodes, layout: VersionLayout, functions: &Functions, jit: bool) -> Found<()> {
    let fresh = functions.fresh(view, Kind::Count)?;
    let cells = cells(layout, &fresh);
    let add = instructions(cells, opcodes).into_iter().find(|instruction| instruction.opcode == opcodes.binary);
    let Some(add) = add else { return refuse(T9, "no addition in the probe") };
    cells.set_unit(add.offset + 1, 0xFFFF);
    if let Some(family) = opcodes.loops.filter(|_| jit) {
        cells.set_opcode(loop_of(cells, opcodes)?, family.off);
    }
    fresh.run(view, 300)?;
    let found = view.see(T9, u64::from(cells.opcode(add.offset)));
    need(T9, found == u64::from(opcodes.binary), || "a frozen counter did not stop specialisation".to_owned())
}

/// The cells of a probe's code object.
pub fn cells(layout: VersionLayout, fresh: &Fresh) -> Cells<'_> {
    // SAFETY: it is the code object of a probe function.
    unsafe { layout.cells(fresh.code.borrow()) }
}

/// The loop of a probe.
pub fn loop_of(cells: Cells<'_>, opcodes: &Opcodes) -> Found<u32> {
    let jump = opcodes.loops.and_then(|family| {
        instructions(cells, opcodes).into_iter().rev().find(|instruction| instruction.opcode == family.base)
    });
    jump.map_or_else(|| refuse(T3, "no loop in the probe"), |jump| Ok(jump.offset))
}

fn units(cells: Cells<'_>) -> Vec<u16> {
    (0..u32::try_from(cells.length()).unwrap_or(0)).map(|index| cells.unit(index)).collect()
}

fn instructions(cells: Cells<'_>, opcodes: &Opcodes) -> Vec<Instruction> {
    decode(&units(cells), opcodes).unwrap_or_default()
}
