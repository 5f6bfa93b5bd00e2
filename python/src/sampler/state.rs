//! Everything that the handler writes to, and what becomes of it.

use super::eyes::Eyes;
use super::table::{Counted, Place, Table};
use super::text::Text;
use super::timeline::Timeline;
use pyo3::prelude::*;
use std::ffi::c_int;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

/// It stays for the life of the process: a handler may still be at work when the timer has ended.
pub static SAMPLER: OnceLock<Sampler> = OnceLock::new();

/// See above.
pub struct Sampler {
    pub eyes: Eyes,
    text: Text,
    pub table: Table,
    pub timeline: Timeline,
    /// All samples; those of threads that ran no Python of this interpreter; those for which the table had no room.
    pub samples: AtomicU64,
    pub outside: AtomicU64,
    pub lost: AtomicU64,
    /// Nanoseconds of the monotonic clock at the start.
    pub began: AtomicU64,
    pub gone: Mutex<Vec<Gone>>,
}

/// One line: its number, whether it ran compiled, how many samples, and the nanoseconds until the first.
pub type Line = (c_int, bool, u32, u64);

/// What tells a code object from others when it is gone, and its samples.
pub struct Gone {
    pub qualname: Py<PyAny>,
    pub file: Py<PyAny>,
    pub line: Py<PyAny>,
    pub lines: Vec<Line>,
}

impl Sampler {
    pub fn new(eyes: Eyes) -> Self {
        Self {
            eyes,
            text: Text::read(),
            table: Table::new(),
            timeline: Timeline::new(),
            samples: AtomicU64::new(0),
            outside: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            began: AtomicU64::new(0),
            gone: Mutex::new(Vec::new()),
        }
    }

    /// Takes a sample of the running thread. Async-signal-safe.
    pub fn sample(&self) {
        let now = monotonic().saturating_sub(self.began.load(Ordering::Relaxed));
        self.samples.fetch_add(1, Ordering::Relaxed);
        let Some(seen) = self.eyes.look() else {
            self.outside.fetch_add(1, Ordering::Relaxed);
            self.timeline.count(now, false);
            return;
        };
        let entry = if self.text.contains(seen.entry) { 0 } else { seen.entry };
        self.timeline.count(now, seen.traced || entry != 0);
        let place = Place { code: seen.code, offset: seen.offset, traced: seen.traced, entry };
        if !self.table.count(place, now) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The line of what was counted for a living code object. An entry of machine code counts where no file has it.
    pub fn line(&self, code: &Bound<'_, PyAny>, (place, count, first): Counted) -> Line {
        let offset = c_int::try_from(place.offset).unwrap_or(0);
        // SAFETY: attached, with a living code object.
        let line = unsafe { (self.eyes.line_of)(code.as_ptr(), offset) };
        (line, place.traced || (place.entry != 0 && !is_loaded(place.entry)), count, first)
    }
}

/// Nanoseconds of the monotonic clock. Async-signal-safe.
pub fn monotonic() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a record of ours; async-signal-safe.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

/// Does a file that is loaded now have this address?
fn is_loaded(address: usize) -> bool {
    // SAFETY: a record of ours that the system fills in.
    unsafe {
        let mut info: libc::Dl_info = std::mem::zeroed();
        libc::dladdr(address as *const _, &raw mut info) != 0
    }
}
