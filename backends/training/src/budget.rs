//! How much a training may cost.

use crate::tuning::{CALLS, CALLS_WITH_JIT, TIME, TIME_WITH_JIT};
use jitctl_core::Interpreter;
use std::time::Duration;

/// The environment variable with the time, in milliseconds (`python/jitctl/_settings.py` tells of a value that is none).
const VARIABLE: &str = "JITCTL_BUDGET_MS";

fn milliseconds(text: &str) -> Option<Duration> {
    let number = text.trim().parse::<f64>().ok().filter(|number| *number > 0.0)?;
    Duration::try_from_secs_f64(number / 1_000.0).ok()
}

/// The most that one training may cost. Whichever limit is reached first ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls of the function.
    pub calls: u32,
    /// Wall-clock time. It is looked at between calls; one under way is stopped at twice the time.
    pub time: Duration,
}

impl Budget {
    /// The budget where the user gave no `budget_calls` or `budget_ms`: 2,000 calls and 50 ms, with the JIT on 10,000 calls
    /// and 100 ms; or the time that `JITCTL_BUDGET_MS` names.
    #[must_use]
    pub fn default_for(interpreter: &Interpreter) -> Self {
        let (calls, time) = if interpreter.jit_enabled { (CALLS_WITH_JIT, TIME_WITH_JIT) } else { (CALLS, TIME) };
        Self { calls, time: interpreter.variable(VARIABLE).and_then(milliseconds).unwrap_or(time) }
    }
}
