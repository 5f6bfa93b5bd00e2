//! What the environment asks of this backend, as far as the host says that it may be heeded.

use crate::memory;
use crate::selftest::Probe;
use jitctl_core::{Interpreter, Result};
use jitctl_verdicts::VerdictCode;

/// One reading of the environment.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// `JITCTL_CODE_MEMORY`: what all machine code together may take, in bytes.
    pub code_memory: usize,
    /// `JITCTL_PERF_MAP`: machine code gets names for `perf`.
    pub perf_map: bool,
    /// `JITCTL_COMPILER_VERIFY`: for tests; Cranelift checks what it is given.
    pub verify: bool,
    /// `JITCTL_COMPILER_TRIALS`: for tests; with 0, no calls are timed that nobody asked to time.
    pub trials: bool,
    /// `JITCTL_COMPILER_DUMP`: for tests; functions of Cranelift's and their code go to standard error.
    pub dump: bool,
    /// `JITCTL_COMPILER_FALSIFY`: for tests; the probe of that number sees the opposite of what is there. It can only make the
    /// backend refuse.
    pub falsified: Option<Probe>,
}

impl Settings {
    /// Reads it.
    ///
    /// # Errors
    /// [`jitctl_core::Error::Refused`] for a value that cannot be meant.
    pub fn read(interpreter: &Interpreter) -> Result<Self> {
        let mut settings = Self {
            code_memory: memory::DEFAULT_LIMIT,
            perf_map: false,
            verify: false,
            trials: true,
            dump: false,
            falsified: None,
        };
        let is_on = |name| interpreter.variable(name).is_some_and(|text| !matches!(text.trim(), "" | "0"));
        if let Some(text) = interpreter.variable("JITCTL_CODE_MEMORY").filter(|text| !text.trim().is_empty()) {
            settings.code_memory = memory::parse_limit(text).ok_or_else(|| {
                let found =
                    format!("JITCTL_CODE_MEMORY={text:?} is no size; give a number of MiB (64) or one with K, M or G");
                VerdictCode::CodeMemory.error(found)
            })?;
        }
        settings.perf_map = is_on("JITCTL_PERF_MAP");
        settings.verify = is_on("JITCTL_COMPILER_VERIFY");
        settings.trials = interpreter.variable("JITCTL_COMPILER_TRIALS").is_none_or(|text| text.trim() != "0");
        settings.dump = is_on("JITCTL_COMPILER_DUMP");
        let number = interpreter.variable("JITCTL_COMPILER_FALSIFY");
        settings.falsified = number.and_then(|number| number.trim_start_matches('T').parse().ok()).map(Probe);
        Ok(settings)
    }
}
