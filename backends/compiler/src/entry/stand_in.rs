//! For tests of the runtime alone (feature `stand-in`): machine code of a few bytes that enters a function of Rust, which does what
//! emitted code does at its borders. A function with the body `return f(x)` makes the call itself; every other one is handed to
//! the interpreter at its start.

use super::bind::{OFFSET_FLAG, complete};
use super::cells::UnitCell;
use super::interpret::{is_stack_short, rt_bind, rt_interpret};
use super::poll::{EVENTS, monitor_words, rt_poll};
use super::unit::{Compiled, Context, ExitSeen, Exits, Reason, Refusal};
use crate::frames;
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::collections::HashMap;
use std::ptr::null_mut;
use std::sync::Mutex;

struct Counted(u64);

static EXITS: Mutex<Option<HashMap<u64, u64>>> = Mutex::new(None);
static CALLS: Mutex<Option<HashMap<usize, (u32, u32, u32)>>> = Mutex::new(None);

impl Exits for Counted {
    fn seen(&self) -> Vec<ExitSeen> {
        let count = EXITS.lock().ok().and_then(|map| map.as_ref()?.get(&self.0).copied()).unwrap_or(0);
        vec![ExitSeen { line: 1, offset: 0, reason: "stand-in", count, detail: 0 }]
    }
}

pub fn compile(context: &Context<'_>) -> Result<Compiled, Refusal> {
    let host = context.runtime.host;
    let facts = host.facts(context.function).map_err(|error| Refusal {
        code: "unsupported",
        line: None,
        message: error.to_string(),
        wants_profile: false,
    })?;
    let code = facts.code();
    let flags = code.has_varargs() || code.has_varkeywords() || code.is_generator() || code.is_coroutine();
    if flags {
        return Err(Refusal { code: "varargs", line: None, message: "takes more".to_owned(), wants_profile: false });
    }
    let instructions = code.instructions();
    let names: HashMap<u16, String> =
        host.opcodes().unwrap_or_default().into_iter().map(|op| (op.number, op.name)).collect();
    let at = instructions.iter().position(|one| names.get(&one.opcode).is_some_and(|name| name == "CALL"));
    if code.name() == "opaque"
        && let Some(at) = at
    {
        let (call, after) = (2 * instructions[at].offset, 2 * instructions[at + 1].offset);
        let last = 2 * instructions[instructions.len() - 1].offset;
        CALLS
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .get_or_insert_default()
            .insert(context.code.address() as usize, (call, after, last));
    }
    let mut bytes = vec![0x49, 0xB8];
    bytes.extend((context.cell as u64).to_le_bytes());
    bytes.extend([0x48, 0xB8]);
    bytes.extend((entry as *const () as u64).to_le_bytes());
    bytes.extend([0xFF, 0xE0]);
    // SAFETY: the unit's words.
    let number = unsafe { (*context.cell).number };
    Ok(Compiled {
        code: bytes,
        boxed: 0,
        direct: None,
        holds: Vec::new(),
        assumes: assumptions(context),
        exits: Box::new(Counted(number)),
        lines: (code.first_line(), code.first_line()),
        notes: vec!["a stand-in".to_owned()],
    })
}

/// The global `G`, where the function's globals have one; the class of its first argument, where that is called `Watched`.
fn assumptions(context: &Context<'_>) -> Vec<super::Assumption> {
    let host = context.runtime.host;
    let mut assumes = Vec::new();
    let key = host.get(context.code, "co_names").and_then(|names| host.item(names.borrow(), host.int(0)?.borrow()));
    if let (Ok(dict), Ok(key)) = (host.get(context.function, "__globals__"), key)
        && let Ok(value) = host.item(dict.borrow(), key.borrow())
    {
        assumes.push(super::Assumption::Dict { dict, key, value: Some(value.address() as usize) });
    }
    if let Some(first) = context.arguments.as_ref().and_then(|all| all.first())
        && host.type_name(first.borrow()) == "Watched"
        && let Ok(class) = host.get(first.borrow(), "__class__")
    {
        assumes.push(super::Assumption::Type { class });
    }
    assumes
}

unsafe fn is_fine(runtime: &Runtime, thread: Object, cell: *mut UnitCell) -> bool {
    unsafe {
        let [one, two] = monitor_words(runtime, (*cell).code as Object);
        let breaker = Runtime::read::<u64>(thread, runtime.layout.ts_eval_breaker);
        (breaker ^ std::ptr::read_volatile(&raw const (*cell).expected)) | *(one as *const u64) | *(two as *const u64)
            == 0
    }
}

