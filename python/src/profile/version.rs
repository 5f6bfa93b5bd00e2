//! Function versions, and how they come back.
//!
//! CPython specialises calls by a function's version, and `PyFunction_SetVectorcall` takes it away. On 3.12 a function whose
//! entry is the usual one gets a new version when it is needed. From 3.13 on it never does, so that calls would stay slow
//! after profiling. A version stands for code, defaults, keyword defaults and entry; where all are again what they were,
//! the old version is right, and it is given back. Where the version is kept, and which of the two rules holds, is found
//! out with functions made for the purpose; on any doubt nothing is profiled.

use super::interface::{Interface, Vectorcall};
use crate::{decode, opcodes};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::mem::size_of;

/// What the self-test found.
#[derive(Clone, Copy)]
pub struct Versions {
    /// The entry that functions have by themselves.
    pub usual: Vectorcall,
    offset: usize,
    returns_by_itself: bool,
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
def before(f):
    for _ in range(100):
        f()
def after(f):
    for _ in range(100):
        f()
first, second = make(), make()
";

impl Versions {
    /// Finds out, or says what was not as expected.
    pub fn find(py: Python<'_>, interface: &Interface) -> PyResult<Result<Self, String>> {
        let scratch = PyDict::new(py);
        py.run(SCRATCH, Some(&scratch), None)?;
        let get = |name: &str| -> PyResult<Bound<'_, PyAny>> {
            scratch.get_item(name)?.ok_or_else(|| pyo3::exceptions::PyRuntimeError::new_err("no scratch function"))
        };
        let (first, second, other) = (get("first")?, get("second")?, get("other")?);
        let size: usize = first.get_type().getattr("__basicsize__")?.extract()?;
        // SAFETY: a function.
        let Some(usual) = (unsafe { (interface.get_entry)(first.as_ptr()) }) else {
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
        let mut found = Self { usual, offset, returns_by_itself: false };
        let version = found.read(&first);
        if version < FIRST || version != found.read(&second) || version == found.read(&other) {
            return Ok(Err("functions of one code do not share a version that others lack".to_owned()));
        }
        let twin = image(&second, size);
        // SAFETY: sets the entry that it has.
        unsafe { (interface.set_entry)(first.as_ptr(), usual) };
        let (same, now) = (image(&second, size), image(&first, size));
        let moved = words.iter().zip(&now).enumerate().filter(|(_, (old, new))| old != new).map(|(place, _)| place);
        if same != twin
            || found.read(&first) >= FIRST
            || !moved.into_iter().all(|at| (offset..offset + 4).contains(&at))
        {
            return Ok(Err("setting an entry changed something else than the version".to_owned()));
        }
        get("before")?.call1((&first,))?;
        found.returns_by_itself = found.read(&first) >= FIRST;
        if !found.returns_by_itself {
            if specialised(&get("before")?)? {
                return Ok(Err("a call was specialised for a function without a version".to_owned()));
            }
            found.give_back(interface, &first, version);
            if image(&first, size) != words {
                return Ok(Err("the version did not come back".to_owned()));
            }
        }
        get("after")?.call1((&first,))?;
        if !specialised(&get("after")?)? {
            return Ok(Err("calls were not specialised again (a profiler or tracer may be at work)".to_owned()));
        }
        Ok(Ok(found))
    }

    /// The function's version now.
    pub fn read(&self, function: &Bound<'_, PyAny>) -> u32 {
        // SAFETY: within the object, by the self-test.
        unsafe { function.as_ptr().cast::<u8>().add(self.offset).cast::<u32>().read_unaligned() }
    }

    /// Gives a function, whose entry is the usual one again and whose parts are what they were, its version back.
    pub fn give_back(&self, interface: &Interface, function: &Bound<'_, PyAny>, version: u32) {
        if self.returns_by_itself || version < FIRST || self.read(function) >= FIRST {
            return;
        }
        // SAFETY: within the object, by the self-test; the GIL is held.
        unsafe {
            let place = function.as_ptr().cast::<u8>().add(self.offset).cast::<u32>();
            match interface.set_version {
                Some(set) => {
                    place.write_unaligned(0); // what it wants to find
                    set(function.as_ptr(), version);
                }
                None => place.write_unaligned(version),
            }
        }
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
