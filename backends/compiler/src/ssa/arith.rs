//! Arithmetic on unboxed numbers.

use super::{Build, Result, Val};
use crate::decode::nb;
use crate::exits::Why;
use crate::ir::{Num, Ty};
use crate::subject::Types;
use cranelift_codegen::ir::{
    InstBuilder, Value,
    condcodes::{FloatCC, IntCC},
    types,
};

impl Build<'_> {
    /// `BINARY_OP`.
    pub fn binary_op(&mut self, arg: u32) -> Result<bool> {
        if arg == nb::SUBSCRIPT {
            return self.subscript();
        }
        let op = arg % nb::INPLACE;
        if self.cx.overflowed.contains(&self.one.offset) {
            return self.generic_binary(arg);
        }
        let (a, b) = (self.peek(1), self.peek(0));
        let hint = self.number_hint();
        let (ka, kb) = self.kinds(a, b, hint);
        let simple = matches!(op, nb::ADD | nb::SUBTRACT | nb::MULTIPLY | nb::TRUE_DIVIDE);
        for (depth, other) in [(1, 0), (0, 1)] {
            if !self.is_some_number(depth) || matches!(op, nb::POWER | 4) {
                continue;
            }
            if simple && self.is_float(other) {
                let value = self.any_as_double(depth);
                let other = self.unbox(other, Num::Float);
                let (x, y) = if depth == 1 { (value, other) } else { (other, value) };
                let value = self.float_op(op, x, y);
                return self.replace_two(Num::Float, value);
            }
            return self.number_versions(depth, |build| build.binary_op(arg));
        }
        if let (Some(ka), Some(kb)) = (ka, kb) {
            if ka == Num::Bool && kb == Num::Bool && matches!(op, nb::AND | nb::OR | nb::XOR) {
                return self.bool_op(op);
            }
            let float = ka == Num::Float || kb == Num::Float;
            let ints = !float && !matches!(op, nb::POWER | nb::TRUE_DIVIDE) && op != 4;
            if ints {
                let (x, y) = (self.as_int(1, ka), self.as_int(0, kb));
                let constant = self.constant_int(0);
                let value = self.int_op(op, x, y, constant);
                return self.replace_two(Num::Int, value);
            }
            if (float && matches!(op, nb::ADD | nb::SUBTRACT | nb::MULTIPLY)) || op == nb::TRUE_DIVIDE {
                let (x, y) = (self.as_float(1, ka, op), self.as_float(0, kb, op));
                let value = self.float_op(op, x, y);
                return self.replace_two(Num::Float, value);
            }
        }
        self.generic_binary(arg)
    }

    fn float_op(&mut self, op: u32, x: Value, y: Value) -> Value {
        match op {
            nb::ADD => self.b.ins().fadd(x, y),
            nb::SUBTRACT => self.b.ins().fsub(x, y),
            nb::MULTIPLY => self.b.ins().fmul(x, y),
            _ => {
                let zero = self.fc(0.0);
                let is_zero = self.b.ins().fcmp(FloatCC::Equal, y, zero);
                self.guard_not(is_zero, Why::Division);
                self.b.ins().fdiv(x, y)
            }
        }
    }

    /// What the specialised instruction says about its operands.
    fn number_hint(&self) -> Option<Num> {
        if self.cx.failed.contains(&self.one.offset) {
            return None;
        }
        let name = self.cx.code.now(self.one.offset);
        if name.contains("FLOAT") {
            Some(Num::Float)
        } else if name.contains("_INT") {
            Some(Num::Int)
        } else {
            None
        }
    }

    /// The kinds of both operands, known or guessed. An operand of unknown type is guessed from the profile, or from the other one.
    pub fn kinds(&self, a: Val, b: Val, hint: Option<Num>) -> (Option<Num>, Option<Num>) {
        let failed = self.cx.failed.contains(&self.one.offset);
        let (ka, kb) = (self.num(a), self.num(b));
        let unknown = |val: Val| matches!(val, Val::Object { ty: Ty::Any, .. });
        let guess = |val: Val, other: Option<Num>| {
            if failed || !unknown(val) {
                return None;
            }
            hint.or(match other {
                Some(Num::Bool) => Some(Num::Int),
                other => other,
            })
        };
        (ka.or_else(|| guess(a, kb)), kb.or_else(|| guess(b, ka)))
    }

    /// The value of a constant int operand.
    fn constant_int(&self, depth: usize) -> Option<i64> {
        match self.peek(depth) {
            Val::Const { object, .. } => Types::int(self.rt, object),
            Val::Raw(Num::Int, value) => self.iconst(value),
            _ => None,
        }
    }

    /// The value of an `iconst`.
    pub fn iconst(&self, value: Value) -> Option<i64> {
        let instruction = self.b.func.dfg.value_def(value).inst()?;
        match self.b.func.dfg.insts[instruction] {
            cranelift_codegen::ir::InstructionData::UnaryImm { imm, .. } => Some(imm.bits()),
            _ => None,
        }
    }

    /// An int or bool operand as an int.
    pub fn as_int(&mut self, depth: usize, num: Num) -> Value {
        let value = self.unbox(depth, num);
        if num == Num::Bool { self.b.ins().uextend(types::I64, value) } else { value }
    }

    /// Any operand as a float; an int that a float cannot hold exactly leaves, unless the operation itself rounds it so.
    fn as_float(&mut self, depth: usize, num: Num, _op: u32) -> Value {
        let value = self.unbox(depth, num);
        self.as_double(value, num)
    }

    /// A number as a float of the same value.
    pub fn as_double(&mut self, value: Value, num: Num) -> Value {
        match num {
            Num::Float => value,
            Num::Bool => {
                let wide = self.b.ins().uextend(types::I64, value);
                self.b.ins().fcvt_from_sint(types::F64, wide)
            }
            Num::Int => {
                if self.iconst(value).is_none_or(|known| known.unsigned_abs() > 1 << 53) {
                    let moved = self.plus(value, 1 << 53);
                    let limit = self.ic(1 << 54);
                    let exact = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, moved, limit);
                    self.guard(exact, Why::Overflow);
                }
                self.b.ins().fcvt_from_sint(types::F64, value)
            }
        }
    }

    /// Both operands are used, and this is the result.
    pub fn replace_two(&mut self, num: Num, value: Value) -> Result<bool> {
        self.weigh(1);
        self.consume(2)?;
        self.stack.push(Val::Raw(num, value));
        Ok(true)
    }

    fn bool_op(&mut self, op: u32) -> Result<bool> {
        let (x, y) = (self.unbox(1, Num::Bool), self.unbox(0, Num::Bool));
        let value = match op {
            nb::AND => self.b.ins().band(x, y),
            nb::OR => self.b.ins().bor(x, y),
            _ => self.b.ins().bxor(x, y),
        };
        self.replace_two(Num::Bool, value)
    }

    fn int_op(&mut self, op: u32, x: Value, y: Value, constant: Option<i64>) -> Value {
        match op {
            nb::ADD | nb::SUBTRACT | nb::MULTIPLY => {
                let (value, overflow) = match op {
                    nb::ADD => self.b.ins().sadd_overflow(x, y),
                    nb::SUBTRACT => self.b.ins().ssub_overflow(x, y),
                    _ => self.b.ins().smul_overflow(x, y),
                };
                self.guard_not(overflow, Why::Overflow);
                value
            }
            nb::AND => self.b.ins().band(x, y),
            nb::OR => self.b.ins().bor(x, y),
            nb::XOR => self.b.ins().bxor(x, y),
            nb::LSHIFT | nb::RSHIFT => {
                let limit = self.ic(63);
                let fine = self.b.ins().icmp(IntCC::UnsignedLessThan, y, limit);
                self.guard(fine, Why::Overflow);
                if op == nb::RSHIFT {
                    return self.b.ins().sshr(x, y);
                }
                let value = self.b.ins().ishl(x, y);
                let back = self.b.ins().sshr(value, y);
                let same = self.b.ins().icmp(IntCC::Equal, back, x);
                self.guard(same, Why::Overflow);
                value
            }
            _ => self.divide(op, x, y, constant),
        }
    }

    /// `//` and `%`: rounded towards minus infinity.
    fn divide(&mut self, op: u32, x: Value, y: Value, constant: Option<i64>) -> Value {
        let shared = self.is_shared(1);
        if let Some(power) = constant.filter(|c| *c > 0 && c & (c - 1) == 0) {
            if op == nb::FLOOR_DIVIDE {
                let shift = self.ic(i64::from(power.trailing_zeros()));
                return self.b.ins().sshr(x, shift);
            }
            if power < 1 << 30 || !shared {
                let bits = self.ic(power - 1);
                return self.b.ins().band(x, bits);
            }
        }
        if constant.is_none_or(|c| c == 0 || c == -1) {
            // Neither 0, which raises, nor -1, whose quotient may not fit (the processor traps on both).
            let moved = self.plus(y, 1);
            let two = self.ic(2);
            let fine = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, moved, two);
            self.guard(fine, Why::Division);
        }
        // Two numbers of 31 bits are divided several times faster, and need no correction.
        let (narrow, wide, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let both = self.b.ins().bor(x, y);
        let limit = self.ic(1 << 31);
        let small = self.b.ins().icmp(IntCC::UnsignedLessThan, both, limit);
        self.branch(small, narrow, wide);
        self.begin(narrow);
        let (a, b) = (self.b.ins().ireduce(types::I32, x), self.b.ins().ireduce(types::I32, y));
        let result = if op == nb::FLOOR_DIVIDE { self.b.ins().udiv(a, b) } else { self.b.ins().urem(a, b) };
        let result = self.b.ins().uextend(types::I64, result);
        // A dividend of several digits is more than its divisor's digit, or both are of 31 bits: the remainder may be it.
        if op != nb::FLOOR_DIVIDE && shared && constant.is_none_or(|c| c.unsigned_abs() >= 1 << 30) {
            let same = self.b.ins().icmp(IntCC::Equal, result, x);
            let large = self.is(IntCC::SignedGreaterThanOrEqual, y, 1 << 30);
            let same = self.b.ins().band(same, large);
            self.guard_not(same, Why::Division);
        }
        self.jump(done, &[result]);
        self.begin(wide);
        let quotient = self.b.ins().sdiv(x, y);
        let product = self.b.ins().imul(quotient, y);
        let rest = self.b.ins().isub(x, product);
        let signs = self.b.ins().bxor(rest, y);
        let differ = self.is(IntCC::SignedLessThan, signs, 0);
        let inexact = self.is(IntCC::NotEqual, rest, 0);
        let fix = self.b.ins().band(differ, inexact);
        if op == nb::FLOOR_DIVIDE {
            let fix = self.b.ins().uextend(types::I64, fix);
            let result = self.b.ins().isub(quotient, fix);
            self.jump(done, &[result]);
            return self.begin_with(done, types::I64);
        }
        if shared && constant.is_none_or(|c| c.unsigned_abs() >= 1 << 30) {
            // A dividend that is smaller than a divisor of several digits is its own remainder, the very object.
            let whole = self.is(IntCC::Equal, quotient, 0);
            let moved = self.plus(y, (1 << 30) - 1);
            let limit = self.ic((1 << 31) - 2);
            let large = self.b.ins().icmp(IntCC::UnsignedGreaterThan, moved, limit);
            let same = self.b.ins().band(whole, large);
            self.guard_not(same, Why::Division);
        }
        let moved = self.b.ins().iadd(rest, y);
        let result = self.b.ins().select(fix, moved, rest);
        self.jump(done, &[result]);
        self.begin_with(done, types::I64)
    }

    /// May the entry's number have another name, or a box?
    fn is_shared(&mut self, depth: usize) -> bool {
        let val = self.peek(depth);
        let Val::Raw(num, value) = val else { return true };
        self.local_with(num, value).is_some() || self.stack.iter().filter(|other| **other == val).count() > 1
    }

    /// `-x`.
    pub fn negative(&mut self) -> Result<bool> {
        match self.num(self.peek(0)) {
            Some(Num::Float) => {
                let value = self.unbox(0, Num::Float);
                let value = self.b.ins().fneg(value);
                self.replace_one(Num::Float, value)
            }
            Some(num) => {
                let value = self.as_int(0, num);
                let zero = self.ic(0);
                let (value, overflow) = self.b.ins().ssub_overflow(zero, value);
                self.guard_not(overflow, Why::Overflow);
                self.replace_one(Num::Int, value)
            }
            None => self.generic_unary(self.rt.api.PyNumber_Negative as usize),
        }
    }

    /// `~x`.
    pub fn invert(&mut self) -> Result<bool> {
        if self.num(self.peek(0)) == Some(Num::Int) {
            let value = self.unbox(0, Num::Int);
            let value = self.b.ins().bnot(value);
            return self.replace_one(Num::Int, value);
        }
        self.generic_unary(self.rt.api.PyNumber_Invert as usize)
    }

    /// The operand is used, and this is the result.
    pub fn replace_one(&mut self, num: Num, value: Value) -> Result<bool> {
        self.weigh(1);
        let val = self.pop()?;
        self.drop_val(val);
        self.stack.push(Val::Raw(num, value));
        Ok(true)
    }
}
