//! Functions that are made while the function runs.

use super::{Build, Own, Result, Val};
use crate::ir::Ty;
use crate::ops;

impl Build<'_> {
    /// `MAKE_FUNCTION`: of a code object that is a constant.
    pub fn make_function(&mut self) -> Result<bool> {
        let Val::Const { object, fixed: true, .. } = self.peek(0) else { return self.not_compiled() };
        self.mark();
        let (code, globals) = (self.address(object), self.address(self.cx.globals));
        // A tool that watches functions is told, which may spoil assumptions.
        self.settle();
        let function = self.call64(ops::rt_function as *const () as usize, &[code, globals]);
        self.pop()?;
        self.check(function);
        let ty = Ty::Exact(self.rt.api.PyFunction_Type);
        self.stack.push(Val::Object { value: function, ty, own: Own::Owned });
        self.after = super::After::Recheck;
        Ok(true)
    }

    /// `SET_FUNCTION_ATTRIBUTE`: closure or defaults of a function that was just made, which has none; the function is on top.
    pub fn set_function_attribute(&mut self, which: u32) -> Result<bool> {
        let layout = &self.rt.layout;
        let offset = match which {
            1 => layout.func_defaults,
            2 => layout.func_kwdefaults,
            8 => layout.func_closure,
            _ => return self.not_compiled(),
        };
        let fresh = self.ty(self.peek(0)) == Ty::Exact(self.rt.api.PyFunction_Type);
        if !fresh {
            return self.not_compiled();
        }
        let value = self.own(1)?;
        let function = self.object(0)?;
        self.store(value, function, offset);
        let function = self.pop()?;
        self.pop()?;
        self.stack.push(function);
        Ok(true)
    }
}
