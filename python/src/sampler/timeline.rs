//! Samples over time: how many there were, and how many of them in compiled code.

use std::sync::atomic::{AtomicU32, Ordering};

/// Nanoseconds of one bin.
pub const WIDTH: u64 = 50_000_000;
/// Enough for seven minutes; what comes later is in the last one.
const BINS: usize = 1 << 13;

/// The bins.
pub struct Timeline {
    bins: Box<[(AtomicU32, AtomicU32)]>,
}

impl Timeline {
    pub fn new() -> Self {
        Self { bins: (0..BINS).map(|_| Default::default()).collect() }
    }

    /// Counts one sample. Async-signal-safe.
    pub fn count(&self, now: u64, compiled: bool) {
        let index = usize::try_from(now / WIDTH).unwrap_or(BINS).min(BINS - 1);
        let (all, of_compiled) = &self.bins[index];
        all.fetch_add(1, Ordering::Relaxed);
        of_compiled.fetch_add(u32::from(compiled), Ordering::Relaxed);
    }

    /// Gives the bins up to the last one with a sample, and sets them back.
    pub fn take(&self) -> Vec<(u32, u32)> {
        let taken = |bin: &AtomicU32| bin.swap(0, Ordering::Relaxed);
        let mut found: Vec<(u32, u32)> = self.bins.iter().map(|(all, some)| (taken(all), taken(some))).collect();
        let used = found.iter().rposition(|(all, _)| *all > 0).map_or(0, |last| last + 1);
        found.truncate(used);
        found
    }
}
