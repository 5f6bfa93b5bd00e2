//! T5: the thread's state and the frames of running functions, seen from a call that they make.

use super::objects::field;
use super::source::Program;
use super::view::{Denied, Found, Probe, View, calm, need};
use crate::python::Object;
use jitctl_core::{Borrowed, Host};
use std::sync::{Arc, Mutex, PoisonError};

const T5: Probe = Probe(5);

/// Runs `look` within a call from the probe's program, and gives what it found.
pub fn within<T: Send + 'static>(
    view: &View,
    program: &Program,
    entry: &str,
    look: impl Fn(Object, Borrowed<'_>) -> Found<T> + Send + Sync + 'static,
) -> Found<T> {
    let found: Arc<Mutex<Option<Found<T>>>> = Arc::default();
    let (kept, api) = (Arc::clone(&found), view.api);
    let probe = calm(
        T5,
        view.host.callable("jitctl_probe", move |host: Host, arguments| {
            if let Some(argument) = arguments.first() {
                // SAFETY: the thread is attached.
                let seen = look(unsafe { (api.PyThreadState_Get)() }, *argument);
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
            }
            Ok(host.none())
        }),
    )?;
    program.call(T5, entry, &[probe.borrow()])?;
    let seen = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    seen.unwrap_or_else(|| Err(Denied(T5, "the probe was not called".to_owned())))
}

/// The addresses of a function, its code and its names.
#[derive(Clone, Copy)]
struct Known {
    function: u64,
    code: usize,
    length: usize,
}

fn known(view: &View, program: &Program, name: &str) -> Found<Known> {
    let function = program.get(T5, name)?;
    let code = calm(T5, view.host.get(function.borrow(), "__code__"))?;
    let bytes = calm(T5, view.host.get(code.borrow(), "co_code").and_then(|code| view.host.to_bytes(code.borrow())))?;
    Ok(Known { function: function.address() as u64, code: code.address() as usize, length: bytes.len() })
}

/// T5.
pub fn check(view: &View, program: &Program) -> Found<()> {
    let (inner, outer) = (known(view, program, "inner")?, known(view, program, "outer")?);
    let (globals, builtins) = {
        let function = program.get(T5, "inner")?;
        let builtins = calm(T5, view.host.get(function.borrow(), "__builtins__"))?;
        (program.namespace.address() as u64, builtins.address() as u64)
    };
    let eyes = *view;
    within(view, program, "outer", move |thread, argument| {
        let frame = field::<Object>(thread, eyes.layout.ts_current_frame);
        callee(&eyes, thread, frame, inner, (globals, builtins))?;
        let behind = field::<Object>(frame, eyes.layout.frame_previous);
        caller(&eyes, behind, outer, argument.address())
    })?;
    let eyes = *view;
    let generator = program.get(T5, "gen")?;
    let owner = move |thread: Object, _: Borrowed<'_>| {
        let frame = field::<Object>(thread, eyes.layout.ts_current_frame);
        Ok(field::<u8>(frame, eyes.layout.frame_owner))
    };
    let list = program.eval(T5, "lambda probe: [*gen(probe)]")?;
    calm(
        T5,
        view.host.call_method(
            program.namespace.borrow(),
            "__setitem__",
            &[calm(T5, view.host.text("drain"))?.borrow(), list.borrow()],
        ),
    )?;
    drop((generator, list));
    let found = within(view, program, "drain", owner)?;
    view.same(T5, "the owner of a generator's frame", u64::from(found), 1)?;
    let eyes = *view;
    let shim = within(view, program, "apply", move |thread, _| {
        let frame = field::<Object>(thread, eyes.layout.ts_current_frame);
        let behind = field::<Object>(frame, eyes.layout.frame_previous);
        Ok(field::<u8>(behind, eyes.layout.frame_owner))
    })?;
    need(T5, shim >= 3, || format!("the owner of an entry frame is {shim}"))
}

