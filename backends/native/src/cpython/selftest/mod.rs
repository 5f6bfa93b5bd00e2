//! The self-test: is every private thing in this very process where the backend thinks it is?
//!
//! T0 the interpreter, T1 the debug offsets, T2 the bytecode's place, T3 the opcodes, T4 the counters, T5 the JIT's
//! switch, T6 its configuration, T7 a throw-away compilation, T8 the executor's fields, T9 the frozen counter, T10
//! executable memory.
//! A probe that disagrees takes away what builds on it, and nothing else.

mod code;
mod executor;
mod probe;
mod runtime;
mod switch;

use crate::cpython::bytecode::VersionLayout;
use crate::cpython::capi::Python;
use crate::cpython::memory;
use crate::cpython::opcodes::Opcodes;
use jitctl_core::{Host, Interpreter};
use jitctl_cpython::Steering;
use std::fmt;

pub use executor::Executors;
pub use probe::{Functions, tracing};
pub use runtime::Offsets;

/// One of the probes; `JITCTL_NATIVE_FALSIFY` names one by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe(pub u8);

/// Why something is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// A probe disagreed.
    Probe(Probe, String),
    /// It cannot be looked at now; a later attempt may.
    Later(&'static str),
    /// The system refuses executable memory, for this reason; it may allow it later.
    Memory(String),
    /// This version has no such thing.
    Absent(&'static str),
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Probe(probe, text) => write!(f, "self-test T{}: {text}", probe.0),
            Self::Memory(reason) => write!(f, "the system refuses new executable memory ({reason})"),
            Self::Later(text) | Self::Absent(text) => f.write_str(text),
        }
    }
}

/// What a probe gives.
pub type Found<T> = Result<T, Denied>;

/// Through these eyes the probes look at the process; a test makes one of them see the opposite of what is there.
#[derive(Clone, Copy)]
pub struct View {
    pub host: Host,
    pub python: Python,
    falsified: Option<Probe>,
}

/// What the self-test found.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// Tier B: the bytecode, its counters, and that arming compiles.
    pub code: Found<VersionLayout>,
    /// Exits of executors.
    pub executors: Found<Executors>,
    /// Tier C: the switch of the JIT.
    pub switch: Found<Switch>,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// The JIT's switch in the interpreter's state.
#[derive(Clone, Copy, Debug)]
pub struct Switch {
    pub(crate) byte: usize,
    /// The cell and value that keep function entries from starting traces.
    pub(crate) entry_backoff: Option<(usize, u16)>,
}

impl View {
    /// Sees what is there, save what `falsified` names.
    pub fn new(host: Host, python: Python, falsified: Option<Probe>) -> Self {
        Self { host, python, falsified }
    }

    /// What a probe looks at; the opposite where a test asks for it.
    pub fn see(&self, probe: Probe, value: u64) -> u64 {
        if self.falsified == Some(probe) { !value } else { value }
    }
}

/// `condition` or the probe's refusal.
pub fn need(probe: Probe, condition: bool, text: impl FnOnce() -> String) -> Found<()> {
    if condition { Ok(()) } else { Err(Denied::Probe(probe, text())) }
}

/// The probe's refusal.
pub fn refuse<T>(probe: Probe, text: impl Into<String>) -> Found<T> {
    Err(Denied::Probe(probe, text.into()))
}

/// A call that must not raise within a probe.
pub fn expect_no_error<T>(probe: Probe, result: jitctl_core::Result<T>) -> Found<T> {
    result.map_err(|error| Denied::Probe(probe, error.to_string()))
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
