//! Types of Python's C interface, as far as they cross into machine code.

use std::ffi::c_void;

/// A `PyObject *`, or another pointer of the interpreter that only its own functions look into.
pub type Object = *mut c_void;
