//! Stops a call that does not return.
//!
//! Between calls a training looks at the clock itself. During a call, a thread waits beside it and raises an exception in the
//! training's thread when the time is over, again and again until the call has ended, since the function may catch it. What
//! was raised too late to be met is taken back. A call that is stuck in C cannot be stopped so.
//!
//! The exception comes up where nobody but the training sees it, if such a moment comes soon, and never where it would cut
//! short what the program needs (`moment.rs`). The main thread looks once more where it raises it (`main_thread.rs`), since a
//! signal may have had it run a handler meanwhile. One that the function caught and dropped is raised again at once, so that it
//! comes up behind the handler: a loop that catches everything ends, too. Nothing is shown of it (`watch.py`: `Quiet`).
//!
//! While the training's thread runs what the training itself does about such an exception (`Own`), none is raised: some of CPython's
//! functions look for exceptions to raise (`PyObject_Str`; on 3.15 also for those that another thread set). One that came up
//! there would be dropped, call for the next, and so on for ever.
//!
//! Calls that nobody asked for with these arguments are watched for memory, too, where the system tells how much there
//! is (`/proc`): what doubles a text in a loop takes gigabytes long before the time is over.
//!
//! The thread runs plain Python (`jitctl._training.watch`) and enters here only for moments in which the GIL is not given
//! away: until 3.13 a thread that waits for the GIL while the interpreter finalises is ended by `pthread_exit`, which must
//! not meet Rust frames.

use crate::async_exception::{self, Holds, Slot};
use crate::main_thread;
use crate::moment::{Moment, Place};
use crate::tuning::{
    LOOK_PAUSE, MEMORY_KIB, MEMORY_PAUSE, PATIENCE, PATIENT_LOOKS, PATIENT_STOPS, TIMEOUT_FACTOR, TIMEOUT_PAUSE,
};
use jitctl_core::{Borrowed, Error, Host, Level, Owned, Result};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

