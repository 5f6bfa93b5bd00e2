//! The times of calls with and without machine code.

use crate::tuning;

/// The times so far, in nanoseconds.
#[derive(Clone, Debug, Default)]
pub struct Times {
    pub compiled: Vec<u64>,
    pub plain: Vec<u64>,
    /// A call is being timed: those within it are not.
    pub running: bool,
}

impl Times {
    /// Those with machine code, or those without.
    pub fn times(&mut self, with: bool) -> &mut Vec<u64> {
        if with { &mut self.compiled } else { &mut self.plain }
    }

    /// Long calls need fewer pairs to tell, and would cost much.
    pub fn is_over(&self) -> bool {
        let pairs = self.compiled.len().min(self.plain.len());
        let long = self.plain.iter().sum::<u64>() > tuning::TRIAL_NANOS;
        pairs >= tuning::TRIAL_PAIRS || (long && pairs >= tuning::TRIAL_PAIRS_LONG)
    }
}
