//! Threads that take no signals.

#[cfg(unix)]
pub use unix::blocked;

/// A signal that our thread took would not wake the main thread's system call, so it takes none.
#[cfg(unix)]
mod unix {
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

/// Other systems deliver no signals to threads.
#[cfg(not(unix))]
pub fn blocked<T>(make: impl FnOnce() -> T) -> T {
    make()
}
