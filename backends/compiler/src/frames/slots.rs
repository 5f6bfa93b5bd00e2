//! References in the slots of a frame. From 3.14 on the lowest bit says that a slot does not own its reference: borrowed, or the
//! object is immortal. 3.13 has no such bit, and every slot owns what it holds.

use crate::layout::Layout;
use crate::python::Object;
use crate::runtime::Runtime;

const TAG: u64 = 1;
/// Two bits: an integer in place of a reference (3.14 and later).
const INTEGER: u64 = 3;

/// The object that a slot's word leads to; null where it is empty or an integer.
#[must_use]
pub fn object(layout: &Layout, word: u64) -> Object {
    if word == layout.null_ref || (layout.tagged_refs && word & INTEGER == INTEGER) {
        return std::ptr::null_mut();
    }
    if layout.tagged_refs { (word & !TAG) as Object } else { word as Object }
}

/// Is the object one that no count ever frees?
///
/// # Safety
/// `object` is a live object.
unsafe fn is_immortal(object: Object) -> bool {
    // SAFETY: the count is the first field; its low 32 bits are negative for immortal objects.
    unsafe { *object.cast::<i32>() < 0 }
}

/// The word for a slot that takes over a reference.
///
/// # Safety
/// `object` is a live object, one reference of which is given away.
pub unsafe fn steal(layout: &Layout, object: Object) -> u64 {
    // SAFETY: the caller's promise.
    if layout.tagged_refs && unsafe { is_immortal(object) } { object as u64 | TAG } else { object as u64 }
}

/// The word for a slot that gets a reference of its own.
///
/// # Safety
/// `object` is a live object.
pub unsafe fn strong(runtime: &Runtime, object: Object) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        (runtime.api.Py_IncRef)(object);
        steal(&runtime.layout, object)
    }
}

/// The word for a slot whose object somebody else keeps alive for as long as the slot holds it; owned on 3.13.
///
/// # Safety
/// `object` is a live object, kept for as long as the frame may refer to it.
pub unsafe fn borrowed(runtime: &Runtime, object: Object) -> u64 {
    if runtime.layout.tagged_refs {
        return object as u64 | TAG;
    }
    // SAFETY: the caller's promise.
    unsafe { strong(runtime, object) }
}

/// Makes the slot own what it only borrows, and tags it where its object is immortal, as the interpreter expects it.
///
/// # Safety
/// `slot` holds a word as the functions above make it, or a tagged integer.
pub unsafe fn own(runtime: &Runtime, slot: *mut u64) {
    // SAFETY: the caller's promise.
    unsafe {
        let word = *slot;
        let object = object(&runtime.layout, word);
        if !runtime.layout.tagged_refs || object.is_null() {
            return;
        }
        if word & TAG == 0 {
            *slot = steal(&runtime.layout, object);
        } else if !is_immortal(object) {
            *slot = strong(runtime, object);
        }
    }
}

/// Gives back what the first `count` slots own, in the interpreter's order, and leaves them empty.
///
/// # Safety
/// `frame` is a frame with at least that many filled slots.
pub unsafe fn drop_slots(runtime: &Runtime, frame: Object, count: i32) {
    let layout = &runtime.layout;
    let drop_one = |index: i32| {
        // SAFETY: the caller's promise; the slot is emptied before its object goes, whose finaliser may look.
        unsafe {
            let slot = frame.byte_offset(layout.slot(index) as isize).cast::<u64>();
            let word = std::mem::replace(&mut *slot, layout.null_ref);
            let object = object(layout, word);
            let owned = !layout.tagged_refs || word & TAG == 0;
            if owned && !object.is_null() {
                (runtime.api.Py_DecRef)(object);
            }
        }
    };
    // 3.13's _PyFrame_ClearLocals goes up, later ones go down: the order in which finalisers run.
    if layout.tagged_refs {
        (0..count).rev().for_each(drop_one);
    } else {
        (0..count).for_each(drop_one);
    }
}
