//! Iteration.

use super::{Build, Own, Result, Val};
use crate::decode::{Instr, Op};
use crate::exits::Why;
use crate::forecast::TEXT;
use crate::ir::{Num, Over, Step, Ty};
use crate::ops;
use cranelift_codegen::ir::{InstBuilder, condcodes::IntCC, types};

impl Build<'_> {
    /// `GET_ITER`.
    pub fn get_iter(&mut self, arg: u32) -> Result<bool> {
        let two = self.rt.layout.iterators_have_index;
        if two && arg != 0 {
            return self.not_compiled();
        }
        match self.peek(0) {
            Val::Range { start, stop, by, step } => {
                self.stack.pop();
                self.stack.push(Val::RangeIter { next: start, stop, by, step });
            }
            // 3.13's comprehensions ask for the iterator of an iterator, which is itself.
            Val::RangeIter { .. } | Val::SequenceIter { .. } => {}
            val => {
                let ty = self.ty(val);
                let guess = match self.loop_name().as_str() {
                    "FOR_ITER_LIST" => Some(self.rt.api.PyList_Type),
                    "FOR_ITER_TUPLE" => Some(self.rt.api.PyTuple_Type),
                    TEXT => Some(self.rt.api.PyUnicode_Type),
                    _ => None,
                };
                if let Some(kind) = self.sequence_at(0, guess)? {
                    let sequence = self.own(0)?;
                    self.stack.pop();
                    let index = self.ic(0);
                    self.stack.push(Val::SequenceIter { sequence, index, start: None, over: Over::Items(kind) });
                } else {
                    if ty == Ty::Any && self.next_loop().is_some_and(|one| self.cx.code.is_cold(one)) {
                        self.found.unknown.get_or_insert(self.one.line);
                    }
                    self.generic_one(self.rt.api.PyObject_GetIter as usize)?;
                }
            }
        }
        if two {
            self.stack.push(Val::Null);
        }
        Ok(true)
    }

    /// The loop instruction behind this one.
    pub fn next_loop(&self) -> Option<&Instr> {
        let code = self.cx.code;
        let here = code.index.get(&self.one.start).copied().unwrap_or(0);
        code.instrs[here..].iter().find(|one| one.op == Op::ForIter)
    }

    /// Its name as it runs now.
    fn loop_name(&self) -> String {
        self.next_loop().map_or(String::new(), |one| self.cx.code.now(one.offset).to_owned())
    }

    /// `FOR_ITER`: two ways on.
    pub fn for_iter(&mut self, one: &Instr) -> Result<bool> {
        let Some(end) = self.cx.code.exhausted(one) else { return self.not_compiled() };
        let depth = if self.rt.layout.iterators_have_index { 1 } else { 0 };
        let (more, over) = (self.b.create_block(), self.b.create_block());
        match self.peek(depth) {
            Val::RangeIter { next, stop, by, step } => {
                let down = matches!(step, Step::Known(by) if by < 0);
                let how = if down { IntCC::SignedGreaterThan } else { IntCC::SignedLessThan };
                let goes_on = self.b.ins().icmp(how, next, stop);
                self.branch(goes_on, more, over);
                self.exhausted(over, end)?;
                self.begin(more);
                // It cannot overflow: that was checked when the range was made.
                let after = self.b.ins().iadd(next, by);
                self.weigh(1);
                self.set(depth, Val::RangeIter { next: after, stop, by, step });
                self.stack.push(Val::Raw(Num::Int, next));
            }
            Val::SequenceIter { sequence, index, start, over: kinds } => {
                let goes_on = self.goes_on(sequence, index, kinds);
                self.branch(goes_on, more, over);
                self.exhausted(over, end)?;
                self.begin(more);
                let after = self.plus(index, 1);
                self.set(depth, Val::SequenceIter { sequence, index: after, start, over: kinds });
                self.push_items(sequence, index, start, kinds);
                self.resume = one.next;
                return self.next_or_goto(one);
            }
            _ => {
                if self.cx.code.now(one.offset) == "FOR_ITER_GEN" {
                    // The interpreter resumes a generator without a call.
                    self.weigh(-4);
                }
                self.object(depth)?;
                self.opaque();
                let iterator = self.object(depth)?;
                let value = self.call64(ops::rt_next as *const () as usize, &[iterator]);
                let (item, none) = (self.b.create_block(), self.b.create_block());
                // 0: exhausted; 1: an exception.
                let some = self.is(IntCC::UnsignedGreaterThan, value, 1);
                self.branch(some, item, none);
                self.begin(none);
                let done = self.is(IntCC::Equal, value, 0);
                self.check(done);
                self.forget();
                let saved = self.save();
                self.resume = end;
                self.recheck();
                self.goto(end)?;
                self.restore(saved);
                // Two blocks that are not used on this way.
                self.begin(over);
                self.b.ins().trap(cranelift_codegen::ir::TrapCode::unwrap_user(1));
                self.begin(more);
                self.b.ins().trap(cranelift_codegen::ir::TrapCode::unwrap_user(1));
                self.begin(item);
                self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Owned });
                self.resume = one.next;
                self.recheck();
                let _ = types::I8;
            }
        }
        self.resume = one.next;
        self.next_or_goto(one)
    }

    fn exhausted(&mut self, over: cranelift_codegen::ir::Block, end: u32) -> Result<()> {
        self.begin(over);
        let saved = self.save();
        self.resume = end;
        self.goto(end)?;
        self.restore(saved);
        Ok(())
    }

    /// The block behind a `FOR_ITER` is entered from nowhere else, mostly: then translation just goes on, and what is borrowed from
    /// the list stays so.
    fn next_or_goto(&mut self, one: &Instr) -> Result<bool> {
        if self.cx.code.jumped_to.contains(&one.next) {
            self.goto(one.next)?;
            return Ok(false);
        }
        Ok(true)
    }

    /// `range(...)`, not made yet; false where it needs the real one.
    pub fn make_range(&mut self, count: usize) -> Result<bool> {
        let constant = |build: &Self, depth: usize| match build.peek(depth) {
            Val::Const { object, .. } => crate::subject::Types::int(build.rt, object),
            Val::Raw(Num::Int, value) => build.iconst(value),
            _ => None,
        };
        for depth in 0..count {
            if self.num(self.peek(depth)) != Some(Num::Int) && !self.may_be_int(depth) {
                return Ok(false);
            }
            if depth == 0 && self.cx.failed.contains(&self.one.offset) && count == 3 && constant(self, 0).is_none() {
                return Ok(false);
            }
        }
        let step = match count {
            3 => match constant(self, 0) {
                Some(0) => return Ok(false),
                Some(by) => Step::Known(by),
                None => Step::Positive,
            },
            _ => Step::Known(1),
        };
        let (start, stop) = match count {
            1 => (self.ic(0), self.unbox(0, Num::Int)),
            2 => (self.unbox(1, Num::Int), self.unbox(0, Num::Int)),
            _ => (self.unbox(2, Num::Int), self.unbox(1, Num::Int)),
        };
        let by = match step {
            Step::Known(by) => self.ic(by),
            Step::Positive => {
                let by = self.unbox(0, Num::Int);
                let fine = self.is(IntCC::SignedGreaterThan, by, 0);
                self.guard(fine, Why::Type);
                by
            }
        };
        if !matches!(step, Step::Known(1 | -1)) {
            // The last value and one step more must fit.
            let (_, overflow) = self.b.ins().sadd_overflow(stop, by);
            self.guard_not(overflow, Why::Overflow);
        }
        for _ in 0..count + 2 {
            let val = self.pop()?;
            self.drop_val(val);
        }
        self.stack.push(Val::Range { start, stop, by, step });
        Ok(true)
    }

    fn may_be_int(&self, depth: usize) -> bool {
        matches!(self.peek(depth), Val::Object { ty: Ty::Any, .. }) && !self.cx.failed.contains(&self.one.offset)
    }
}
