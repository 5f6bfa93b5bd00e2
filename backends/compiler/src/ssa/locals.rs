//! Locals: loaded, stored, deleted.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Held, Local, LocalKind, Num};
use cranelift_codegen::ir::{Value, condcodes::IntCC};

impl Build<'_> {
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
