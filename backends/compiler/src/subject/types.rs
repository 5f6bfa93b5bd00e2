//! What is known of the types of objects while compiling.

use crate::ir::{Num, Ty};
use crate::python::Object;
use crate::runtime::Runtime;

/// Reads objects while compiling.
pub struct Types;

impl Types {
    /// The type of a live object.
    pub fn of(rt: &Runtime, object: usize) -> usize {
        // SAFETY: callers give objects that the code object or a namespace keeps.
        unsafe { Runtime::read(object as Object, rt.layout.object_type) }
    }

    /// Of which unboxed kind a constant is.
    pub fn number(rt: &Runtime, object: usize) -> Option<Num> {
        let ty = Self::of(rt, object);
        if ty == rt.api.PyBool_Type {
            Some(Num::Bool)
        } else if ty == rt.api.PyFloat_Type {
            Some(Num::Float)
        } else if ty == rt.api.PyLong_Type && Self::int(rt, object).is_some() {
            Some(Num::Int)
        } else {
            None
        }
    }

    /// The value of an exact int that fits 64 bits.
    pub fn int(rt: &Runtime, object: usize) -> Option<i64> {
        if Self::of(rt, object) != rt.api.PyLong_Type {
            return None;
        }
        let mut overflow = 0;
        // SAFETY: an exact int.
        let value = unsafe { (rt.api.PyLong_AsLongLongAndOverflow)(object as Object, &mut overflow) };
        (overflow == 0).then_some(value)
    }

    /// The value of an exact float.
    pub fn float(rt: &Runtime, object: usize) -> Option<f64> {
        // SAFETY: an exact float.
        (Self::of(rt, object) == rt.api.PyFloat_Type)
            .then(|| unsafe { Runtime::read(object as Object, rt.layout.float_value) })
    }

    /// Is it the only object of its value? True for small ints.
    pub fn is_cached(rt: &Runtime, object: usize) -> bool {
        let Some(value) = Self::int(rt, object) else { return false };
        // SAFETY: a new reference, given back.
        unsafe {
            let again = (rt.api.PyLong_FromLongLong)(value);
            let same = again as usize == object;
            (rt.api.Py_DecRef)(again);
            same
        }
    }

    /// The type of a boxed number.
    pub fn boxed(rt: &Runtime, num: Num) -> Ty {
        Ty::Exact(match num {
            Num::Int => rt.api.PyLong_Type,
            Num::Float => rt.api.PyFloat_Type,
            Num::Bool => rt.api.PyBool_Type,
        })
    }
}
