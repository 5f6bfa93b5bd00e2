//! The times of calls with and without machine code.

use crate::tuning;
use std::sync::atomic::{AtomicBool, Ordering};

/// Are calls timed that nobody asked to time?
static UNASKED: AtomicBool = AtomicBool::new(true);

/// The times so far, in nanoseconds.
#[derive(Clone, Debug, Default)]
pub struct Times {
    pub compiled: Vec<u64>,
    pub plain: Vec<u64>,
    /// A call is being timed, with machine code or without; calls within it are made the same way, and are not timed.
    pub running: Option<bool>,
}

impl Times {
    /// Says whether calls are timed that nobody asked to time.
    pub fn configure(unasked: bool) {
        UNASKED.store(unasked, Ordering::Relaxed);
    }

    /// See [`Times::configure`].
    pub fn are_taken_unasked() -> bool {
        UNASKED.load(Ordering::Relaxed)
    }

    /// Those with machine code, or those without.
    pub fn times(&mut self, with: bool) -> &mut Vec<u64> {
        if with { &mut self.compiled } else { &mut self.plain }
    }

    /// Long calls need fewer pairs to tell, and would cost much; so do those of which one half is faster by far.
    pub fn is_over(&self) -> bool {
        let pairs = self.compiled.len().min(self.plain.len());
        let long = self.plain.iter().sum::<u64>() > tuning::TRIAL_NANOS;
        pairs >= tuning::TRIAL_PAIRS
            || (long && pairs >= tuning::TRIAL_PAIRS_LONG)
            || (pairs >= tuning::TRIAL_PAIRS_CLEAR && self.is_clear())
    }

    /// Every call with machine code was faster than each without by a factor that leaves no doubt, or the other way round. The first
    /// pair, which fills caches, is left out.
    fn is_clear(&self) -> bool {
        let ends = |times: &[u64]| {
            let times = times.iter().skip(1).map(|nanos| *nanos as f64);
            times.fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), nanos| (least.min(nanos), most.max(nanos)))
        };
        let ((fastest, slowest), (least, most)) = (ends(&self.compiled), ends(&self.plain));
        slowest * tuning::TRIAL_CLEAR < least || most * tuning::TRIAL_CLEAR < fastest
    }
}
