//! Where the handler reads, and what it sees there. The offsets come from the crate `cpython`, and `self_test.rs` compares them first.

use crate::symbols::address as symbol;
use jitctl_cpython::Layout;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::{c_int, c_void};

/// An address; the handler reads only what a running frame holds.
pub type Address = usize;
type ThreadState = unsafe extern "C" fn() -> Address;
/// A callback of `PyCode_AddWatcher`.
pub type Watcher = unsafe extern "C" fn(c_int, *mut ffi::PyObject) -> c_int;

/// More entry frames than this are not skipped: two stand on top of each other at most.
const MOST_ENTRY_FRAMES: usize = 4;

/// What the handler needs.
pub struct Eyes {
    pub layout: &'static Layout,
    /// The interpreter that is sampled.
    interpreter: Address,
    code_type: Address,
    function_type: Address,
    /// CPython's own entry of functions.
    pub usual_entry: Address,
    attached: ThreadState,
    own: ThreadState,
    pub line_of: unsafe extern "C" fn(*mut ffi::PyObject, c_int) -> c_int,
    pub add_watcher: unsafe extern "C" fn(Watcher) -> c_int,
    pub clear_watcher: unsafe extern "C" fn(c_int) -> c_int,
    /// Why it cannot be told whether a thread runs what CPython's JIT compiled; `None` where it can be, or there is no JIT.
    pub blind: Option<String>,
}

/// What a thread is doing.
pub struct Seen {
    pub code: Address,
    pub offset: u32,
    pub traced: bool,
    pub entry: Address,
}

/// # Safety
/// There is such a field in a living object at this address.
pub unsafe fn read<T: Copy>(object: Address, offset: i32) -> T {
    // SAFETY: the caller's promise; fields are aligned.
    unsafe { *(object.wrapping_add_signed(offset as isize) as *const T) }
}

impl Eyes {
    /// What the thread that is asked does now; `None` where it runs no Python, or that of another interpreter.
    /// Async-signal-safe.
    ///
    /// A frame is linked when its fields are filled in, as CPython's `faulthandler` relies on, too. It holds its code and its
    /// function, and stays as it is while the thread runs C, with the GIL or without.
    pub fn look(&self) -> Option<Seen> {
        // SAFETY: both read a variable of the thread.
        let mut thread = unsafe { (self.attached)() };
        if thread == 0 {
            // SAFETY: as above.
            thread = unsafe { (self.own)() };
        }
        // SAFETY: a thread state of this thread, compared by the self-test.
        if thread == 0 || unsafe { read::<Address>(thread, self.layout.ts_interp) } != self.interpreter {
            return None;
        }
        self.frame(thread)
    }

    fn frame(&self, thread: Address) -> Option<Seen> {
        let layout = self.layout;
        let tag = usize::from(layout.tagged_refs);
        // SAFETY: the thread's own state, and frames that are linked to it; see `look`.
        unsafe {
            let mut frame: Address = read(thread, layout.ts_current_frame);
            for _ in 0..MOST_ENTRY_FRAMES {
                if frame == 0 || !Layout::is_entry_frame(read(frame, layout.frame_owner)) {
                    break;
                }
                frame = read(frame, layout.frame_previous);
            }
            if frame == 0 {
                return None;
            }
            let code = read::<Address>(frame, layout.frame_executable) & !tag;
            if code == 0 || !code.is_multiple_of(8) || read::<Address>(code, layout.object_type) != self.code_type {
                return None;
            }
            let at = read::<Address>(frame, layout.frame_instr_ptr).wrapping_sub(code + layout.code_adaptive as usize);
            // A code unit has two bytes.
            let length = read::<isize>(code, layout.var_size).unsigned_abs() * 2;
            let offset = if at < length { u32::try_from(at).unwrap_or(0) } else { 0 };
            let traced = layout.ts_current_executor >= 0
                && self.blind.is_none()
                && read::<Address>(thread, layout.ts_current_executor) != 0;
            Some(Seen { code, offset, traced, entry: self.entry(frame) })
        }
    }

    /// The entry of the frame's function where that is not CPython's own, and the frame is not one that the interpreter runs:
    /// those that are entered from C, or were handed to it, have an entry frame behind them.
    ///
    /// # Safety
    /// A frame of this thread.
    unsafe fn entry(&self, frame: Address) -> Address {
        let layout = self.layout;
        let tag = usize::from(layout.tagged_refs);
        // SAFETY: the caller's promise; a frame holds its function, and the frame behind it is there as long.
        unsafe {
            let function = read::<Address>(frame, layout.frame_funcobj) & !tag;
            if function == 0 || read::<Address>(function, layout.object_type) != self.function_type {
                return 0;
            }
            let entry: Address = read(function, layout.func_vectorcall);
            let behind: Address = read(frame, layout.frame_previous);
            let interpreted = behind != 0 && Layout::is_entry_frame(read(behind, layout.frame_owner));
            if entry == self.usual_entry || interpreted { 0 } else { entry }
        }
    }

    /// Finds what the handler calls. The inner error names what the interpreter does not export.
    pub fn resolve(py: Python<'_>, layout: &'static Layout) -> PyResult<Result<Self, &'static str>> {
        let mut missing = None;
        let mut found = |name: &'static str| {
            let address = symbol(name);
            if address.is_null() {
                missing = Some(name);
            }
            address
        };
        let (attached, own) = (found("PyThreadState_GetUnchecked"), found("PyGILState_GetThisThreadState"));
        let (line_of, entry_of) = (found("PyCode_Addr2Line"), found("PyVectorcall_Function"));
        let (add, clear) = (found("PyCode_AddWatcher"), found("PyCode_ClearWatcher"));
        let types = (found("PyCode_Type") as Address, found("PyFunction_Type") as Address);
        if let Some(name) = missing {
            return Ok(Err(name));
        }
        let plain = py.eval(c"lambda: None", None, None)?;
        // SAFETY: these are the functions of these names, with these signatures (pystate.h, code.h, abstract.h).
        unsafe {
            let entry_of =
                std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut ffi::PyObject) -> Address>(entry_of);
            Ok(Ok(Self {
                layout,
                interpreter: ffi::PyInterpreterState_Get() as Address,
                code_type: types.0,
                function_type: types.1,
                usual_entry: entry_of(plain.as_ptr()),
                attached: std::mem::transmute::<*mut c_void, ThreadState>(attached),
                own: std::mem::transmute::<*mut c_void, ThreadState>(own),
                line_of: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut ffi::PyObject, c_int) -> c_int>(
                    line_of,
                ),
                add_watcher: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(Watcher) -> c_int>(add),
                clear_watcher: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(c_int) -> c_int>(clear),
                blind: None,
            }))
        }
    }
}
