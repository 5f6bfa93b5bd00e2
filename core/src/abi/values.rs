//! Plain data that crosses by value.

use abi_stable::StableAbi;
use abi_stable::std_types::{RString, RVec};
use std::ffi::c_void;

/// A `PyObject *`; whether it is owned is said by the function that takes or returns it.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, StableAbi)]
pub struct RawObject(pub *mut c_void);

impl RawObject {
    pub const NULL: Self = Self(std::ptr::null_mut());

    pub fn is_null(self) -> bool {
        self.0.is_null()
    }
}

// SAFETY: only an address. Whoever dereferences it must be attached to the interpreter, which every host function demands.
unsafe impl Send for RawObject {}
// SAFETY: as above.
unsafe impl Sync for RawObject {}

/// A name and a text, for what may grow without a new layout.
#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct Pair {
    pub name: RString,
    pub text: RString,
}

/// Why a call across the boundary failed; `object` is an owned exception that the host is to raise, or null.
#[repr(C)]
#[derive(StableAbi)]
pub struct RawError {
    pub kind: u8,
    pub code: RString,
    pub message: RString,
    pub object: RawObject,
}

pub const ERROR_UNSUPPORTED: u8 = 1;
pub const ERROR_REFUSED: u8 = 2;
pub const ERROR_PYTHON: u8 = 3;
pub const ERROR_PANICKED: u8 = 4;
pub const ERROR_OTHER: u8 = 5;

/// A Python exception that was taken off the thread state; `object` is owned.
#[repr(C)]
#[derive(StableAbi)]
pub struct RawException {
    pub object: RawObject,
    pub type_name: RString,
    pub message: RString,
    pub ordinary: bool,
}

#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawMeasure {
    pub name: RString,
    pub value: f64,
    pub unit: RString,
}

#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawVerdict {
    pub status: u8,
    pub code: RString,
    pub message: RString,
    pub advice: RString,
    pub measures: RVec<RawMeasure>,
}

/// One hint. `options` is a borrowed dict or null; `previous` is the hint that this one replaces, or 0.
#[repr(C)]
#[derive(Clone, Copy, StableAbi)]
pub struct RawRequest {
    pub ticket: u64,
    pub function: RawObject,
    pub options: RawObject,
    pub hint: u8,
    pub origin: u8,
    pub previous: u8,
}

#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawInterpreter {
    pub implementation: RString,
    pub version: RString,
    pub hexversion: u32,
    pub debug: bool,
    pub free_threaded: bool,
    pub subinterpreter: bool,
    pub jit_built: bool,
    pub jit_enabled: bool,
    pub platform: RString,
    pub extra: RVec<Pair>,
}

/// A region of a function for which compiled code exists.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, StableAbi)]
pub struct RawRegion {
    pub offset: u32,
    pub line: u32,
    pub last_line: u32,
    pub micro_ops: u32,
    pub machine_code_bytes: u32,
    pub exits: u32,
    pub kind: u8,
    pub valid: bool,
}

/// A place at which compiled code was left, how often, and why.
#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawExit {
    pub count: u64,
    pub code: RString,
    pub message: RString,
    pub line: u32,
}

#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawState {
    pub instructions: u32,
    pub specialisable: u32,
    pub specialised: u32,
    pub regions: RVec<RawRegion>,
    pub exits: RVec<RawExit>,
    pub extra: RVec<Pair>,
}

/// One opcode of the running interpreter; `base` is the opcode that a specialised form stands for.
#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawOpcode {
    pub name: RString,
    pub base: u16,
    pub number: u16,
    pub caches: u8,
    pub counter: bool,
}
