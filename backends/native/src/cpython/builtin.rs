//! The C function behind a function of a builtin module, which can be exchanged: the function object stays the one that it is.

use super::capi::{Object, Python};
use jitctl_core::Borrowed;
use std::ffi::{CStr, c_char, c_int};

/// `PyMethodDef` of Include/methodobject.h.
#[repr(C)]
struct Definition {
    name: *const c_char,
    function: Object,
    flags: c_int,
    doc: *const c_char,
}

/// `PyCFunctionObject.m_ml` of Include/cpython/methodobject.h, behind the object's head.
const DEFINITION_AT: usize = 16;

/// The definition of one such function, in memory that may be written.
pub struct Method(*mut Definition);

impl Method {
    /// That of a function object; `None` where it is not as the interpreter says, or may not be written.
    pub fn of(python: Python, object: Borrowed<'_>, name: &CStr, flags: c_int) -> Option<Self> {
        let (function, has) = python.c_function(object)?;
        // SAFETY: it is a builtin function, whose structure is longer than this.
        let definition = unsafe { *((object.address() as usize + DEFINITION_AT) as *const *mut Definition) };
        if !is_writable(definition as usize) {
            return None;
        }
        // SAFETY: `definition` lies in mapped memory, and is compared with what the interpreter says before it is believed.
        let known = unsafe {
            (*definition).function == function
                && (*definition).flags == has
                && has == flags
                && CStr::from_ptr((*definition).name) == name
        };
        known.then_some(Self(definition))
    }

    /// The C function.
    pub fn function(&self) -> Object {
        // SAFETY: compared when it was found; definitions are static.
        unsafe { (*self.0).function }
    }

    /// Puts another one in its place.
    ///
    /// # Safety
    /// It has the signature that the flags name, and stays.
    pub unsafe fn exchange(&self, function: Object) {
        // SAFETY: writable, as was looked up.
        unsafe { (*self.0).function = function }
    }
}

/// Does the address lie in memory of this process that may be written?
fn is_writable(address: usize) -> bool {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return false };
    maps.lines().any(|line| {
        let mut fields = line.split_whitespace();
        let (Some(range), Some(rights)) = (fields.next(), fields.next()) else { return false };
        let Some((begin, end)) = range.split_once('-') else { return false };
        let (Ok(begin), Ok(end)) = (usize::from_str_radix(begin, 16), usize::from_str_radix(end, 16)) else {
            return false;
        };
        (begin..end).contains(&address) && rights.starts_with("rw")
    })
}
