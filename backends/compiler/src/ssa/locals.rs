//! Locals: objects in their slots, numbers in variables.

use super::{Build, Own, Result, Val, Vars};
use crate::exits::Why;
use crate::ir::{Held, Local, LocalKind, Num, Ty};
use crate::ops;
use cranelift_codegen::ir::{Type, Value, condcodes::IntCC, types};
use cranelift_frontend::Variable;

/// The machine type of an unboxed number.
pub fn machine(num: Num) -> Type {
    match num {
        Num::Int => types::I64,
        Num::Float => types::F64,
        Num::Bool => types::I8,
    }
}

impl Build<'_> {
    fn variable(&mut self, place: u32, ty: Type, of: fn(&mut Vars) -> &mut Option<Variable>) -> Variable {
        let known = *of(&mut self.vars[place as usize]);
        known.unwrap_or_else(|| {
            let variable = self.b.declare_var(ty);
            *of(&mut self.vars[place as usize]) = Some(variable);
            variable
        })
    }

    /// The variable of a place's unboxed number.
    pub fn raw_var(&mut self, place: u32, num: Num) -> Variable {
        match num {
            Num::Int => self.variable(place, types::I64, |vars| &mut vars.int),
            Num::Float => self.variable(place, types::F64, |vars| &mut vars.float),
            Num::Bool => self.variable(place, types::I8, |vars| &mut vars.bool),
        }
    }

    /// The variable of the second number of a place.
    pub fn second_var(&mut self, place: u32) -> Variable {
        self.variable(place, types::I64, |vars| &mut vars.second)
    }

    /// The variable of the step of a range that is not known.
    pub fn third_var(&mut self, place: u32) -> Variable {
        self.variable(place, types::I64, |vars| &mut vars.third)
    }

    /// The variable that says whether a local is bound.
    pub fn flag_var(&mut self, place: u32) -> Variable {
        self.variable(place, types::I8, |vars| &mut vars.flag)
    }

    /// The unboxed value of a local.
    pub fn raw_local(&mut self, index: u32, num: Num) -> Value {
        // One value for one number, wherever in the block it is asked for: that is how copies are known.
        if let Some((known, value)) = self.values[index as usize]
            && known == num
        {
            return value;
        }
        let variable = self.raw_var(index, num);
        let value = self.b.use_var(variable);
        self.values[index as usize] = Some((num, value));
        value
    }

    /// The local has this unboxed value from here on.
    pub fn set_raw(&mut self, index: u32, num: Num, value: Value) {
        let variable = self.raw_var(index, num);
        self.b.def_var(variable, value);
        self.values[index as usize] = Some((num, value));
    }

    /// Is the local bound (not 0)?
    pub fn flag(&mut self, index: u32) -> Value {
        let variable = self.flag_var(index);
        self.b.use_var(variable)
    }

    /// Where the slot is, within the frame.
    pub fn slot(&self, place: u32) -> i32 {
        self.rt.layout.slot(place.cast_signed())
    }

    /// The word in a slot.
    pub fn slot_word(&mut self, place: u32) -> Value {
        let offset = self.slot(place);
        self.load(self.frame, offset)
    }

    fn null(&mut self) -> Value {
        self.ic(self.rt.layout.null_ref as i64)
    }

    /// Empties a slot, whatever it holds.
    pub fn put_null(&mut self, place: u32) {
        let (null, offset) = (self.null(), self.slot(place));
        self.store(null, self.frame, offset);
    }

    /// Makes sure that a local is bound.
    fn expect_bound(&mut self, index: u32) {
        let local = self.locals[index as usize];
        if !local.maybe {
            return;
        }
        let bound = match local.kind {
            LocalKind::Object(_) => {
                let word = self.slot_word(index);
                self.is(IntCC::NotEqual, word, self.rt.layout.null_ref as i64)
            }
            _ => self.flag(index),
        };
        self.guard(bound, Why::Unbound);
        self.locals[index as usize].maybe = false;
        if let LocalKind::Raw(num, Held::Maybe) = local.kind {
            // It stays unknown whether the slot holds the box.
            self.locals[index as usize].kind = LocalKind::Raw(num, Held::Maybe);
        }
    }

    /// Pushes a local. False where it is unbound for certain: the interpreter raises.
    pub fn load_local(&mut self, index: u32) -> bool {
        if self.locals[index as usize].kind == LocalKind::Unbound {
            self.leave(Why::Unbound, false);
            return false;
        }
        self.expect_bound(index);
        let val = match self.locals[index as usize].kind {
            LocalKind::Object(ty) => Val::Object { value: self.slot_word(index), ty, own: Own::Local(index) },
            LocalKind::Raw(num, _) => Val::Raw(num, self.raw_local(index, num)),
            LocalKind::Unbound => return false,
        };
        self.stack.push(val);
        true
    }

    /// Makes the slot of an unboxed local hold its box.
    pub fn hold(&mut self, index: u32) {
        let local = self.locals[index as usize];
        let LocalKind::Raw(num, held) = local.kind else { return };
        if held == Held::Valid && !local.maybe {
            return;
        }
        let raw = self.raw_local(index, num);
        let done = self.b.create_block();
        if local.maybe {
            let (bound, some) = (self.flag(index), self.b.create_block());
            self.branch(bound, some, done);
            self.begin(some);
        }
        if held == Held::Maybe || held == Held::Valid {
            let (word, empty) = (self.slot_word(index), self.b.create_block());
            let is_empty = self.is(IntCC::Equal, word, self.rt.layout.null_ref as i64);
            self.branch(is_empty, empty, done);
            self.begin(empty);
        }
        if num == Num::Int && !local.maybe {
            if held == Held::Stale {
                self.clear_number(index);
                self.locals[index as usize].kind = LocalKind::Raw(num, Held::Empty);
            }
            let object = self.new_box(num, raw);
            let offset = self.slot(index);
            self.store(object, self.frame, offset);
            self.jump(done, &[]);
            self.begin(done);
            self.locals[index as usize].kind = LocalKind::Raw(num, Held::Valid);
            return;
        }
        let offset = i64::from(self.slot(index));
        let place = self.plus(self.frame, offset);
        let raw = self.bits(raw);
        let helper = match (num, held) {
            (Num::Int, Held::Stale) => ops::rt_hold_int_stale as *const () as usize,
            (Num::Int, _) => ops::rt_hold_int as *const () as usize,
            (Num::Float, Held::Stale) => ops::rt_hold_float_stale as *const () as usize,
            (Num::Float, _) => ops::rt_hold_float as *const () as usize,
            (Num::Bool, _) => ops::rt_hold_bool as *const () as usize,
        };
        let fine = self.call32(helper, &[place, raw]);
        let out = self.cold();
        self.branch(fine, done, out);
        self.begin(out);
        self.call(self.rt.api.PyErr_Clear as usize, &[], None);
        self.leave(Why::Memory, false);
        self.begin(done);
        let held = if local.maybe { Held::Maybe } else { Held::Valid };
        self.locals[index as usize].kind = LocalKind::Raw(num, held);
    }

    /// All locals are in their slots: somebody may look.
    pub fn hold_all(&mut self) {
        for index in 0..self.locals.len() as u32 {
            self.hold(index);
        }
    }

    /// Before local `index` gets another value: entries that refer to it get references of their own. `goes`: the value it has is
    /// not used any more.
    fn detach(&mut self, index: u32, goes: bool) -> Result<()> {
        let local = self.locals[index as usize];
        if let LocalKind::Raw(num, held) = local.kind
            && !held.is_fresh()
        {
            let value = self.raw_local(index, num);
            let copies: Vec<usize> =
                (0..self.stack.len()).filter(|at| self.stack[*at] == Val::Raw(num, value)).collect();
            let alone = goes && copies.len() == 1 && !local.maybe && self.local_with(num, value) == Some(index);
            if num == Num::Bool || copies.is_empty() {
            } else if alone && self.last_with(num, value) == Some(index) {
                // The box goes with the number.
                let word = self.slot_word(index);
                self.put_null(index);
                self.locals[index as usize].kind = LocalKind::Raw(num, Held::Empty);
                self.stack[copies[0]] = Val::Moved { num, value, word };
            } else {
                self.box_value(num, value)?;
            }
        }
        for depth in 0..self.stack.len() {
            if let Val::Object { value, ty, own: Own::Local(local) } = self.stack[depth]
                && local == index
            {
                self.incref(value);
                self.stack[depth] = Val::Object { value, ty, own: Own::Owned };
            }
        }
        Ok(())
    }

    /// Gives back what the slot holds when the instruction is done; afterwards the slot's content does not count.
    fn abandon(&mut self, index: u32) {
        let local = self.locals[index as usize];
        match local.kind {
            LocalKind::Object(ty) => {
                self.settle();
                let word = self.slot_word(index);
                if local.maybe {
                    // Rare: the reference is given back through a helper that takes an empty one, too.
                    self.drops.push((word, Ty::Any));
                    self.maybe_null.push(word);
                } else {
                    self.drops.push((word, ty));
                }
            }
            LocalKind::Raw(..) | LocalKind::Unbound => {}
        }
    }

    /// The slot of an unboxed local becomes empty.
    pub fn clear_number(&mut self, index: u32) {
        let LocalKind::Raw(_, held) = self.locals[index as usize].kind else { return };
        if held == Held::Empty {
            return;
        }
        let word = self.slot_word(index);
        self.put_null(index);
        self.xdecref_plain(word);
    }

    /// `local = value`.
    pub fn store_local(&mut self, index: u32, val: Val) -> Result<()> {
        if let Val::Object { own: Own::Local(same), .. } = val
            && same == index
        {
            return Ok(());
        }
        if val == Val::Null {
            // The end of a comprehension, whose variable was unbound before.
            if self.locals[index as usize].kind != LocalKind::Unbound {
                self.forget_local(index)?;
            }
            return Ok(());
        }
        if let (Val::Raw(num, value), LocalKind::Raw(kind, _)) = (val, self.locals[index as usize].kind)
            && num == kind
            && !self.locals[index as usize].maybe
            && self.raw_local(index, num) == value
        {
            return Ok(());
        }
        self.stack.push(val);
        self.detach(index, true)?;
        let Some(val) = self.stack.pop() else { return Ok(()) };
        let val = self.unboxed_constant(val);
        match val {
            Val::Raw(num, value) => self.store_raw(index, num, value),
            Val::Moved { num, value, word } => {
                self.abandon(index);
                self.clear_number(index);
                let offset = self.slot(index);
                self.store(word, self.frame, offset);
                self.set_raw(index, num, value);
                self.locals[index as usize] = Local::bound(LocalKind::Raw(num, Held::Maybe));
                Ok(())
            }
            Val::Const { object, fixed, .. } if fixed && self.num(val).is_some() => {
                // A constant number: its value unboxed, and the constant itself as the box.
                let Some(num) = self.num(val) else { return Ok(()) };
                let value = self.raw_constant(object, num);
                self.abandon(index);
                self.clear_number(index);
                let (word, offset) = (self.address(object), self.slot(index));
                self.incref(word);
                self.store(word, self.frame, offset);
                self.set_raw(index, num, value);
                self.locals[index as usize] = Local::bound(LocalKind::Raw(num, Held::Valid));
                Ok(())
            }
            _ => {
                let ty = self.ty(val);
                self.stack.push(val);
                let value = self.own(0)?;
                self.stack.pop();
                self.abandon(index);
                self.clear_number(index);
                let offset = self.slot(index);
                self.store(value, self.frame, offset);
                self.locals[index as usize] = Local::bound(LocalKind::Object(ty));
                Ok(())
            }
        }
    }

    fn store_raw(&mut self, index: u32, num: Num, value: Value) -> Result<()> {
        let mut held = match self.locals[index as usize].kind {
            LocalKind::Raw(_, held) => held.overwritten(),
            LocalKind::Unbound => Held::Empty,
            LocalKind::Object(_) => {
                self.abandon(index);
                self.put_null(index);
                Held::Empty
            }
        };
        // Another local has this very value: both names lead to one object.
        let other = if num == Num::Bool { None } else { self.local_with(num, value).filter(|other| *other != index) };
        if let Some(other) = other {
            self.hold(other);
            let word = self.slot_word(other);
            self.incref(word);
            if held != Held::Empty {
                let old = self.slot_word(index);
                self.xdecref_plain(old);
            }
            let offset = self.slot(index);
            self.store(word, self.frame, offset);
            held = Held::Valid;
        }
        self.set_raw(index, num, value);
        self.locals[index as usize] = Local::bound(LocalKind::Raw(num, held));
        Ok(())
    }

    /// `del local`, where it is bound: its slot is empty afterwards.
    pub fn delete_local(&mut self, index: u32) -> Result<bool> {
        if self.locals[index as usize].kind == LocalKind::Unbound {
            self.leave(Why::Unbound, false);
            return Ok(false);
        }
        self.expect_bound(index);
        self.forget_local(index)?;
        Ok(true)
    }

    /// The local is unbound from here on.
    fn forget_local(&mut self, index: u32) -> Result<()> {
        self.detach(index, true)?;
        self.abandon(index);
        match self.locals[index as usize].kind {
            LocalKind::Raw(..) => self.clear_number(index),
            _ => self.put_null(index),
        }
        self.locals[index as usize] = Local::UNBOUND;
        Ok(())
    }

    /// Moves a local to the stack and leaves it unbound; an unbound one gives an empty entry.
    pub fn take_local(&mut self, index: u32) -> Result<()> {
        let local = self.locals[index as usize];
        if local.kind == LocalKind::Unbound {
            self.stack.push(Val::Null);
            return Ok(());
        }
        self.expect_bound(index);
        self.detach(index, false)?;
        match self.locals[index as usize].kind {
            LocalKind::Object(ty) => {
                let value = self.slot_word(index);
                self.put_null(index);
                self.stack.push(Val::Object { value, ty, own: Own::Owned });
            }
            LocalKind::Raw(num, held) => {
                let value = self.raw_local(index, num);
                if held.is_fresh() || num == Num::Bool {
                    self.clear_number(index);
                    self.stack.push(Val::Raw(num, value));
                } else {
                    self.hold(index);
                    let value = self.slot_word(index);
                    self.put_null(index);
                    let ty = crate::subject::Types::boxed(self.rt, num);
                    self.stack.push(Val::Object { value, ty, own: Own::Owned });
                }
            }
            LocalKind::Unbound => {}
        }
        self.locals[index as usize] = Local::UNBOUND;
        Ok(())
    }
}
