//! What the environment asks of this backend; nothing where Python ignores its own variables.

use crate::memory;
use crate::selftest::Probe;
use jitctl_core::{Error, Host, Result};
use jitctl_verdicts::VerdictCode;
use std::env;

/// One reading of the environment.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// `JITCTL_CODE_MEMORY`: what all machine code together may take, in bytes.
    pub code_memory: usize,
    /// `JITCTL_PERF_MAP`: machine code gets names for `perf`.
    pub perf_map: bool,
    /// `JITCTL_COMPILER_FALSIFY`: for tests; the probe of that number sees the opposite of what is there. It can only make the
    /// backend refuse.
    pub falsified: Option<Probe>,
}

impl Settings {
    /// Reads it.
    ///
    /// # Errors
    /// [`Error::Refused`] for a value that cannot be meant.
    pub fn read(host: Host) -> Result<Self> {
        let mut settings = Self { code_memory: memory::DEFAULT_LIMIT, perf_map: false, falsified: None };
        let flags = host.get(host.import("sys")?.borrow(), "flags")?;
        if host.truth(host.get(flags.borrow(), "ignore_environment")?.borrow())? {
            return Ok(settings);
        }
        if let Some(text) = env::var("JITCTL_CODE_MEMORY").ok().filter(|text| !text.trim().is_empty()) {
            settings.code_memory = memory::parse_limit(&text).ok_or_else(|| {
                let found =
                    format!("JITCTL_CODE_MEMORY={text:?} is no size; give a number of MiB (64) or one with K, M or G");
                VerdictCode::CodeMemory.error(found)
            })?;
        }
        settings.perf_map = env::var("JITCTL_PERF_MAP").is_ok_and(|text| !matches!(text.trim(), "" | "0"));
        let number = env::var("JITCTL_COMPILER_FALSIFY").ok();
        settings.falsified = number.and_then(|number| number.trim_start_matches('T').parse().ok()).map(Probe);
        Ok(settings)
    }
}
