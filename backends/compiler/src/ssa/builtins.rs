//! Builtins that need no call.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Num, Ty};
use crate::ops;
use cranelift_codegen::ir::{
    InstBuilder, Value,
    condcodes::{FloatCC, IntCC},
    types,
};

impl Build<'_> {
    /// Builtins whose result needs no call. False where it must be called.
    pub fn known_builtin(&mut self, object: usize, count: usize) -> Result<bool> {
        let known = &self.cx.builtins_known;
        let api = &self.rt.api;
        if object == api.PyRange_Type && (1..=3).contains(&count) {
            return self.make_range(count);
        }
        if object == known.len && count == 1 {
            return self.len();
        }
        if object == api.PyFloat_Type && count == 1 {
            let Some(num) = self.num(self.peek(0)) else { return Ok(false) };
            if matches!(self.peek(0), Val::Object { .. } | Val::Const { .. }) && num == Num::Float {
                return Ok(false);
            }
            let value = self.unbox(0, num);
            let value = self.as_double(value, num);
            return self.builtin_result(count, Num::Float, value);
        }
        if object == api.PyLong_Type && count == 1 {
            match self.num(self.peek(0)) {
                Some(Num::Float) => {
                    let value = self.unbox(0, Num::Float);
                    let size = self.b.ins().fabs(value);
                    let limit = self.fc(9.0e18);
                    let fits = self.b.ins().fcmp(FloatCC::LessThan, size, limit);
                    self.guard(fits, Why::Overflow);
                    let value = self.b.ins().fcvt_to_sint(types::I64, value);
                    return self.builtin_result(count, Num::Int, value);
                }
                Some(Num::Int) if matches!(self.peek(0), Val::Raw(..)) => {
                    let value = self.unbox(0, Num::Int);
                    return self.builtin_result(count, Num::Int, value);
                }
                _ => return Ok(false),
            }
        }
        if object == api.PyUnicode_Type && count == 1 && self.is_plain(self.ty(self.peek(0))) {
            // Of a number or text: no code of others runs.
            let text = Ty::Exact(api.PyUnicode_Type);
            let helper = self.text_of_number().unwrap_or(api.PyObject_Str as usize);
            self.quiet_call(helper, &[0], &[], 3, text)?;
            return Ok(true);
        }
        if object == known.abs && count == 1 {
            match self.num(self.peek(0)) {
                Some(Num::Float) => {
                    let value = self.unbox(0, Num::Float);
                    let value = self.b.ins().fabs(value);
                    return self.builtin_result(count, Num::Float, value);
                }
                _ => return Ok(false),
            }
        }
        if (object == known.min || object == known.max) && count == 2 {
            return self.smaller_or_larger(object == known.max);
        }
        Ok(false)
    }

    /// `min(a, b)` and `max(a, b)` of two numbers that nobody else has: the result is one of them.
    fn smaller_or_larger(&mut self, larger: bool) -> Result<bool> {
        for depth in 0..2 {
            let val = self.unboxed_constant(self.peek(depth));
            self.set(depth, val);
        }
        let (Val::Raw(ka, x), Val::Raw(kb, y)) = (self.peek(1), self.peek(0)) else { return Ok(false) };
        if ka != kb || ka == Num::Bool || self.local_with(ka, x).is_some() || self.local_with(kb, y).is_some() {
            return Ok(false);
        }
        let second = match (ka, larger) {
            (Num::Int, true) => self.b.ins().icmp(IntCC::SignedGreaterThan, y, x),
            (Num::Int, false) => self.b.ins().icmp(IntCC::SignedLessThan, y, x),
            (_, true) => self.b.ins().fcmp(FloatCC::GreaterThan, y, x),
            (_, false) => self.b.ins().fcmp(FloatCC::LessThan, y, x),
        };
        let value = self.b.ins().select(second, y, x);
        self.builtin_result(2, ka, value)
    }

    fn builtin_result(&mut self, count: usize, num: Num, value: Value) -> Result<bool> {
        self.weigh(2);
        self.consume(count + 2)?;
        self.stack.push(Val::Raw(num, value));
        Ok(true)
    }

    fn len(&mut self) -> Result<bool> {
        let api = &self.rt.api;
        let layout = &self.rt.layout;
        let unknown = matches!(self.peek(0), Val::Object { ty: Ty::Any, .. });
        if unknown && !self.cx.failed.contains(&self.one.offset) {
            self.type_is(0, api.PyList_Type);
        }
        let Ty::Exact(ty) = self.ty(self.peek(0)) else { return Ok(false) };
        let offset = match ty {
            _ if ty == api.PyList_Type || ty == api.PyTuple_Type => layout.var_size,
            _ if ty == api.PyUnicode_Type => layout.unicode_length,
            _ if ty == api.PyDict_Type => layout.dict_used,
            _ => return Ok(false),
        };
        let object = self.object(0)?;
        let value = self.load(object, offset);
        self.builtin_result(1, Num::Int, value)
    }

    /// Methods of builtin types that need no call.
    pub fn known_method(&mut self, object: usize, count: usize) -> Result<bool> {
        let known = &self.cx.builtins_known;
        let is_list = self.ty(self.peek(count)) == Ty::Exact(self.rt.api.PyList_Type);
        if object == known.list_append && count == 1 && is_list {
            self.weigh(1);
            self.own(0)?;
            let value = self.object(0)?;
            let list = self.object(1)?;
            self.append(list, value);
            self.pop()?;
            self.consume(2)?;
            let none = self.rt.api._Py_NoneStruct;
            self.stack.push(Val::Const { object: none, fixed: true, owned: false });
            return Ok(true);
        }
        if self.text_method(object, count)? {
            return Ok(true);
        }
        if object == known.dict_get && self.dict_get(count)? {
            return Ok(true);
        }
        if object == known.list_pop && count == 0 && is_list && !self.cx.failed.contains(&self.one.offset) {
            self.weigh(2);
            let list = self.object(0)?;
            let value = self.pop_item(list);
            self.consume(2)?;
            self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Owned });
            return Ok(true);
        }
        Ok(false)
    }

    /// Takes the last item of a list; where the list is empty, the interpreter raises.
    fn pop_item(&mut self, list: Value) -> Value {
        let layout = &self.rt.layout;
        let size = self.load(list, layout.var_size);
        self.guard(size, Why::Index);
        let last = self.plus(size, -1);
        let room = self.load(list, layout.list_allocated);
        let one = self.ic(1);
        let half = self.b.ins().sshr(room, one);
        // The interpreter makes shorter lists smaller.
        let stays = self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, last, half);
        let some = self.is(IntCC::NotEqual, last, 0);
        let stays = self.b.ins().band(stays, some);
        let (fast, slow, done) = (self.b.create_block(), self.cold(), self.b.create_block());
        self.branch(stays, fast, slow);
        self.begin(slow);
        let item = self.call64(ops::rt_list_pop as *const () as usize, &[list]);
        self.check(item);
        self.jump(done, &[item]);
        self.begin(fast);
        let item = self.item_at(list, last, false);
        self.store(last, list, layout.var_size);
        self.jump(done, &[item]);
        self.begin_with(done, types::I64)
    }
}
