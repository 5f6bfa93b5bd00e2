//! Stops a call that does not return.
//!
//! Between calls a training looks at the clock itself. During a call, a thread waits beside it and raises an exception in the
//! training's thread when the time is over, again and again until the call has ended, since the function may catch it. What
//! was raised too late to be met is taken back. A call that is stuck in C cannot be stopped so.
//!
//! Calls that nobody asked for with these arguments are watched for memory, too, where the system tells how much there
//! is (`/proc`): what doubles a text in a loop takes gigabytes long before the time is over.
//!
//! The thread runs plain Python (`jitctl._training.watch`) and enters here only for moments in which the GIL is not given
//! away: until 3.13 a thread that waits for the GIL while the interpreter finalises is ended by `pthread_exit`, which must
//! not meet Rust frames.

use crate::async_exception::{self, Slot};
use crate::tuning::{MEMORY_KIB, MEMORY_PAUSE, TIMEOUT_FACTOR, TIMEOUT_PAUSE};
use jitctl_core::{Host, Level, Owned, Result};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

thread_local! {
    static CURRENT: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

struct Shared {
    slot: Slot,
    /// `TrainingStopped`.
    exception: Owned,
    /// Threads do not survive a fork.
    process: u32,
    /// The memory in use may reach this, in KiB.
    most: Option<u64>,
    state: Mutex<State>,
}

struct State {
    deadline: Instant,
    /// A call is under way.
    armed: bool,
    /// Another training runs within this one; its time does not count.
    paused: bool,
    ended: bool,
    raised: bool,
}

impl Shared {
    /// No Python code runs while it is locked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Raises if the time is over; answers when to look again, `None` for never.
    fn look(&self, host: Host) -> Option<Duration> {
        let mut state = self.state();
        if state.ended || self.process != std::process::id() {
            return None;
        }
        let left = state.deadline.saturating_duration_since(Instant::now());
        let room = match self.most {
            Some(most) if state.armed && !state.paused => resident().is_none_or(|now| now < most),
            _ => true,
        };
        if left > Duration::ZERO && room {
            return Some(if self.most.is_some() { left.min(MEMORY_PAUSE) } else { left });
        }
        if state.armed && !state.paused {
            state.raised |= self.slot.raise(host, &self.exception);
        }
        Some(TIMEOUT_PAUSE)
    }
}

/// Stops calls of one training that take too long, from its creation until it is dropped.
pub(crate) struct Timeout {
    host: Host,
    shared: Arc<Shared>,
    outer: Option<Arc<Shared>>,
    started: Instant,
    /// The thread waits for this lock.
    lock: Owned,
}

impl Timeout {
    /// Starts the thread that stops a call after this time; where `limited`, also one that takes a lot of memory.
    ///
    /// With `waits` until that thread runs, for versions on which it has the identity of the thread that started it until
    /// then: an exception that is set for the latter would arrive in the former.
    pub(crate) fn start(host: Host, budget: Duration, limited: bool, waits: bool) -> Result<Self> {
        let module = host.import("jitctl._training.watch")?;
        let exception = host.get(module.borrow(), "TrainingStopped")?;
        let time = budget.saturating_mul(TIMEOUT_FACTOR);
        let started = Instant::now();
        // A year is as good as for ever, and can be added to any moment.
        let deadline = started + time.min(Duration::from_secs(31_536_000));
        let state = State { deadline, armed: false, paused: false, ended: false, raised: false };
        let shared = Arc::new(Shared {
            slot: Slot::of_this_thread(host)?,
            exception,
            process: std::process::id(),
            most: if limited { resident().map(|now| now + MEMORY_KIB) } else { None },
            state: Mutex::new(state),
        });
        let seen = Arc::clone(&shared);
        let look = host.callable("jitctl_look", move |host, _| {
            if let Err(error) = async_exception::find(host, &seen.exception) {
                host.log(Level::Warning, &format!("pending exceptions of threads cannot be seen: {error}"));
            }
            match seen.look(host) {
                Some(wait) => host.float(wait.as_secs_f64()),
                None => Ok(host.none()),
            }
        })?;
        let threads = host.import("_thread")?;
        let new_lock = || -> Result<(Owned, Owned)> {
            let lock = host.call_method(threads.borrow(), "allocate_lock", &[])?;
            let acquire = host.get(lock.borrow(), "acquire")?;
            host.call(acquire.borrow(), &[])?;
            Ok((lock, acquire))
        };
        let ((lock, acquire), (begun, has_begun)) = (new_lock()?, new_lock()?);
        let begin = host.get(begun.borrow(), "release")?;
        // Locks cannot wait for longer than about 292 years, on Windows 49 days.
        let wait = if shared.most.is_some() { time.min(MEMORY_PAUSE) } else { time };
        let first = host.float(wait.as_secs_f64().min(86_400.0))?;
        let arguments = host.tuple(&[begin.borrow(), acquire.borrow(), look.borrow(), first.borrow()])?;
        let watch = host.get(module.borrow(), "watch")?;
        host.call_method(threads.borrow(), "start_new_thread", &[watch.borrow(), arguments.borrow()])?;
        if waits {
            host.call(has_begun.borrow(), &[])?;
        }
        let outer = CURRENT.replace(Some(Arc::clone(&shared)));
        if let Some(outer) = &outer {
            outer.state().paused = true;
        }
        Ok(Self { host, shared, outer, started, lock })
    }

    /// Makes calls that may be stopped; says whether they were.
    pub(crate) fn guard<T>(&self, calls: impl FnOnce() -> T) -> (T, bool) {
        self.shared.state().armed = true;
        let result = calls();
        let mut state = self.shared.state();
        state.armed = false;
        let raised = state.raised;
        drop(state);
        if raised {
            // It may not have met bytecode any more, and must not meet the user's.
            self.shared.slot.take_back(self.host, &self.shared.exception);
        }
        (result, raised)
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        self.shared.state().ended = true;
        if let Some(outer) = &self.outer {
            let mut state = outer.state();
            state.paused = false;
            state.deadline += self.started.elapsed();
        }
        CURRENT.set(self.outer.take());
        // The thread ends at its next look if this fails, which nothing can make it do.
        let _ = self.host.call_method(self.lock.borrow(), "release", &[]);
    }
}

/// The memory that this process has in use, in KiB; `None` where the system does not tell.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
