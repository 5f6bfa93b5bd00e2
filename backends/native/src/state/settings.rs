//! What the environment asks of this backend, as far as the host says that it may be heeded.

use crate::cpython::selftest::Probe;
use jitctl_core::Interpreter;

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
    /// `JITCTL_NATIVE_TRIALS=0`: for tests; no hint is given up for the time that its calls take.
    pub without_trials: bool,
}

impl Settings {
    /// Reads it.
    pub fn read(interpreter: &Interpreter) -> Self {
        let number = interpreter.variable("JITCTL_NATIVE_FALSIFY");
        Self {
            opt_in: interpreter.variable("JITCTL_OPT_IN").filter(|value| !value.trim().is_empty()).map(on),
            jit_forbidden: interpreter.variable("PYTHON_JIT") == Some("0"),
            falsified: number.and_then(|number| number.trim_start_matches('T').parse().ok()).map(Probe),
            without_trials: interpreter.variable("JITCTL_NATIVE_TRIALS").is_some_and(|value| !on(value)),
        }
    }
}

fn on(value: &str) -> bool {
    !matches!(value.trim().to_ascii_lowercase().as_str(), "0" | "false" | "no" | "off")
}
