//! Entries from one representation to another: guarded types, unboxed and boxed numbers, owned references.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Held, Local, LocalKind, Num, Ty};
use crate::ops;
use crate::runtime::SmallInts;
use crate::subject::{Refused, Types};
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// The entry `depth` below the top.
    pub fn peek(&self, depth: usize) -> Val {
        self.stack[self.stack.len() - 1 - depth]
    }

    /// Replaces it by another representation of the same.
    pub fn set(&mut self, depth: usize, val: Val) {
        let at = self.stack.len() - 1 - depth;
        self.stack[at] = val;
    }

    /// Takes the top entry.
    pub fn pop(&mut self) -> Result<Val> {
        self.stack.pop().ok_or_else(|| self.fault("the stack is empty"))
    }

    /// Something that cannot be: the function is refused.
    pub fn fault(&self, what: &str) -> Refused {
        Refused {
            code: "internal",
            line: Some(self.one.line),
            message: format!("the compiler lost track at offset {}: {what}", self.one.offset),
        }
    }

    /// What an entry holds is given back when the instruction is done.
    pub fn drop_val(&mut self, val: Val) {
        match val {
            Val::Object { value, ty, own: Own::Owned } => self.drops.push((value, ty)),
            Val::Const { object, owned: true, .. } => {
                let value = self.address(object);
                self.drops.push((value, Ty::Any));
            }
            Val::SequenceIter { sequence, .. } => self.drops.push((sequence, Ty::Any)),
            _ => {}
        }
    }

    /// The type is exactly this one, or the interpreter goes on.
    pub fn type_is(&mut self, depth: usize, wanted: usize) {
        let val = self.peek(depth);
        if self.ty(val) == Ty::Exact(wanted) {
            return;
        }
        let Val::Object { value, own, .. } = val else {
            // It is another type for certain: the code behind is never reached.
            let never = self.b.ins().iconst(types::I8, 0);
            self.guard(never, Why::Type);
            return;
        };
        let ty = self.load(value, self.rt.layout.object_type);
        let same = self.is(IntCC::Equal, ty, wanted as i64);
        self.guard(same, Why::Type);
        let ty = Ty::Exact(wanted);
        self.set(depth, Val::Object { value, ty, own });
        self.learn(value, own, ty);
    }

    /// All entries and the local that hold this object are known to have the type.
    pub fn learn(&mut self, value: Value, own: Own, ty: Ty) {
        for entry in &mut self.stack {
            if let Val::Object { value: other, ty: known, .. } = entry
                && *other == value
            {
                *known = ty;
            }
        }
        if let Own::Local(index) = own
            && let LocalKind::Object(_) = self.locals[index as usize].kind
        {
            self.locals[index as usize].kind = LocalKind::Object(ty);
        }
    }

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

    /// The entry as an object; the entry keeps its reference.
    pub fn object(&mut self, depth: usize) -> Result<Value> {
        match self.peek(depth) {
            Val::Const { object, .. } => Ok(self.address(object)),
            Val::Object { value, .. } => Ok(value),
            Val::Raw(num, value) => {
                self.box_value(num, value)?;
                self.object(depth)
            }
            Val::Range { start, stop, by, .. } => {
                let value = self.call64(ops::rt_range as *const () as usize, &[start, stop, by]);
                self.check_memory(value);
                self.set(depth, Val::Object { value, ty: Ty::Exact(self.rt.api.PyRange_Type), own: Own::Owned });
                Ok(value)
            }
            Val::RangeIter { next, stop, by, .. } => {
                let value = self.call64(ops::rt_range_iter as *const () as usize, &[next, stop, by]);
                self.check_memory(value);
                self.set(depth, Val::Object { value, ty: Ty::Exact(self.rt.api.PyRangeIter_Type), own: Own::Owned });
                Ok(value)
            }
            Val::SequenceIter { sequence, index, .. } => {
                let value = self.call64(ops::rt_sequence_iter as *const () as usize, &[sequence, index]);
                self.check(value);
                self.set(depth, Val::Object { value, ty: Ty::Any, own: Own::Owned });
                Ok(value)
            }
            Val::Moved { num, value, word } => {
                let none = self.is(IntCC::Equal, word, self.rt.layout.null_ref as i64);
                let (fresh, done) = (self.cold(), self.b.create_block());
                self.b.ins().brif(none, fresh, &[], done, &[word.into()]);
                self.begin(fresh);
                let made = self.new_box(num, value);
                self.jump(done, &[made]);
                let object = self.begin_with(done, types::I64);
                let ty = Types::boxed(self.rt, num);
                self.set(depth, Val::Object { value: object, ty, own: Own::Owned });
                Ok(object)
            }
            Val::Null => Err(self.fault("an empty entry was used as an object")),
        }
    }

    /// The entry as an object whose reference it owns, so that it can be given away.
    pub fn own(&mut self, depth: usize) -> Result<Value> {
        let value = self.object(depth)?;
        match self.peek(depth) {
            Val::Object { own: Own::Owned, .. } | Val::Const { owned: true, .. } => {}
            Val::Object { ty, .. } => {
                self.incref(value);
                self.set(depth, Val::Object { value, ty, own: Own::Owned });
            }
            Val::Const { object, fixed, .. } => {
                if self.is_immortal(object) {
                    // Not counted, so that there is nothing to give back.
                    return Ok(value);
                }
                self.incref(value);
                self.set(depth, Val::Const { object, fixed, owned: true });
            }
            _ => {}
        }
        Ok(value)
    }

    /// Numbers that left their locals are objects again.
    pub fn settle_moved(&mut self) -> Result<()> {
        for depth in 0..self.stack.len() {
            if matches!(self.peek(depth), Val::Moved { .. }) {
                self.object(depth)?;
            }
        }
        Ok(())
    }

    /// Before something that may run code or free things: entries own what only a container or a namespace keeps.
    pub fn settle(&mut self) {
        for at in 0..self.stack.len() {
            match self.stack[at] {
                Val::Object { value, ty, own: Own::Memory } => {
                    self.incref(value);
                    self.stack[at] = Val::Object { value, ty, own: Own::Owned };
                }
                Val::Const { object, fixed: false, owned: false } if !self.is_kept(object) => {
                    let value = self.address(object);
                    self.incref(value);
                    self.stack[at] = Val::Const { object, fixed: false, owned: true };
                }
                _ => {}
            }
        }
    }

    /// Before anything that runs code which may look at the frame: all locals are shown, all entries settled, and the frame says
    /// where it is.
    pub fn opaque(&mut self) {
        self.settle();
        if !self.rt.layout.tagged_refs {
            // There, writing a local through `f_locals` frees what it held.
            for at in 0..self.stack.len() {
                if let Val::Object { value, ty, own: Own::Local(_) } = self.stack[at] {
                    self.incref(value);
                    self.stack[at] = Val::Object { value, ty, own: Own::Owned };
                }
            }
        }
        self.hold_all();
        self.mark();
        self.pure = false;
        self.show_callers();
    }

    /// Callers that were left by direct calls show their locals.
    fn show_callers(&mut self) {
        let (some, none) = (self.cold(), self.b.create_block());
        self.branch(self.pending, some, none);
        self.begin(some);
        self.call(crate::exits::rt_show_callers as *const () as usize, &[self.pending], None);
        self.jump(none, &[]);
        self.begin(none);
    }

    /// The frame says that it is at this instruction, where there is one; one that is made says it, too.
    pub fn mark_frame(&mut self) {
        if !self.lazy {
            self.mark();
        }
    }

    /// The frame says that it is at this instruction.
    pub fn mark(&mut self) {
        if self.lazy {
            // It is looked at: there has to be one.
            self.found.framed = true;
            return;
        }
        let at = self.address(self.cx.code.unit(self.one.offset) as usize);
        self.store(at, self.frame, self.rt.layout.frame_instr_ptr);
    }

    /// Behind code that may have run: types that can be changed are no longer known.
    pub fn forget(&mut self) {
        for index in 0..self.locals.len() {
            if let LocalKind::Object(ty) = self.locals[index].kind
                && !self.is_lasting(ty)
            {
                self.locals[index].kind = LocalKind::Object(Ty::Any);
            }
        }
        for at in 0..self.stack.len() {
            if let Val::Object { value, ty, own } = self.stack[at]
                && !self.is_lasting(ty)
            {
                self.stack[at] = Val::Object { value, ty: Ty::Any, own };
            }
        }
    }

    /// Nothing on the stack may be freed behind our back.
    pub fn expect_settled(&mut self) {
        let loose = self.stack.iter().any(|val| match val {
            Val::Object { own: Own::Memory, .. } => true,
            Val::Const { object, fixed: false, owned: false } => !self.is_kept(*object),
            _ => false,
        });
        if loose {
            self.found.notes.push(format!("unsettled at {}", self.one.offset));
            self.unsettled = true;
        }
    }
}
