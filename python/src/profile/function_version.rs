//! Function versions, and how they come back; and which calls do not pass by a function's entry.
//!
//! CPython specialises calls by a function's version, and `PyFunction_SetVectorcall` takes it away. From 3.13 on the function
//! never gets another, so that its calls would stay slow after profiling. A version stands for code, defaults, keyword
//! defaults and entry; where all are again what they were, the old version is right, and it is given back. Where it is
//! kept is found out with functions made for the purpose; on any doubt nothing is profiled.
//!
//! Some specialised instructions push a function's frame without a look at its entry (3.12 on for `__init__`, 3.14 for
//! property getters). That is tried out as well, and such functions are timed by events.

use super::capi::{Capi, Vectorcall};
use crate::introspect::{decode, opcodes};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::mem::size_of;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the self-test found.
#[derive(Clone, Copy)]
pub struct Versions {
    /// The entry that functions have by themselves.
    pub usual: Vectorcall,
    offset: usize,
    /// Do calls of getters and of `__init__` pass by the entry?
    pub getters_pass: bool,
    pub init_passes: bool,
}

/// Below this a number is no version: never set (0) or taken away (0 or 1).
const FIRST: u32 = 2;

const SCRATCH: &std::ffi::CStr = c"
def make():
    def scratch():
        return 1
    return scratch
def other():
    return 2
def calls(f):
    for _ in range(100):
        f()
class Scratch:
    def __init__(self):
        self.field = 1
    @property
    def getter(self):
        return self.field
def makes():
    for _ in range(100):
        Scratch()
def gets():
    scratch = Scratch()
    for _ in range(100):
        scratch.getter
first, second, getter, init = make(), make(), Scratch.getter.fget, Scratch.__init__
";

impl Versions {
    /// Finds out, or says what was not as expected.
    pub fn find(py: Python<'_>, capi: &Capi) -> PyResult<Result<Self, String>> {
        let scratch = PyDict::new(py);
        py.run(SCRATCH, Some(&scratch), None)?;
        let get = |name: &str| -> PyResult<Bound<'_, PyAny>> {
            scratch.get_item(name)?.ok_or_else(|| pyo3::exceptions::PyRuntimeError::new_err("no scratch function"))
        };
        let (first, second, other) = (get("first")?, get("second")?, get("other")?);
        let size: usize = first.get_type().getattr("__basicsize__")?.extract()?;
        // SAFETY: a function.
        let Some(usual) = (unsafe { (capi.get_entry)(first.as_ptr()) }) else {
            return Ok(Err("a plain function has no entry".to_owned()));
        };
        let words = image(&first, size);
        let places: Vec<usize> = words
            .chunks_exact(size_of::<usize>())
            .enumerate()
            .filter(|(_, word)| *word == (usual as usize).to_ne_bytes())
            .map(|(index, _)| (index + 1) * size_of::<usize>())
            .collect();
        let &[offset] = places.as_slice() else {
            return Ok(Err(format!("a function's entry was found in {} places, not in one", places.len())));
        };
        if offset + size_of::<u32>() > size {
            return Ok(Err("there is nothing behind a function's entry".to_owned()));
        }
        let mut found = Self { usual, offset, getters_pass: false, init_passes: false };
        let version = found.read(&first);
        if version < FIRST || version != found.read(&second) || version == found.read(&other) {
            return Ok(Err("functions of one code do not share a version that others lack".to_owned()));
        }
        let twin = image(&second, size);
        // SAFETY: sets the entry that it has.
        unsafe { (capi.set_entry)(first.as_ptr(), usual) };
        let (same, now) = (image(&second, size), image(&first, size));
        let moved = words.iter().zip(&now).enumerate().filter(|(_, (old, new))| old != new).map(|(place, _)| place);
        if same != twin
            || found.read(&first) >= FIRST
            || !moved.into_iter().all(|at| (offset..offset + 4).contains(&at))
        {
            return Ok(Err("setting an entry changed something else than the version".to_owned()));
        }
        found.give_back(capi, &first, version);
        if image(&first, size) != words {
            return Ok(Err("the version did not come back".to_owned()));
        }
        get("calls")?.call1((&first,))?;
        if !specialised(&get("calls")?)? {
            return Ok(Err("calls were not specialised again (a profiler or tracer may be at work)".to_owned()));
        }
        let seen = |function: &str, caller: &str| -> PyResult<bool> {
            let (function, caller) = (get(function)?, get(caller)?);
            // SAFETY: a function of ours, and an entry that calls on.
            unsafe { (capi.set_entry)(function.as_ptr(), probe) };
            PROBED.store(0, Ordering::Relaxed);
            caller.call0()?;
            Ok(PROBED.load(Ordering::Relaxed) >= 100)
        };
        USUAL.store(usual as usize, Ordering::Relaxed);
        (found.getters_pass, found.init_passes) = (seen("getter", "gets")?, seen("init", "makes")?);
        Ok(Ok(found))
    }

    /// The function's version now.
    pub fn read(&self, function: &Bound<'_, PyAny>) -> u32 {
        // SAFETY: within the object, by the self-test.
        unsafe { function.as_ptr().cast::<u8>().add(self.offset).cast::<u32>().read_unaligned() }
    }

    /// Gives a function, whose entry is the usual one again and whose parts are what they were, its version back.
    pub fn give_back(&self, capi: &Capi, function: &Bound<'_, PyAny>, version: u32) {
        if version < FIRST || self.read(function) >= FIRST {
            return;
        }
        // SAFETY: within the object, by the self-test; the GIL is held.
        unsafe {
            let place = function.as_ptr().cast::<u8>().add(self.offset).cast::<u32>();
            match capi.set_version {
                Some(set) => {
                    place.write_unaligned(0); // what it wants to find
                    set(function.as_ptr(), version);
                }
                None => place.write_unaligned(version),
            }
        }
    }
}

static PROBED: AtomicUsize = AtomicUsize::new(0);
static USUAL: AtomicUsize = AtomicUsize::new(0);

/// Counts, and calls on.
unsafe extern "C" fn probe(
    function: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    PROBED.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the usual entry was stored before any function got this one; CPython's arguments, handed on.
    unsafe {
        std::mem::transmute::<usize, Vectorcall>(USUAL.load(Ordering::Relaxed))(function, arguments, count, names)
    }
}

/// The bytes of an object behind its reference count and type.
fn image(object: &Bound<'_, PyAny>, size: usize) -> Vec<u8> {
    let head = size_of::<ffi::PyObject>();
    let mut bytes = vec![0; size];
    // SAFETY: the object is that long.
    unsafe {
        std::ptr::copy_nonoverlapping(object.as_ptr().cast::<u8>().add(head), bytes[head..].as_mut_ptr(), size - head)
    };
    bytes
}

/// Is the call in this scratch function specialised for Python functions?
fn specialised(caller: &Bound<'_, PyAny>) -> PyResult<bool> {
    let table = opcodes::table(caller.py())?;
    let code = caller.getattr("__code__")?;
    let base = code.getattr("co_code")?.cast_into::<PyBytes>()?;
    let now = code.getattr("_co_code_adaptive")?.cast_into::<PyBytes>()?;
    let mut opcodes = decode::opcodes_now(base.as_bytes(), now.as_bytes(), table);
    Ok(opcodes.any(|opcode| table.get(opcode).name == "CALL_PY_EXACT_ARGS"))
}
