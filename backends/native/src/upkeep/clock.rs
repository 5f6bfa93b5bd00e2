//! The clock: has the interpreter's main thread take a step, at [`STEP_PAUSE`] while something changes and ever more rarely,
//! down to [`LONGEST_STEP_PAUSE`], while nothing does. It knows nothing of what a step does.
//!
//! Its thread touches no Python object and never waits for the GIL: `Py_AddPendingCall` leaves a note, which the main thread
//! finds between two instructions. There is no thread before [`start`], none across a fork, none after exit, and in a forked
//! child none until [`start`] or until something in it is unfinished. Collections take steps as well.

use super::signals;
use crate::tuning::{LONGEST_STEP_PAUSE, STEP_PAUSE, THREAD_START};
use jitctl_core::{Borrowed, Host, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Instant;

/// The thread allocates little and calls one function.
const STACK: usize = 64 * 1024;

type Pending = unsafe extern "C" fn(*mut c_void) -> c_int;
type AddPending = unsafe extern "C" fn(Pending, *mut c_void) -> c_int;
type IsInitialized = unsafe extern "C" fn() -> c_int;

/// When the next step is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Something changes.
    Soon,
    /// Nothing does.
    Later,
    /// There is nothing left to do: the thread ends.
    Never,
}

/// What the clock runs, in the main thread or in a collection.
pub trait Work: Send + Sync + 'static {
    /// Functions were given other code.
    fn follow(&self);
    /// Takes a step.
    fn step(&self) -> Next;
    /// Is there something that only further steps carry out?
    fn is_unfinished(&self) -> bool;
    /// A step panicked.
    fn panicked(&self);
}

/// What never changes once it is installed.
struct Installed {
    add: AddPending,
    initialized: IsInitialized,
    work: Box<dyn Work>,
}

impl Installed {
    /// Does the interpreter end? What is installed while the functions of `atexit` run hears nothing of it from there.
    fn ends(&self) -> bool {
        // SAFETY: asking needs nothing, not even to be attached.
        unsafe { (self.initialized)() == 0 }
    }
}

static INSTALLED: OnceLock<Installed> = OnceLock::new();

/// A note for the main thread is on its way.
static ASKED: AtomicBool = AtomicBool::new(false);

/// What the thread is told. Without a sender it ends.
enum Message {
    /// Steps are wanted quickly.
    Quick,
    /// A step was taken.
    Taken(Next),
}

struct Clock {
    thread: Option<(Sender<Message>, JoinHandle<()>)>,
    /// Its pause is [`STEP_PAUSE`] once it has read what it was sent: it need not be woken to be told so again. Waking it
    /// with each of many hints took longer than the hints themselves (3.15, 16 us in place of 7).
    quick: bool,
    /// A thread that was told to end; it waits for nothing of ours.
    ended: Option<JoinHandle<()>>,
    /// When the last step began.
    stepped: Option<Instant>,
    /// A function was given other code, and when that was last seen to.
    changed: bool,
    followed: Option<Instant>,
    /// Stopped for a fork; goes on behind it.
    forking: bool,
    /// In a forked child: there is work, and no thread until a step is needed that collections do not take.
    asleep: bool,
    /// The interpreter is about to end.
    over: bool,
}

static CLOCK: Mutex<Clock> = Mutex::new(Clock {
    thread: None,
    quick: false,
    ended: None,
    stepped: None,
    changed: false,
    followed: None,
    forking: false,
    asleep: false,
    over: false,
});

impl Clock {
    /// Tells the thread, where there is one and it does not know.
    fn tell(&mut self, message: Message) {
        let Some((sender, _)) = &self.thread else { return };
        if self.quick && matches!(message, Message::Quick) {
            return;
        }
        match message {
            Message::Quick | Message::Taken(Next::Soon) => self.quick = true,
            Message::Taken(Next::Later | Next::Never) => self.quick = false,
        }
        let _ = sender.send(message);
    }
}

/// Held for some instructions only, and never while Python code may run.
fn lock() -> MutexGuard<'static, Clock> {
    CLOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes it ready, with a callback for collections; the first [`start`] starts the thread. Without `Py_AddPendingCall` there
/// are the steps of collections only.
pub fn install(host: Host, work: impl Work) -> Result<()> {
    let Some(address) = host.resolve("Py_AddPendingCall") else {
        return Err(VerdictCode::SymbolMissing.error("the interpreter does not export Py_AddPendingCall"));
    };
    // SAFETY: `int Py_AddPendingCall(int (*)(void *), void *)`, of the stable ABI.
    let add = unsafe { std::mem::transmute::<*mut c_void, AddPending>(address) };
    let Some(address) = host.resolve("Py_IsInitialized") else {
        return Err(VerdictCode::SymbolMissing.error("the interpreter does not export Py_IsInitialized"));
    };
    // SAFETY: `int Py_IsInitialized(void)`, of the stable ABI.
    let initialized = unsafe { std::mem::transmute::<*mut c_void, IsInitialized>(address) };
    if INSTALLED.set(Installed { add, initialized, work: Box::new(work) }).is_err() {
        return Ok(());
    }
    let collected = host.callable("jitctl_maintenance", |host, arguments| {
        if is_due() && is_stop(host, arguments) {
            run_step_if_due();
        }
        Ok(host.none())
    })?;
    let callbacks = host.get(host.import("gc")?.borrow(), "callbacks")?;
    host.call_method(callbacks.borrow(), "append", &[collected.borrow()])?;
    register_hooks(host)
}

