//! What a probe looks at, and what it gives.

use crate::layout::{Api, Layout};
use jitctl_core::Host;
use std::fmt;

/// One of the probes; `JITCTL_COMPILER_FALSIFY` names one by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe(pub u8);

/// A probe disagreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied(pub Probe, pub String);

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "self-test T{}: {}; the interpreter runs everything as before", self.0.0, self.1)
    }
}

/// What a probe gives.
pub type Found<T> = Result<T, Denied>;

/// Through these eyes the probes look at the process; a test makes one of them see the opposite of what is there.
#[derive(Clone, Copy)]
pub struct View {
    pub host: Host,
    pub api: Api,
    pub layout: Layout,
    pub falsified: Option<Probe>,
}

impl View {
    /// What a probe looks at; the opposite where a test asks for it.
    pub fn see(&self, probe: Probe, value: u64) -> u64 {
        if self.falsified == Some(probe) { !value } else { value }
    }

    /// Compares what is there with what should be there.
    pub fn same(&self, probe: Probe, what: &str, found: u64, expected: u64) -> Found<()> {
        let found = self.see(probe, found);
        need(probe, found == expected, || format!("{what} is {found:#x}, not {expected:#x}"))
    }
}

/// `condition` or the probe's refusal.
pub fn need(probe: Probe, condition: bool, text: impl FnOnce() -> String) -> Found<()> {
    if condition { Ok(()) } else { Err(Denied(probe, text())) }
}

/// A call that must not raise within a probe.
pub fn calm<T>(probe: Probe, result: jitctl_core::Result<T>) -> Found<T> {
    result.map_err(|error| Denied(probe, error.to_string()))
}
