//! What machine code and its helpers need of the interpreter, made once in a process.

mod arrays;
mod characters;
mod dict_lookup;
mod small_ints;
mod spare;

pub use arrays::{Arrays, Element};
pub use characters::Characters;
pub use dict_lookup::Looked;
pub use small_ints::SmallInts;
pub use spare::{LARGEST, Spare};

use crate::layout::{Api, Layout, Vectorcall};
use crate::python::Object;
use jitctl_core::Host;
use std::sync::OnceLock;

/// The interpreter, after the self-test granted all of it.
pub struct Runtime {
    /// The host's functions.
    pub host: Host,
    /// Where fields are.
    pub layout: Layout,
    /// Where functions are.
    pub api: Api,
    /// The entry that CPython gives every function.
    pub usual: Vectorcall,
    /// What ends the instances of classes that Python defines.
    pub dealloc: usize,
    /// Ints of which there is one object each, never freed.
    pub small_ints: SmallInts,
    /// Texts of one character, likewise.
    pub characters: Characters,
    /// The address of the version that the last change of any dict gave it; 0 where it was not found, or there is none.
    pub dict_version: usize,
    /// Makes room for frames where a chunk of the data stack is full.
    pub spare: Spare,
    /// `PyInterpreterState.monitors`: one byte for each event, with a bit for each tool.
    pub monitors: *const u8,
    /// `PyLazyImport_Type`, 3.15 and later; 0 where there is none. Where a global is one, the interpreter imports it at its first use.
    pub lazy_import: usize,
}

// SAFETY: the addresses are the interpreter's own, which lives as long as the process; they are used by whoever holds the GIL.
unsafe impl Send for Runtime {}
// SAFETY: as above.
unsafe impl Sync for Runtime {}

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Keeps it for the life of the process: machine code and CPython's watchers lead here.
pub fn install(runtime: Runtime) -> &'static Runtime {
    RUNTIME.get_or_init(|| runtime)
}

/// The interpreter; only there after [`install`], which everything that leads to machine code comes behind.
#[inline(always)]
pub fn get() -> Option<&'static Runtime> {
    RUNTIME.get()
}

impl Runtime {
    /// Does any tool, tracer or profiler get an event from all code?
    pub fn is_monitored(&self) -> bool {
        // SAFETY: the self-test found this array of `global_events` bytes in the interpreter's state.
        let monitors = unsafe { std::slice::from_raw_parts(self.monitors, self.layout.global_events as usize) };
        monitors.iter().any(|tools| *tools != 0)
    }

    /// The running thread's state.
    pub fn thread(&self) -> Object {
        // SAFETY: the thread is attached, as in every call of a backend and of machine code.
        unsafe { (self.api.PyThreadState_Get)() }
    }

    /// Reads a field.
    ///
    /// # Safety
    /// `base` points to a live object that has a field of this type at this offset.
    #[inline(always)]
    pub unsafe fn read<T: Copy>(base: Object, offset: i32) -> T {
        // SAFETY: the caller's promise.
        unsafe { *base.byte_offset(offset as isize).cast::<T>() }
    }

    /// Writes a field.
    ///
    /// # Safety
    /// As for [`Runtime::read`].
    #[inline(always)]
    pub unsafe fn write<T>(base: Object, offset: i32, value: T) {
        // SAFETY: the caller's promise.
        unsafe { *base.byte_offset(offset as isize).cast::<T>() = value }
    }
}