fn is_stop(host: Host, arguments: &[Borrowed<'_>]) -> bool {
    arguments.first().is_some_and(|phase| host.to_text(*phase).is_ok_and(|phase| phase == "stop"))
}

fn register_hooks(host: Host) -> Result<()> {
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
        let asleep = {
            let mut clock = lock();
            clock.asleep = std::mem::take(&mut clock.forking);
            clock.asleep
        };
        if asleep && INSTALLED.get().is_some_and(|installed| installed.work.is_unfinished()) {
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

/// Steps come quickly from now on, from a new thread where there is none.
pub fn start() {
    let Some(installed) = INSTALLED.get() else { return };
    let mut clock = lock();
    if clock.over || clock.forking || installed.ends() {
        return;
    }
    clock.asleep = false;
    if clock.thread.is_some() {
        clock.tell(Message::Quick);
        return;
    }
    let ended = clock.ended.take();
    drop(clock);
    ended.map(JoinHandle::join);
    let mut clock = lock();
    if clock.thread.is_some() {
        return;
    }
    ASKED.store(false, Ordering::Relaxed);
    let (sender, receiver) = channel();
    let (ready, is_ready) = channel();
    let run = move || {
        // The C library makes the thread's own variables when it first uses one, and ends the process where there is no memory for
        // them: that is done before the program goes on, which may forbid itself more memory.
        drop(std::thread::current());
        let _ = ready.send(());
        run(installed, &receiver);
    };
    // A process that may start no more threads has the steps of its collections.
    let thread = signals::blocked(|| Builder::new().name("jitctl".to_owned()).stack_size(STACK).spawn(run).ok());
    if thread.is_some() {
        let _ = is_ready.recv_timeout(THREAD_START);
    }
    clock.thread = thread.map(|thread| (sender, thread));
    clock.quick = true;
}

/// The thread: it owns the pause and the time of the next step.
fn run(installed: &Installed, messages: &Receiver<Message>) {
    let mut pause = STEP_PAUSE;
    let mut due = Instant::now() + pause;
    loop {
        match messages.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(Message::Quick | Message::Taken(Next::Soon)) => {
                if pause != STEP_PAUSE {
                    (pause, due) = (STEP_PAUSE, Instant::now() + STEP_PAUSE);
                }
            }
            Ok(Message::Taken(Next::Later)) => pause = LONGEST_STEP_PAUSE.min(pause * 2),
            Ok(Message::Taken(Next::Never)) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) if installed.ends() => return,
            Err(RecvTimeoutError::Timeout) => {
                due = Instant::now() + pause;
                ask(installed);
            }
        }
    }
}

/// Leaves a note for the main thread, if there is none yet.
fn ask(installed: &Installed) {
    if ASKED.swap(true, Ordering::Relaxed) {
        return;
    }
    // SAFETY: may be called from any thread, attached or not; the library is never unloaded, so the callback stays.
    if unsafe { (installed.add)(pending, null_mut()) } < 0 {
        ASKED.store(false, Ordering::Relaxed); // there is no room for more notes
    }
}

/// A function is being given other code: hints follow at the next instruction where the main thread looks for notes. A
/// program that does this all the time is seen to once in [`STEP_PAUSE`].
pub fn function_changed() {
    let Some(installed) = INSTALLED.get() else { return };
    let mut clock = lock();
    let listens = clock.asleep || clock.thread.is_some();
    if !listens || clock.over || clock.changed {
        return;
    }
    clock.changed = true;
    let recently = clock.followed.is_some_and(|last| last.elapsed() < STEP_PAUSE);
    let asleep = clock.asleep;
    if recently {
        clock.tell(Message::Quick);
    }
    drop(clock);
    match recently {
        false => ask(installed),
        true if asleep => start(),
        true => {}
    }
}

/// Ends the thread; says whether there was one.
fn halt() -> bool {
    let (thread, ended) = {
        let mut clock = lock();
        (clock.thread.take(), clock.ended.take())
    };
    ended.map(JoinHandle::join);
    let Some((sender, thread)) = thread else { return false };
    drop(sender);
    let _ = thread.join();
    true
}

/// The main thread calls this. It must not panic nor leave an exception.
unsafe extern "C" fn pending(_: *mut c_void) -> c_int {
    ASKED.store(false, Ordering::Relaxed);
    let changed = {
        let mut clock = lock();
        let changed = std::mem::take(&mut clock.changed);
        if changed {
            clock.followed = Some(Instant::now());
        }
        if clock.over {
            return 0;
        }
        changed
    };
    let Some(installed) = INSTALLED.get() else { return 0 };
    if installed.ends() {
        return 0;
    }
    let both = || {
        if changed {
            installed.work.follow();
        }
        run_step_if_due();
    };
    if catch_unwind(AssertUnwindSafe(both)).is_err() {
        installed.work.panicked();
    }
    0
}

fn is_due() -> bool {
    let clock = lock();
    !clock.over && clock.stepped.is_none_or(|last| last.elapsed() >= STEP_PAUSE)
}

/// Takes a step, where the last one is long enough ago, and tells the thread what came of it.
fn run_step_if_due() {
    let Some(installed) = INSTALLED.get() else { return };
    if !is_due() {
        return;
    }
    lock().stepped = Some(Instant::now());
    let next = installed.work.step();
    let asleep = {
        let mut clock = lock();
        clock.asleep &= next != Next::Never;
        clock.tell(Message::Taken(next));
        if next == Next::Never
            && let Some((_, thread)) = clock.thread.take()
        {
            clock.ended = Some(thread);
        }
        clock.asleep
    };
    if asleep && installed.work.is_unfinished() {
        start();
    }
}
