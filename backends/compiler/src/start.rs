//! The moment of the self-test: the first hint, or the first question for what it found. An import that no hint follows should not
//! pay for it.

use crate::memory;
use crate::runtime::{self, Runtime};
use crate::selftest::{self, View};
use jitctl_core::{Host, Result};
use jitctl_verdicts::VerdictCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Milliseconds to wait for another thread's self-test.
const PATIENCE: u32 = 1_000;

/// The self-test of this process, and what it found.
pub struct Start {
    host: Host,
    view: View,
    found: OnceLock<std::result::Result<&'static Runtime, String>>,
    under_way: AtomicBool,
    micros: AtomicU64,
}

impl Start {
    /// Nothing is tested yet.
    pub fn new(host: Host, view: View) -> Self {
        Self { host, view, found: OnceLock::new(), under_way: AtomicBool::new(false), micros: AtomicU64::new(0) }
    }

    /// The interpreter, where it was tested already and fits.
    pub fn started(&self) -> Option<&'static Runtime> {
        self.found.get().and_then(|found| found.as_ref().ok().copied())
    }

    /// Microseconds that the self-test took.
    pub fn micros(&self) -> u64 {
        self.micros.load(Ordering::Relaxed)
    }

    /// The interpreter; runs the self-test the first time. Another thread that comes meanwhile waits in Python's own way: a lock of
    /// ours could be held by a thread that waits for the GIL.
    ///
    /// # Errors
    /// [`Error::Refused`] with what the self-test found to be otherwise.
    pub fn runtime(&self) -> Result<&'static Runtime> {
        for _ in 0..PATIENCE {
            if let Some(found) = self.found.get() {
                return found.clone().map_err(|text| VerdictCode::SelfTest.error(text));
            }
            if !self.under_way.swap(true, Ordering::Acquire) {
                let started = Instant::now();
                let found = selftest::run(self.view).map(runtime::install).map_err(|denied| denied.to_string());
                self.micros.store(u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
                let kept = self.found.get_or_init(|| found).clone();
                self.under_way.store(false, Ordering::Release);
                return kept.map_err(|text| VerdictCode::SelfTest.error(text));
            }
            let time = self.host.import("time")?;
            self.host.call_method(time.borrow(), "sleep", &[self.host.float(0.001)?.borrow()])?;
        }
        Err(VerdictCode::SelfTest.error("the self-test has been under way for more than a second"))
    }

    /// Sets what the environment asks for.
    pub fn configure(code_memory: usize, perf_map: bool) {
        memory::set_limit(code_memory);
        if perf_map {
            memory::announce_all();
        }
    }
}
