//! Arguments that change hands. Where the interpreter calls a Python function, it moves the values from the caller's stack into the
//! frame of the callee, which may end their life with `del`. A function that has an entry of its own is called as C is: its caller
//! keeps the arguments until it returns. So that a temporary ends where it would, its reference is taken from the caller.
//!
//! A moved argument has a count that is too low by one until the callee has taken its own reference. Nothing may run in between that
//! frees or collects; [`Hold`] makes up for it where something must.

use super::bind::{COMPLETE_FLAG, OFFSET_FLAG};
use crate::frames::FrameShape;
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::sync::OnceLock;

/// More arguments than this stay with their caller.
pub const MOST: usize = 32;

/// What an instruction is, of those that call with the arguments on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Other,
    Call,
    /// The names of keywords are above the arguments.
    CallKw,
    /// The arguments are the items of a tuple.
    CallSpread,
}

static FORMS: OnceLock<[Form; 256]> = OnceLock::new();

fn forms(runtime: &Runtime) -> &'static [Form; 256] {
    if let Some(forms) = FORMS.get() {
        return forms;
    }
    // Asked outside the cell: that may run Python, and whoever waits for a cell keeps the GIL from the one who fills it.
    let opcodes = runtime.host.opcodes().unwrap_or_default();
    let mut forms = [Form::Other; 256];
    for one in &opcodes {
        let base = opcodes.iter().find(|other| other.number == one.base).map_or("", |other| other.name.as_str());
        let form = match base {
            "CALL" | "INSTRUMENTED_CALL" => Form::Call,
            "CALL_KW" | "INSTRUMENTED_CALL_KW" => Form::CallKw,
            "CALL_FUNCTION_EX" | "INSTRUMENTED_CALL_FUNCTION_EX" => Form::CallSpread,
            _ => Form::Other,
        };
        if let Some(place) = forms.get_mut(usize::from(one.number)) {
            *place = form;
        }
    }
    FORMS.get_or_init(|| forms)
}

/// How many arguments a call has, named ones included.
///
/// # Safety
/// The `count` and `keywords` of a vectorcall.
unsafe fn number(runtime: &Runtime, count: usize, keywords: Object) -> usize {
    let mut named = 0;
    if !keywords.is_null() {
        // SAFETY: the caller's promise: a tuple.
        named = unsafe { Runtime::read::<usize>(keywords, runtime.layout.var_size) };
    }
    (count & !(OFFSET_FLAG | COMPLETE_FLAG)) + named
}

/// Lowers a count without an end of the object: whoever is called next raises it.
///
/// # Safety
/// `object` is a live object, one reference of which is given away.
unsafe fn lower(object: Object) {
    // SAFETY: the count is the first field; it is negative for immortal objects, which keep it.
    unsafe {
        let count = object.cast::<i32>();
        if *count > 0 {
            *count -= 1;
        }
    }
}

/// Arguments that are kept while something runs that may free or collect.
pub struct Hold {
    arguments: *const Object,
    number: usize,
}

impl Hold {
    /// # Safety
    /// A vectorcall's arguments, or those of one in the complete form.
    pub unsafe fn begin(runtime: &Runtime, arguments: *const Object, count: usize, keywords: Object) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            let number = number(runtime, count, keywords);
            (0..number).for_each(|index| (runtime.api.Py_IncRef)(*arguments.add(index)));
            Self { arguments, number }
        }
    }

    /// The function is called next.
    ///
    /// # Safety
    /// As for [`Hold::begin`]; the arguments are still there.
    pub unsafe fn lend(self) {
        // SAFETY: the caller's promise.
        unsafe { (0..self.number).for_each(|index| lower(*self.arguments.add(index))) }
    }

    /// The function is not called.
    ///
    /// # Safety
    /// As for [`Hold::lend`].
    pub unsafe fn end(self, runtime: &Runtime) {
        // SAFETY: the caller's promise.
        unsafe { (0..self.number).for_each(|index| (runtime.api.Py_DecRef)(*self.arguments.add(index))) }
    }
}

