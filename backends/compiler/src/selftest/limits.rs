//! T7: the limits of recursion, by what one more frame changes.

use super::frames::within;
use super::objects::field;
use super::source::Program;
use super::view::{Found, Probe, View, calm, need};
use crate::python::Object;
use jitctl_core::Borrowed;

const T7: Probe = Probe(7);

/// What is left of each limit.
#[derive(Clone, Copy)]
struct Left {
    python: i32,
    machine: i32,
}

/// T7.
pub fn check(view: &View, program: &Program) -> Found<()> {
    let layout = view.layout;
    let look = move |thread: Object, _: Borrowed<'_>| {
        let machine =
            if layout.ts_c_recursion_remaining >= 0 { field(thread, layout.ts_c_recursion_remaining) } else { 0 };
        Ok(Left { python: field(thread, layout.ts_py_recursion_remaining), machine })
    };
    // SAFETY: the thread is attached.
    let thread = unsafe { (view.api.PyThreadState_Get)() };
    let here = look(thread, view.host.none().borrow())?;
    // Two frames of Python behind one call of C, and twice a frame of Python behind a call of C.
    let (outer, apply) = (within(view, program, "outer", look)?, within(view, program, "apply", look)?);
    let frames = |left: Left| (here.python - left.python) as u64;
    view.same(T7, "the count of Python's recursion", frames(outer), 2)?;
    view.same(T7, "the count of Python's recursion through C", frames(apply), 2)?;
    let sys = calm(T7, view.host.import("sys"))?;
    let told = calm(T7, view.host.call_method(sys.borrow(), "getrecursionlimit", &[]))?;
    let told = calm(T7, view.host.to_int(told.borrow()))?;
    view.same(T7, "the recursion limit", field::<i32>(thread, layout.ts_py_recursion_limit) as u64, told as u64)?;
    let headroom = field::<i32>(thread, layout.ts_recursion_headroom);
    need(T7, (0..=8).contains(&headroom), || format!("a headroom of {headroom}"))?;
    if layout.ts_c_recursion_remaining >= 0 {
        let calls = |left: Left| here.machine - left.machine;
        let more = calls(apply) - calls(outer);
        return need(T7, calls(outer) >= 1 && more >= 1 && here.machine > 0, || {
            format!("the count of C's recursion goes down by {} and {}", calls(outer), calls(apply))
        });
    }
    let stack = &raw const layout as u64;
    // c_stack_top, c_stack_soft_limit and c_stack_hard_limit stand side by side.
    let soft = field::<u64>(thread, layout.ts_c_stack_soft_limit);
    let top = field::<u64>(thread, layout.ts_c_stack_soft_limit - 8);
    let hard = field::<u64>(thread, layout.ts_c_stack_soft_limit + 8);
    need(T7, hard < soft && soft < stack && stack < top && top - hard <= 1 << 36, || {
        format!("the machine stack at {stack:#x} is not within {soft:#x} to {top:#x}")
    })
}
