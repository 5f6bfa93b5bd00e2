//! Attributes.

use super::{After, Build, Own, Result, Val};
use crate::decode::Instr;
use crate::ir::Ty;
use crate::python::Object;
use crate::runtime::ops;

impl Build<'_> {
    /// `LOAD_ATTR`; with the lowest bit of its argument, a method to be called: function and self, or attribute and nothing.
    pub fn load_attr(&mut self, one: &Instr) -> Result<bool> {
        let name = self.cx.code.names[(one.arg >> 1) as usize];
        let method = one.arg & 1 != 0;
        if method {
            if let Some(descriptor) = self.builtin_method(name) {
                let me = self.pop()?;
                self.stack.push(Val::Const { object: descriptor, fixed: true, owned: false });
                self.stack.push(me);
                return Ok(true);
            }
        }
        self.generic_attr(name, method)
    }

    /// The method of a list or other builtin type that never changes.
    fn builtin_method(&mut self, name: Object) -> Option<usize> {
        let api = &self.rt.api;
        if matches!(self.peek(0), Val::Object { ty: Ty::Any, .. }) && !self.cx.failed.contains(&self.one.offset) {
            if let Some(class) = self.cx.builtin_of(&self.one, name) {
                self.type_is(0, class);
            }
        }
        let Ty::Exact(class) = self.ty(self.peek(0)) else { return None };
        let fixed = [api.PyList_Type, api.PyDict_Type, api.PyUnicode_Type, api.PySet_Type, api.PyTuple_Type];
        if !fixed.contains(&class) {
            return None;
        }
        self.cx.method_of(class, name)
    }

    fn generic_attr(&mut self, name: Object, method: bool) -> Result<bool> {
        self.unknown();
        let name = self.address(name as usize);
        if !method {
            return self.generic(self.rt.api.PyObject_GetAttr as usize, &[0], &[name], 1, After::Recheck);
        }
        // A bound method is made and called: the same as calling its function with self first, but for a moment longer.
        self.generic(ops::rt_attr as usize, &[0], &[name], 1, After::Recheck)?;
        self.stack.push(Val::Null);
        Ok(true)
    }

    /// `STORE_ATTR`: value, object.
    pub fn store_attr(&mut self, one: &Instr) -> Result<bool> {
        let name = self.cx.code.names[one.arg as usize] as usize;
        self.object(0)?;
        self.object(1)?;
        self.opaque();
        let (object, value) = (self.object(0)?, self.object(1)?);
        let name = self.address(name);
        let status = self.call32(self.rt.api.PyObject_SetAttr as usize, &[object, name, value]);
        self.consume(2)?;
        let fine = self.is(cranelift_codegen::ir::condcodes::IntCC::Equal, status, 0);
        self.check(fine);
        self.after = After::Recheck;
        Ok(true)
    }

    /// `DELETE_ATTR`.
    pub fn delete_attr(&mut self, arg: u32) -> Result<bool> {
        let name = self.cx.code.names[arg as usize] as usize;
        self.object(0)?;
        self.opaque();
        let object = self.object(0)?;
        let (name, null) = (self.address(name), self.ic(0));
        let status = self.call32(self.rt.api.PyObject_SetAttr as usize, &[object, name, null]);
        self.consume(1)?;
        let fine = self.is(cranelift_codegen::ir::condcodes::IntCC::Equal, status, 0);
        self.check(fine);
        self.after = After::Recheck;
        Ok(true)
    }

    /// Is it owned by the stack?
    pub fn is_owned(&self, depth: usize) -> bool {
        matches!(self.peek(depth), Val::Object { own: Own::Owned, .. })
    }
}
