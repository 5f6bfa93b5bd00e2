//! The begin of an activation: its checks, its frame and its parameters.

use super::{Build, Result};
use crate::exits::rt_call_interpreter;
use crate::frames;
use crate::ir::{Held, Local, LocalKind, Ty};
use crate::subject::Param;
use crate::units::{Reason, UnitCell};
use cranelift_codegen::ir::{Block, InstBuilder, StackSlotData, StackSlotKind, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// All checks come first, then the frame: before it exists, the whole call can be left to the interpreter.
    pub fn prologue(&mut self, entry: Block) -> Result<()> {
        let rt = self.rt;
        let layout = &rt.layout;
        let cold = self.cold();
        let quiet = self.quiet(false);
        self.refuse_call(quiet, Reason::Spoiled, cold);
        let left = self.load32(self.thread, layout.ts_py_recursion_remaining);
        let some = self.is(IntCC::SignedGreaterThan, left, 0);
        self.refuse_call(some, Reason::Recursion, cold);
        let c_left = if layout.ts_c_recursion_remaining >= 0 {
            let c_left = self.load32(self.thread, layout.ts_c_recursion_remaining);
            let room = self.is(IntCC::SignedGreaterThanOrEqual, c_left, i64::from(layout.c_recursion_reserve));
            self.refuse_call(room, Reason::StackShort, cold);
            Some(c_left)
        } else {
            let limit = self.load(self.thread, layout.ts_c_stack_soft_limit);
            let limit = self.plus(limit, layout.stack_reserve);
            let now = self.b.ins().get_stack_pointer(types::I64);
            let room = self.b.ins().icmp(IntCC::UnsignedGreaterThan, now, limit);
            self.refuse_call(room, Reason::StackShort, cold);
            None
        };
        if self.lazy {
            self.image()
        } else {
            self.push_frame(cold)?
        }
        let less = self.plus(left, -1);
        self.store(less, self.thread, layout.ts_py_recursion_remaining);
        if let Some(c_left) = c_left {
            let less = self.plus(c_left, -1);
            self.store(less, self.thread, layout.ts_c_recursion_remaining);
        }
        if !self.lazy {
            self.count(UnitCell::ENTERED);
        } else if self.cx.context.last {
            // Its exits are weighed against its calls.
            self.count(UnitCell::CALLS);
        }
        self.parameters(entry);
        let ready = self.b.create_block();
        self.jump(ready, &[]);
        self.interpret_call(cold, entry);
        self.begin(ready);
        Ok(())
    }

    fn refuse_call(&mut self, fine: Value, reason: Reason, cold: Block) {
        let ok = self.b.create_block();
        let reason = self.ic(reason as i64);
        self.b.ins().brif(fine, ok, &[], cold, &[reason.into()]);
        self.begin(ok);
    }

    /// The interpreter makes the whole call.
    fn interpret_call(&mut self, cold: Block, entry: Block) {
        let reason = self.begin_with(cold, types::I64);
        let values: Vec<Value> = self.b.block_params(entry)[2..].to_vec();
        self.found.words = self.found.words.max(values.len() as u32 + 1);
        for (index, value) in values.into_iter().enumerate() {
            let word = self.bits(value);
            self.b.ins().stack_store(types::I64, word, self.buffer, 8 * (index as i32 + 1));
        }
        let buffer = self.b.ins().stack_addr(types::I64, self.buffer, 0);
        let call = self.address(self.cx.call_record as usize);
        // The call may retire this unit, whose code it returns into.
        self.count(UnitCell::ENTERED);
        let result = self.call64(rt_call_interpreter as *const () as usize, &[call, buffer, reason]);
        self.count(UnitCell::LEFT);
        self.return_object(result);
    }

    /// A word of the unit is raised by one.
    pub fn count(&mut self, offset: i32) {
        let cell = self.address(self.cx.cell as usize);
        let count = self.load(cell, offset);
        let more = self.plus(count, 1);
        self.store(more, cell, offset);
    }

    /// Room for the slots of a frame that nobody sees.
    fn image(&mut self) {
        let layout = &self.rt.layout;
        let places = self.cx.code.nlocalsplus + self.cx.code.stacksize;
        let size = layout.slot(places.cast_signed()).cast_unsigned();
        let data = StackSlotData::new(StackSlotKind::ExplicitSlot, size, 4);
        let slot = self.b.create_sized_stack_slot(data);
        self.frame = self.b.ins().stack_addr(types::I64, slot, 0);
        let zero = self.ic(0);
        self.store(zero, self.frame, layout.frame_frame_obj);
        if let Some(me) = self.me {
            // Whoever makes the frame finds it here.
            self.store(me, self.frame, layout.frame_funcobj);
        }
    }

    fn push_frame(&mut self, failed: Block) -> Result<()> {
        let rt = self.rt;
        let layout = &rt.layout;
        let code = self.cx.code;
        let words = i64::from(self.cx.framesize);
        let top = self.load(self.thread, layout.ts_datastack_top);
        let limit = self.load(self.thread, layout.ts_datastack_limit);
        let next = self.plus(top, 8 * words);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThan, next, limit);
        let started = self.is(IntCC::NotEqual, top, 0);
        let fits = self.b.ins().band(fits, started);
        let (room, slow, done) = (self.b.create_block(), self.cold(), self.b.create_block());
        self.branch(fits, room, slow);
        self.begin(slow);
        let words = self.ic(words);
        let made = self.call64(frames::rt_push as *const () as usize, &[self.thread, words]);
        let reason = self.ic(Reason::Recursion as i64);
        let made_args = [made.into()];
        let no_memory = self.cold();
        self.b.ins().brif(made, done, &made_args, no_memory, &[]);
        self.begin(no_memory);
        self.call(rt.api.PyErr_Clear as usize, &[], None);
        self.b.ins().jump(failed, &[reason.into()]);
        self.begin(room);
        self.store(next, self.thread, layout.ts_datastack_top);
        self.jump(done, &[top]);
        self.frame = self.begin_with(done, types::I64);
        let tag = i64::from(layout.tagged_refs);
        let executable = self.ic(code.object as i64 | tag);
        self.store(executable, self.frame, layout.frame_executable);
        let previous = self.load(self.thread, layout.ts_current_frame);
        self.store(previous, self.frame, layout.frame_previous);
        let function = match self.me {
            Some(me) if layout.tagged_refs => self.b.ins().bor_imm_s(me, 1),
            Some(me) => me,
            None => self.ic(self.cx.function as i64 | tag),
        };
        self.store(function, self.frame, layout.frame_funcobj);
        for (offset, value) in [(layout.frame_globals, self.cx.globals), (layout.frame_builtins, self.cx.builtins)] {
            let value = self.address(value);
            self.store(value, self.frame, offset);
        }
        let zero = self.ic(0);
        self.store(zero, self.frame, layout.frame_locals);
        self.store(zero, self.frame, layout.frame_frame_obj);
        self.mark();
        let nlocals = code.nlocalsplus;
        if layout.frame_stackpointer >= 0 {
            let depth = i64::from(layout.slot(nlocals.cast_signed()));
            let pointer = self.plus(self.frame, depth);
            self.store(pointer, self.frame, layout.frame_stackpointer);
            // return_offset, owner, visited and what follows in the same 8 bytes.
            self.store(zero, self.frame, layout.frame_return_offset);
        } else {
            // stacktop (32 bits), return_offset (16), owner (8).
            let word = self.ic(i64::from(nlocals));
            self.store(word, self.frame, layout.frame_stacktop);
        }
        self.store(self.frame, self.thread, layout.ts_current_frame);
        Ok(())
    }

    fn parameters(&mut self, entry: Block) {
        let first = 2 + usize::from(self.me.is_some());
        let values: Vec<Value> = self.b.block_params(entry)[first..].to_vec();
        let mut values = values.into_iter();
        let cx = self.cx;
        let null = self.ic(self.rt.layout.null_ref as i64);
        for (index, param) in cx.params.iter().enumerate() {
            let index = index as u32;
            let offset = self.slot(index);
            match param {
                Param::Raw(num) => {
                    let (Some(value), Some(object)) = (values.next(), values.next()) else { return };
                    self.set_raw(index, *num, value);
                    let (some, none, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
                    self.branch(object, some, none);
                    self.begin(some);
                    self.incref(object);
                    self.store(object, self.frame, offset);
                    self.jump(done, &[]);
                    self.begin(none);
                    self.store(null, self.frame, offset);
                    self.jump(done, &[]);
                    self.begin(done);
                    self.locals[index as usize] = Local::bound(LocalKind::Raw(*num, Held::Maybe));
                }
                Param::Object => {
                    let Some(value) = values.next() else { return };
                    if !self.is_borrowed(index) {
                        self.incref(value);
                    }
                    self.store(value, self.frame, offset);
                    self.locals[index as usize] = Local::bound(LocalKind::Object(Ty::Any));
                }
            }
        }
        for index in cx.params.len() as u32..cx.code.nlocalsplus {
            let offset = self.slot(index);
            self.store(null, self.frame, offset);
        }
    }

    /// Does the slot of this parameter borrow what the caller holds, or that of a free variable what the function does?
    pub fn is_borrowed(&self, index: u32) -> bool {
        let free = self.cx.code.first_free();
        self.lazy && (index >= free || self.cx.borrowed.contains(&index))
    }
}
