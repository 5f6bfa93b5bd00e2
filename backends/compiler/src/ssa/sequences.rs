//! Loops over lists, tuples and texts without an iterator: one of them, its items with their numbers (`enumerate`), or two at once
//! (`zip`).

use super::{Build, Own, Result, Val};
use crate::decode::Op;
use crate::exits::Why;
use crate::ir::{Num, Over, Sequence, Ty};
use crate::ops;
use crate::subject::Types;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC};

/// The first item of `enumerate` has a number below this, so that no number overflows.
const MOST_START: i64 = 1 << 62;

impl Build<'_> {
    /// Which sequence the entry is, known or guessed: as `guess` says, or as the argument was that the function is compiled for. None
    /// where it is another object.
    pub fn sequence_at(&mut self, depth: usize, guess: Option<usize>) -> Result<Option<Sequence>> {
        let api = &self.rt.api;
        let failed = self.cx.failed.contains(&self.one.offset);
        let known = [api.PyList_Type, api.PyTuple_Type, api.PyUnicode_Type];
        let val = self.peek(depth);
        if self.ty(val) == Ty::Any
            && !failed
            && matches!(val, Val::Object { .. })
            && let Some(guess) = guess.or_else(|| self.argument_type(val)).filter(|guess| known.contains(guess))
        {
            self.type_is(depth, guess);
        }
        Ok(match self.ty(self.peek(depth)) {
            Ty::Exact(ty) if ty == api.PyTuple_Type => Some(Sequence::Tuple),
            Ty::Exact(ty) if ty == api.PyList_Type => Some(Sequence::List),
            Ty::Exact(ty) if ty == api.PyUnicode_Type && !failed && self.rt.characters.is_known() => {
                let text = self.object(depth)?;
                let ascii = self.is_ascii(text);
                self.guard(ascii, Why::Type);
                Some(Sequence::Text)
            }
            _ => None,
        })
    }

    /// The type of the argument in the call that the function is compiled for, where the entry is a parameter.
    fn argument_type(&self, val: Val) -> Option<usize> {
        let Val::Object { own: Own::Local(index), .. } = val else { return None };
        let value = self.cx.context.arguments.as_ref()?.get(index as usize)?;
        Some(Types::of(self.rt, value.address() as usize))
    }

    /// `enumerate(sequence)` or `enumerate(sequence, start)`, over which a loop goes that takes number and item apart. False where it must
    /// be called.
    pub fn enumerate(&mut self, count: usize) -> Result<bool> {
        if self.cx.failed.contains(&self.one.offset) || !self.is_taken_apart() {
            return Ok(false);
        }
        let mut start = self.ic(0);
        if count == 2 {
            let val = self.unboxed_constant(self.peek(0));
            let Val::Raw(Num::Int, first) = val else { return Ok(false) };
            start = first;
        }
        let Some(kind) = self.sequence_at(count - 1, None)? else { return Ok(false) };
        let fits = self.is(IntCC::SignedLessThan, start, MOST_START);
        self.guard(fits, Why::Overflow);
        let sequence = self.own(count - 1)?;
        self.set(count - 1, Val::Null);
        self.loop_over(count, sequence, Some(start), Over::Numbered(kind))
    }

    /// `zip(first, second)`, over which a loop goes that takes the pairs apart. False where it must be called.
    pub fn zip(&mut self) -> Result<bool> {
        if self.cx.failed.contains(&self.one.offset) || !self.is_taken_apart() {
            return Ok(false);
        }
        let known = |build: &Self, depth: usize| {
            let val = build.peek(depth);
            build.ty(val) != Ty::Any || build.argument_type(val).is_some()
        };
        if !known(self, 1) || !known(self, 0) {
            return Ok(false);
        }
        let (Some(first), Some(second)) = (self.sequence_at(1, None)?, self.sequence_at(0, None)?) else {
            return Ok(false);
        };
        let (a, b) = (self.object(1)?, self.object(0)?);
        self.mark_frame();
        let pair = self.call64(ops::rt_pair as *const () as usize, &[a, b]);
        self.check_memory(pair);
        self.loop_over(2, pair, None, Over::Both(first, second))
    }

    fn loop_over(&mut self, count: usize, sequence: Value, start: Option<Value>, over: Over) -> Result<bool> {
        self.weigh(2);
        self.consume(count + 2)?;
        let index = self.ic(0);
        self.stack.push(Val::SequenceIter { sequence, index, start, over });
        Ok(true)
    }

    /// Is what this call gives iterated over at once, and are the pairs taken apart as they come? Then nobody sees them.
    fn is_taken_apart(&self) -> bool {
        let code = self.cx.code;
        let Some(here) = code.index.get(&self.one.start) else { return false };
        let mut behind = code.instrs[here + 1..].iter();
        while let Some(one) = behind.next() {
            match one.op {
                Op::GetIter | Op::LoadFastAndClear | Op::Swap | Op::Nop => {}
                Op::BuildList | Op::BuildSet | Op::BuildMap if one.arg == 0 => {}
                Op::ForIter => {
                    let fits = |next: &&crate::decode::Instr| {
                        next.op == Op::UnpackSequence
                            && next.arg == 2
                            && !code.leaders.contains(&next.start)
                            && !self.skipped.contains(&next.offset)
                    };
                    return behind.next().filter(fits).is_some();
                }
                _ => return false,
            }
        }
        false
    }

    /// Is there an item at this index?
    pub fn goes_on(&mut self, sequence: Value, index: Value, over: Over) -> Value {
        let layout = &self.rt.layout;
        let has = |build: &mut Self, sequence: Value| {
            // A text has its length there, too.
            let size = build.load(sequence, layout.var_size);
            build.b.ins().icmp(IntCC::UnsignedLessThan, index, size)
        };
        if let Over::Both(..) = over {
            let (first, second) = self.both(sequence);
            let (first, second) = (has(self, first), has(self, second));
            return self.b.ins().band(first, second);
        }
        has(self, sequence)
    }

    /// Pushes what the loop gets: an item, or both parts of a pair, the first one on top, as the next instruction would leave them.
    pub fn push_items(&mut self, sequence: Value, index: Value, start: Option<Value>, over: Over) {
        match over {
            Over::Items(kind) => self.push_item(sequence, index, kind),
            Over::Numbered(kind) => {
                self.push_item(sequence, index, kind);
                let number = start.map_or(index, |start| self.b.ins().iadd(start, index));
                self.weigh(1);
                self.stack.push(Val::Raw(Num::Int, number));
                self.taken_apart = true;
            }
            Over::Both(first, second) => {
                let (a, b) = self.both(sequence);
                self.push_item(b, index, second);
                self.push_item(a, index, first);
                self.weigh(1);
                self.taken_apart = true;
            }
        }
    }

    fn push_item(&mut self, sequence: Value, index: Value, kind: Sequence) {
        let (value, ty) = match kind {
            Sequence::Text => {
                self.weigh(1);
                (self.character(sequence, index), self.text())
            }
            _ => (self.item_at(sequence, index, kind == Sequence::Tuple), Ty::Any),
        };
        self.stack.push(Val::Object { value, ty, own: Own::Memory });
    }

    fn both(&mut self, pair: Value) -> (Value, Value) {
        let items = self.rt.layout.tuple_items;
        (self.load(pair, items), self.load(pair, items + 8))
    }
}
