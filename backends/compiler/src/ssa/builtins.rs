//! Builtins that need no call.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Num, Ty};
use crate::ops;
use crate::python::Object;
use cranelift_codegen::ir::{
    InstBuilder, Value,
    condcodes::{FloatCC, IntCC},
    types,
};

/// Numbers that are compared without a call.
const MOST_COMPARED: usize = 8;

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
            if let Val::Raw(Num::Int, value) = self.peek(0) {
                return self.text_of_int(value);
            }
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
        if (object == known.min || object == known.max) && (2..=MOST_COMPARED).contains(&count) {
            return self.smallest_or_largest(count, object == known.max);
        }
        if object == known.ord && count == 1 {
            return self.ord();
        }
        if object == known.chr && count == 1 {
            return self.chr();
        }
        if object == known.isinstance && count == 2 {
            return self.is_instance();
        }
        if object == api.PyEnum_Type && (1..=2).contains(&count) {
            return self.enumerate(count);
        }
        if object == api.PyZip_Type && count == 2 {
            return self.zip();
        }
        Ok(false)
    }

    /// `min(a, b, ...)` and `max(a, b, ...)` of numbers of one kind: the result is one of them, the first of equal ones.
    fn smallest_or_largest(&mut self, count: usize, larger: bool) -> Result<bool> {
        for depth in 0..count {
            let val = self.unboxed_constant(self.peek(depth));
            self.set(depth, val);
        }
        let kinds: Vec<Option<Num>> = (0..count).map(|depth| self.num(self.peek(depth))).collect();
        let open = |build: &Self, depth: usize| matches!(build.peek(depth), Val::Object { ty: Ty::Any, .. });
        let failed = self.cx.failed.contains(&self.one.offset);
        let fits = (0..count).all(|depth| kinds[depth].is_some() || open(self, depth) && !failed);
        let kind = kinds.iter().flatten().next().copied().unwrap_or(Num::Int);
        if !fits || kind == Num::Bool || kinds.iter().flatten().any(|other| *other != kind) {
            return Ok(false);
        }
        let numbers: Vec<Value> = (0..count).rev().map(|depth| self.unbox(depth, kind)).collect();
        // Numbers that nobody else has need no object.
        let mut fresh = true;
        for (depth, number) in (0..count).rev().zip(&numbers) {
            fresh &= matches!(self.peek(depth), Val::Raw(..)) && self.local_with(kind, *number).is_none();
        }
        let mut objects = Vec::new();
        if !fresh {
            for depth in (0..count).rev() {
                objects.push(self.object(depth)?);
            }
        }
        let (mut best, mut chosen) = (numbers[0], objects.first().copied());
        for (index, number) in numbers.iter().enumerate().skip(1) {
            let better = match (kind, larger) {
                (Num::Float, true) => self.b.ins().fcmp(FloatCC::GreaterThan, *number, best),
                (Num::Float, false) => self.b.ins().fcmp(FloatCC::LessThan, *number, best),
                (_, true) => self.b.ins().icmp(IntCC::SignedGreaterThan, *number, best),
                (_, false) => self.b.ins().icmp(IntCC::SignedLessThan, *number, best),
            };
            best = self.b.ins().select(better, *number, best);
            chosen = chosen.map(|object| self.b.ins().select(better, objects[index], object));
        }
        let Some(object) = chosen else { return self.builtin_result(count, kind, best) };
        self.weigh(1);
        self.incref(object);
        self.consume(count + 2)?;
        let ty = crate::subject::Types::boxed(self.rt, kind);
        self.stack.push(Val::Object { value: object, ty, own: Own::Owned });
        Ok(true)
    }

    pub fn builtin_result(&mut self, count: usize, num: Num, value: Value) -> Result<bool> {
        self.weigh(2);
        self.consume(count + 2)?;
        self.stack.push(Val::Raw(num, value));
        Ok(true)
    }

    /// `isinstance` of a class, or a tuple of classes, that leave the answer to the interpreter.
    fn is_instance(&mut self) -> Result<bool> {
        let api = &self.rt.api;
        if self.cx.failed.contains(&self.one.offset) {
            return Ok(false);
        }
        if let Val::Const { object: class, .. } = self.peek(0) {
            let meta = crate::subject::Types::of(self.rt, class);
            if meta != api.PyType_Type && meta != api.PyTuple_Type {
                return Ok(false);
            }
            if let Some(num) = self.num(self.peek(1))
                && let Ty::Exact(ty) = crate::subject::Types::boxed(self.rt, num)
                && meta == api.PyType_Type
            {
                // SAFETY: two live classes; what a number's class derives from does not change.
                let is = unsafe { (api.PyType_IsSubtype)(ty as Object, class as Object) };
                let value = self.b.ins().iconst(types::I8, i64::from(is != 0));
                return self.builtin_result(2, Num::Bool, value);
            }
        }
        self.object(1)?;
        let class = self.object(0)?;
        let object = self.object(1)?;
        let found = self.call32(ops::rt_is_instance as *const () as usize, &[object, class]);
        let known = self.is(IntCC::NotEqual, found, 2);
        self.guard(known, Why::Type);
        let value = self.is(IntCC::NotEqual, found, 0);
        self.builtin_result(2, Num::Bool, value)
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
