//! The clock of maintenance: a thread that asks the interpreter's main thread for a step, at [`QUICK`] while something
//! changes and ever more rarely, down to [`SLOW`], while nothing does.
//!
//! The thread touches no Python object and never waits for the GIL: `Py_AddPendingCall` leaves a note, which the main
//! thread finds between two instructions. There is no thread without a hint, none across a fork, none after exit, and in a
//! forked child none until it gives a hint or something in it is unfinished.

use crate::state::context::Engine;
use crate::upkeep::step;
use jitctl_core::{Host, Level, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Between two steps while something changes.
pub const QUICK: Duration = Duration::from_millis(50);
const SLOW: Duration = Duration::from_secs(1);
/// The thread allocates nothing and calls one function.
const STACK: usize = 64 * 1024;

type Pending = unsafe extern "C" fn(*mut c_void) -> c_int;
type Add = unsafe extern "C" fn(Pending, *mut c_void) -> c_int;

struct State {
    engine: Weak<Engine>,
    thread: Option<JoinHandle<()>>,
    add: Option<Add>,
    pause: Duration,
    due: Option<Instant>,
    /// The main thread has not come to it yet.
    asked: bool,
    stop: bool,
    /// A function was given other code, and when that was last seen to.
    moved: bool,
    followed: Option<Instant>,
    /// Stopped for a fork; goes on behind it.
    forking: bool,
    /// In a forked child: hints are in force, and there is no thread until a step is needed that collections do not make.
    asleep: bool,
    /// The interpreter is about to end.
    over: bool,
}

static STATE: Mutex<State> = Mutex::new(State {
    engine: Weak::new(),
    thread: None,
    add: None,
    pause: QUICK,
    due: None,
    asked: false,
    stop: false,
    moved: false,
    followed: None,
    forking: false,
    asleep: false,
    over: false,
});
static WAKE: Condvar = Condvar::new();

/// Held for some instructions only, and never while Python code may run.
fn lock() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes it ready; the first [`start`] starts the thread.
pub fn install(engine: &Arc<Engine>) -> Result<()> {
    let host = engine.host;
    let Some(address) = host.resolve("Py_AddPendingCall") else {
        return Err(VerdictCode::SymbolMissing.error("the interpreter does not export Py_AddPendingCall"));
    };
    // SAFETY: `int Py_AddPendingCall(int (*)(void *), void *)`, of the stable ABI.
    let add = unsafe { std::mem::transmute::<*mut c_void, Add>(address) };
    let first = {
        let mut state = lock();
        state.engine = Arc::downgrade(engine);
        state.add.replace(add).is_none()
    };
    if first { hooks(host) } else { Ok(()) }
}

fn hooks(host: Host) -> Result<()> {
    let before = host.callable("jitctl_before_fork", |host, _| {
        let running = halt();
        lock().forking = running;
        Ok(host.none())
    })?;
    let in_parent = host.callable("jitctl_after_fork", |host, _| {
        if std::mem::take(&mut lock().forking) {
            start();
        }
        Ok(host.none())
    })?;
    let in_child = host.callable("jitctl_in_child", |host, _| {
        let engine = {
            let mut state = lock();
            state.asleep = std::mem::take(&mut state.forking);
            if state.asleep { state.engine.upgrade() } else { None }
        };
        if engine.is_some_and(|engine| step::is_unfinished(&engine)) {
            start();
        }
        Ok(host.none())
    })?;
    let end = host.callable("jitctl_exit", |host, _| {
        lock().over = true;
        halt();
        Ok(host.none())
    })?;
    let os = host.import("os")?;
    if let Ok(register) = host.get(os.borrow(), "register_at_fork") {
        let mut pairs = Vec::new();
        for (name, hook) in [("before", &before), ("after_in_parent", &in_parent), ("after_in_child", &in_child)] {
            pairs.push(host.tuple(&[host.text(name)?.borrow(), hook.borrow()])?);
        }
        let pairs = host.tuple(&pairs.iter().map(|pair| pair.borrow()).collect::<Vec<_>>())?;
        let keywords = host.call_method(host.import("builtins")?.borrow(), "dict", &[pairs.borrow()])?;
        host.call_with(register.borrow(), host.tuple(&[])?.borrow(), Some(keywords.borrow()))?;
    }
    host.call_method(host.import("atexit")?.borrow(), "register", &[end.borrow()]).map(drop)
}

/// Something was hinted: steps come quickly again, from a new thread where there is none.
pub fn start() {
    let mut state = lock();
    let Some(add) = state.add.filter(|_| !state.over && !state.forking) else { return };
    state.asleep = false;
    let quick = state.pause == QUICK && state.due.is_some();
    state.pause = QUICK;
    if state.thread.is_some() && !state.stop {
        if !quick {
            state.due = Some(Instant::now() + QUICK);
            WAKE.notify_one();
        }
        return;
    }
    let ended = state.thread.take();
    drop(state);
    // It was told to stop, and waits for nothing but the lock.
    ended.map(JoinHandle::join);
    let mut state = lock();
    (state.stop, state.asked, state.due) = (false, false, Some(Instant::now() + QUICK));
    // A process that may start no more threads has the steps of its collections.
    state.thread =
        signals::blocked(|| Builder::new().name("jitctl".to_owned()).stack_size(STACK).spawn(move || run(add)).ok());
}

/// Does the interpreter end? Then nothing is looked after any more.
pub fn is_over() -> bool {
    lock().over
}

/// Is this a forked child that has no thread yet?
pub fn is_asleep() -> bool {
    lock().asleep
}

/// A function is being given other code: hints follow at the next instruction where the main thread looks for such
/// notes. A program that does this all the time is seen to once in [`QUICK`].
pub fn moved() {
    let mut state = lock();
    let listens = state.asleep || state.thread.is_some() && !state.stop;
    let Some(add) = state.add.filter(|_| listens && !state.over && !state.moved) else { return };
    state.moved = true;
    if state.asked || state.followed.is_some_and(|last| last.elapsed() < QUICK) {
        state.due = Some(Instant::now() + QUICK);
        WAKE.notify_one();
        let asleep = state.asleep;
        drop(state);
        if asleep {
            start();
        }
        return;
    }
    state.asked = true;
    drop(state);
    // SAFETY: as in `run`.
    if unsafe { add(pending, null_mut()) } < 0 {
        lock().asked = false;
    }
}

/// Ends the thread; says whether there was one.
fn halt() -> bool {
    let mut state = lock();
    let Some(thread) = state.thread.take() else { return false };
    let running = !state.stop;
    state.stop = true;
    WAKE.notify_one();
    drop(state);
    let _ = thread.join();
    running
}

fn run(add: Add) {
    let mut state = lock();
    while !state.stop {
        let now = Instant::now();
        let due = state.due.unwrap_or(now);
        if now < due {
            state = WAKE.wait_timeout(state, due - now).unwrap_or_else(PoisonError::into_inner).0;
            continue;
        }
        state.due = Some(now + state.pause);
        if state.asked {
            continue;
        }
        state.asked = true;
        drop(state);
        // SAFETY: may be called from any thread, attached or not; the library is never unloaded, so the callback stays.
        let full = unsafe { add(pending, null_mut()) } < 0;
        state = lock();
        state.asked = state.asked && !full;
    }
}

/// The main thread calls this. It must not panic nor leave an exception.
unsafe extern "C" fn pending(_: *mut c_void) -> c_int {
    let (engine, moved) = {
        let mut state = lock();
        state.asked = false;
        let moved = std::mem::take(&mut state.moved);
        if moved {
            state.followed = Some(Instant::now());
        }
        (if state.over { None } else { state.engine.upgrade() }, moved)
    };
    let step = |engine| {
        if moved {
            step::follow(engine);
        }
        step::beat(engine);
    };
    if let Some(engine) = engine
        && catch_unwind(AssertUnwindSafe(|| step(&engine))).is_err()
    {
        engine.host.log(Level::Warning, "maintenance panicked");
    }
    0
}

/// What a step found decides when the next one is due; none where no hint is left.
pub fn found(busy: bool, idle: bool) {
    let mut state = lock();
    let quick = state.pause == QUICK;
    state.pause = if busy { QUICK } else { SLOW.min(state.pause * 2) };
    state.stop |= idle;
    state.asleep &= !idle;
    if state.stop || busy && !quick {
        state.due = Some(Instant::now() + QUICK);
        WAKE.notify_one();
    }
}

/// A signal that this thread took would not wake the main thread's system call, so it takes none.
#[cfg(unix)]
mod signals {
    use std::ffi::{c_int, c_void};
    use std::ptr::null_mut;

    #[cfg(target_os = "macos")]
    const SET: c_int = 3;
    #[cfg(not(target_os = "macos"))]
    const SET: c_int = 2;

    /// At least as large and as aligned as any `sigset_t`.
    #[repr(C, align(16))]
    struct Set([u8; 256]);

    unsafe extern "C" {
        fn sigfillset(set: *mut c_void) -> c_int;
        fn pthread_sigmask(how: c_int, set: *const c_void, before: *mut c_void) -> c_int;
    }

    /// A thread inherits the mask of its maker.
    pub fn blocked<T>(make: impl FnOnce() -> T) -> T {
        let (mut all, mut before) = (Set([0; 256]), Set([0; 256]));
        // SAFETY: both are large enough for a `sigset_t`, the second is written by the call.
        let set = unsafe {
            sigfillset((&raw mut all).cast());
            pthread_sigmask(SET, (&raw const all).cast(), (&raw mut before).cast()) == 0
        };
        let made = make();
        if set {
            // SAFETY: `before` is what the first call wrote.
            unsafe { pthread_sigmask(SET, (&raw const before).cast(), null_mut()) };
        }
        made
    }
}

#[cfg(not(unix))]
mod signals {
    pub fn blocked<T>(make: impl FnOnce() -> T) -> T {
        make()
    }
}
