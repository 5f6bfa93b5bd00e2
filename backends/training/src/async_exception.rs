//! Raises an exception in another thread, and takes it back, without losing one that somebody else set there.
//!
//! A thread has one slot for an exception that another thread set (`PyThreadState_SetAsyncExc`), and who sets one replaces
//! what is there. CPython has no function that reads the slot, and its place in the thread state differs between versions.
//! So it is searched for once in a process, in the state of the calling thread: an exception is set there, its address
//! looked for among the first words, and taken back before any bytecode runs. Where it is not found exactly once,
//! [`Slot::holds`] answers that it does not know.

use jitctl_core::{Host, Owned, Result};
use std::ffi::{c_int, c_ulong, c_void};
use std::sync::OnceLock;

/// Words of the thread state that are searched: every `PyThreadState` from 3.10 to 3.15 has more (3.10's, the smallest, has
/// 35; `Include/cpython/pystate.h`).
const WORDS: usize = 32;

/// Index of the word, once it was searched for.
static PLACE: OnceLock<Option<usize>> = OnceLock::new();

/// What a thread's slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Nothing,
    /// The exception that was asked about.
    Ours,
    Another,
    Unknown,
}

/// The slot of one thread; it must not be used after that thread has ended.
pub(crate) struct Slot {
    thread: i64,
    state: *const *mut c_void,
}

// SAFETY: the pointer is only read, with the GIL held, while the thread lives.
unsafe impl Send for Slot {}
// SAFETY: as above.
unsafe impl Sync for Slot {}

impl Slot {
    /// The calling thread's.
    pub(crate) fn of_this_thread(host: Host) -> Result<Self> {
        Ok(Self { thread: this_thread(host)?, state: this_state(host) })
    }

    /// Is it that of the calling thread?
    pub(crate) fn is_here(&self, host: Host) -> bool {
        this_thread(host).is_ok_and(|here| here == self.thread)
    }

    /// Raises the exception when the thread next meets bytecode, unless it is about to meet another one. Says whether.
    pub(crate) fn raise(&self, host: Host, exception: &Owned) -> bool {
        let free = self.holds(exception) != Holds::Another;
        if free {
            set(host, self.thread, Some(exception));
        }
        free
    }

    /// Takes back an exception that the thread has not met.
    pub(crate) fn take_back(&self, host: Host, exception: &Owned) {
        if matches!(self.holds(exception), Holds::Ours | Holds::Unknown) {
            set(host, self.thread, None);
        }
    }

    /// What waits to be met in the thread.
    pub(crate) fn holds(&self, exception: &Owned) -> Holds {
        let Some(Some(place)) = PLACE.get() else { return Holds::Unknown };
        // SAFETY: the thread lives, `find` saw that the word at this place is the slot, and the GIL is held.
        let found = unsafe { *self.state.add(*place) };
        if found.is_null() {
            Holds::Nothing
        } else if found == exception.address() {
            Holds::Ours
        } else {
            Holds::Another
        }
    }
}

/// Searches for the slot, once, in the state of the calling thread; nobody else may know this thread yet.
pub(crate) fn find(host: Host, exception: &Owned) -> Result<()> {
    if PLACE.get().is_some() {
        return Ok(());
    }
    let (thread, state) = (this_thread(host)?, this_state(host));
    let mut found = None;
    if !state.is_null() {
        let read = || -> Vec<*mut c_void> {
            // SAFETY: the live state of this thread, which has at least so many words.
            (0..WORDS).map(|index| unsafe { *state.add(index) }).collect()
        };
        set(host, thread, Some(exception));
        let with = read();
        set(host, thread, None);
        let without = read();
        let places: Vec<usize> = (0..WORDS).filter(|index| with[*index] == exception.address()).collect();
        if let [place] = places[..]
            && without[place].is_null()
        {
            found = Some(place);
        }
    }
    PLACE.get_or_init(|| found);
    Ok(())
}

/// Raises an exception in a thread when it next meets bytecode; `None` takes back what has not been met.
pub(crate) fn set(host: Host, thread: i64, exception: Option<&Owned>) {
    let Some(address) = host.resolve("PyThreadState_SetAsyncExc") else { return };
    // SAFETY: the stable ABI of every CPython from 3.7 on declares it so.
    let raise: extern "C" fn(c_ulong, *mut c_void) -> c_int = unsafe { std::mem::transmute(address) };
    // A thread's identity is an unsigned long that threading.get_ident() shows as it is.
    raise(thread as c_ulong, exception.map_or(std::ptr::null_mut(), Owned::address));
}

/// `threading.get_ident()`.
pub(crate) fn this_thread(host: Host) -> Result<i64> {
    let ident = host.call_method(host.import("_thread")?.borrow(), "get_ident", &[])?;
    host.to_int(ident.borrow())
}

fn this_state(host: Host) -> *const *mut c_void {
    let Some(address) = host.resolve("PyThreadState_Get") else { return std::ptr::null() };
    // SAFETY: the stable ABI declares it so, and this thread is attached.
    let get: extern "C" fn() -> *mut c_void = unsafe { std::mem::transmute(address) };
    get().cast_const().cast()
}
