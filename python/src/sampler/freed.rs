//! Code objects that die while they have samples: their samples are put aside under their names, since another code object may
//! get the address.

use super::state::{Gone, SAMPLER, Sampler};
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::c_int;
use std::sync::PoisonError;

/// `PY_CODE_EVENT_DESTROY` of Include/cpython/code.h.
const DESTROYED: c_int = 1;

/// Begins to watch; gives the number by which it ends, or why it is not possible.
pub fn watch(py: Python<'_>, sampler: &Sampler) -> Result<c_int, String> {
    // SAFETY: attached, and the callback stays.
    let id = unsafe { (sampler.eyes.add_watcher)(happened) };
    if id < 0 {
        let error = PyErr::fetch(py);
        return Err(format!("code objects cannot be watched: {}", error.value(py)));
    }
    Ok(id)
}

/// Ends it.
pub fn end(sampler: &Sampler, id: c_int) {
    // SAFETY: attached, and the id is ours.
    unsafe { (sampler.eyes.clear_watcher)(id) };
}

/// The interpreter calls this whenever a code object was made or is about to die. It must not panic.
unsafe extern "C" fn happened(event: c_int, code: *mut ffi::PyObject) -> c_int {
    if event != DESTROYED {
        return 0;
    }
    let Some(sampler) = SAMPLER.get() else { return 0 };
    let counted = sampler.table.take(code as usize);
    if counted.is_empty() {
        return 0;
    }
    // SAFETY: the interpreter calls this attached, with a code object that lives for this call.
    let (py, code) = unsafe { (Python::assume_attached(), Bound::from_borrowed_ptr(Python::assume_attached(), code)) };
    // An exception may be on its way while the last reference goes.
    let pending = PyErr::take(py);
    let lines = counted.into_iter().map(|one| sampler.line(&code, one)).collect();
    let read = |name: &str| code.getattr(name).map(Bound::unbind);
    if let (Ok(qualname), Ok(file), Ok(line)) = (read("co_qualname"), read("co_filename"), read("co_firstlineno")) {
        sampler.gone.lock().unwrap_or_else(PoisonError::into_inner).push(Gone { qualname, file, line, lines });
    }
    drop(code);
    if let Some(pending) = pending {
        pending.restore(py);
    }
    0
}
