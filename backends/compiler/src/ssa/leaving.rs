//! Exits: describing the state, and leaving with it.

use super::{Build, Own, Val};
use crate::exits::{ExitRecord, GO_ON, What, Why, rt_exit, rt_poll_here};
use crate::ir::{Held, LocalKind, Num, Over};
use crate::units::{RAISING, UnitCell};
use cranelift_codegen::ir::{Block, InstBuilder, Value, condcodes::IntCC, types};
use std::cell::Cell;

/// A state as an exit needs it: the record, and the values that machine code stores for it.
struct Described {
    record: *const ExitRecord,
    values: Vec<Value>,
}

impl Build<'_> {
    /// Leaves where the condition does not hold; the instruction had no effect yet.
    pub fn guard(&mut self, condition: Value, why: Why) {
        let (ok, out) = (self.b.create_block(), self.cold());
        self.branch(condition, ok, out);
        self.begin(out);
        self.leave(why, false);
        self.begin(ok);
    }

    /// Leaves where the condition holds.
    pub fn guard_not(&mut self, condition: Value, why: Why) {
        let (ok, out) = (self.b.create_block(), self.cold());
        self.branch(condition, out, ok);
        self.begin(out);
        self.leave(why, false);
        self.begin(ok);
    }

    /// Raises the exception that is set where the condition does not hold.
    pub fn check(&mut self, condition: Value) {
        let (ok, out) = (self.b.create_block(), self.cold());
        self.branch(condition, ok, out);
        self.begin(out);
        self.raise();
        self.begin(ok);
    }

    /// Where an allocation gave nothing, the interpreter runs the instruction, which had no effect yet.
    pub fn check_memory(&mut self, object: Value) {
        self.check_memory_or(object, Why::Memory);
    }

    /// The same where there is another reason for nothing, without an exception.
    pub fn check_memory_or(&mut self, object: Value, why: Why) {
        let (ok, out) = (self.b.create_block(), self.cold());
        self.branch(object, ok, out);
        self.begin(out);
        self.call(self.rt.api.PyErr_Clear as usize, &[], None);
        self.leave(why, false);
        self.begin(ok);
    }

    /// Raises the exception that is set.
    pub fn raise(&mut self) {
        // Where the interpreter would find another handler, it must run the instruction.
        if self.raises_elsewhere() && self.skipped.insert(self.one.offset) {
            self.found.changed = true;
        }
        self.leave(Why::Raised, true);
    }

    /// The interpreter that begins with an exception looks for a handler at the code unit before: does that have another one?
    fn raises_elsewhere(&self) -> bool {
        let handler = |offset: u32| self.cx.code.handler(offset).map(|handler| (handler.target, handler.depth));
        let at = self.one.offset;
        at > 0 && handler(at) != handler(at - 1)
    }

    /// A record of the unboxed locals, for callees that look, and the values that go with it.
    pub fn describe_locals(&mut self) -> (usize, Vec<Value>) {
        let stack = std::mem::take(&mut self.stack);
        let drops = std::mem::take(&mut self.drops);
        let described = self.describe(Why::Frame, false);
        self.stack = stack;
        self.drops = drops;
        (described.record as usize, described.values)
    }

    /// Ends this block: the interpreter goes on with the state as it is.
    pub fn leave(&mut self, why: Why, throwing: bool) {
        if let Some(snapshot) = self.snapshot.take() {
            let now = (self.save(), self.one, self.resume);
            self.restore(snapshot.saved.clone());
            (self.one, self.resume) = (snapshot.one, snapshot.one.start);
            self.leave(Why::Index, false);
            self.restore(now.0);
            (self.one, self.resume) = (now.1, now.2);
            self.snapshot = Some(snapshot);
            return;
        }
        let described = self.describe(why, throwing);
        let (record, buffer) = self.fill_buffer(&described);
        let result = self.call64(rt_exit as *const () as usize, &[self.thread, self.frame, record, buffer]);
        let left = self.left_block();
        self.jump(left, &[result]);
    }

    /// Calls a helper that may leave, with the state as it is; else goes on in `done`.
    pub fn maybe_leave(&mut self, helper: usize, more: &[Value], done: Block) {
        self.mark_frame();
        let described = self.describe(Why::Event, false);
        let (record, buffer) = self.fill_buffer(&described);
        let mut arguments = vec![self.thread, self.frame, record, buffer];
        arguments.extend(more);
        let result = self.call64(helper, &arguments);
        let stays = self.is(IntCC::Equal, result, GO_ON as i64);
        let left = self.left_block();
        let out = self.cold();
        self.branch(stays, done, out);
        self.begin(out);
        self.jump(left, &[result]);
    }

    /// Where signals and other threads get their turn: at the end of a loop and behind calls.
    pub fn poll(&mut self) {
        let (ok, pending) = (self.b.create_block(), self.cold());
        let quiet = self.undisturbed(false);
        self.branch(quiet, ok, pending);
        self.begin(pending);
        self.maybe_leave(rt_poll_here as *const () as usize, &[], ok);
        self.begin(ok);
    }

    /// The same at the end of a loop. Events of this code alone, and somebody who holds the frame, come from code of others, behind which
    /// both were looked at already: one word is enough here.
    pub fn poll_loop(&mut self) {
        let (ok, pending) = (self.b.create_block(), self.cold());
        let breaker = self.load(self.thread, self.rt.layout.ts_eval_breaker);
        let cell = self.address(self.cx.cell as usize);
        let expected = self.load(cell, UnitCell::EXPECTED);
        let quiet = self.b.ins().icmp(IntCC::Equal, breaker, expected);
        self.branch(quiet, ok, pending);
        self.begin(pending);
        if self.raises_elsewhere() {
            // What may raise is the interpreter's to do, at the jump itself: a loop's last jump can be outside of the `try` around it.
            let raising = self.ic(RAISING.cast_signed());
            let raises = self.b.ins().band(breaker, raising);
            let silent = self.is(IntCC::Equal, raises, 0);
            self.guard(silent, Why::Event);
        }
        self.maybe_leave(rt_poll_here as *const () as usize, &[], ok);
        self.begin(ok);
    }

    /// Leaves where an assumption was spoiled, a tracer appeared, or somebody took hold of the frame.
    pub fn recheck(&mut self) {
        let quiet = self.undisturbed(true);
        self.guard(quiet, Why::Event);
    }

    /// The same, and does nobody hold the frame?
    fn undisturbed(&mut self, only_version: bool) -> Value {
        let differs = self.disturbance(only_version);
        let object = self.load(self.frame, self.rt.layout.frame_frame_obj);
        let differs = self.b.ins().bor(differs, object);
        self.is(IntCC::Equal, differs, 0)
    }

    /// Is everything as the unit expects it?
    pub fn quiet(&mut self, only_version: bool) -> Value {
        let differs = self.disturbance(only_version);
        self.is(IntCC::Equal, differs, 0)
    }

    /// 0 where `eval_breaker` is as expected and no event is set for this code alone. `only_version`: pending work does not count.
    fn disturbance(&mut self, only_version: bool) -> Value {
        let breaker = self.load(self.thread, self.rt.layout.ts_eval_breaker);
        let cell = self.address(self.cx.cell as usize);
        let expected = self.load(cell, UnitCell::EXPECTED);
        let mut differs = self.b.ins().bxor(breaker, expected);
        if only_version {
            let eight = self.ic(8);
            differs = self.b.ins().ushr(differs, eight);
        }
        let [first, second] = self.cx.monitors;
        let words = if first == second { vec![first] } else { vec![first, second] };
        for address in words {
            let at = self.address(address);
            let word = self.load(at, 0);
            differs = self.b.ins().bor(differs, word);
        }
        differs
    }

    fn fill_buffer(&mut self, described: &Described) -> (Value, Value) {
        for (index, value) in described.values.iter().enumerate() {
            let word = self.bits(*value);
            self.b.ins().stack_store(types::I64, word, self.buffer, 8 * (index as i32 + 1));
        }
        let record = self.address(described.record as usize);
        let buffer = self.b.ins().stack_addr(types::I64, self.buffer, 0);
        (record, buffer)
    }

    /// Describes the state: which slots get what, from which values.
    fn describe(&mut self, why: Why, throwing: bool) -> Described {
        let mut values: Vec<Value> = Vec::new();
        let mut places = Vec::new();
        let mut put = |value: Value| {
            values.push(value);
            values.len() as u32
        };
        for index in 0..self.locals.len() {
            let local = self.locals[index];
            let LocalKind::Raw(num, held) = local.kind else { continue };
            if held == Held::Valid && !local.maybe {
                continue;
            }
            let at = put(self.raw_local(index as u32, num));
            let flag = if local.maybe { Some(put(self.flag(index as u32))) } else { None };
            places.push((index as u32, What::Local { num, held, at, flag }));
        }
        let base = self.locals.len() as u32;
        let mut depth = base;
        let mut raws: Vec<(Value, u32)> = Vec::new();
        for val in self.stack.clone() {
            let same = match val {
                Val::Raw(num, value) => {
                    let local = self.local_with(num, value);
                    local.or_else(|| raws.iter().find(|(other, _)| *other == value).map(|(_, slot)| *slot))
                }
                _ => None,
            };
            if let Val::Raw(_, value) = val {
                raws.push((value, depth));
            }
            let what = match same {
                Some(slot) => What::SameAs { slot },
                None => Self::describe_entry(val, &mut put),
            };
            places.push((depth, what));
            depth += 1;
        }
        let witness = self.witness.map(&mut put);
        let release = self.drops.clone().into_iter().map(|(value, _)| put(value)).collect();
        self.found.words = self.found.words.max(values.len() as u32 + 1);
        let witness = witness.map(|at| (at, self.site()));
        let code = self.cx.code;
        let record = Box::new(ExitRecord {
            count: Cell::new(0),
            instruction: code.unit(self.resume).cast(),
            raise_at: code.unit(self.one.offset).cast(),
            cell: self.cx.cell,
            call: self.cx.call_record,
            lazy: self.lazy,
            monitors: self.cx.monitors,
            offset: self.one.offset,
            resume: self.resume,
            line: self.one.line,
            why,
            throwing,
            depth: depth as i32,
            places,
            witness,
            release,
        });
        let address: *const ExitRecord = &raw const *record;
        self.found.records.push(record);
        Described { record: address, values }
    }

    fn describe_entry(val: Val, put: &mut dyn FnMut(Value) -> u32) -> What {
        match val {
            Val::Null => What::Null,
            Val::Const { object, owned, .. } => {
                if owned {
                    What::ConstOwned(object as _)
                } else {
                    What::Const(object as _)
                }
            }
            Val::Raw(num, value) => What::Raw { num, at: put(value) },
            Val::Moved { num, value, word } => {
                let at = put(value);
                What::Moved { num, at, boxed: put(word) }
            }
            Val::Object { value, own: Own::Owned, .. } => What::Owned { at: put(value) },
            Val::Object { value, .. } => What::Borrowed { at: put(value) },
            Val::RangeIter { next, stop, by, .. } => {
                let at = put(next);
                put(stop);
                put(by);
                What::RangeIter { at }
            }
            Val::Range { start, stop, by, .. } => {
                let at = put(start);
                put(stop);
                put(by);
                What::Range { at }
            }
            Val::SequenceIter { sequence, index, start, over } => {
                let at = put(sequence);
                put(index);
                match (over, start) {
                    (Over::Both(..), _) => What::Zip { at },
                    (_, None) => What::SequenceIter { at },
                    (_, Some(start)) => {
                        put(start);
                        What::Enumerate { at }
                    }
                }
            }
        }
    }

    /// The last local that holds this very value, unboxed.
    pub fn last_with(&mut self, num: Num, value: Value) -> Option<u32> {
        (0..self.locals.len() as u32).rev().find(|index| {
            let local = self.locals[*index as usize];
            matches!(local.kind, LocalKind::Raw(kind, _) if kind == num) && self.raw_local(*index, num) == value
        })
    }

    /// The local that holds this very value, unboxed.
    pub fn local_with(&mut self, num: Num, value: Value) -> Option<u32> {
        (0..self.locals.len() as u32).find(|index| {
            let local = self.locals[*index as usize];
            matches!(local.kind, LocalKind::Raw(kind, _) if kind == num) && self.raw_local(*index, num) == value
        })
    }
}
