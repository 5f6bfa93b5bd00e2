//! Stops a call that does not return.
//!
//! Between calls a training looks at the clock itself. For the time of a call, a thread waits beside it and raises an
//! exception in the training's thread when the time is over (`PyThreadState_SetAsyncExc`), again and again until the call
//! has ended, since the function may catch it. What was raised too late to be met is taken back. A call that is stuck in C
//! cannot be stopped so.
//!
//! Calls that nobody asked for with these arguments are watched for memory, too, where the system tells how much there
//! is (`/proc`): what doubles a text in a loop takes gigabytes long before the time is over.
//!
//! The thread runs plain Python (`jitctl._watch`) and enters here only for moments in which the GIL is not given away:
//! until 3.13 a thread that waits for the GIL while the interpreter finalises is ended by `pthread_exit`, which must not
//! meet Rust frames.

use crate::sessions::{raise_in, this_thread};
use jitctl_core::{Host, Owned, Result};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A call may take so many times the budget: one that merely waits for a busy machine should not be stopped.
pub(crate) const PATIENCE: u32 = 2;
/// How long the thread sleeps where there is nothing to stop, and between two exceptions.
const PAUSE: Duration = Duration::from_millis(10);

/// How often the memory is looked at.
const LOOKS: Duration = Duration::from_millis(5);
/// So much more memory than at the start may be in use, in KiB.
const ROOM: u64 = 256 << 10;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

struct Shared {
    thread: i64,
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
    fn look(&self, host: Host, exception: &Owned) -> Option<Duration> {
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
            return Some(if self.most.is_some() { left.min(LOOKS) } else { left });
        }
        if state.armed && !state.paused {
            state.raised = true;
            raise_in(host, self.thread, Some(exception));
        }
        Some(PAUSE)
    }
}

/// Watches the calls of one training, from its creation until it is dropped.
pub(crate) struct Watch {
    host: Host,
    shared: Arc<Shared>,
    outer: Option<Arc<Shared>>,
    started: Instant,
    /// The thread waits for this lock.
    lock: Owned,
}

impl Watch {
    /// Starts the thread that stops a call after this time; where `limited`, also one that takes a lot of memory.
    pub(crate) fn start(host: Host, budget: Duration, limited: bool) -> Result<Self> {
        let time = budget.saturating_mul(PATIENCE);
        let started = Instant::now();
        // A year is as good as for ever, and can be added to any moment.
        let deadline = started + time.min(Duration::from_secs(31_536_000));
        let state = State { deadline, armed: false, paused: false, ended: false, raised: false };
        let shared = Arc::new(Shared {
            thread: this_thread(host)?,
            process: std::process::id(),
            most: if limited { resident().map(|now| now + ROOM) } else { None },
            state: Mutex::new(state),
        });
        let module = host.import("jitctl._watch")?;
        let exception = host.get(module.borrow(), "TrainingStopped")?;
        let seen = Arc::clone(&shared);
        let look = host.callable("jitctl_look", move |host, _| match seen.look(host, &exception) {
            Some(wait) => host.float(wait.as_secs_f64()),
            None => Ok(host.none()),
        })?;
        let threads = host.import("_thread")?;
        let lock = host.call_method(threads.borrow(), "allocate_lock", &[])?;
        let acquire = host.get(lock.borrow(), "acquire")?;
        host.call(acquire.borrow(), &[])?;
        // Locks cannot wait for longer than about 292 years, on Windows 49 days.
        let wait = if shared.most.is_some() { time.min(LOOKS) } else { time };
        let first = host.float(wait.as_secs_f64().min(86_400.0))?;
        let arguments = host.tuple(&[acquire.borrow(), look.borrow(), first.borrow()])?;
        let watch = host.get(module.borrow(), "watch")?;
        host.call_method(threads.borrow(), "start_new_thread", &[watch.borrow(), arguments.borrow()])?;
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
            raise_in(self.host, self.shared.thread, None);
        }
        (result, raised)
    }
}

impl Drop for Watch {
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
