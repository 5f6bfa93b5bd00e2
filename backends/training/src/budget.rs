//! How much a training may cost, and where the numbers come from (benchmarks/workers/first_call.py shows them again).

use jitctl_core::Interpreter;
use std::time::Duration;

/// The first batch; each later one is twice as long. On 3.11 a function is quickened at its 8th call.
pub(crate) const FIRST_BATCH: u32 = 8;

/// Batches without a change after which a state counts as settled. All nine kernels of the benchmark change in the first
/// batch (3.11: in the second) and never again, so they settle after 56 calls on 3.11 to 3.15.
pub(crate) const QUIET_BATCHES: u32 = 2;

/// Calls that fill 3.10's per-opcode cache for globals and attributes: `OPCACHE_MIN_RUNS` is 1,024 in its ceval.c.
pub(crate) const CALLS_3_10: u32 = 1_100;

/// Items that are taken from a generator in one call.
pub(crate) const ITEMS: i64 = 1_000;

/// A call slower than this is timed alone and the clock is looked at after it; faster ones go in eights.
pub(crate) const SLOW_CALL_NS: f64 = 5_000.0;

/// The most that one training may cost. Whichever limit is reached first ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls of the function.
    pub calls: u32,
    /// Wall-clock time. It is looked at between calls: a call that is under way is never interrupted.
    pub time: Duration,
}

impl Budget {
    /// What holds where the user gave no `budget_calls` or `budget_ms`: 2,000 calls and 50 ms; with the JIT on 10,000
    /// calls and 100 ms, since a loop is compiled after about 4,100 iterations (3.14, 3.15) and a function's entry after
    /// 8,190 calls (3.15). Seen: 56 calls and 0.1 to 0.4 ms; with the JIT on 248 calls and about 0.5 ms for loops of 100
    /// iterations, 4,088 and more where side exits are compiled; 2,000 calls and 4 to 25 ms on 3.10.
    #[must_use]
    pub fn default_for(interpreter: &Interpreter) -> Self {
        if interpreter.jit_enabled {
            Self { calls: 10_000, time: Duration::from_millis(100) }
        } else {
            Self { calls: 2_000, time: Duration::from_millis(50) }
        }
    }
}