unsafe fn exit(
    runtime: &Runtime,
    thread: Object,
    frame: Object,
    cell: *mut UnitCell,
    offset: u32,
    depth: i32,
) -> Object {
    unsafe {
        let number = (*cell).number;
        *EXITS.lock().unwrap_or_else(|e| e.into_inner()).get_or_insert_default().entry(number).or_default() += 1;
        let instruction =
            ((*cell).code as Object).wrapping_byte_offset((runtime.layout.code_adaptive as u32 + offset) as isize);
        let result = frames::resume(runtime, thread, frame, instruction, depth, false);
        super::feedback::note_exit(number);
        result
    }
}

/// # Safety
/// The machine code of above jumps here.
unsafe extern "C" fn entry(
    function: Object,
    arguments: *const Object,
    count: usize,
    keywords: Object,
    cell: *mut UnitCell,
) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    let layout = &runtime.layout;
    unsafe {
        let code = (*cell).code as Object;
        if count & !OFFSET_FLAG != complete(runtime, code) || !keywords.is_null() {
            return rt_bind(function, arguments, count, keywords, cell);
        }
        let thread = runtime.thread();
        if is_stack_short(runtime, thread) {
            return rt_interpret(function, arguments, count, keywords, cell, Reason::StackShort as u32);
        }
        let remaining = Runtime::read::<i32>(thread, layout.ts_py_recursion_remaining);
        if remaining <= 0 {
            return rt_interpret(function, arguments, count, keywords, cell, Reason::Recursion as u32);
        }
        let shape = frames::FrameShape::of(layout, code);
        let frame = frames::rt_push(thread, i64::from(shape.words));
        if frame.is_null() {
            return null_mut();
        }
        (*cell).entered += 1;
        Runtime::write::<i32>(thread, layout.ts_py_recursion_remaining, remaining - 1);
        frames::fill(runtime, thread, frame, function, code);
        let parameters =
            Runtime::read::<i32>(code, layout.code_argcount) + Runtime::read::<i32>(code, layout.code_kwonlyargcount);
        for index in 0..parameters {
            Runtime::write::<u64>(frame, layout.slot(index), frames::strong(runtime, *arguments.add(index as usize)));
        }
        Runtime::write::<Object>(
            frame,
            layout.frame_instr_ptr,
            code.wrapping_byte_offset(layout.code_adaptive as isize),
        );
        Runtime::write::<Object>(thread, layout.ts_current_frame, frame);
        let result = body(runtime, thread, frame, cell, shape.locals, arguments);
        let remaining = Runtime::read::<i32>(thread, layout.ts_py_recursion_remaining);
        Runtime::write::<i32>(thread, layout.ts_py_recursion_remaining, remaining + 1);
        if let Some(result) = result.leave {
            frames::rt_leave_slow(thread, frame);
            (*cell).left += 1;
            return result;
        }
        (*cell).left += 1;
        result.gone
    }
}

struct Ended {
    /// The frame is to be left.
    leave: Option<Object>,
    /// The interpreter finished it.
    gone: Object,
}

unsafe fn body(
    runtime: &Runtime,
    thread: Object,
    frame: Object,
    cell: *mut UnitCell,
    locals: i32,
    arguments: *const Object,
) -> Ended {
    let layout = &runtime.layout;
    unsafe {
        let code = (*cell).code as Object;
        let gone = |object| Ended { leave: None, gone: object };
        if !is_fine(runtime, thread, cell) {
            match rt_poll(thread, frame, cell) {
                0 => {}
                1 => return gone(exit(runtime, thread, frame, cell, 0, locals)),
                _ => {
                    frames::traceback(thread, frame);
                    return Ended { leave: Some(null_mut()), gone: null_mut() };
                }
            }
        }
        let known =
            CALLS.lock().unwrap_or_else(|e| e.into_inner()).as_ref().and_then(|map| map.get(&(code as usize)).copied());
        let Some((call, after, last)) = known else { return gone(exit(runtime, thread, frame, cell, 0, locals)) };
        let instruction = |offset: u32| code.wrapping_byte_offset((layout.code_adaptive as u32 + offset) as isize);
        Runtime::write::<Object>(frame, layout.frame_instr_ptr, instruction(call));
        let passed = [*arguments.add(1)];
        let result = (runtime.api.PyObject_Vectorcall)(*arguments, passed.as_ptr(), 1, null_mut());
        if result.is_null() {
            frames::traceback(thread, frame);
            return Ended { leave: Some(null_mut()), gone: null_mut() };
        }
        let seen = !Runtime::read::<Object>(frame, layout.frame_frame_obj).is_null();
        let breaker = Runtime::read::<u64>(thread, layout.ts_eval_breaker) & EVENTS;
        if seen || (!is_fine(runtime, thread, cell) && breaker == 0) {
            Runtime::write::<u64>(frame, layout.slot(locals), frames::steal(layout, result));
            return gone(exit(runtime, thread, frame, cell, after, locals + 1));
        }
        Runtime::write::<Object>(frame, layout.frame_instr_ptr, instruction(last));
        Ended { leave: Some(result), gone: null_mut() }
    }
}
