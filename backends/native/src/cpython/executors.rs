//! Executors: what CPython's JIT compiled, and the graph that their exits make.

use super::bytecode::{Cells, Instruction};
use super::capi::Python;
use super::opcodes::Opcodes;
use jitctl_core::{Borrowed, Error, Host, Owned, Result};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU16, Ordering};

pub use super::selftest::Executors;

/// More executors than this hang together only by mistake.
const MOST: usize = 4_096;

/// An executor that is entered from the bytecode.
pub struct Root {
    pub object: Owned,
    /// The address of its code object.
    pub code: usize,
    /// Where it is entered, in code units.
    pub unit: u32,
}

/// One executor and how it was reached.
pub struct Reached {
    pub object: Owned,
    /// The exit's target in code units; `None` for one that is entered from the bytecode.
    pub exit_target: Option<u32>,
    /// The code object of the root that leads to it.
    pub code: usize,
    /// The code unit at which it begins.
    pub begin: u32,
}

/// The executor that is entered at a code unit.
pub fn at(host: Host, code: Borrowed<'_>, unit: u32) -> Result<Option<Owned>> {
    let module = host.import("_opcode")?;
    let offset = host.int(i64::from(unit) * 2)?;
    match host.call_method(module.borrow(), "get_executor", &[code, offset.borrow()]) {
        Ok(executor) if executor.address() == host.none().address() => Ok(None),
        Ok(executor) => Ok(Some(executor)),
        Err(Error::Python(error)) if error.is_ordinary() => Ok(None),
        Err(error) => Err(error),
    }
}

/// May a code object have executors? A cache cell may look like the entry of one.
pub fn may_have_any(opcodes: &Opcodes, cells: Cells<'_>) -> bool {
    let mut units = (0..cells.length()).filter_map(|unit| u32::try_from(unit).ok());
    units.any(|unit| Some(cells.opcode(unit)) == opcodes.executor)
}

/// Adds the executors that are entered from a code object, wherever: where exits lead on for long, CPython puts the entry
/// of an executor between two jumps, too. Only instructions are looked at: CPython takes as long to answer for one place as
/// the code is long, and thousands of cache cells may look like an entry.
pub fn roots(
    python: Python,
    opcodes: &Opcodes,
    code: Borrowed<'_>,
    cells: Cells<'_>,
    instructions: &[Instruction],
    found: &mut Vec<Root>,
) -> Result<()> {
    for unit in instructions.iter().flat_map(Instruction::units) {
        if Some(cells.opcode(unit)) == opcodes.executor
            && let Some(object) = at(python.host(), code, unit)?
        {
            found.push(Root { object, code: code.address() as usize, unit });
        }
    }
    Ok(())
}

/// These executors and all that their exits lead to.
pub fn graph(python: Python, fields: Executors, roots: Vec<Root>) -> Result<Vec<Reached>> {
    let mut seen: HashSet<usize> = roots.iter().map(|root| root.object.address() as usize).collect();
    let reached = |Root { object, code, unit }| Reached { object, exit_target: None, code, begin: unit };
    let mut found: Vec<Reached> = roots.into_iter().map(reached).collect();
    let mut next = 0;
    while next < found.len() && found.len() < MOST {
        let (executor, code) = (found[next].object.clone(), found[next].code);
        next += 1;
        let kind = python.type_of(executor.borrow());
        for exit in exits(fields, executor.borrow()) {
            let (target, object) = exit.leads_to(fields);
            if object == 0 || !seen.insert(object) {
                continue;
            }
            // SAFETY: an exit owns the executor that it leads to, and its own executor is held here.
            let object = unsafe { Borrowed::from_address(object as *mut _) };
            if python.type_of(object) == kind && length(python.host(), object)? > 1 {
                let object = python.host().own(object);
                found.push(Reached { object, exit_target: Some(target), code, begin: target });
            }
        }
    }
    Ok(found)
}

/// The bytes of machine code of an executor.
pub fn machine_code(host: Host, executor: Borrowed<'_>) -> Result<usize> {
    let code = host.call_method(executor, "get_jit_code", &[])?;
    if code.address() == host.none().address() { Ok(0) } else { Ok(host.to_bytes(code.borrow())?.len()) }
}

/// The micro-operations of an executor. CPython's stand-in for an exit that was never taken has a single one.
pub fn length(host: Host, executor: Borrowed<'_>) -> Result<i64> {
    host.to_int(host.call_method(executor, "__len__", &[])?.borrow())
}

/// One exit of an executor that is held.
pub struct Exit(usize);

/// The exits of an executor.
pub fn exits(fields: Executors, executor: Borrowed<'_>) -> Vec<Exit> {
    let address = executor.address() as usize;
    // SAFETY: the self-test found the field there, in an object of this type.
    let count = unsafe { *((address + fields.layout.exit_count_at) as *const u32) };
    // SAFETY: likewise; the micro-operations lie behind the last exit.
    let trace = unsafe { *((address + fields.layout.trace_at) as *const usize) };
    let begin = address + fields.exits_at;
    if trace != begin.wrapping_add(count as usize * fields.layout.exit_size) {
        return Vec::new();
    }
    (0..count as usize).map(|index| Exit(begin + index * fields.layout.exit_size)).collect()
}

impl Exit {
    /// Its target in code units, and the executor that it leads to, or 0.
    fn leads_to(&self, fields: Executors) -> (u32, usize) {
        // SAFETY: inside the exits of an executor that the caller holds.
        unsafe {
            (*((self.0 + fields.layout.target_at) as *const u32), *((self.0 + fields.layout.next_at) as *const usize))
        }
    }

    /// Lets a trace start from this exit after at most `value` more passes, where it counts at all.
    pub fn lower_threshold(&self, fields: Executors, value: u16, unreachable: u16) {
        let cell = self.temperature(fields);
        let now = cell.load(Ordering::Relaxed);
        if now & unreachable != unreachable && now > value {
            cell.store(value, Ordering::Relaxed);
        }
    }

    /// Sets the counter that starts a trace from this exit.
    pub fn set_temperature(&self, fields: Executors, value: u16) {
        self.temperature(fields).store(value, Ordering::Relaxed);
    }

    fn temperature(&self, fields: Executors) -> &AtomicU16 {
        // SAFETY: inside the exits of an executor that the caller holds; aligned, for exits are.
        unsafe { &*((self.0 + fields.layout.temperature_at) as *const AtomicU16) }
    }
}
