//! The real frame of an activation: a `_PyInterpreterFrame` on the thread's data stack, as the interpreter itself would make it.
//!
//! Callees that look find it (`sys._getframe`, warningss), and it is the way out: an activation that machine code
//! cannot finish is handed to the interpreter as it stands ([`resume`]).

mod leave;
mod push;
mod resume;
mod slots;

pub use leave::{leave, rt_leave_slow, unlink};
pub use push::{fill, push, rt_push};
pub use resume::resume;
pub use slots::borrowed;

use crate::layout::Layout;
use crate::python::Object;
use crate::runtime::Runtime;

/// `FRAME_OWNED_BY_THREAD`.
const OWNED_BY_THREAD: u8 = 0;

/// What of a code object decides the shape of its frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameShape {
    /// Words of the whole frame.
    pub words: i32,
    /// Locals, cells and free variables.
    pub locals: i32,
    /// Entries that its stack may have.
    pub stack: i32,
}

impl FrameShape {
    /// The shape of a code object's frames.
    ///
    /// # Safety
    /// `code` is a live code object.
    #[must_use]
    pub unsafe fn of(layout: &Layout, code: Object) -> Self {
        // SAFETY: fields of a code object.
        unsafe {
            Self {
                words: Runtime::read(code, layout.code_framesize),
                locals: Runtime::read(code, layout.code_nlocalsplus),
                stack: Runtime::read(code, layout.code_stacksize),
            }
        }
    }
}

/// Sets how many slots of the frame are in use, counted from its first local.
///
/// # Safety
/// `frame` is a frame with that many slots.
pub unsafe fn set_depth(layout: &Layout, frame: Object, depth: i32) {
    // SAFETY: fields of a frame; the stack pointer leads into it.
    unsafe {
        if layout.frame_stacktop >= 0 {
            Runtime::write::<i32>(frame, layout.frame_stacktop, depth);
        } else {
            let top = frame.byte_offset(layout.slot(depth) as isize);
            Runtime::write::<Object>(frame, layout.frame_stackpointer, top);
        }
    }
}

/// How many slots of the frame are in use.
///
/// # Safety
/// `frame` is a frame whose depth was set.
pub unsafe fn depth(layout: &Layout, frame: Object) -> i32 {
    // SAFETY: fields of a frame.
    unsafe {
        if layout.frame_stacktop >= 0 {
            return Runtime::read::<i32>(frame, layout.frame_stacktop);
        }
        let top = Runtime::read::<Object>(frame, layout.frame_stackpointer) as usize;
        i32::try_from((top - frame as usize - layout.frame_localsplus as usize) / 8).unwrap_or(0)
    }
}
