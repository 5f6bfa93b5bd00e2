//! Every number that decides how much a training does, each with the measurement that set it.
//!
//! Calls and iterations follow from what `python benchmarks/thresholds` counts (docs/thresholds.md); the test
//! tests/tools/test_thresholds.py requires at least 1.2 times the measured need, so a change there has to come here, too.

use std::time::Duration;

/// Calls of the first batch; each later one is twice as long. On 3.11 a function is quickened at its 8th call; from 3.12 on,
/// it is specialised after 2.
pub(crate) const FIRST_BATCH: u32 = 8;

/// Batches without a change after which a state counts as settled: 24 calls at the earliest, thrice what 3.11 needs.
pub(crate) const QUIET_BATCHES: u32 = 2;

/// The calls of a training where there is no JIT, or it is off. 3.10 needs the most.
pub(crate) const CALLS: u32 = 2_000;

/// The same with the JIT on: a loop is compiled after about 4,100 iterations (3.14, 3.15), whichever calls they come in, and a
/// function's entry after 8,192 calls (3.15).
pub(crate) const CALLS_WITH_JIT: u32 = 10_000;

/// Wall-clock time of a training. Measured with `benchmarks/workers/first_call.py`: 56 calls take 0.1 to 0.4 ms; 3.10 takes
/// 4 to 25 ms for its 2,000 calls.
pub(crate) const TIME: Duration = Duration::from_millis(50);

/// The same with the JIT on: loops of 100 iterations take about 0.5 ms, and ten times as long where side exits are compiled.
pub(crate) const TIME_WITH_JIT: Duration = Duration::from_millis(100);

/// Items that are taken from a generator in one call.
pub(crate) const ITEMS: i64 = 1_000;

/// Faster calls are made in groups of [`CALLS_PER_LOOK`] between two looks at the clock. Such a look costs well below a
/// tenth of a microsecond (an empty function took 46 to 49 ns a call on 3.13, with everything), so it does not show here.
pub(crate) const SLOW_CALL_NS: f64 = 5_000.0;

/// Fast calls between two looks at the clock.
pub(crate) const CALLS_PER_LOOK: u32 = 8;

/// A call is stopped after so many times the budget: one that merely waits for a busy machine should not be.
pub(crate) const TIMEOUT_FACTOR: u32 = 2;

/// Finding arguments runs Python code of jitctl's own and, with `infer=True`, `__init__` of the user's. The former took 1.3 ms
/// (median) to 191 ms for 200 functions of 15 packages when it still followed their bytecode; the latter may go on for ever.
pub(crate) const INFERENCE_TIME: Duration = Duration::from_secs(1);

/// Pause between two exceptions that stop a call which caught the first one. Chosen to give its handlers time, not measured.
pub(crate) const TIMEOUT_PAUSE: Duration = Duration::from_millis(10);

/// Pause between two looks for a moment at which a call may be stopped. Chosen: half of CPython's switch interval.
pub(crate) const LOOK_PAUSE: Duration = Duration::from_micros(2_500);

/// So long is a moment waited for at which only the training would see that it stops a call. Chosen: as long as a default
/// training may take until then.
pub(crate) const PATIENCE: Duration = Duration::from_millis(200);

/// So often is such a moment looked for at least: on a busy machine that time is over after a few looks. Half of a loop's time
/// in a `try` is met so often in a row once in 17 million stops; on an idle machine it takes less than [`PATIENCE`].
pub(crate) const PATIENT_LOOKS: u32 = 24;

/// So many exceptions may come up in a call before one comes up in the handler of the last. Chosen: a handler that tries
/// again a few times, as for a network, gets to its end.
pub(crate) const PATIENT_STOPS: u32 = 8;

/// How often the memory of a call with inferred arguments is looked at. A text that is doubled in a loop took 0.4 to 1 s for
/// its first 256 MiB (3.13, a busy machine).
pub(crate) const MEMORY_PAUSE: Duration = Duration::from_millis(5);

/// A call with inferred arguments may take so much more memory than was in use before it, in KiB. Chosen, not measured:
/// far more than invented arguments need, and little beside what a machine has.
pub(crate) const MEMORY_KIB: u64 = 256 << 10;

/// How long the interpreter's exit waits for trainings in other threads, before and after it raises SystemExit in them:
/// twice the 200 ms after which a call is stopped by default.
pub(crate) const EXIT_PATIENCE: Duration = Duration::from_millis(400);

/// The share of the specialisable instructions from which a function counts as warm: some always stay general, since they
/// were not reached or see too many types. Chosen; what cannot be specialised is counted apart (`Warmth::failed`).
pub(crate) const WARM_SHARE: f64 = 0.5;

/// A function without a loop that has fewer instructions than this runs slower when its entry is compiled (seen on 3.15).
pub(crate) const WORTH_COMPILING: usize = 12;

/// Time of one batch of a comparison with the function's unhinted twin: some thousand times the clock's resolution.
pub(crate) const COMPARED_NS: f64 = 50_000.0;

/// The most calls of such a batch.
pub(crate) const COMPARED_CALLS: u32 = 64;

/// Pairs of batches: two twins then differ by a few per cent on a busy machine. Chosen; fewer than [`LEAST_PAIRS`] say nothing.
pub(crate) const COMPARED_PAIRS: usize = 16;

/// See [`COMPARED_PAIRS`].
pub(crate) const LEAST_PAIRS: usize = 5;