/// Takes from the interpreter's stack what only that holds of the arguments of the call that it is about to make.
///
/// # Safety
/// A boxed entry calls it with its own arguments, after it has read them: on 3.13 they are overwritten. The function's code is called next.
pub unsafe extern "C" fn rt_take(function: Object, arguments: *const Object, count: usize, keywords: Object) -> usize {
    if let Some(runtime) = runtime::get() {
        // SAFETY: the caller's promise.
        unsafe { take(runtime, function, arguments, count, keywords) };
    }
    0
}

/// The same; gives what the arguments were where they stood in the interpreter's stack itself, which does not have them any more.
///
/// # Safety
/// A vectorcall of `function`, whose code is called next.
pub unsafe fn take(
    runtime: &Runtime,
    function: Object,
    arguments: *const Object,
    count: usize,
    keywords: Object,
) -> Option<[Object; MOST]> {
    let layout = &runtime.layout;
    // SAFETY: `place` says where the arguments stand in the stack of the frame that makes the call.
    unsafe {
        if count & COMPLETE_FLAG != 0 {
            return None;
        }
        let number = number(runtime, count, keywords);
        let caller = Caller::of(runtime, number)?;
        let mut copies = [std::ptr::null_mut(); MOST];
        if caller.form == Form::CallSpread {
            if count & OFFSET_FLAG != 0 || !keywords.is_null() || !caller.spreads(runtime, function, arguments, number)
            {
                return None;
            }
            for (index, copy) in copies.iter_mut().enumerate().take(number) {
                let item = arguments.add(index).cast_mut();
                *copy = std::mem::replace(&mut *item, runtime.api._Py_NoneStruct as Object);
                lower(*copy);
            }
            return Some(copies);
        }
        let (first, has_self) = caller.place(runtime, function, arguments, number, keywords)?;
        for (index, copy) in copies.iter_mut().enumerate().take(number) {
            *copy = *arguments.add(index);
            let slot = first.add(index);
            let borrowed = layout.tagged_refs && *slot & 1 != 0;
            if borrowed || index == 0 && has_self && !layout.call_rereads_self {
                continue;
            }
            *slot = runtime.api._Py_NoneStruct as u64 | u64::from(layout.tagged_refs);
            lower(*copy);
        }
        (!layout.tagged_refs).then_some(copies)
    }
}

/// The interpreter's frame that makes the call, if it is that which calls, and by an instruction that leaves the arguments to it.
struct Caller {
    frame: Object,
    instruction: *const u8,
    form: Form,
    /// Its stack, as far as the code object allows.
    bottom: *mut u64,
    limit: *mut u64,
}

impl Caller {
    /// # Safety
    /// Nothing was called since the interpreter made the call of which this asks.
    unsafe fn of(runtime: &Runtime, number: usize) -> Option<Self> {
        let layout = &runtime.layout;
        // SAFETY: fields of the frame that is current.
        unsafe {
            let frame = Runtime::read::<Object>(runtime.thread(), layout.ts_current_frame);
            if frame.is_null() || number == 0 || number > MOST {
                return None;
            }
            let code = object(runtime, Runtime::read::<u64>(frame, layout.frame_executable));
            let instruction = Runtime::read::<*const u8>(frame, layout.frame_instr_ptr);
            if code.is_null()
                || Runtime::read::<usize>(code, layout.object_type) != runtime.api.PyCode_Type
                || instruction.is_null()
            {
                return None;
            }
            let form = forms(runtime)[usize::from(*instruction)];
            let shape = FrameShape::of(layout, code);
            let bottom = frame.byte_offset(layout.slot(shape.locals) as isize).cast::<u64>();
            let limit = bottom.add(usize::try_from(shape.stack).unwrap_or(0));
            (form != Form::Other).then_some(Self { frame, instruction, form, bottom, limit })
        }
    }

