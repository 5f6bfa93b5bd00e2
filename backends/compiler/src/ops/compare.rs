//! Comparisons of which only the truth is wanted.

use crate::python::Object;
use crate::runtime;

/// Compares, and gives the truth of the result: 1, 0 or -1.
///
/// # Safety
/// Live objects.
pub unsafe extern "C" fn rt_compare(a: Object, b: Object, how: i32) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    let api = &runtime.api;
    // SAFETY: the result is a new reference, given back. Not PyObject_RichCompareBool: that takes identity for equality.
    unsafe {
        let result = (api.PyObject_RichCompare)(a, b, how);
        if result.is_null() {
            return -1;
        }
        let truth = (api.PyObject_IsTrue)(result);
        (api.Py_DecRef)(result);
        truth
    }
}
