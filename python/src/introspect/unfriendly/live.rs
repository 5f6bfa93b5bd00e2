//! The reasons that hold at this moment: what has been specialised, and which tools watch.

use super::reason::Reason;
use super::subject::Subject;
use crate::introspect::opcodes::{Kind, Table};
use crate::modules;
use jitctl_core::Instruction;
use jitctl_cpython::Traits;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The name under which the native backend takes a tool id of `sys.monitoring`.
const OURS: &str = "jitctl";

/// Specialised calls within loops that traces cannot follow.
pub fn opaque(subject: &Subject<'_, '_>, table: &Table, traits: &Traits) -> PyResult<Vec<Reason>> {
    if traits.opaque.is_empty() || subject.loops.is_empty() {
        return Ok(Vec::new());
    }
    let py = subject.code.py();
    let Some(now) = subject.code.getattr_opt(intern!(py, "_co_code_adaptive"))? else { return Ok(Vec::new()) };
    let now = now.cast_into::<PyBytes>()?;
    let mut found = Vec::new();
    for instruction in subject.instructions {
        if !subject.loops.iter().any(|one| (one.start..=one.jump).contains(&instruction.offset)) {
            continue;
        }
        let Some(opcode) = now.as_bytes().get(instruction.offset as usize * 2) else { continue };
        let name = table.get(*opcode).name.as_str();
        if let Some((_, what, advice)) = traits.opaque.iter().find(|(opaque, ..)| *opaque == name) {
            let text = format!("the loop {what}, and is not compiled on this version");
            found.push(Reason::new("opaque-call", instruction.line, text).advise(*advice));
        }
    }
    Ok(found)
}

/// Events that no trace goes through, wherever they are on the way of a loop. `PY_START`, `PY_RETURN` and the events of
/// exceptions leave a loop alone.
const STOPPING: [&str; 6] = ["LINE", "INSTRUCTION", "JUMP", "BRANCH", "BRANCH_LEFT", "BRANCH_RIGHT"];

/// Tools that watch all code of the process.
pub fn tools(subject: &Subject<'_, '_>, table: &Table) -> PyResult<Option<Reason>> {
    let py = subject.code.py();
    let sys = modules::import(py, "sys")?;
    for (ask, what) in [("gettrace", "sys.settrace"), ("getprofile", "sys.setprofile")] {
        if !sys.call_method0(ask)?.is_none() {
            let text = format!("a tool set by {what} watches all code: nothing is compiled meanwhile");
            return Ok(Some(Reason::new("tracing-active", 0, text)));
        }
    }
    let Some(monitoring) = sys.getattr_opt("monitoring")? else { return Ok(None) };
    let stopping = stopping(&monitoring, subject, table, false)?;
    for (id, name) in others(&monitoring)? {
        if monitoring.call_method1("get_events", (id,))?.extract::<u32>()? & stopping != 0 {
            let text = format!("the tool {name:?} monitors all code: nothing is compiled meanwhile");
            return Ok(Some(Reason::new("tracing-active", 0, text)));
        }
    }
    Ok(None)
}

/// Tools that watch this code object.
pub fn events(subject: &Subject<'_, '_>, table: &Table, traits: &Traits) -> PyResult<Option<Reason>> {
    let py = subject.code.py();
    let Some(monitoring) = modules::import(py, "sys")?.getattr_opt("monitoring")? else { return Ok(None) };
    let entry = traits.entry && subject.loops.is_empty();
    let stopping = stopping(&monitoring, subject, table, entry)?;
    for (id, name) in others(&monitoring)? {
        if monitoring.call_method1("get_local_events", (id, subject.code))?.extract::<u32>()? & stopping != 0 {
            let line: u32 = subject.code.getattr(intern!(py, "co_firstlineno"))?.extract()?;
            let text =
                format!("the tool {name:?} has put monitoring events on its code, which is not compiled with them");
            return Ok(Some(Reason::new("events-on-code", line, text)));
        }
    }
    Ok(None)
}

/// The events that keep this code from being compiled.
fn stopping(monitoring: &Bound<'_, PyAny>, subject: &Subject<'_, '_>, table: &Table, entry: bool) -> PyResult<u32> {
    let calls = |i: &Instruction| u8::try_from(i.opcode).is_ok_and(|opcode| table.get(opcode).kind == Kind::Call);
    let calling = subject.instructions.iter().any(calls).then_some("CALL");
    let names = STOPPING.into_iter().chain(calling).chain(entry.then_some("PY_START"));
    let events = monitoring.getattr("events")?;
    let mut mask = 0;
    for name in names {
        if let Some(event) = events.getattr_opt(name)? {
            mask |= event.extract::<u32>()?;
        }
    }
    Ok(mask)
}

/// Ids and names of the tools of `sys.monitoring` but our own.
fn others(monitoring: &Bound<'_, PyAny>) -> PyResult<Vec<(u8, String)>> {
    let mut found = Vec::new();
    for id in 0..=5 {
        let name = monitoring.call_method1("get_tool", (id,))?;
        if !name.is_none() {
            let name = name.str()?.to_string();
            if name != OURS {
                found.push((id, name));
            }
        }
    }
    Ok(found)
}
