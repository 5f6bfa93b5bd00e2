//! Callers that wait for this activation and whose locals are unboxed: shown before code runs that may look at their frames.

use super::fill::fill;
use super::record::ExitRecord;
use super::silent::is_silent;
use crate::python::Object;
use crate::runtime;

/// What a caller left for its callees to show: its unboxed locals. It lies on the machine stack, the values follow.
#[repr(C)]
pub struct Shadow {
    /// Null once it was shown.
    record: *const ExitRecord,
    frame: Object,
    /// The caller's own callers; it takes the place of the buffer's first word.
    parent: u64,
}

impl Shadow {
    /// Words before the values.
    pub const WORDS: u32 = 3;
}

/// Callers show their unboxed locals, since code is about to run that may look at their frames.
///
/// # Safety
/// A chain of shadows of activations that wait for this one, or null.
pub unsafe extern "C" fn rt_show_callers(mut shadow: *mut Shadow) {
    let Some(runtime) = runtime::get() else { return };
    // SAFETY: the caller's promise; the values follow the shadow's parent as they would follow the first word of a buffer.
    unsafe {
        let mut waiting = Vec::new();
        while let Some(one) = shadow.as_mut()
            && let Some(record) = one.record.as_ref()
        {
            shadow = one.parent as *mut Shadow;
            waiting.push((one, record));
        }
        if waiting.is_empty() {
            return;
        }
        let exception = (runtime.api.PyErr_GetRaisedException)();
        // The outermost first: its frame is behind the others'.
        for (one, record) in waiting.into_iter().rev() {
            let raw = (&raw const one.parent).cast::<u64>();
            let frame = record.frame(runtime, runtime.thread(), one.frame);
            for (index, what) in record.places.iter().filter(|_| !frame.is_null()) {
                if !fill(runtime, frame, *index, *what, raw) {
                    (runtime.api.PyErr_Clear)();
                }
            }
            (runtime.api.PyErr_Clear)();
            one.record = std::ptr::null();
        }
        if !exception.is_null() {
            (runtime.api.PyErr_SetRaisedException)(exception);
        }
    }
}

/// Frees an object when its activation is over.
///
/// # Safety
/// `object` has no references left; `shadow` as for [`rt_show_callers`].
pub unsafe extern "C" fn rt_free(object: Object, shadow: *mut Shadow) {
    let Some(runtime) = runtime::get() else { return };
    // SAFETY: the caller's promise.
    unsafe {
        if !is_silent(runtime, object) {
            rt_show_callers(shadow);
        }
        (runtime.api._Py_Dealloc)(object);
    }
}
