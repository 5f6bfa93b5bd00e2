//! What a probe says, and what it reads the process with.

use crate::cpython::capi::Python;
use jitctl_core::Host;
use std::fmt;

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

/// Reads process state for the probes; tests inject a wrong reading here.
#[derive(Clone, Copy)]
pub struct View {
    pub host: Host,
    pub python: Python,
    falsified: Option<Probe>,
}

/// The JIT's switch in the interpreter's state.
#[derive(Clone, Copy, Debug)]
pub struct Switch {
    pub(crate) byte: usize,
    /// The cell and value that keep function entries from starting traces.
    pub(crate) entry_backoff: Option<(usize, u16)>,
}

impl View {
    /// Gives what is there, save what `falsified` names.
    pub fn new(host: Host, python: Python, falsified: Option<Probe>) -> Self {
        Self { host, python, falsified }
    }

    /// What a probe reads; the opposite where a test asks for it.
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
