//! Executable memory: does the system let this process have new pages of it?
//!
//! systemd's `MemoryDenyWriteExecute`, SELinux, seccomp filters and `RLIMIT_AS` may forbid it. CPython 3.15 then ends the
//! process at its first compilation, and raises `RuntimeWarning` in the running function at each later one.

use memmap2::MmapMut;

/// More than the machine code of any one trace.
const SIZE: usize = 1 << 20;

/// Maps memory and makes it executable in the manner of CPython's `Python/jit.c`, and gives it back; the system's reason
/// where it refuses. The pages are never touched.
pub fn denied() -> Option<String> {
    MmapMut::map_anon(SIZE).and_then(MmapMut::make_exec).err().map(|error| error.to_string())
}
