//! How much a training may cost. The numbers follow from what `python benchmarks/thresholds` counts (docs/thresholds.md):
//! tests/tools/test_thresholds.py requires at least 1.2 times the measured need, so a change there has to come here, too.
//! `benchmarks/workers/first_call.py` shows what a training costs in time.

use jitctl_core::Interpreter;
use std::time::Duration;

/// The first batch; each later one is twice as long. On 3.11 a function is quickened at its 8th call; from 3.12 on, it is
/// specialised after 2.
pub(crate) const FIRST_BATCH: u32 = 8;

/// Batches without a change after which a state counts as settled: 24 calls at the earliest, thrice what 3.11 needs.
pub(crate) const QUIET_BATCHES: u32 = 2;

/// The calls of a training where there is no JIT, or it is off. 3.10 needs the most.
const CALLS: u32 = 2_000;

/// The same with the JIT on: a loop is compiled after about 4,100 iterations (3.14, 3.15), whichever calls they come in, and a
/// function's entry after 8,192 calls (3.15).
const CALLS_WITH_JIT: u32 = 10_000;

/// Items that are taken from a generator in one call.
pub(crate) const ITEMS: i64 = 1_000;

/// A call slower than this is timed alone and the clock is looked at after it; faster ones go in eights.
pub(crate) const SLOW_CALL_NS: f64 = 5_000.0;

/// The most that one training may cost. Whichever limit is reached first ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls of the function.
    pub calls: u32,
    /// Wall-clock time. It is looked at between calls; one under way is stopped at twice the time (watch.rs).
    pub time: Duration,
}

impl Budget {
    /// What holds where the user gave no `budget_calls` or `budget_ms`: `CALLS` and 50 ms; with the JIT on
    /// `CALLS_WITH_JIT` and 100 ms. Seen: 56 calls and 0.1 to 0.4 ms; with the JIT on 248 calls and about 0.5 ms for loops
    /// of 100 iterations, 4,088 and more where side exits are compiled; 2,000 calls and 4 to 25 ms on 3.10.
    #[must_use]
    pub fn default_for(interpreter: &Interpreter) -> Self {
        if interpreter.jit_enabled {
            Self { calls: CALLS_WITH_JIT, time: Duration::from_millis(100) }
        } else {
            Self { calls: CALLS, time: Duration::from_millis(50) }
        }
    }
}
