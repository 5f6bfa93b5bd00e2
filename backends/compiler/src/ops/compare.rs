//! Comparisons of which only the truth is wanted.

use crate::python::Object;
use crate::runtime;

/// Compares, gives back what is not null of `first` and `last`, and gives the truth of the result: 1, 0 or -1. The operands end before
/// the result is asked for its truth, which may run code that sees it.
///
/// # Safety
/// Live objects; `first` and `last` are references that are given away, or null.
pub unsafe extern "C" fn rt_compare(a: Object, b: Object, how: i32, first: Object, last: Object) -> i32 {
    let Some(runtime) = runtime::get() else { return -1 };
    let api = &runtime.api;
    // SAFETY: the result is a new reference, given back. Not PyObject_RichCompareBool: that takes identity for equality.
    unsafe {
        let result = (api.PyObject_RichCompare)(a, b, how);
        for given in [first, last] {
            if !given.is_null() {
                (api.Py_DecRef)(given);
            }
        }
        if result.is_null() {
            return -1;
        }
        let truth = (api.PyObject_IsTrue)(result);
        (api.Py_DecRef)(result);
        truth
    }
}
