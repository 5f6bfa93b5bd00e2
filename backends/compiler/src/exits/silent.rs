//! Objects whose end runs no code: nobody can look at a frame meanwhile.

use crate::python::Object;
use crate::runtime::Runtime;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

/// `Py_TPFLAGS_INLINE_VALUES` and `Py_TPFLAGS_HEAPTYPE` of Include/object.h.
const INLINE_VALUES: u64 = 1 << 2;
const HEAP_TYPE: u64 = 1 << 9;
/// Words of an object's head.
const HEAD: i32 = 16;
/// Items of a tuple that are looked at.
const ITEMS: isize = 8;

/// Does the end of the object run no code for certain? It is a number, a text, an instance of a class of Python's without `__del__` and without weak
/// references, or a short tuple, and what it holds lives on or is a number, a text or None.
///
/// # Safety
/// An object whose count fell to 0, or that has one reference left.
pub unsafe fn is_silent(runtime: &Runtime, object: Object) -> bool {
    let layout = &runtime.layout;
    // SAFETY: fields of the object and its type, whose layout the self-test has seen.
    unsafe {
        let class = Runtime::read::<Object>(object, layout.object_type);
        let api = &runtime.api;
        if is_plain(runtime, class as usize) {
            return true;
        }
        if class as usize == api.PyTuple_Type {
            let count = Runtime::read::<isize>(object, layout.var_size);
            return count <= ITEMS && all_end_silently(runtime, object, layout.tuple_items, count as i32);
        }
        let flags = Runtime::read::<u64>(class, layout.type_flags);
        if !is_plain_class(runtime, class) {
            return false;
        }
        let weak = Runtime::read::<isize>(class, layout.type_weaklistoffset);
        if weak != 0 && !(*object.byte_offset(weak).cast::<Object>()).is_null() {
            return false;
        }
        let size = Runtime::read::<isize>(class, layout.type_basicsize) as i32;
        if !(HEAD..1 << 16).contains(&size) {
            return false;
        }
        // Slots, and where it has them a place for a dict or weak references.
        if !all_end_silently(runtime, object, HEAD, (size - HEAD) / 8) {
            return false;
        }
        if flags & INLINE_VALUES == 0 {
            return Runtime::read::<isize>(class, layout.type_dictoffset) == 0;
        }
        let values = object.byte_offset(size as isize);
        let dict = Runtime::read::<Object>(object, layout.managed_dict_offset);
        let capacity = i32::from(Runtime::read::<u8>(values, layout.values_capacity));
        dict.is_null()
            && Runtime::read::<u8>(values, layout.values_valid) == 1
            && all_end_silently(runtime, values, layout.values_values, capacity)
    }
}

/// Does the end of an instance of the class do nothing but give back what it holds? It has no `__del__`, and it and its bases are classes of
/// Python's.
///
/// # Safety
/// A live class.
unsafe fn is_plain_class(runtime: &Runtime, class: Object) -> bool {
    // The last class whose bases are, with its version: a class that changes, or whose bases do, has no version until it gets a new one,
    // which no other class had.
    static LAST: (AtomicUsize, AtomicU32) = (AtomicUsize::new(0), AtomicU32::new(0));
    let layout = &runtime.layout;
    // SAFETY: fields of classes, whose layout the self-test has seen.
    unsafe {
        let plain = Runtime::read::<usize>(class, layout.type_finalize) == 0
            && Runtime::read::<usize>(class, layout.type_del) == 0;
        if !plain {
            return false;
        }
        let version = Runtime::read::<u32>(class, layout.type_version_tag);
        let known = LAST.0.load(Ordering::Relaxed) == class as usize && LAST.1.load(Ordering::Relaxed) == version;
        if known && version != 0 {
            return true;
        }
        let mut base = class;
        while base as usize != runtime.api.PyBaseObject_Type {
            let python = Runtime::read::<u64>(base, layout.type_flags) & HEAP_TYPE != 0
                && Runtime::read::<usize>(base, layout.type_dealloc) == runtime.dealloc;
            if !python {
                return false;
            }
            base = Runtime::read::<Object>(base, layout.type_base);
        }
        LAST.0.store(class as usize, Ordering::Relaxed);
        LAST.1.store(version, Ordering::Relaxed);
        true
    }
}

/// References that are given back, one behind the other. Each end of an instance comes by here.
#[inline(always)]
unsafe fn all_end_silently(runtime: &Runtime, base: Object, first: i32, count: i32) -> bool {
    let mut index = 0;
    while index < count {
        // SAFETY: words of the object that hold a reference or nothing.
        if !unsafe { ends_silently(runtime, base, first + 8 * index) } {
            return false;
        }
        index += 1;
    }
    true
}

/// A reference that is given back: to nothing, to what lives on, or to what ends without code.
#[inline(always)]
unsafe fn ends_silently(runtime: &Runtime, base: Object, offset: i32) -> bool {
    // SAFETY: a word of the object that holds a reference or nothing.
    unsafe {
        let object = Runtime::read::<Object>(base, offset);
        object.is_null() || gives_back_silently(runtime, object)
    }
}

/// Does giving a reference to the object back run no code?
///
/// # Safety
/// A live object.
#[inline(always)]
pub unsafe fn gives_back_silently(runtime: &Runtime, object: Object) -> bool {
    let layout = &runtime.layout;
    // SAFETY: the caller's promise.
    unsafe {
        if Runtime::read::<i32>(object, layout.object_refcnt) != 1 {
            return true;
        }
        is_plain(runtime, Runtime::read::<usize>(object, layout.object_type))
    }
}

/// Numbers and texts hold nothing else, and nobody is told of their end.
#[inline(always)]
fn is_plain(runtime: &Runtime, class: usize) -> bool {
    let api = &runtime.api;
    class == api.PyFloat_Type || class == api.PyLong_Type || class == api.PyUnicode_Type || class == api.PyBytes_Type
}
