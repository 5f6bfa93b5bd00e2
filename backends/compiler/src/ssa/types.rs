//! What is known of types while translating.

use super::{Build, Val};
use crate::ir::{Num, Ty};
use crate::python::Object;
use crate::runtime::Runtime;
use crate::subject::Types;

impl Build<'_> {
    /// Is the object one that is never freed, and whose references are not counted?
    pub fn is_immortal(&self, object: usize) -> bool {
        // SAFETY: an object that is alive while compiling; the count is its first field.
        unsafe { Runtime::read::<i32>(object as Object, self.rt.layout.object_refcnt) < 0 }
    }

    /// Does the object live as long as the activation? The function itself does: whoever called it holds it.
    pub fn is_kept(&self, object: usize) -> bool {
        object == self.cx.function || self.is_immortal(object)
    }

    /// Does the end of such an object run no Python code, and can its type not change?
    pub fn is_plain(&self, ty: Ty) -> bool {
        let api = &self.rt.api;
        let Ty::Exact(ty) = ty else { return false };
        [api.PyLong_Type, api.PyFloat_Type, api.PyBool_Type, api.PyUnicode_Type, api.PyBytes_Type, api.PyRange_Type]
            .contains(&ty)
            || ty == Types::of(self.rt, api._Py_NoneStruct)
    }

    /// Can `__class__` of such an object never be assigned?
    pub fn is_lasting(&self, ty: Ty) -> bool {
        let api = &self.rt.api;
        let Ty::Exact(address) = ty else { return ty == Ty::Any };
        self.is_plain(ty)
            || [
                api.PyList_Type,
                api.PyTuple_Type,
                api.PyDict_Type,
                api.PySet_Type,
                api.PyFrozenSet_Type,
                api.PySlice_Type,
                api.PyType_Type,
                api.PyCell_Type,
                api.PyFunction_Type,
            ]
            .contains(&address)
    }

    /// What is known of a stack entry's type.
    pub fn ty(&self, val: Val) -> Ty {
        match val {
            Val::Const { object, .. } => Ty::Exact(Types::of(self.rt, object)),
            Val::Raw(num, _) | Val::Moved { num, .. } => Types::boxed(self.rt, num),
            Val::Object { ty, .. } => ty,
            Val::Range { .. } => Ty::Exact(self.rt.api.PyRange_Type),
            Val::RangeIter { .. } => Ty::Exact(self.rt.api.PyRangeIter_Type),
            Val::SequenceIter { .. } | Val::Null => Ty::Any,
        }
    }

    /// The unboxed kind that a stack entry is, or is known to have when unboxed.
    pub fn num(&self, val: Val) -> Option<Num> {
        match val {
            Val::Raw(num, _) => Some(num),
            Val::Const { object, .. } => Types::number(self.rt, object),
            Val::Object { ty, .. } => self.num_of(ty),
            _ => None,
        }
    }

    /// The unboxed kind of a type.
    pub fn num_of(&self, ty: Ty) -> Option<Num> {
        [Num::Int, Num::Float, Num::Bool].into_iter().find(|num| Types::boxed(self.rt, *num) == ty)
    }
}
