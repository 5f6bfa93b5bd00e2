//! How much a training may cost.

use crate::tuning::{CALLS, CALLS_WITH_JIT, TIME, TIME_WITH_JIT};
use jitctl_core::Interpreter;
use std::time::Duration;

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
    /// and 100 ms.
    #[must_use]
    pub fn default_for(interpreter: &Interpreter) -> Self {
        if interpreter.jit_enabled {
            Self { calls: CALLS_WITH_JIT, time: TIME_WITH_JIT }
        } else {
            Self { calls: CALLS, time: TIME }
        }
    }
}
