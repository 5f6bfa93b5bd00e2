//! The timer and the signal's handler.

use super::state::SAMPLER;
use std::ffi::{CStr, c_int, c_void};
use std::mem::zeroed;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering};

/// Handlers count while this is set.
static COUNTING: AtomicBool = AtomicBool::new(false);
/// Marks the signals of our timer.
static MARK: u8 = 0;

/// A timer that runs, with our handler in force.
pub struct Timer {
    id: libc::timer_t,
    before: libc::sigaction,
    process: libc::pid_t,
    /// It is delivered to whichever thread runs; otherwise only the thread that started it is sampled.
    pub all_threads: bool,
}

// SAFETY: an id and a record of numbers; the functions that take them may be called from any thread.
unsafe impl Send for Timer {}

/// Why SIGPROF cannot be used: the program uses it.
pub fn in_use() -> Option<String> {
    // SAFETY: both only read, into records of ours.
    unsafe {
        let (mut action, mut timer): (libc::sigaction, libc::itimerval) = (zeroed(), zeroed());
        libc::sigaction(libc::SIGPROF, null_mut(), &raw mut action);
        libc::getitimer(libc::ITIMER_PROF, &raw mut timer);
        if action.sa_sigaction != libc::SIG_DFL {
            return Some("the program has a handler of SIGPROF".to_owned());
        }
        let runs = timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0;
        runs.then(|| "the program uses the timer ITIMER_PROF".to_owned())
    }
}

/// Starts the timer.
pub fn start(interval: u64) -> Result<Timer, String> {
    let failed = |what: &str| format!("{what}: {}", std::io::Error::last_os_error());
    let all_threads = delivers_to_running_thread();
    // SAFETY: records of ours, filled in as the manual asks; the handler is async-signal-safe.
    unsafe {
        let (mut action, mut before): (libc::sigaction, libc::sigaction) = (zeroed(), zeroed());
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        let mut event: libc::sigevent = zeroed();
        event.sigev_signo = libc::SIGPROF;
        event.sigev_value.sival_ptr = (&raw const MARK).cast_mut().cast();
        let clock = if all_threads {
            event.sigev_notify = libc::SIGEV_SIGNAL;
            libc::CLOCK_PROCESS_CPUTIME_ID
        } else {
            event.sigev_notify = libc::SIGEV_THREAD_ID;
            event.sigev_notify_thread_id = libc::gettid();
            libc::CLOCK_THREAD_CPUTIME_ID
        };
        let mut id: libc::timer_t = null_mut();
        if libc::timer_create(clock, &raw mut event, &raw mut id) != 0 {
            return Err(failed("the system gives no timer of processor time"));
        }
        if libc::sigaction(libc::SIGPROF, &raw const action, &raw mut before) != 0 {
            let text = failed("SIGPROF cannot have a handler");
            libc::timer_delete(id);
            return Err(text);
        }
        COUNTING.store(true, Ordering::Release);
        let timer = Timer { id, before, process: libc::getpid(), all_threads };
        let step = libc::timespec {
            tv_sec: libc::time_t::try_from(interval / 1_000_000_000).unwrap_or(1),
            tv_nsec: libc::c_long::try_from(interval % 1_000_000_000).unwrap_or(1_000_000),
        };
        let times = libc::itimerspec { it_interval: step, it_value: step };
        if libc::timer_settime(id, 0, &raw const times, null_mut()) != 0 {
            let text = failed("the timer cannot be set");
            timer.stop();
            return Err(text);
        }
        Ok(timer)
    }
}

impl Timer {
    /// Is this the process that started it? A forked child has the handler, but no timer.
    pub fn is_here(&self) -> bool {
        // SAFETY: it only reads.
        self.process == unsafe { libc::getpid() }
    }

    /// Ends it, and puts the handler back that was there; what somebody else set meanwhile stays.
    pub fn stop(self) {
        COUNTING.store(false, Ordering::Release);
        // SAFETY: the timer of this process; records of ours.
        unsafe {
            if self.is_here() {
                libc::timer_delete(self.id);
            }
            let mut now: libc::sigaction = zeroed();
            libc::sigaction(libc::SIGPROF, null_mut(), &raw mut now);
            if now.sa_sigaction != handler as *const () as usize {
                return;
            }
            // A signal that is on its way would end the process; to ignore it takes it away.
            let mut ignore: libc::sigaction = zeroed();
            ignore.sa_sigaction = libc::SIG_IGN;
            libc::sigaction(libc::SIGPROF, &raw const ignore, null_mut());
            libc::sigaction(libc::SIGPROF, &raw const self.before, null_mut());
        }
    }
}

/// From 6.4 on, Linux delivers the signal to the thread whose time made the timer expire; before, to the main thread.
fn delivers_to_running_thread() -> bool {
    // SAFETY: a record of ours; the system writes texts with an end.
    let release = unsafe {
        let mut name: libc::utsname = zeroed();
        libc::uname(&raw mut name);
        CStr::from_ptr(name.release.as_ptr()).to_string_lossy().into_owned()
    };
    let mut numbers = release.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (6, 4)
}

/// The handler. Async-signal-safe.
unsafe extern "C" fn handler(_: c_int, info: *mut libc::siginfo_t, _: *mut c_void) {
    // SAFETY: the system gives a record that lives for this call; the value is read only where a timer's signal has one.
    let ours = unsafe {
        (*info).si_code == libc::SI_TIMER && (*info).si_value().sival_ptr == (&raw const MARK).cast_mut().cast()
    };
    if !ours {
        // Nobody handles the signal: as without us, it ends the process, as soon as this handler has returned.
        // SAFETY: both are async-signal-safe.
        unsafe {
            libc::signal(libc::SIGPROF, libc::SIG_DFL);
            libc::raise(libc::SIGPROF);
        }
        return;
    }
    if COUNTING.load(Ordering::Acquire)
        && let Some(sampler) = SAMPLER.get()
    {
        sampler.sample();
    }
}
