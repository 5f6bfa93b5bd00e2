//! The end of an activation.

use super::blocks::join;
use super::{Build, Result, Val};
use crate::frames;
use crate::ir::{Held, LocalKind, Num};
use crate::subject::Returns;
use crate::units::UnitCell;
use cranelift_codegen::ir::{Block, InstBuilder, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// `return` of the top entry.
    pub fn return_top(&mut self) -> Result<()> {
        let val = self.unboxed_constant(self.peek(0));
        self.set(0, val);
        let (mut raw, mut object) = (None, None);
        match val {
            Val::Raw(num, value) if num != Num::Bool => {
                self.returned = join(self.returned, Returns::Raw(num));
                if *self.returns == Returns::Raw(num) {
                    raw = Some((num, value));
                }
            }
            _ => self.returned = join(self.returned, Returns::Object),
        }
        if let Some((num, value)) = raw {
            // A value that has a box, or a name that has one, must be returned as that object.
            if let Some(index) = self.local_with(num, value) {
                let LocalKind::Raw(_, held) = self.locals[index as usize].kind else { return Ok(()) };
                if held == Held::Valid {
                    object = Some(self.own(0)?);
                } else if held == Held::Maybe {
                    let word = self.slot_word(index);
                    let (boxed, fresh) = (self.b.create_block(), self.b.create_block());
                    let none = self.is(IntCC::Equal, word, self.rt.layout.null_ref as i64);
                    self.branch(none, fresh, boxed);
                    self.begin(boxed);
                    self.incref(word);
                    self.epilogue();
                    self.return_object(word);
                    self.begin(fresh);
                }
            }
        } else {
            object = Some(self.own(0)?);
        }
        self.stack.pop();
        // What else is on the stack, as behind a `return` in a loop, was popped by instructions before.
        for val in std::mem::take(&mut self.stack) {
            self.drop_val(val);
        }
        if !self.drops.is_empty() {
            return Err(self.fault("a return with more on the stack"));
        }
        self.epilogue();
        match (object, raw) {
            (Some(object), _) => self.return_object(object),
            (None, Some((_, value))) => {
                let zero = self.ic(0);
                self.b.ins().return_(&[value, zero]);
            }
            _ => return Err(self.fault("nothing to return")),
        }
        Ok(())
    }

    /// Takes the frame out and gives back what it holds.
    fn epilogue(&mut self) {
        let rt = self.rt;
        let layout = &rt.layout;
        let frame = self.frame;
        if self.lazy {
            self.counts_back();
            self.give_locals_back();
            return;
        }
        let (fast, slow, done) = (self.b.create_block(), self.cold(), self.b.create_block());
        let object = self.load(frame, layout.frame_frame_obj);
        let chunk = self.load(self.thread, layout.ts_datastack_chunk);
        let first = self.plus(chunk, i64::from(layout.chunk_data));
        let is_first = self.b.ins().icmp(IntCC::Equal, first, frame);
        let taken = self.is(IntCC::NotEqual, object, 0);
        let mut special = self.b.ins().bor(is_first, taken);
        if layout.ts_last_profiled_frame >= 0 {
            let profiled = self.load(self.thread, layout.ts_last_profiled_frame);
            let is_profiled = self.b.ins().icmp(IntCC::Equal, profiled, frame);
            special = self.b.ins().bor(special, is_profiled);
        }
        self.counts_back();
        self.branch(special, slow, fast);
        self.begin(slow);
        self.mark();
        self.call(frames::rt_leave_slow as *const () as usize, &[self.thread, frame], None);
        self.jump(done, &[]);
        self.begin(fast);
        let previous = self.load(frame, layout.frame_previous);
        self.store(previous, self.thread, layout.ts_current_frame);
        self.give_locals_back();
        self.store(frame, self.thread, layout.ts_datastack_top);
        self.jump(done, &[]);
        self.begin(done);
        self.count(UnitCell::LEFT);
    }

    /// References of the locals, in the interpreter's order.
    fn give_locals_back(&mut self) {
        let mut order: Vec<u32> = (0..self.locals.len() as u32).collect();
        if self.rt.layout.tagged_refs {
            order.reverse();
        }
        for index in order {
            if self.is_borrowed(index) {
                continue;
            }
            let local = self.locals[index as usize];
            match local.kind {
                LocalKind::Unbound | LocalKind::Raw(_, Held::Empty) => {}
                LocalKind::Raw(..) => {
                    let word = self.slot_word(index);
                    self.xdecref_plain(word);
                }
                LocalKind::Object(_) => {
                    let word = self.slot_word(index);
                    self.decref_last(word, local.maybe);
                }
            }
        }
    }

    fn counts_back(&mut self) {
        let layout = &self.rt.layout;
        for offset in [layout.ts_py_recursion_remaining, layout.ts_c_recursion_remaining] {
            if offset >= 0 {
                let left = self.load32(self.thread, offset);
                let more = self.plus(left, 1);
                self.store(more, self.thread, offset);
            }
        }
    }

    /// Returns an object, or null with an exception.
    pub fn return_object(&mut self, object: Value) {
        match *self.returns {
            Returns::Raw(num) => {
                let null = self.is(IntCC::Equal, object, 0);
                let null = self.b.ins().uextend(types::I64, null);
                let status = self.plus(null, 1);
                let word = if num == Num::Float { self.as_float_bits(object) } else { object };
                self.b.ins().return_(&[word, status]);
            }
            _ => {
                self.b.ins().return_(&[object]);
            }
        }
    }

    /// The block that returns what the interpreter gave; the frame is gone already.
    pub fn left_block(&mut self) -> Block {
        match self.left {
            Some(block) => block,
            None => {
                let block = self.cold();
                self.left = Some(block);
                block
            }
        }
    }

    pub fn leave_machine_code(&mut self, block: Block) {
        let result = self.begin_with(block, types::I64);
        self.counts_back();
        self.count(UnitCell::LEFT);
        self.return_object(result);
    }
}
