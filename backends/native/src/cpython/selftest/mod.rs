//! The self-test: is every private thing in this very process where the backend thinks it is?
//!
//! T0 the interpreter, T1 the debug offsets, T2 the bytecode's place, T3 the opcodes, T4 the counters, T5 the JIT's
//! switch, T6 its configuration, T7 a throw-away compilation, T8 the executor's fields, T9 the frozen counter, T10
//! executable memory.
//! A probe that disagrees takes away what builds on it, and nothing else.

mod code;
mod executor;
mod outcome;
mod probe;
mod runtime;
mod switch;

use crate::cpython::bytecode::VersionLayout;
use crate::cpython::memory;
use crate::cpython::opcodes::Opcodes;
use jitctl_core::Interpreter;
use jitctl_cpython::Steering;
use outcome::need;

pub use executor::Executors;
pub use outcome::{Denied, Found, Probe, Switch, View};
pub use probe::{Functions, tracing};
pub use runtime::Offsets;

/// What the self-test found.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// The bytecode, its counters, and that arming compiles.
    pub code: Found<VersionLayout>,
    /// Exits of executors.
    pub executors: Found<Executors>,
    /// The switch of the JIT.
    pub switch: Found<Switch>,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// T10: why the system refuses executable memory; nothing is compiled then.
pub fn memory_denied(view: &View) -> Option<String> {
    const T10: Probe = Probe(10);
    let denied = memory::denied();
    let sees = view.see(T10, u64::from(denied.is_none()));
    (sees != 1).then(|| denied.unwrap_or_else(|| "self-test T10".to_owned()))
}

/// T0 and T1: without them nothing of this backend is used.
pub fn identify(view: &View, interpreter: &Interpreter, version: &Steering) -> Found<Offsets> {
    const T0: Probe = Probe(0);
    let sees = view.see(T0, u64::from(!interpreter.free_threaded));
    need(T0, interpreter.implementation == "cpython", || "not CPython".to_owned())?;
    need(T0, sees == 1, || "a free-threaded build, or one that looks like it".to_owned())?;
    need(T0, version.loops.is_none() || cfg!(target_endian = "little"), || "not little-endian".to_owned())?;
    runtime::offsets(view, interpreter)
}

/// T2 to T9.
pub fn run(view: &View, version: &Steering, opcodes: &Opcodes, offsets: &Offsets, jit: Option<bool>) -> Capabilities {
    let start = std::time::Instant::now();
    let mut capabilities = Capabilities {
        code: Err(Denied::Absent("not looked at")),
        executors: Err(Denied::Absent("this interpreter has no executors")),
        switch: Err(Denied::Absent("this interpreter's JIT cannot be switched")),
        micros: 0,
    };
    if let Some(tool) = tracing(view) {
        let denied = Denied::Later(tool);
        (capabilities.code, capabilities.executors, capabilities.switch) =
            (Err(denied.clone()), Err(denied.clone()), Err(denied));
        return capabilities;
    }
    let functions = match Functions::make(view, jit.is_some()) {
        Ok(functions) => functions,
        Err(denied) => {
            capabilities.code = Err(denied);
            return capabilities;
        }
    };
    capabilities.code = code::check(view, version, opcodes, offsets, &functions, jit);
    if let (Ok(layout), Some(enabled), Some(expected)) = (&capabilities.code, jit, version.switch) {
        let layout = *layout;
        capabilities.switch = switch::locate(view, offsets, expected, enabled);
        let usable = capabilities.switch.clone().ok();
        if let Some(reason) = memory_denied(view) {
            // CPython would end the process where it compiles for the first time.
            let denied = Denied::Memory(reason);
            (capabilities.executors, capabilities.switch) = (Err(denied.clone()), Err(denied));
        } else if enabled || usable.is_some() {
            let compiled = executor::compile(view, version, opcodes, layout, &functions, usable, enabled);
            match compiled {
                Ok(object) => capabilities.executors = executor::layout(view, version, object.borrow()),
                Err(denied) => {
                    capabilities.executors = Err(denied.clone());
                    capabilities.switch = Err(denied.clone());
                    capabilities.code = Err(denied);
                }
            }
        }
    }
    capabilities.micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    capabilities
}
