//! What the profiler knows of each thread.

use std::cell::UnsafeCell;

/// One thread's state. Only its own thread touches it.
pub struct Thread {
    /// Profiled calls that are running, one inside the other.
    pub depth: u32,
    /// Above zero while a backend makes calls: those are no calls of the program.
    quiet: u32,
    quiet_since: u64,
    /// Ticks that backends spent on calls so far.
    pub quiet_ticks: u64,
}

thread_local! {
    static THREAD: UnsafeCell<Thread> =
        const { UnsafeCell::new(Thread { depth: 0, quiet: 0, quiet_since: 0, quiet_ticks: 0 }) };
}

/// This thread's state; its address tells threads apart.
#[inline]
pub fn current() -> *mut Thread {
    THREAD.with(UnsafeCell::get)
}

impl Thread {
    #[inline]
    pub fn is_quiet(&self) -> bool {
        self.quiet > 0
    }
}

/// While this lives, calls on this thread are not counted, and calls that are running do not get their time.
pub struct Quiet;

impl Quiet {
    pub fn start() -> Self {
        // SAFETY: this thread's own state; nothing else has a reference to it.
        let thread = unsafe { &mut *current() };
        if thread.quiet == 0 {
            thread.quiet_since = super::clock::ticks();
        }
        thread.quiet += 1;
        Self
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // SAFETY: as in `start`.
        let thread = unsafe { &mut *current() };
        thread.quiet -= 1;
        if thread.quiet == 0 {
            let spent = super::clock::ticks().saturating_sub(thread.quiet_since);
            thread.quiet_ticks = thread.quiet_ticks.wrapping_add(spent);
        }
    }
}
