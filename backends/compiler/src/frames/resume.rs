//! Handing an activation to the interpreter, which finishes it.

use super::{leave, set_depth};
use crate::python::Object;
use crate::runtime::Runtime;
use std::ffi::c_int;

/// Lets the interpreter go on in the frame at `instruction`, with `depth` slots in use, and gives the function's result; null with
/// an exception. With `throwing` it starts by raising the exception that is set: the instruction is then the one that raised,
/// and the code unit before it must be covered by the same handler, since the interpreter looks there. The frame is gone
/// afterwards.
///
/// # Safety
/// `frame` is on top of the data stack of `thread`, its slots up to `depth` are valid, and `instruction` is an instruction of its code
/// at which the stack has that depth. The activation's count was taken from `py_recursion_remaining`.
pub unsafe fn resume(
    runtime: &Runtime,
    thread: Object,
    frame: Object,
    instruction: Object,
    depth: i32,
    throwing: bool,
) -> Object {
    let layout = &runtime.layout;
    // SAFETY: fields of the frame and the thread's state; afterwards the frame is as one of the interpreter's own.
    unsafe {
        set_depth(layout, frame, depth);
        leave::own(runtime, frame);
        Runtime::write::<Object>(frame, layout.frame_instr_ptr, instruction);
        leave::unlink(runtime, thread, frame);
        // The interpreter takes the count of this activation itself.
        let remaining = Runtime::read::<i32>(thread, layout.ts_py_recursion_remaining);
        Runtime::write::<i32>(thread, layout.ts_py_recursion_remaining, remaining + 1);
        let result = (runtime.api._PyEval_EvalFrameDefault)(thread, frame, c_int::from(throwing));
        let remaining = Runtime::read::<i32>(thread, layout.ts_py_recursion_remaining);
        Runtime::write::<i32>(thread, layout.ts_py_recursion_remaining, remaining - 1);
        result
    }
}
