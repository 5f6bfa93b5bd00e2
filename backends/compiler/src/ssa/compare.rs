//! Comparisons, truth, and the jumps that depend on them.

use super::{Build, Result, Val};
use crate::decode::{Code, Instr};
use crate::ir::{Num, Ty};
use cranelift_codegen::ir::{
    InstBuilder, Value,
    condcodes::{FloatCC, IntCC},
    types,
};

/// How two numbers are compared, in the order of `COMPARE_OP`'s argument.
const INTS: [IntCC; 6] = [
    IntCC::SignedLessThan,
    IntCC::SignedLessThanOrEqual,
    IntCC::Equal,
    IntCC::NotEqual,
    IntCC::SignedGreaterThan,
    IntCC::SignedGreaterThanOrEqual,
];
const FLOATS: [FloatCC; 6] = [
    FloatCC::LessThan,
    FloatCC::LessThanOrEqual,
    FloatCC::Equal,
    FloatCC::NotEqual,
    FloatCC::GreaterThan,
    FloatCC::GreaterThanOrEqual,
];
/// The bit of `COMPARE_OP` that asks for a bool.
const AS_BOOL: u32 = 16;

impl Build<'_> {
    /// `COMPARE_OP`.
    pub fn compare(&mut self, arg: u32) -> Result<bool> {
        let how = (arg >> 5) as usize;
        if how >= INTS.len() {
            return self.not_compiled();
        }
        let failed = self.cx.failed.contains(&self.one.offset);
        let name = self.cx.code.now(self.one.offset);
        let hint = match () {
            () if failed => None,
            () if name.ends_with("_FLOAT") => Some(Num::Float),
            () if name.ends_with("_INT") => Some(Num::Int),
            () => None,
        };
        let (a, b) = (self.peek(1), self.peek(0));
        if let (Some(ka), Some(kb)) = self.kinds(a, b, hint) {
            let result = if ka != Num::Float && kb != Num::Float {
                let (x, y) = (self.as_int(1, ka), self.as_int(0, kb));
                self.b.ins().icmp(INTS[how], x, y)
            } else {
                // An int beyond 2**53 is compared exactly in Python: `as_double` leaves there.
                let (x, y) = (self.unbox(1, ka), self.unbox(0, kb));
                let (x, y) = (self.as_double(x, ka), self.as_double(y, kb));
                self.b.ins().fcmp(FLOATS[how], x, y)
            };
            return self.replace_two(Num::Bool, result);
        }
        // 2: equal; 3: not.
        if matches!(how, 2 | 3)
            && let Some(done) = self.compare_texts(how == 2)?
        {
            return Ok(done);
        }
        if matches!(how, 0 | 1 | 4 | 5)
            && let Some(done) = self.order_texts(INTS[how])?
        {
            return Ok(done);
        }
        self.generic_compare(how as i64, arg & AS_BOOL != 0)
    }

    /// `is` and `is not`.
    pub fn is_op(&mut self, arg: u32) -> Result<bool> {
        let (a, b) = (self.peek(1), self.peek(0));
        // A number is never None or another singleton; comparing it with one needs no box.
        let none = |val: Val| matches!(val, Val::Const { object, .. } if object == self.rt.api._Py_NoneStruct);
        let raw = |val: Val| matches!(val, Val::Raw(..) | Val::Range { .. });
        if raw(a) && none(b) || raw(b) && none(a) {
            let value = self.b.ins().iconst(types::I8, i64::from(arg));
            return self.replace_two(Num::Bool, value);
        }
        self.object(1)?;
        let y = self.object(0)?;
        let x = self.object(1)?;
        let how = if arg == 0 { IntCC::Equal } else { IntCC::NotEqual };
        let value = self.b.ins().icmp(how, x, y);
        self.replace_two(Num::Bool, value)
    }

    /// `not x`, of what `TO_BOOL` made a bool.
    pub fn not(&mut self) -> Result<bool> {
        let value = match self.num(self.peek(0)) {
            Some(Num::Bool) => self.unbox(0, Num::Bool),
            _ => return self.generic_not(),
        };
        let value = self.is(IntCC::Equal, value, 0);
        self.replace_one(Num::Bool, value)
    }

    /// `TO_BOOL`.
    pub fn bool_of(&mut self) -> Result<bool> {
        let val = self.peek(0);
        if let Some(num) = self.num(val) {
            let value = self.unbox(0, num);
            let value = self.truth_of(value, num);
            return self.replace_one(Num::Bool, value);
        }
        let failed = self.cx.failed.contains(&self.one.offset);
        let name = self.cx.code.now(self.one.offset).trim_start_matches("TO_BOOL").to_owned();
        let api = &self.rt.api;
        let unknown = matches!(val, Val::Object { ty: Ty::Any, .. }) && !failed;
        match name.as_str() {
            "_BOOL" if unknown => {
                self.type_is(0, api.PyBool_Type);
                let value = self.unbox(0, Num::Bool);
                return self.replace_one(Num::Bool, value);
            }
            "_INT" if unknown => {
                let value = self.unbox(0, Num::Int);
                let value = self.truth_of(value, Num::Int);
                return self.replace_one(Num::Bool, value);
            }
            "_LIST" if unknown => self.type_is(0, api.PyList_Type),
            _ => {}
        }
        let ty = self.ty(self.peek(0));
        let none = Ty::Exact(crate::subject::Types::of(self.rt, api._Py_NoneStruct));
        if ty == none {
            let value = self.b.ins().iconst(types::I8, 0);
            return self.replace_one(Num::Bool, value);
        }
        if ty == Ty::Exact(api.PyList_Type) || ty == Ty::Exact(api.PyTuple_Type) {
            let object = self.object(0)?;
            let size = self.load(object, self.rt.layout.var_size);
            let value = self.is(IntCC::NotEqual, size, 0);
            return self.replace_one(Num::Bool, value);
        }
        if ty == Ty::Exact(api.PyUnicode_Type) {
            let object = self.object(0)?;
            let size = self.load(object, self.rt.layout.unicode_length);
            let value = self.is(IntCC::NotEqual, size, 0);
            return self.replace_one(Num::Bool, value);
        }
        if ty == Ty::Exact(api.PyDict_Type) {
            let object = self.object(0)?;
            let size = self.load(object, self.rt.layout.dict_used);
            let value = self.is(IntCC::NotEqual, size, 0);
            return self.replace_one(Num::Bool, value);
        }
        self.generic_truth()
    }

    fn truth_of(&mut self, value: Value, num: Num) -> Value {
        match num {
            Num::Bool => value,
            Num::Int => self.is(IntCC::NotEqual, value, 0),
            Num::Float => {
                let zero = self.fc(0.0);
                self.b.ins().fcmp(FloatCC::NotEqual, value, zero)
            }
        }
    }

    /// `POP_JUMP_IF_TRUE` and `POP_JUMP_IF_FALSE`: the top is a bool.
    pub fn jump_if(&mut self, one: &Instr, when: bool) -> Result<bool> {
        let condition = self.unbox(0, Num::Bool);
        let val = self.pop()?;
        self.drop_val(val);
        self.drops.clear();
        let target = self.target(one)?;
        let (yes, no) = if when { (target, one.next) } else { (one.next, target) };
        self.fork(condition, yes, no)
    }

    /// `POP_JUMP_IF_NONE` and its opposite.
    pub fn jump_if_none(&mut self, one: &Instr, when: bool) -> Result<bool> {
        let val = self.peek(0);
        let none = self.rt.api._Py_NoneStruct;
        let condition = match val {
            Val::Object { value, .. } => self.is(IntCC::Equal, value, none as i64),
            Val::Const { object, .. } => self.b.ins().iconst(types::I8, i64::from(object == none)),
            _ => self.b.ins().iconst(types::I8, 0),
        };
        let val = self.pop()?;
        self.drop_val(val);
        let target = self.target(one)?;
        let (yes, no) = if when { (target, one.next) } else { (one.next, target) };
        if self.drops.is_empty() {
            return self.fork(condition, yes, no);
        }
        // What is given back may run code: on each side the jump was made then.
        let drops = std::mem::take(&mut self.drops);
        let (a, b) = (self.b.create_block(), self.b.create_block());
        self.branch(condition, a, b);
        for (block, to) in [(a, yes), (b, no)] {
            self.begin(block);
            let saved = self.save();
            self.drops.clone_from(&drops);
            self.resume = to;
            self.finish_at(to)?;
            self.goto(to)?;
            self.restore(saved);
        }
        Ok(false)
    }

    /// Goes on in one of two blocks.
    pub fn fork(&mut self, condition: Value, yes: u32, no: u32) -> Result<bool> {
        let (a, b) = (self.b.create_block(), self.b.create_block());
        self.branch(condition, a, b);
        for (block, to) in [(a, yes), (b, no)] {
            self.begin(block);
            let saved = self.save();
            self.resume = to;
            self.goto(to)?;
            self.restore(saved);
        }
        Ok(false)
    }

    /// Where the jump leads.
    pub fn target(&self, one: &Instr) -> Result<u32> {
        Code::target(one).ok_or_else(|| self.fault("a jump without a target"))
    }

    /// `JUMP_FORWARD` and its like.
    pub fn plain_jump(&mut self, one: &Instr) -> Result<bool> {
        let target = self.target(one)?;
        self.resume = target;
        self.goto(target)?;
        Ok(false)
    }

    /// `JUMP_BACKWARD`: signals, other threads and tracers get their turn.
    pub fn jump_back(&mut self, one: &Instr) -> Result<bool> {
        self.settle();
        self.poll_loop();
        self.plain_jump(one)
    }

    /// The state, to be taken up again on another way.
    pub fn save(&self) -> super::Saved {
        (self.locals.clone(), self.stack.clone(), self.home.clone(), self.values.clone())
    }

    /// Takes it up again.
    pub fn restore(&mut self, saved: super::Saved) {
        (self.locals, self.stack, self.home, self.values) = saved;
    }
}
