//! T8: a frame of our own, made, seen, handed to the interpreter, and left, with everything balanced afterwards.

use super::objects::field;
use super::source::Program;
use super::view::{Found, Probe, View, calm, need};
use crate::frames;
use crate::python::Object;
use crate::runtime::Runtime;
use jitctl_core::{Borrowed, Owned};

const T8: Probe = Probe(8);

/// What must be as before.
#[derive(Debug, PartialEq)]
struct Balance {
    frame: usize,
    top: usize,
    remaining: i32,
    counts: [u32; 3],
}

fn balance(runtime: &Runtime, thread: Object, objects: [Object; 3]) -> Balance {
    let layout = &runtime.layout;
    Balance {
        frame: field(thread, layout.ts_current_frame),
        top: field(thread, layout.ts_datastack_top),
        remaining: field(thread, layout.ts_py_recursion_remaining),
        counts: objects.map(|object| field(object, layout.object_refcnt)),
    }
}

/// A frame for a call with two arguments, linked, as machine code begins one.
///
/// # Safety
/// A live function with two parameters, and live arguments that outlive the frame.
unsafe fn enter(runtime: &Runtime, thread: Object, function: Object, arguments: [Object; 2]) -> Found<Object> {
    let layout = &runtime.layout;
    // SAFETY: the caller's promise.
    unsafe {
        let code = Runtime::read::<Object>(function, layout.func_code);
        let shape = frames::FrameShape::of(layout, code);
        let frame = frames::push(runtime, thread, shape.words);
        need(T8, !frame.is_null(), || "no room for a frame".to_owned())?;
        frames::fill(runtime, thread, frame, function, code);
        for (index, argument) in (0..).zip(arguments) {
            Runtime::write::<u64>(frame, layout.slot(index), frames::borrowed(runtime, argument));
        }
        Runtime::write::<Object>(frame, layout.frame_instr_ptr, start(runtime, code));
        Runtime::write::<Object>(thread, layout.ts_current_frame, frame);
        let remaining = Runtime::read::<i32>(thread, layout.ts_py_recursion_remaining);
        Runtime::write::<i32>(thread, layout.ts_py_recursion_remaining, remaining - 1);
        Ok(frame)
    }
}

fn start(runtime: &Runtime, code: Object) -> Object {
    code.wrapping_byte_offset(runtime.layout.code_adaptive as isize)
}

/// T8.
pub fn check(view: &View, runtime: &Runtime, program: &Program) -> Found<()> {
    let (one, two) = (calm(T8, view.host.float(1.0))?, calm(T8, view.host.float(2.0))?);
    let (give, fail) = (program.get(T8, "give")?, program.get(T8, "fail")?);
    handed_over(view, runtime, &give, &one, &two)?;
    raising(view, runtime, &fail, &one, &two)?;
    seen(view, runtime, &give, &one, &two)
}

/// The interpreter runs the function from its start.
fn handed_over(view: &View, runtime: &Runtime, function: &Owned, one: &Owned, two: &Owned) -> Found<()> {
    let thread = runtime.thread();
    let objects = [function.address(), one.address(), two.address()];
    let before = balance(runtime, thread, objects);
    // SAFETY: a live function with two parameters, and live arguments.
    let result = unsafe {
        let frame = enter(runtime, thread, function.address(), [one.address(), two.address()])?;
        let code = Runtime::read::<Object>(function.address(), runtime.layout.func_code);
        let locals = frames::FrameShape::of(&runtime.layout, code).locals;
        let result = frames::resume(runtime, thread, frame, start(runtime, code), locals, false);
        let remaining = Runtime::read::<i32>(thread, runtime.layout.ts_py_recursion_remaining);
        Runtime::write::<i32>(thread, runtime.layout.ts_py_recursion_remaining, remaining + 1);
        result
    };
    need(T8, !result.is_null(), || "a frame of ours raised".to_owned())?;
    let second = field::<u64>(result, runtime.layout.tuple_items + 8);
    // SAFETY: the result of above.
    unsafe { (runtime.api.Py_DecRef)(result) };
    view.same(T8, "the result of a frame of ours", second, two.address() as u64)?;
    let after = balance(runtime, thread, objects);
    need(T8, before == after, || format!("a frame of ours leaves {after:?}, not {before:?}"))
}

/// It raises, and the exception shows the frame.
fn raising(view: &View, runtime: &Runtime, function: &Owned, one: &Owned, two: &Owned) -> Found<()> {
    let thread = runtime.thread();
    // SAFETY: as above; the exception is a new reference.
    let exception = unsafe {
        let frame = enter(runtime, thread, function.address(), [one.address(), two.address()])?;
        let code = Runtime::read::<Object>(function.address(), runtime.layout.func_code);
        let locals = frames::FrameShape::of(&runtime.layout, code).locals;
        let result = frames::resume(runtime, thread, frame, start(runtime, code), locals, false);
        let remaining = Runtime::read::<i32>(thread, runtime.layout.ts_py_recursion_remaining);
        Runtime::write::<i32>(thread, runtime.layout.ts_py_recursion_remaining, remaining + 1);
        need(T8, result.is_null(), || "a frame of ours did not raise".to_owned())?;
        let raw = (runtime.api.PyErr_GetRaisedException)();
        let exception = view.host.own(Borrowed::from_address(raw));
        (runtime.api.Py_DecRef)(raw);
        exception
    };
    let name = view.host.type_name(exception.borrow());
    need(T8, name == "ZeroDivisionError", || format!("a frame of ours raised {name}"))?;
    let traceback = calm(T8, view.host.get(exception.borrow(), "__traceback__"))?;
    let frame = calm(T8, view.host.get(traceback.borrow(), "tb_frame"))?;
    let code = calm(T8, view.host.get(frame.borrow(), "f_code"))?;
    let own = calm(T8, view.host.get(function.borrow(), "__code__"))?;
    view.same(T8, "the code in a traceback", code.address() as u64, own.address() as u64)
}

/// Somebody keeps its frame object, and it is left without the interpreter.
fn seen(view: &View, runtime: &Runtime, function: &Owned, one: &Owned, two: &Owned) -> Found<()> {
    let thread = runtime.thread();
    let objects = [function.address(), one.address(), two.address()];
    let before = balance(runtime, thread, objects);
    // SAFETY: as above; the frame object is a new reference.
    let object = unsafe {
        let frame = enter(runtime, thread, function.address(), [one.address(), two.address()])?;
        let raw = (runtime.api.PyThreadState_GetFrame)(thread);
        let remaining = Runtime::read::<i32>(thread, runtime.layout.ts_py_recursion_remaining);
        Runtime::write::<i32>(thread, runtime.layout.ts_py_recursion_remaining, remaining + 1);
        frames::leave(runtime, thread, frame);
        need(T8, !raw.is_null(), || "a frame of ours cannot be seen".to_owned())?;
        let object = view.host.own(Borrowed::from_address(raw));
        (runtime.api.Py_DecRef)(raw);
        object
    };
    let locals = calm(T8, view.host.get(object.borrow(), "f_locals"))?;
    let key = calm(T8, view.host.text("b"))?;
    let value = calm(T8, view.host.item(locals.borrow(), key.borrow()))?;
    view.same(T8, "a local of a frame that was left", value.address() as u64, two.address() as u64)?;
    drop((locals, value, object));
    let after = balance(runtime, thread, objects);
    need(T8, before == after, || format!("a frame that was seen leaves {after:?}, not {before:?}"))
}