thread_local! {
    static CURRENT: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

/// What a training keeps quiet, and the thread that watches it.
pub(crate) const MODULE: &str = "jitctl._training.watch";

struct Shared {
    slot: Slot,
    /// The training's thread is the one that runs signal handlers.
    is_main: bool,
    place: Place,
    /// A class of its own for each training that is stopped, derived from `TrainingStopped`: it tells when an exception of it
    /// is dropped.
    exception: OnceLock<Owned>,
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
    /// The main thread will look whether it can raise, also where somebody else would see it.
    left: bool,
    covered: bool,
    /// Exceptions that came up to stop it.
    made: u32,
    /// The training's thread is in `Own`; behind it, one is to be raised again.
    busy: bool,
    again: bool,
    /// Since when a fitting moment is waited for, and how often it was looked for.
    over: Option<Instant>,
    looks: u32,
}

impl Shared {
    /// No Python code runs while it is locked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Raises if the time is over and the moment fits; answers when to look again, `None` for never.
    fn look(self: &Arc<Self>, host: Host) -> Result<Option<Duration>> {
        let Some((left, room)) = self.left() else { return Ok(None) };
        if left > Duration::ZERO && room {
            return Ok(Some(if self.most.is_some() { left.min(MEMORY_PAUSE) } else { left }));
        }
        if !self.state().is_under_way() {
            return Ok(Some(TIMEOUT_PAUSE));
        }
        if self.state().busy {
            return Ok(Some(LOOK_PAUSE));
        }
        let exception = self.exception(host)?;
        // From here on nothing runs bytecode: the thread stays where it stands.
        let moment = self.place.moment(host);
        let mut state = self.state();
        let waited = state.over.get_or_insert_with(Instant::now).elapsed();
        state.looks += 1;
        let patient = waited <= PATIENCE || state.looks <= PATIENT_LOOKS;
        let covered = !(room && patient);
        if state.is_under_way() && !state.busy && moment.fits(covered) {
            self.raise(host, exception, &mut state, covered);
            return Ok(Some(TIMEOUT_PAUSE));
        }
        Ok(Some(LOOK_PAUSE))
    }

    /// Has the training's thread meet the exception; with `covered` also where somebody else may see it first. Runs no bytecode.
    fn raise(self: &Arc<Self>, host: Host, exception: &Owned, state: &mut State, covered: bool) {
        if !self.is_main {
            state.raised |= self.slot.raise(host, exception);
            return;
        }
        state.covered |= covered;
        if !state.left {
            let shared = Arc::clone(self);
            state.left = main_thread::leave(host, Box::new(move || shared.arrive(host)));
        }
    }

    /// In the main thread, where it looks for signals: raises if the moment still fits. Says whether.
    fn arrive(&self, host: Host) -> bool {
        let mut state = self.state();
        state.left = false;
        let covered = std::mem::take(&mut state.covered);
        let due = state.is_under_way() && !state.busy && self.process == std::process::id();
        drop(state);
        let Some(exception) = self.exception.get().filter(|_| due) else { return false };
        if !self.place.moment(host).fits(covered) || self.slot.holds(exception) == Holds::Another {
            return false;
        }
        self.state().raised = true;
        main_thread::set_exception(host, exception)
    }

    /// The time that is left, and whether there is room in memory; `None` where nothing is watched any more.
    fn left(&self) -> Option<(Duration, bool)> {
        let state = self.state();
        if state.ended || self.process != std::process::id() {
            return None;
        }
        let room = match self.most {
            Some(most) if state.is_under_way() => resident().is_none_or(|now| now < most),
            _ => true,
        };
        Some((state.deadline.saturating_duration_since(Instant::now()), room))
    }

    fn exception(self: &Arc<Self>, host: Host) -> Result<&Owned> {
        if let Some(exception) = self.exception.get() {
            return Ok(exception);
        }
        let module = host.import(MODULE)?;
        let keep_quiet = host.get(module.borrow(), "keep_quiet")?;
        // Weak: the class would keep itself alive.
        let seen: Weak<Self> = Arc::downgrade(self);
        let made = host.callable("jitctl_stop_made", move |host, _| {
            match seen.upgrade() {
                Some(shared) => shared.made(host, &keep_quiet)?,
                None => drop(host.call(keep_quiet.borrow(), &[])?),
            }
            Ok(host.none())
        })?;
        let seen: Weak<Self> = Arc::downgrade(self);
        let dropped = host.callable("jitctl_stop_dropped", move |host, _| {
            if let Some(shared) = seen.upgrade() {
                shared.dropped(host);
            }
            Ok(host.none())
        })?;
        let class = host.call_method(module.borrow(), "stopping", &[made.borrow(), dropped.borrow()])?;
        Ok(self.exception.get_or_init(|| class))
    }

    /// An exception that is to stop the function comes up. Where it was caught often, and kept, the next one comes up in the
    /// handler, at the latest behind it.
    fn made(self: &Arc<Self>, host: Host, keep_quiet: &Owned) -> Result<()> {
        let Some(_own) = self.own(host) else { return Ok(()) };
        host.call(keep_quiet.borrow(), &[])?;
        let mut state = self.state();
        state.made += 1;
        state.again |= state.made > PATIENT_STOPS;
        Ok(())
    }

    /// The function caught an exception that was to stop it, and has dropped it by now.
    fn dropped(self: &Arc<Self>, host: Host) {
        if self.slot.is_here(host) {
            let _own = self.own(host);
            self.state().again = true;
        }
    }

    /// Begins what the training does in its own thread; `None` in another one, and within another such piece.
    fn own(self: &Arc<Self>, host: Host) -> Option<Own> {
        if !self.slot.is_here(host) || std::mem::replace(&mut self.state().busy, true) {
            return None;
        }
        // One that was set meanwhile would come up here.
        if let Some(exception) = self.exception.get().filter(|exception| self.slot.holds(exception) == Holds::Ours) {
            self.slot.take_back(host, exception);
        }
        Some(Own { host, shared: Arc::clone(self) })
    }
}

/// What the training does in its own thread about an exception that stops a call, until this is dropped.
struct Own {
    host: Host,
    shared: Arc<Shared>,
}

impl Drop for Own {
    /// Raises again, where that was asked for and fits. Nothing comes after it that could meet the exception before the function
    /// does.
    fn drop(&mut self) {
        let shared = &self.shared;
        let asked = shared.state().again;
        let fits = asked && shared.place.moment(self.host) != Moment::Never;
        let mut state = shared.state();
        state.busy = false;
        state.again = false;
        if fits
            && state.is_under_way()
            && let Some(exception) = shared.exception.get()
        {
            shared.raise(self.host, exception, &mut state, true);
        }
    }
}

impl State {
    /// Does a call of this training run, and no other training within it?
    fn is_under_way(&self) -> bool {
        self.armed && !self.paused && !self.ended
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
    pub(crate) fn start(
        host: Host,
        function: Borrowed<'_>,
        budget: Duration,
        limited: bool,
        waits: bool,
    ) -> Result<Self> {
        let module = host.import(MODULE)?;
        let class = host.get(module.borrow(), "TrainingStopped")?;
        let time = budget.saturating_mul(TIMEOUT_FACTOR);
        let started = Instant::now();
        // A year is as good as for ever, and can be added to any moment.
        let deadline = started + time.min(Duration::from_secs(31_536_000));
        let state = State {
            deadline,
            armed: false,
            paused: false,
            ended: false,
            raised: false,
            left: false,
            covered: false,
            made: 0,
            busy: false,
            again: false,
            over: None,
            looks: 0,
        };
        let shared = Arc::new(Shared {
            slot: Slot::of_this_thread(host)?,
            is_main: main_thread::is_here(host),
            place: Place::here(host, function)?,
            exception: OnceLock::new(),
            process: std::process::id(),
            most: if limited { resident().map(|now| now + MEMORY_KIB) } else { None },
            state: Mutex::new(state),
        });
        let seen = Arc::clone(&shared);
        let look = host.callable("jitctl_look", move |host, _| {
            if let Err(error) = async_exception::find(host, &class) {
                host.log(Level::Warning, &format!("pending exceptions of threads cannot be seen: {error}"));
            }
            match seen.look(host)? {
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
        if let (true, Some(exception)) = (raised, self.shared.exception.get()) {
            // It may not have met bytecode any more, and must not meet the user's.
            self.shared.slot.take_back(self.host, exception);
        }
        (result, raised)
    }

    /// Ends what keeps a stop quiet, once nothing is left of the calls: what a traceback held may tell of itself when it goes.
    ///
    /// # Errors
    /// [`Error::Interrupted`] with an exception that arrived meanwhile.
    pub(crate) fn speak(&self) -> Result<()> {
        if self.outer.is_some() {
            return Ok(()); // it ends with the training around this one
        }
        let mut result = Ok(());
        // What arrives from outside may have kept it from its end.
        for _ in 0..2 {
            match self.host.import(MODULE).and_then(|module| self.host.call_method(module.borrow(), "speak", &[])) {
                Ok(_) => break,
                Err(Error::Python(arrived)) => result = Err(Error::Interrupted(arrived)),
                Err(other) => result = Err(other),
            }
        }
        result
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
