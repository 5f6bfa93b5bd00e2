//! A stopwatch that stands still while another function is trained in the same thread.

use std::cell::Cell;
use std::time::{Duration, Instant};

thread_local! {
    static INNER: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

#[derive(Clone, Copy)]
pub(crate) struct Stopwatch {
    started: Instant,
    inner: Duration,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { inner: INNER.get(), started: Instant::now() }
    }

    /// Time since the start, without that of inner trainings that have ended.
    pub(crate) fn elapsed(self) -> Duration {
        self.started.elapsed().saturating_sub(INNER.get().saturating_sub(self.inner))
    }

    /// Ends a training: for the stopwatches around it, its whole time was not.
    pub(crate) fn end(self) -> Duration {
        let own = self.elapsed();
        INNER.set(self.inner + self.started.elapsed());
        own
    }
}
