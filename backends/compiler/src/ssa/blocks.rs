//! Rounds of translation, the begin and the end of an activation.

use super::{Build, Found, Refused, Result, Returns, Val, Vars};
use crate::compile::{Param, Unit};
use crate::entry::{Reason, UnitCell};
use crate::exits::rt_call_interpreter;
use crate::frames;
use crate::ir::{Held, Local, LocalKind, Num, Shape, Ty};
use crate::lower::Sigs;
use cranelift_codegen::ir::{
    AbiParam, Block, Function, InstBuilder, Signature, StackSlotData, StackSlotKind, Value, condcodes::IntCC, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use std::collections::{BTreeMap, HashMap};

/// What a round of translation gives.
pub struct Round {
    pub function: Function,
    pub found: Found,
}

/// The signature of a unit's body.
pub fn signature(params: &[Param], returns: Returns) -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    // The thread's state, and what callers have yet to show.
    signature.params.push(AbiParam::new(types::I64));
    signature.params.push(AbiParam::new(types::I64));
    for param in params {
        match param {
            Param::Raw(num) => {
                signature.params.push(AbiParam::new(super::locals::machine(*num)));
                signature.params.push(AbiParam::new(types::I64));
            }
            Param::Object => signature.params.push(AbiParam::new(types::I64)),
        }
    }
    if let Returns::Raw(num) = returns {
        signature.returns.push(AbiParam::new(super::locals::machine(num)));
    }
    signature.returns.push(AbiParam::new(types::I64));
    signature
}

/// Translates one function, in as many rounds as it takes.
pub fn translate(cx: &Unit<'_>, config: TargetFrontendConfig) -> Result<(Round, Returns)> {
    const ROUNDS: usize = 60;
    let mut shapes = BTreeMap::new();
    let mut returns = Returns::Never;
    let mut skipped = std::collections::BTreeSet::new();
    let mut pure = true;
    let mut fallen = std::collections::BTreeSet::new();
    for _ in 0..ROUNDS {
        let before = returns;
        let round = round(cx, &mut shapes, &mut returns, &mut skipped, (&mut pure, &mut fallen), config)?;
        if returns == Returns::Never {
            returns = Returns::Object;
        }
        if !round.found.changed && returns == before {
            // Once more, now that callees may be compiled for the kinds that were found.
            if !cx.settled.replace(true) && round.found.calls {
                continue;
            }
            return Ok((round, returns));
        }
    }
    Err(Refused { code: "no-fixpoint", line: None, message: "the kinds of its variables never settle".to_owned() })
}

fn round(
    cx: &Unit<'_>,
    shapes: &mut BTreeMap<u32, Shape>,
    returns: &mut Returns,
    skipped: &mut std::collections::BTreeSet<u32>,
    (pure, fallen): (&mut bool, &mut std::collections::BTreeSet<(u32, u32)>),
    config: TargetFrontendConfig,
) -> Result<Round> {
    let mut function = Function::new();
    function.signature = signature(&cx.params, *returns);
    let mut context = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut function, &mut context);
    let buffer = b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 4));
    let scratch = b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 64, 4));
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let (thread, pending) = (b.block_params(entry)[0], b.block_params(entry)[1]);
    b.ins().stack_store(types::I64, pending, buffer, 0);
    let code = cx.code;
    let places = (code.nlocalsplus + code.stacksize) as usize;
    let Some(first) = code.instrs.first() else {
        return Err(Refused { code: "empty", line: None, message: "it has no code".to_owned() });
    };
    let mut build = Build {
        b,
        cx,
        rt: cx.runtime,
        shapes,
        returns,
        found: Found::default(),
        sigs: Sigs::new(),
        thread,
        frame: thread,
        pending,
        pure: *pure,
        buffer,
        scratch,
        unsettled: false,
        blocks: HashMap::new(),
        work: Vec::new(),
        vars: vec![Vars::default(); places],
        values: vec![None; places],
        locals: vec![Local::UNBOUND; code.nlocalsplus as usize],
        stack: Vec::new(),
        home: Vec::new(),
        one: *first,
        resume: first.start,
        after: super::After::Nothing,
        drops: Vec::new(),
        maybe_null: Vec::new(),
        left: None,
        skipped,
        shadow_slot: None,
        body_ref: None,
        methods: HashMap::new(),
        fallen,
        returned: Returns::Never,
    };
    build.prologue(entry)?;
    build.body()?;
    if let Some(left) = build.left {
        build.leave_machine_code(left);
    }
    if build.unsettled {
        return Err(build.fault("references were given back while others were borrowed"));
    }
    let seen = build.returned;
    let joined = join(*build.returns, seen);
    *build.returns = joined;
    build.b.seal_all_blocks();
    let mut found = std::mem::take(&mut build.found);
    if *pure && !build.pure {
        *pure = false;
        found.changed = true;
    }
    build.b.finalize(config);
    function.sized_stack_slots[buffer].size = 8 * found.words.max(1);
    Ok(Round { function, found })
}

