//! Numbers, unboxed and boxed: from one to the other, once for all copies.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Held, Local, LocalKind, Num, Ty};
use crate::runtime::SmallInts;
use crate::subject::Types;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// The unboxed value of a constant.
    pub fn raw_constant(&mut self, object: usize, num: Num) -> Value {
        match num {
            Num::Int => {
                let value = Types::int(self.rt, object).unwrap_or(0);
                self.ic(value)
            }
            Num::Float => {
                let value = Types::float(self.rt, object).unwrap_or(0.0);
                self.fc(value)
            }
            Num::Bool => {
                let value = i64::from(object == self.rt.api._Py_TrueStruct);
                self.b.ins().iconst(types::I8, value)
            }
        }
    }

    /// A constant whose identity is given by its value becomes a number.
    pub fn unboxed_constant(&mut self, val: Val) -> Val {
        let Val::Const { object, owned: false, .. } = val else { return val };
        match Types::number(self.rt, object) {
            Some(num) if num == Num::Bool || num == Num::Int && Types::is_cached(self.rt, object) => {
                Val::Raw(num, self.raw_constant(object, num))
            }
            _ => val,
        }
    }

    /// The entry's number, unboxed; leaves where it is of another kind.
    pub fn unbox(&mut self, depth: usize, num: Num) -> Value {
        match self.peek(depth) {
            Val::Raw(kind, value) if kind == num => value,
            Val::Const { object, .. } if Types::number(self.rt, object) == Some(num) => self.raw_constant(object, num),
            Val::Object { .. } => self.unbox_object(depth, num),
            _ => {
                let never = self.b.ins().iconst(types::I8, 0);
                self.guard(never, Why::Type);
                match num {
                    Num::Int => self.ic(0),
                    Num::Float => self.fc(0.0),
                    Num::Bool => self.b.ins().iconst(types::I8, 0),
                }
            }
        }
    }

    fn unbox_object(&mut self, depth: usize, num: Num) -> Value {
        let Ty::Exact(wanted) = Types::boxed(self.rt, num) else { return self.ic(0) };
        self.type_is(depth, wanted);
        let Val::Object { value, own, .. } = self.peek(depth) else { return self.ic(0) };
        let raw = self.raw_of(value, num);
        // A local is known unboxed from here on; its slot is the box.
        if let Own::Local(index) = own {
            self.set_raw(index, num, raw);
            self.locals[index as usize] = Local::bound(LocalKind::Raw(num, Held::Valid));
            for at in 0..self.stack.len() {
                if let Val::Object { own: Own::Local(other), .. } = self.stack[at]
                    && other == index
                {
                    self.stack[at] = Val::Raw(num, raw);
                }
            }
        }
        raw
    }

    /// The number in an object of exactly that type; leaves where an int does not fit.
    pub fn raw_of(&mut self, object: Value, num: Num) -> Value {
        let layout = &self.rt.layout;
        match num {
            Num::Float => self.b.ins().load(types::F64, super::emit::FLAGS, object, layout.float_value),
            Num::Bool => self.is(IntCC::Equal, object, self.rt.api._Py_TrueStruct as i64),
            Num::Int => {
                let (large, done) = (self.cold(), self.b.create_block());
                let small = self.b.create_block();
                let tag = self.load(object, layout.long_tag);
                let compact = self.is(IntCC::UnsignedLessThan, tag, 16);
                self.branch(compact, small, large);
                self.begin(large);
                let overflow = self.b.ins().stack_addr(types::I64, self.scratch, 0);
                let long = self.call64(self.rt.api.PyLong_AsLongLongAndOverflow as usize, &[object, overflow]);
                let flag = self.load32(overflow, 0);
                let fits = self.is(IntCC::Equal, flag, 0);
                self.guard(fits, Why::Overflow);
                self.jump(done, &[long]);
                self.begin(small);
                let digit = self.b.ins().uload32(super::emit::FLAGS, object, layout.long_digits);
                let three = self.ic(3);
                let sign = self.b.ins().band(tag, three);
                let one = self.ic(1);
                let sign = self.b.ins().isub(one, sign);
                let value = self.b.ins().imul(digit, sign);
                self.jump(done, &[value]);
                self.begin_with(done, types::I64)
            }
        }
    }

    /// Boxes a value wherever it is, once: all copies become the same object.
    pub fn box_value(&mut self, num: Num, value: Value) -> Result<()> {
        let ty = Types::boxed(self.rt, num);
        if num == Num::Bool {
            let (yes, no) = (self.address(self.rt.api._Py_TrueStruct), self.address(self.rt.api._Py_FalseStruct));
            let object = self.b.ins().select(value, yes, no);
            for at in 0..self.stack.len() {
                if self.stack[at] == Val::Raw(num, value) {
                    self.stack[at] = Val::Object { value: object, ty, own: Own::Owned };
                }
            }
            return Ok(());
        }
        if let Some(index) = self.local_with(num, value) {
            self.hold(index);
            let object = self.slot_word(index);
            for at in 0..self.stack.len() {
                if self.stack[at] == Val::Raw(num, value) {
                    self.stack[at] = Val::Object { value: object, ty, own: Own::Local(index) };
                }
            }
            return Ok(());
        }
        let object = self.new_box(num, value);
        let mut first = true;
        for at in 0..self.stack.len() {
            if self.stack[at] == Val::Raw(num, value) {
                if !first {
                    self.incref(object);
                }
                first = false;
                self.stack[at] = Val::Object { value: object, ty, own: Own::Owned };
            }
        }
        if first { Err(self.fault("a number that is nowhere was boxed")) } else { Ok(()) }
    }

    /// A new box, owned; raises where memory ran out.
    pub fn new_box(&mut self, num: Num, value: Value) -> Value {
        let helper = match num {
            Num::Float => self.rt.api.PyFloat_FromDouble as usize,
            _ => self.rt.api.PyLong_FromLongLong as usize,
        };
        let small = self.rt.small_ints;
        if num == Num::Int && small.count > 0 {
            // Small ints are there already, and are not counted.
            let (there, new, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
            let index = self.plus(value, -small.low);
            let is_small = self.is(IntCC::UnsignedLessThan, index, small.count);
            self.branch(is_small, there, new);
            self.begin(new);
            let object = self.call64(helper, &[value]);
            self.check_memory(object);
            self.jump(done, &[object]);
            self.begin(there);
            let shift = self.ic(i64::from(SmallInts::SIZE.trailing_zeros()));
            let bytes = self.b.ins().ishl(index, shift);
            let object = self.plus(bytes, small.first as i64);
            self.jump(done, &[object]);
            return self.begin_with(done, types::I64);
        }
        let object = self.call64(helper, &[value]);
        self.check_memory(object);
        object
    }
}