/// The frame of the running function, called from Python.
fn callee(view: &View, thread: Object, frame: Object, it: Known, (globals, builtins): (u64, u64)) -> Found<()> {
    let (layout, tag) = (&view.layout, u64::from(view.layout.tagged_refs));
    let same = |what: &str, found: u64, expected: u64| view.same(T5, what, found, expected);
    same("f_executable", field::<u64>(frame, layout.frame_executable) & !tag, it.code as u64)?;
    same("f_funcobj", field::<u64>(frame, layout.frame_funcobj) & !tag, it.function)?;
    same("f_globals", field(frame, layout.frame_globals), globals)?;
    same("f_builtins", field(frame, layout.frame_builtins), builtins)?;
    same("f_locals", field(frame, layout.frame_locals), 0)?;
    same("frame_obj of a frame that nobody looked at", field(frame, layout.frame_frame_obj), 0)?;
    same("owner", u64::from(field::<u8>(frame, layout.frame_owner)), 0)?;
    let at = field::<usize>(frame, layout.frame_instr_ptr).wrapping_sub(it.code + layout.code_adaptive as usize);
    need(T5, at < it.length && at.is_multiple_of(2), || {
        format!("instr_ptr is {at} bytes into {} of bytecode", it.length)
    })?;
    // SAFETY: the running thread's state.
    let object = unsafe { (view.api.PyThreadState_GetFrame)(thread) };
    let (kept, back) = (field::<u64>(frame, layout.frame_frame_obj), field::<u64>(object, layout.frameobject_f_frame));
    let trace = field::<u64>(object, layout.frameobject_f_trace);
    // SAFETY: the new reference of above.
    unsafe { (view.api.Py_DecRef)(object) };
    same("frame_obj", kept, object as u64)?;
    same("f_frame of a frame object", back, frame as u64)?;
    same("f_trace of a frame object", trace, 0)?;
    let words = field::<i32>(it.code as Object, layout.code_framesize);
    let top = field::<usize>(thread, layout.ts_datastack_top);
    let limit = field::<usize>(thread, layout.ts_datastack_limit);
    let chunk = field::<usize>(thread, layout.ts_datastack_chunk);
    same("datastack_top", top as u64, frame as u64 + 8 * words as u64)?;
    let first = chunk + layout.chunk_data as usize;
    need(T5, first <= frame as usize && top <= limit && limit - first <= 1 << 24, || {
        format!("a frame at {frame:?} outside its chunk {chunk:#x} to {limit:#x}")
    })
}

/// The frame behind it, which stands in a call.
fn caller(view: &View, frame: Object, it: Known, passed: Object) -> Found<()> {
    let (layout, tag) = (&view.layout, u64::from(view.layout.tagged_refs));
    let same = |what: &str, found: u64, expected: u64| view.same(T5, what, found, expected);
    same("previous", field::<u64>(frame, layout.frame_executable) & !tag, it.code as u64)?;
    let code = it.code as Object;
    let locals = field::<i32>(code, layout.code_nlocalsplus);
    // SAFETY: the depth of a live frame.
    let depth = unsafe { crate::frames::depth(layout, frame) };
    let most = locals + field::<i32>(code, layout.code_stacksize);
    need(T5, (locals..=most).contains(&depth), || format!("a depth of {depth}, outside {locals} to {most}"))?;
    let skipped = field::<u16>(frame, layout.frame_return_offset);
    need(T5, (1..=16).contains(&skipped), || format!("return_offset is {skipped} in a call"))?;
    // The program's `outer`: probe, a = None, b = an object, r, c that is not bound.
    let slot = |index| field::<u64>(frame, layout.slot(index));
    let none = view.api._Py_NoneStruct as u64 | tag;
    same("a local that is None", slot(1), none)?;
    same("a local", slot(2), passed as u64)?;
    same("a local that is not bound", slot(4), layout.null_ref)
}
