//! Calls from machine code to machine code.

use super::{After, Build, Own, Result, Val};
use crate::exits::{Shadow, Why, rt_unmake};
use crate::ir::{Held, LocalKind, Num, Ty};
use crate::subject::{Direct, Param, Returns, Signature};
use crate::units::FunctionCell;
use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Type, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// A call from machine code to machine code. `None` where the arguments do not fit.
    pub fn direct_call(
        &mut self,
        direct: &Direct,
        me: Option<Value>,
        count: usize,
        others: usize,
    ) -> Result<Option<bool>> {
        let signature = match direct.signature {
            Some(ref signature) => signature.clone(),
            None => self.cx.signature(*self.returns, !self.lazy),
        };
        if signature.params.len() != count || signature.shared != me.is_some() {
            return Ok(None);
        }
        if signature.returns == Returns::Never {
            // Nothing is known yet of what it gives: another round will see what is behind.
            self.b.ins().trap(cranelift_codegen::ir::TrapCode::unwrap_user(1));
            return Ok(Some(false));
        }
        if !self.fits(&signature.params, count) {
            return Ok(None);
        }
        self.weigh(3);
        if direct.in_doubt {
            self.doubt();
        }
        let arguments = self.direct_arguments(&signature.params, count)?;
        self.guard_signature(direct, &signature);
        let returned = self.call_direct(direct, &signature, me, arguments, count);
        self.consume(count + others)?;
        let own_call = direct.cell.is_none();
        match signature.returns {
            Returns::Raw(num) => {
                let (value, status) = (returned[0], returned[1]);
                let (plain, other) = (self.b.create_block(), self.cold());
                self.branch(status, other, plain);
                self.begin(other);
                let word = self.bits(value);
                let saved = self.save();
                let drops = self.drops.clone();
                // 2: an exception.
                let fine = self.is(IntCC::Equal, status, 1);
                self.check(fine);
                self.stack.push(Val::Object { value: word, ty: Ty::Any, own: Own::Owned });
                self.resume = self.one.next;
                self.leave(Why::Callee, false);
                self.restore(saved);
                self.drops = drops;
                self.resume = self.one.start;
                self.begin(plain);
                self.stack.push(Val::Raw(num, value));
                self.unmake(true);
                // Signals may have run code meanwhile: a loop looks at it here, since its end looks at less.
                if !(own_call && self.pure && self.lazy) {
                    self.pure = false;
                    self.after = After::Poll;
                }
            }
            _ => {
                let value = returned[0];
                self.unmake(false);
                self.check(value);
                self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Owned });
                self.pure = false;
                self.after = After::Poll;
            }
        }
        Ok(Some(true))
    }

    /// The call itself, and what it leaves of the locals.
    fn call_direct(
        &mut self,
        direct: &Direct,
        signature: &Signature,
        me: Option<Value>,
        arguments: Vec<Value>,
        count: usize,
    ) -> Vec<Value> {
        self.settle();
        self.give_away(count, signature);
        self.mark_frame();
        // Frames are made in their order: a callee that has one from its begin needs its caller's.
        self.found.framed |= self.lazy && signature.framed;
        for index in 0..self.locals.len() as u32 {
            if let LocalKind::Raw(num, Held::Stale) = self.locals[index as usize].kind {
                self.clear_number(index);
                self.locals[index as usize].kind = LocalKind::Raw(num, Held::Empty);
            }
        }
        let shadow = self.shadow();
        let mut given = vec![self.thread, shadow];
        given.extend(me);
        given.extend(arguments);
        let mut results: Vec<Type> = Vec::new();
        if let Returns::Raw(num) = signature.returns {
            results.push(super::places::machine(num));
        }
        results.push(types::I64);
        let returned = match direct.cell {
            None => {
                let body = self.own_body(signature);
                let call = self.b.ins().call(body, &given);
                self.b.inst_results(call).to_vec()
            }
            Some(cell) => {
                let cell = self.address(cell as usize);
                let target = self.load(cell, FunctionCell::DIRECT);
                self.call_at(target, &given, &results)
            }
        };
        for index in 0..self.locals.len() {
            if let LocalKind::Raw(num, Held::Empty) = self.locals[index].kind {
                self.locals[index].kind = LocalKind::Raw(num, Held::Maybe);
            }
        }
        returned
    }

    /// Behind a direct call, a frame that was made for it is taken back. Where somebody holds it, the activation leaves with the state as
    /// it is, or at its next check.
    fn unmake(&mut self, leaves: bool) {
        if !self.lazy {
            return;
        }
        let (made, done) = (self.cold(), self.b.create_block());
        let frame = self.load(self.frame, self.rt.layout.frame_frame_obj);
        self.branch(frame, made, done);
        self.begin(made);
        let call = self.address(self.cx.call_record as usize);
        let held = self.call32(rt_unmake as *const () as usize, &[self.thread, self.frame, call]);
        if leaves {
            let out = self.cold();
            self.branch(held, out, done);
            self.begin(out);
            let resume = std::mem::replace(&mut self.resume, self.one.next);
            let drops = self.drops.clone();
            self.leave(Why::Frame, false);
            self.drops = drops;
            self.resume = resume;
        } else {
            self.jump(done, &[]);
        }
        self.begin(done);
    }

    /// Arguments that the stack owns are the callee's from here on, which may end their life, other than those that it borrows.
    fn give_away(&mut self, count: usize, signature: &Signature) {
        for depth in 0..count {
            if signature.borrows(signature.params.len() - 1 - depth) {
                continue;
            }
            if let Val::Object { value, ty, own: Own::Owned } = self.peek(depth)
                && !self.is_plain(ty)
            {
                self.lower(value);
                self.set(depth, Val::Object { value, ty, own: Own::Moved });
            }
        }
    }

    /// Caller and callee agree at every moment: the callee may have been compiled anew, or given up, since.
    fn guard_signature(&mut self, direct: &Direct, signature: &Signature) {
        let Some(cell) = direct.cell else { return };
        let cell = self.address(cell as usize);
        let found = self.load(cell, FunctionCell::SIGNATURE);
        let agreed = self.is(IntCC::Equal, found, signature.encode().unwrap_or(0).cast_signed());
        self.guard(agreed, Why::Callee);
    }

    /// `class(...)` of a class that only has an `__init__` of its own, which is compiled: an instance is made, and initialised
    /// directly. False where it must be called.
    pub fn construct(&mut self, class: usize, count: usize) -> Result<bool> {
        if self.cx.failed.contains(&self.one.offset) {
            return Ok(false);
        }
        let Some(init) = self.cx.initialiser(class) else { return Ok(false) };
        let mut kinds = self.argument_kinds(count);
        kinds.insert(0, None);
        let Some(direct) = self.cx.direct(init, &kinds) else {
            if self.cx.is_waiting(init) {
                self.found.unknown.get_or_insert(self.one.line);
            }
            return Ok(false);
        };
        let Some(signature) = direct.signature.clone() else { return Ok(false) };
        let plain = signature.params.first() == Some(&Param::Object) && signature.returns == Returns::Object;
        if !plain || signature.params.len() != count + 1 || !self.fits(&signature.params[1..], count) {
            return Ok(false);
        }
        self.cx.assume_class(class);
        self.weigh(2);
        if direct.in_doubt {
            self.doubt();
        }
        let between = self.cx.has_frame_between(class, count);
        let arguments = self.direct_arguments(&signature.params[1..], count)?;
        self.guard_signature(&direct, &signature);
        let (class, zero) = (self.address(class), self.ic(0));
        let object = self.call64(self.rt.api.PyType_GenericAlloc as usize, &[class, zero]);
        self.check_memory(object);
        let between = between.then(|| self.frame_between());
        // It may be taken out of its class while it runs.
        let function = self.address(init);
        self.incref(function);
        let returned = self.call_direct(&direct, &signature, Some(object), arguments, count)[0];
        self.unmake(false);
        if let Some(amount) = between {
            self.no_frame_between(amount);
        }
        self.consume(count + 2)?;
        self.drops.push((function, Ty::Any));
        let drops = self.drops.clone();
        self.drops.push((object, Ty::Any));
        self.check(returned);
        let fine = self.is(IntCC::Equal, returned, self.rt.api._Py_NoneStruct as i64);
        let (ok, out) = (self.b.create_block(), self.cold());
        self.branch(fine, ok, out);
        self.begin(out);
        self.call(crate::ops::rt_init_result as *const () as usize, &[returned], None);
        self.raise();
        self.begin(ok);
        self.drops = drops;
        self.stack.push(Val::Object { value: object, ty: Ty::Any, own: Own::Owned });
        self.pure = false;
        self.after = After::Poll;
        Ok(true)
    }

    /// A frame comes between caller and `__init__`. Gives by how much that counts.
    pub fn frame_between(&mut self) -> Value {
        let offset = self.rt.layout.ts_py_recursion_remaining;
        let left = self.load32(self.thread, offset);
        let amount = if self.rt.layout.init_needs_room {
            // Where the limit leaves no room for it, the interpreter makes the call without.
            let room = self.is(IntCC::SignedGreaterThan, left, 1);
            self.b.ins().uextend(types::I32, room)
        } else {
            self.b.ins().iconst(types::I32, 1)
        };
        let left = self.b.ins().isub(left, amount);
        self.store(left, self.thread, offset);
        amount
    }

    /// It goes.
    pub fn no_frame_between(&mut self, amount: Value) {
        let offset = self.rt.layout.ts_py_recursion_remaining;
        let left = self.load32(self.thread, offset);
        let left = self.b.ins().iadd(left, amount);
        self.store(left, self.thread, offset);
    }

    /// May the arguments be of the kinds that a callee was compiled for?
    fn fits(&self, params: &[Param], count: usize) -> bool {
        let failed = self.cx.failed.contains(&self.one.offset);
        params.iter().enumerate().all(|(index, param)| {
            let Param::Raw(num) = param else { return true };
            let val = self.peek(count - 1 - index);
            self.num(val) == Some(*num) || matches!(val, Val::Object { ty: Ty::Any, .. }) && !failed
        })
    }

    fn direct_arguments(&mut self, params: &[Param], count: usize) -> Result<Vec<Value>> {
        // First everything that may leave or box, then the values.
        for (index, param) in params.iter().enumerate() {
            let depth = count - 1 - index;
            match param {
                Param::Object => {
                    self.object(depth)?;
                }
                Param::Raw(num) => {
                    self.unbox(depth, *num);
                    let Val::Raw(num, value) = self.peek(depth) else { continue };
                    if num == Num::Bool {
                        continue;
                    }
                    let copies = self.stack.iter().filter(|other| **other == Val::Raw(num, value)).count();
                    if self.local_with(num, value).is_some() || copies > 1 {
                        // Another name has it: both must lead to one object, whatever the callee does with it.
                        self.box_value(num, value)?;
                    }
                }
            }
        }
        let mut arguments = Vec::new();
        for (index, param) in params.iter().enumerate() {
            let depth = count - 1 - index;
            match param {
                Param::Object => arguments.push(self.object(depth)?),
                Param::Raw(num) => {
                    let val = self.peek(depth);
                    let (value, object) = match val {
                        Val::Raw(_, value) => (value, self.ic(0)),
                        Val::Const { object, .. } => (self.raw_constant(object, *num), self.address(object)),
                        Val::Object { value, .. } => (self.raw_of(value, *num), value),
                        _ => return Err(self.fault("an argument that is no number")),
                    };
                    arguments.push(value);
                    arguments.push(object);
                }
            }
        }
        Ok(arguments)
    }

    /// What callees show where they run code that looks at this frame.
    fn shadow(&mut self) -> Value {
        let (record, values) = self.describe_locals();
        if values.is_empty() && !self.lazy {
            // Nothing to show here; callers may have something.
            return self.pending;
        }
        let size = 8 * (Shadow::WORDS + values.len() as u32);
        let slot = match self.shadow_slot {
            Some((slot, known)) if known >= size => slot,
            _ => {
                let data = StackSlotData::new(StackSlotKind::ExplicitSlot, size, 4);
                let slot = self.b.create_sized_stack_slot(data);
                self.shadow_slot = Some((slot, size));
                slot
            }
        };
        let record = self.address(record);
        for (index, value) in [record, self.frame, self.pending].into_iter().chain(values).enumerate() {
            let word = self.bits(value);
            self.b.ins().stack_store(types::I64, word, slot, 8 * index as i32);
        }
        self.b.ins().stack_addr(types::I64, slot, 0)
    }

    /// The unit's own body, for calls of itself.
    fn own_body(&mut self, signature: &Signature) -> cranelift_codegen::ir::FuncRef {
        if let Some(body) = self.body_ref {
            return body;
        }
        let signature = super::blocks::signature(&signature.params, signature.returns, signature.shared);
        let signature = self.b.import_signature(signature);
        let name = self.b.func.declare_imported_user_function(cranelift_codegen::ir::UserExternalName::new(0, 0));
        let body = self.b.import_function(cranelift_codegen::ir::ExtFuncData {
            name: cranelift_codegen::ir::ExternalName::user(name),
            signature,
            colocated: true,
            patchable: false,
        });
        self.body_ref = Some(body);
        body
    }
}
