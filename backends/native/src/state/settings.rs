//! What the environment asks of this backend; nothing where Python ignores its own variables.

use crate::cpython::selftest::Probe;
use jitctl_core::{Host, Result};
use std::env;

/// One reading of the environment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// `JITCTL_OPT_IN`: switch the JIT on for hinted functions (`1`), or never (`0`).
    pub opt_in: Option<bool>,
    /// `PYTHON_JIT=0` was set by the user.
    pub jit_forbidden: bool,
    /// `JITCTL_NATIVE_FALSIFY`: for tests; the probe of that number sees the opposite of what is there. It can only
    /// make the backend do less.
    pub falsified: Option<Probe>,
}

impl Settings {
    /// Reads it.
    pub fn read(host: Host) -> Result<Self> {
        let flags = host.get(host.import("sys")?.borrow(), "flags")?;
        if host.truth(host.get(flags.borrow(), "ignore_environment")?.borrow())? {
            return Ok(Self::default());
        }
        let number = env::var("JITCTL_NATIVE_FALSIFY").ok();
        Ok(Self {
            opt_in: env::var("JITCTL_OPT_IN").ok().filter(|value| !value.trim().is_empty()).map(|value| on(&value)),
            jit_forbidden: env::var("PYTHON_JIT").is_ok_and(|value| value == "0"),
            falsified: number.and_then(|number| number.trim_start_matches('T').parse().ok()).map(Probe),
        })
    }
}

fn on(value: &str) -> bool {
    !matches!(value.trim().to_ascii_lowercase().as_str(), "0" | "false" | "no" | "off")
}