fn join(a: Returns, b: Returns) -> Returns {
    match (a, b) {
        (Returns::Never, other) | (other, Returns::Never) => other,
        (a, b) if a == b => a,
        _ => Returns::Object,
    }
}

impl Build<'_> {
    /// All checks come first, then the frame: before it exists, the whole call can be left to the interpreter.
    fn prologue(&mut self, entry: Block) -> Result<()> {
        let rt = self.rt;
        let layout = &rt.layout;
        let cx = self.cx;
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
        self.push_frame(cold)?;
        let less = self.plus(left, -1);
        self.store(less, self.thread, layout.ts_py_recursion_remaining);
        if let Some(c_left) = c_left {
            let less = self.plus(c_left, -1);
            self.store(less, self.thread, layout.ts_c_recursion_remaining);
        }
        self.count(UnitCell::ENTERED);
        self.parameters(entry);
        let ready = self.b.create_block();
        self.jump(ready, &[]);
        self.interpret_call(cold, entry);
        self.begin(ready);
        let _ = cx;
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
    fn count(&mut self, offset: i32) {
        let cell = self.address(self.cx.cell as usize);
        let count = self.load(cell, offset);
        let more = self.plus(count, 1);
        self.store(more, cell, offset);
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
        let function = self.ic(self.cx.function as i64 | tag);
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
        let values: Vec<Value> = self.b.block_params(entry)[2..].to_vec();
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
                    self.incref(value);
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

    fn body(&mut self) -> Result<()> {
        let code = self.cx.code;
        let first = code.instrs[0].start;
        if code.leaders.contains(&first) {
            self.goto(first)?;
        } else {
            self.straight(0)?;
        }
        let mut done = std::collections::BTreeSet::new();
        while let Some(offset) = self.next_block(&done) {
            done.insert(offset);
            let block = self.blocks[&offset];
            self.begin(block);
            let Some(shape) = self.shapes.get(&offset).cloned() else {
                return Err(self.fault("a block without a shape"));
            };
            self.one = code.instrs[code.index[&offset]];
            self.resume = offset;
            self.enter(&shape);
            self.straight(code.index[&offset])?;
        }
        Ok(())
    }

    fn next_block(&mut self, done: &std::collections::BTreeSet<u32>) -> Option<u32> {
        self.work.retain(|offset| !done.contains(offset));
        self.work.sort_unstable_by(|a, b| b.cmp(a));
        self.work.dedup();
        self.work.pop()
    }

    /// Translates instructions until the block ends.
    fn straight(&mut self, mut at: usize) -> Result<()> {
        let code = self.cx.code;
        let begin = at;
        loop {
            let Some(one) = code.instrs.get(at) else { return Err(self.fault("the code ends without a return")) };
            if at != begin && code.leaders.contains(&one.start) {
                return self.goto(one.start);
            }
            self.one = *one;
            self.resume = one.start;
            self.drops.clear();
            self.after = super::After::Nothing;
            if self.skipped.contains(&one.offset) {
                self.leave(crate::exits::Why::NotCompiled, false);
                return Ok(());
            }
            if !self.instruction(one)? {
                return Ok(());
            }
            self.finish()?;
            at += 1;
        }
    }

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
        let mut order: Vec<u32> = (0..self.locals.len() as u32).collect();
        if layout.tagged_refs {
            order.reverse();
        }
        for index in order {
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
        self.store(frame, self.thread, layout.ts_datastack_top);
        self.jump(done, &[]);
        self.begin(done);
        self.count(UnitCell::LEFT);
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

    fn leave_machine_code(&mut self, block: Block) {
        let result = self.begin_with(block, types::I64);
        self.counts_back();
        self.count(UnitCell::LEFT);
        self.return_object(result);
    }
}