    /// Are the arguments the items of a tuple that only this frame's stack has? The interpreter gives such a tuple back before it runs
    /// a Python function, so that nobody sees what becomes of it.
    ///
    /// # Safety
    /// As for [`take`].
    unsafe fn spreads(&self, runtime: &Runtime, function: Object, arguments: *const Object, number: usize) -> bool {
        let layout = &runtime.layout;
        // SAFETY: only words of this frame's stack are read until one of them is the tuple, right above the callable that is called.
        unsafe {
            let tuple = arguments.byte_sub(layout.tuple_items as usize) as Object;
            let size = self.limit.offset_from(self.bottom);
            let found = (2..size).rev().any(|at| {
                let slot = self.bottom.offset(at);
                // A reference that is borrowed carries a tag: somebody else has the tuple as well.
                *slot == tuple as u64 && *slot.sub(1) == layout.null_ref && object(runtime, *slot.sub(2)) == function
            });
            found
                && Runtime::read::<usize>(tuple, layout.object_type) == runtime.api.PyTuple_Type
                && Runtime::read::<usize>(tuple, layout.var_size) == number
                && Runtime::read::<i32>(tuple, 0) == 1
        }
    }

    /// Where the arguments stand in the stack, and whether the first one is `self`.
    ///
    /// # Safety
    /// As for [`take`].
    unsafe fn place(
        &self,
        runtime: &Runtime,
        function: Object,
        arguments: *const Object,
        number: usize,
        keywords: Object,
    ) -> Option<(*mut u64, bool)> {
        let (layout, form) = (&runtime.layout, self.form);
        if (form == Form::CallKw) == keywords.is_null() {
            return None;
        }
        // SAFETY: the frame's stack lies between its locals and what its code object allows.
        unsafe {
            let end = if layout.frame_stackpointer >= 0 {
                let top = Runtime::read::<*mut u64>(self.frame, layout.frame_stackpointer);
                if top.is_null() { top } else { top.sub(usize::from(form == Form::CallKw)) }
            } else {
                arguments.add(number).cast_mut().cast::<u64>()
            };
            let oparg = usize::from(*self.instruction.add(1));
            // Callable, self or nothing, arguments.
            let first = self.bottom as usize + 8 * (oparg + 2);
            if end > self.limit || (end as usize) < first || number < oparg || number > oparg + 1 {
                return None;
            }
            let (callable, first) = (end.sub(oparg + 2), end.sub(number));
            let same = object(runtime, *callable) == function
                && (form == Form::Call || layout.frame_stackpointer < 0 || object(runtime, *end) == keywords)
                && (number == oparg + 1) == (*end.sub(oparg + 1) != layout.null_ref)
                && (0..number).all(|index| object(runtime, *first.add(index)) == *arguments.add(index));
            same.then_some((first, number == oparg + 1))
        }
    }
}

/// The object of a word in a frame.
fn object(runtime: &Runtime, word: u64) -> Object {
    if runtime.layout.tagged_refs { (word & !1) as Object } else { word as Object }
}

/// `PyObject_Vectorcall` by machine code. A Python function gets the arguments that `moved` names, one bit each, for its own; what
/// is left in their place is given back by the caller.
///
/// # Safety
/// Machine code calls it with an array that it may write to, whose arguments it owns where `moved` says so.
pub unsafe extern "C" fn rt_call_moving(
    callable: Object,
    arguments: *mut Object,
    flags: usize,
    keywords: Object,
    moved: u64,
) -> Object {
    let Some(runtime) = runtime::get() else { return std::ptr::null_mut() };
    // SAFETY: the caller's promise; a Python function takes references to all its arguments before anything else.
    unsafe {
        let number = number(runtime, flags, keywords);
        let plain = Runtime::read::<usize>(callable, runtime.layout.object_type) == runtime.api.PyFunction_Type;
        if !plain || number > MOST {
            return (runtime.api.PyObject_Vectorcall)(callable, arguments, flags, keywords);
        }
        let mut copies = [std::ptr::null_mut(); MOST];
        for (index, copy) in copies.iter_mut().enumerate().take(number) {
            *copy = *arguments.add(index);
            if moved >> index & 1 != 0 {
                *arguments.add(index) = runtime.api._Py_NoneStruct as Object;
                lower(*copy);
            }
        }
        (runtime.api.PyObject_Vectorcall)(callable, copies.as_ptr(), flags & !OFFSET_FLAG, keywords)
    }
}
