//! Boxes for the numbers that locals hold unboxed.

use crate::exits;
use crate::ir::{Held, Num};
use crate::python::Object;
use crate::runtime::{self, Runtime};

unsafe fn hold(slot: *mut u64, num: Num, held: Held, raw: u64) -> i32 {
    let Some(runtime) = runtime::get() else { return 0 };
    // SAFETY: machine code gives the slot of a local in this state.
    i32::from(unsafe { exits::hold(runtime, slot, num, held, raw) })
}

/// The slot of an int that has no box gets one. 0 where memory ran out.
///
/// # Safety
/// The slot is empty.
pub unsafe extern "C" fn rt_hold_int(slot: *mut u64, raw: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hold(slot, Num::Int, Held::Empty, raw) }
}

/// The same where the slot may hold an older number.
///
/// # Safety
/// As said.
pub unsafe extern "C" fn rt_hold_int_stale(slot: *mut u64, raw: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hold(slot, Num::Int, Held::Stale, raw) }
}

/// The slot of a float that has no box gets one.
///
/// # Safety
/// The slot is empty.
pub unsafe extern "C" fn rt_hold_float(slot: *mut u64, raw: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hold(slot, Num::Float, Held::Empty, raw) }
}

/// The same where the slot may hold an older number: its box is used again where nobody else has it.
///
/// # Safety
/// As said.
pub unsafe extern "C" fn rt_hold_float_stale(slot: *mut u64, raw: u64) -> i32 {
    let Some(runtime) = runtime::get() else { return 0 };
    let layout = &runtime.layout;
    // SAFETY: the caller's promise; an exact float that only this slot owns may be overwritten.
    unsafe {
        if layout.inline_refcounts && *slot != layout.null_ref {
            let object = *slot as Object;
            let float = Runtime::read::<usize>(object, layout.object_type) == runtime.api.PyFloat_Type;
            if float && Runtime::read::<i32>(object, layout.object_refcnt) == 1 {
                Runtime::write::<u64>(object, layout.float_value, raw);
                return 1;
            }
        }
        hold(slot, Num::Float, Held::Stale, raw)
    }
}

/// The slot of a bool gets the singleton, whatever number it held.
///
/// # Safety
/// The slot is empty or owns a number.
pub unsafe extern "C" fn rt_hold_bool(slot: *mut u64, raw: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hold(slot, Num::Bool, Held::Stale, raw) }
}
