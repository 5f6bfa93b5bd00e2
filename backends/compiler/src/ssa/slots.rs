//! The slot of a local: a box is put there, taken out, or given back.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Held, LocalKind, Num, Ty};
use crate::ops;
use cranelift_codegen::ir::condcodes::IntCC;

impl Build<'_> {
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
    pub fn detach(&mut self, index: u32, goes: bool) -> Result<()> {
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
    pub fn abandon(&mut self, index: u32) {
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
}
