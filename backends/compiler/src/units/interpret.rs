//! Calls that the interpreter runs as a whole.

use super::bind::{COMPLETE_FLAG, OFFSET_FLAG, bind, complete};
use super::cells::UnitCell;
use super::moving::{self, Hold};
use super::unit::Reason;
use super::{feedback, poll, table};
use crate::python::Object;
use crate::runtime::{self, Runtime};
use std::ptr::null_mut;

/// A call in another form than the boxed entry takes: binds it and enters again; what does not fit goes to the interpreter.
///
/// # Safety
/// The boxed entry of the unit of `cell` calls it with its own arguments.
pub unsafe extern "C" fn rt_bind(
    function: Object,
    arguments: *const Object,
    count: usize,
    keywords: Object,
    cell: *mut UnitCell,
) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: the caller's promise. Binding runs no Python code, so that the values are still there when the entry takes them.
    unsafe {
        let inside = Inside::begin(cell);
        let positional = count & !OFFSET_FLAG;
        let values = bind(runtime, function, arguments, positional, keywords);
        let code = Runtime::read::<Object>(function, runtime.layout.func_code);
        match values {
            Some(values) if code as usize == (*inside.0).code => {
                let boxed = std::mem::transmute::<usize, crate::layout::Vectorcall>((*inside.0).boxed);
                moving::take(runtime, function, arguments, count, keywords);
                boxed(function, values.as_ptr(), complete(runtime, code), null_mut())
            }
            _ => {
                // An activation like those that begin in the unit.
                (*inside.0).entered += 1;
                (*inside.0).left = (*inside.0).left.wrapping_add(1);
                usual(runtime, function, arguments, count, keywords)
            }
        }
    }
}

/// A helper that will return into the unit's machine code: the unit stays until this is dropped.
struct Inside(*mut UnitCell);

impl Inside {
    /// # Safety
    /// The words of a unit whose machine code is running.
    unsafe fn begin(cell: *mut UnitCell) -> Self {
        // SAFETY: the caller's promise; ordered by the GIL.
        unsafe { (*cell).left = (*cell).left.wrapping_sub(1) };
        Self(cell)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // SAFETY: the unit is active until now, so its words are there.
        unsafe { (*self.0).left = (*self.0).left.wrapping_add(1) };
    }
}

/// Lets the interpreter run the whole call, for a [`Reason`].
///
/// # Safety
/// The boxed entry of the unit of `cell` calls it with its own arguments, before anything of the function was done.
pub unsafe extern "C" fn rt_interpret(
    function: Object,
    arguments: *const Object,
    count: usize,
    keywords: Object,
    cell: *mut UnitCell,
    reason: u32,
) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe {
        let inside = Inside::begin(cell);
        let number = (*inside.0).number;
        let hold = Hold::begin(runtime, arguments, count, keywords);
        if reason == Reason::Spoiled as u32 {
            match poll::quiet_entry(runtime, runtime.thread(), number) {
                Ok(None) => {}
                Ok(Some(boxed)) => {
                    let boxed = std::mem::transmute::<usize, crate::layout::Vectorcall>(boxed);
                    hold.lend();
                    return boxed(function, arguments, count, keywords);
                }
                Err(()) => {
                    hold.end(runtime);
                    return null_mut();
                }
            }
        }
        feedback::note_interpreted(number, reason);
        hold.lend();
        // The machine stack is looked at last in the entry, but it matters most: what is pending can be so at every level.
        if reason == Reason::StackShort as u32 || is_stack_short(runtime, runtime.thread()) {
            return without_entry(runtime, function, arguments, count, keywords);
        }
        usual(runtime, function, arguments, count, keywords)
    }
}

/// CPython's own entry, also for a call in the complete form.
///
/// # Safety
/// A vectorcall of `function`, or one in the complete form.
pub unsafe fn usual(
    runtime: &Runtime,
    function: Object,
    arguments: *const Object,
    count: usize,
    keywords: Object,
) -> Object {
    if count & COMPLETE_FLAG == 0 {
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(values) = moving::take(runtime, function, arguments, count, keywords) {
                return (runtime.usual)(function, values.as_ptr(), count & !OFFSET_FLAG, keywords);
            }
            return (runtime.usual)(function, arguments, count, keywords);
        }
    }
    let (layout, api) = (&runtime.layout, &runtime.api);
    // SAFETY: in the complete form the values behind the positional ones are those of the keyword-only parameters, whose names stand
    // behind the positional ones in the code object.
    unsafe {
        let code = Runtime::read::<Object>(function, layout.func_code);
        let positional = Runtime::read::<i32>(code, layout.code_argcount);
        let keyword_only = Runtime::read::<i32>(code, layout.code_kwonlyargcount);
        let all = Runtime::read::<Object>(code, layout.code_localsplusnames);
        let names = (api.PyTuple_New)(keyword_only as isize);
        if names.is_null() {
            return null_mut();
        }
        for index in 0..keyword_only {
            let name = Runtime::read::<Object>(all, layout.tuple_items + 8 * (positional + index));
            (api.Py_IncRef)(name);
            Runtime::write::<Object>(names, layout.tuple_items + 8 * index, name);
        }
        let result = (runtime.usual)(function, arguments, positional as usize, names);
        (api.Py_DecRef)(names);
        result
    }
}

/// Is so little of the machine stack left that the interpreter should recurse on its own?
///
/// # Safety
/// `thread` is the running thread's state.
pub unsafe fn is_stack_short(runtime: &Runtime, thread: Object) -> bool {
    let layout = &runtime.layout;
    // SAFETY: fields of the thread's state.
    unsafe {
        if layout.ts_c_recursion_remaining >= 0 {
            return Runtime::read::<i32>(thread, layout.ts_c_recursion_remaining) < layout.c_recursion_reserve;
        }
        let here = &raw const layout as i64;
        here < Runtime::read::<i64>(thread, layout.ts_c_stack_soft_limit) + layout.stack_reserve
    }
}

/// Runs the call with CPython's entry in the function: whatever it calls of itself is then run without the machine stack.
///
/// # Safety
/// As for [`usual`].
pub unsafe fn without_entry(
    runtime: &Runtime,
    function: Object,
    arguments: *const Object,
    count: usize,
    keywords: Object,
) -> Object {
    // SAFETY: a live function, kept by the caller.
    unsafe {
        (runtime.api.PyFunction_SetVectorcall)(function, runtime.usual);
        let result = usual(runtime, function, arguments, count, keywords);
        table::enter_again(runtime, function);
        result
    }
}
