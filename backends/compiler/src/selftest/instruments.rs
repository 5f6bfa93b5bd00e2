//! T6: what monitoring tools change: the version in `eval_breaker`, and the interpreter's monitors, found by what an event changes.

use super::objects::field;
use super::source::Program;
use super::table;
use super::view::{Denied, Found, Probe, View, calm, need};
use crate::python::Object;
use jitctl_core::{Borrowed, Host, Owned, Result};
use jitctl_training::tool_ids as tool;

const T6: Probe = Probe(6);
/// Two events that rewrite no bytecode.
const EVENTS: [&str; 2] = ["RAISE", "PY_UNWIND"];

/// A tool identifier for the length of the probe.
struct Tool {
    host: Host,
    monitoring: Owned,
    number: i64,
}

impl Tool {
    fn claim(host: Host) -> Result<Self> {
        let number = tool::claim(host, &tool::QUIET, "jitctl self-test")?;
        Ok(Self { host, monitoring: tool::monitoring(host)?, number })
    }

    fn set(&self, events: i64) -> Result<()> {
        let (number, events) = (self.host.int(self.number)?, self.host.int(events)?);
        self.host.call_method(self.monitoring.borrow(), "set_events", &[number.borrow(), events.borrow()]).map(drop)
    }

    fn set_local(&self, code: Borrowed<'_>, events: i64) -> Result<()> {
        let (number, events) = (self.host.int(self.number)?, self.host.int(events)?);
        let arguments = [number.borrow(), code, events.borrow()];
        self.host.call_method(self.monitoring.borrow(), "set_local_events", &arguments).map(drop)
    }

    fn event(&self, name: &str) -> Result<i64> {
        let events = self.host.get(self.monitoring.borrow(), "events")?;
        self.host.to_int(self.host.get(events.borrow(), name)?.borrow())
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.set(0);
        let _ = tool::release(self.host, self.number);
    }
}

/// T6; gives the address of the interpreter's monitors.
pub fn check(view: &View, program: &Program) -> Found<*const u8> {
    let size = table::interpreter_size(view)?;
    // SAFETY: the thread is attached.
    let (state, thread) = unsafe { ((view.api.PyInterpreterState_Get)() as *const u8, (view.api.PyThreadState_Get)()) };
    // SAFETY: the interpreter's state is that long, by its own table; it is only read. It changes under the GIL alone, or in
    // fields that do not matter here.
    let look = || unsafe { std::slice::from_raw_parts(state, size) }.to_vec();
    let breaker = || field::<u64>(thread, view.layout.ts_eval_breaker);
    let tool = calm(T6, Tool::claim(view.host))?;
    let bit = 1_u8 << tool.number;
    local(view, program, &tool, bit)?;
    let mut places = Vec::new();
    for name in EVENTS {
        let event = calm(T6, tool.event(name))?;
        let (before, version) = (look(), breaker() >> 8);
        calm(T6, tool.set(event))?;
        let (during, other) = (look(), breaker() >> 8);
        calm(T6, tool.set(0))?;
        let after = look();
        need(T6, view.see(T6, version) != view.see(T6, other) && version != other, || {
            "eval_breaker does not tell that a tool sets events".to_owned()
        })?;
        let changed =
            |at: &usize| before[*at] & bit == 0 && during[*at] == before[*at] | bit && after[*at] == before[*at];
        let index = event.trailing_zeros() as usize;
        let found: Vec<usize> = (0..size).filter(changed).filter_map(|at| at.checked_sub(index)).collect();
        places.push(found);
    }
    let common: Vec<usize> = places[0].iter().filter(|at| places[1].contains(at)).copied().collect();
    let found = match common[..] {
        [at] => at,
        _ => {
            return Err(Denied(
                T6,
                format!("the monitors are found {} times in the interpreter's state", common.len()),
            ));
        }
    };
    view.same(T6, "the number of places of the monitors", common.len() as u64, 1)?;
    need(T6, found + view.layout.global_events as usize <= size, || "the monitors end outside the state".to_owned())?;
    // SAFETY: inside the interpreter's state.
    Ok(unsafe { state.add(found) })
}

/// What an event of one code object changes: its version, and the bytes of its own monitors.
fn local(view: &View, program: &Program, tool: &Tool, bit: u8) -> Found<()> {
    let layout = &view.layout;
    let function = program.get(T6, "give")?;
    let code = calm(T6, view.host.get(function.borrow(), "__code__"))?;
    let event = calm(T6, tool.event("LINE"))?;
    calm(T6, tool.set_local(code.borrow(), event))?;
    // SAFETY: the thread is attached.
    let thread = unsafe { (view.api.PyThreadState_Get)() };
    let current = field::<u64>(thread, layout.ts_eval_breaker) & !0xFF;
    let version = field::<u64>(code.address(), layout.code_instrumentation_version);
    let monitors = field::<Object>(code.address(), layout.code_monitoring);
    let at = i32::try_from(event.trailing_zeros()).unwrap_or(0);
    let byte = if monitors.is_null() { 0 } else { field::<u8>(monitors, at) };
    calm(T6, tool.set_local(code.borrow(), 0))?;
    view.same(T6, "_co_instrumentation_version", version, current)?;
    view.same(T6, "a code object's own monitors", u64::from(byte), u64::from(bit))
}
