//! T7 and T8: a throw-away compilation, and the fields of the executor that it makes.

use super::code::{cells, loop_of};
use super::outcome::{Found, Probe, Switch, View, expect_no_error, need, refuse};
use super::probe::{Functions, Kind};
use crate::cpython::bytecode::VersionLayout;
use crate::cpython::opcodes::Opcodes;
use jitctl_core::{Borrowed, Owned, Result};
use jitctl_cpython::{ExecutorLayout, Steering};

const T7: Probe = Probe(7);
const T8: Probe = Probe(8);

/// The fields of executors, as found.
#[derive(Clone, Copy, Debug)]
pub struct Executors {
    pub(crate) layout: ExecutorLayout,
    /// The first exit.
    pub(crate) exits_at: usize,
}

/// More iterations than any natural threshold of a loop that ran already.
const NEVER: i64 = 5_000;

/// Arms a loop, runs it, and shows that it was compiled; runs another that must not be.
pub fn compile(
    view: &View,
    version: &Steering,
    opcodes: &Opcodes,
    layout: VersionLayout,
    functions: &Functions,
    switch: Option<Switch>,
    enabled: bool,
) -> Found<Owned> {
    let Some(family) = opcodes.loops else {
        return refuse(T7, "no loops to arm");
    };
    let (armed, off) = (functions.fresh(view, Kind::StartState)?, functions.fresh(view, Kind::StartState)?);
    let cell = cells(layout, &armed);
    let jump = loop_of(cell, opcodes)?;
    let other = loop_of(cells(layout, &off), opcodes)?;
    let _restore = switch.map(|switch| Restore { switch, enabled });
    if let Some(switch) = switch {
        switch.set(true);
    }
    armed.run(view, 4)?;
    cell.set_opcode(jump, family.armed);
    cell.set_unit(jump + 1, version.counter.soon(0));
    armed.run(view, 200)?;
    let active = view.see(T7, armed.run(view, 50)?.unsigned_abs());
    need(T7, (1..=50).contains(&active), || "an armed loop was not compiled, or its code is never run".to_owned())?;
    let executor = expect_no_error(T7, executor_of(view, armed.code.borrow(), jump))?;
    let usable = || -> Result<bool> {
        let host = view.host;
        let valid = host.call_method(executor.borrow(), "is_valid", &[])?;
        let code = host.call_method(executor.borrow(), "get_jit_code", &[])?;
        Ok(host.truth(valid.borrow())? && host.truth(code.borrow())?)
    };
    need(T7, expect_no_error(T7, usable())?, || "the compiled loop has no machine code".to_owned())?;
    cells(layout, &off).set_opcode(other, family.off);
    need(T7, off.run(view, NEVER)? == 0, || "a loop that is switched off was compiled".to_owned())?;
    Ok(executor)
}

struct Restore {
    switch: Switch,
    enabled: bool,
}

impl Drop for Restore {
    fn drop(&mut self) {
        self.switch.set(self.enabled);
    }
}

fn executor_of(view: &View, code: Borrowed<'_>, offset: u32) -> Result<Owned> {
    let host = view.host;
    let module = host.import("_opcode")?;
    let offset = host.int(i64::from(offset) * 2)?;
    host.call_method(module.borrow(), "get_executor", &[code, offset.borrow()])
}

/// The exits begin where the type says, and the micro-operations stand behind the last of them.
pub fn layout(view: &View, version: &Steering, executor: Borrowed<'_>) -> Found<Executors> {
    let host = view.host;
    let Some(layout) = version.executor else {
        return refuse(T8, "no layout of executors is known");
    };
    let size = host.get(executor, "__class__").and_then(|class| host.get(class.borrow(), "__basicsize__"));
    let begin = expect_no_error(T8, size.and_then(|size| host.to_int(size.borrow())))?;
    let begin = usize::try_from(begin).unwrap_or(0);
    need(T8, (layout.exit_count_at + 4..512).contains(&begin), || format!("exits at {begin}"))?;
    let address = executor.address() as usize;
    // SAFETY: the object is longer than its type's basic size, which covers both fields.
    let (trace, count) =
        unsafe { (*((address + layout.trace_at) as *const usize), *((address + layout.exit_count_at) as *const u32)) };
    let behind = (address + begin).wrapping_add(count as usize * layout.exit_size);
    let trace = view.see(T8, trace as u64);
    need(T8, count < 512 && trace == behind as u64, || "an executor's exits are not where they should be".to_owned())?;
    Ok(Executors { layout, exits_at: begin })
}
