//! Exceptions that nobody sees: a handler catches them by their class, drops them and only counts or computes.
//!
//! Nothing is raised then. Until the handler has ended, every exit goes on at the instruction that would have raised, with the
//! state as it was there: the interpreter does it again.

use super::{Build, Result, Saved, Snapshot, Val};
use crate::decode::{Instr, Op};
use crate::exits::Why;
use crate::ir::{Local, LocalKind};

/// Instructions of a handler that are looked at.
const LONGEST: usize = 24;

impl Build<'_> {
    /// Ends this block where a dict has no such key: goes on behind a handler that does not look at the exception, or in the interpreter.
    pub fn missing_key(&mut self) -> Result<()> {
        let before = (self.save(), self.one, self.methods.clone());
        if self.may_copy(1)
            && let Some((depth, body)) = self.unseen_handler()
        {
            self.found.copies += 1;
            self.snapshot = Some(Snapshot { saved: before.0.clone(), one: before.1 });
            let dropped = self.stack.split_off(depth);
            let end = self.unseen_body(body)?;
            self.snapshot = None;
            if let Some(end) = end {
                let one = self.cx.code.instrs[end];
                (self.one, self.resume) = (one, one.next);
                for val in dropped {
                    self.drop_val(val);
                }
                self.finish_at(one.next)?;
                match self.cx.code.instrs.get(end + 1) {
                    Some(behind) if self.cx.code.leaders.contains(&behind.start) => self.goto(behind.start)?,
                    _ => self.straight(end + 1)?,
                }
                self.take_up(before);
                return Ok(());
            }
        }
        self.take_up(before.clone());
        self.leave(Why::Index, false);
        self.take_up(before);
        Ok(())
    }

    fn take_up(
        &mut self,
        (saved, one, methods): (Saved, Instr, std::collections::HashMap<cranelift_codegen::ir::Value, usize>),
    ) {
        self.restore(saved);
        self.methods = methods;
        (self.one, self.resume, self.after) = (one, one.start, super::After::Nothing);
        self.drops.clear();
        self.maybe_null.clear();
    }

    /// The handler of this instruction, where it catches a KeyError and drops it: how deep the stack is there, and the index of its body.
    fn unseen_handler(&mut self) -> Option<(usize, usize)> {
        let code = self.cx.code;
        let api = &self.rt.api;
        let handler = code.handler(self.one.offset).filter(|handler| !handler.lasti)?;
        let mut at = *code.index.get(&handler.target)?;
        let mut next = |op: Op| {
            while code.instrs.get(at).is_some_and(|one| one.op == Op::NotTaken) {
                at += 1;
            }
            let one = code.instrs.get(at).filter(|one| one.op == op)?;
            at += 1;
            Some(*one)
        };
        next(Op::PushExcInfo)?;
        let class = next(Op::LoadGlobal)?;
        next(Op::CheckExcMatch)?;
        next(Op::PopJumpIfFalse)?;
        next(Op::PopTop)?;
        let name = code.names[(class.arg >> 1) as usize];
        let catching = [api.PyExc_KeyError, api.PyExc_LookupError, api.PyExc_Exception, api.PyExc_BaseException];
        let found = (class.arg & 1 == 0).then(|| self.cx.global(name)).flatten()?;
        let depth = handler.depth as usize;
        (catching.contains(&found) && depth <= self.stack.len()).then_some((depth, at))
    }

    /// Translates the body up to the end of the handler, as long as it writes no memory; the index of its last instruction.
    fn unseen_body(&mut self, body: usize) -> Result<Option<usize>> {
        let base = self.stack.len();
        for at in body..body + LONGEST {
            let Some(one) = self.cx.code.instrs.get(at).copied() else { return Ok(None) };
            (self.one, self.resume) = (one, one.start);
            let fine = match one.op {
                Op::PopExcept => return Ok((self.stack.len() == base).then_some(at)),
                Op::Nop | Op::NotTaken => true,
                Op::LoadFast | Op::LoadFastBorrow => {
                    let local = self.locals[one.arg as usize];
                    matches!(local.kind, LocalKind::Raw(..)) && !local.maybe && self.load_local(one.arg)
                }
                Op::LoadSmallInt | Op::LoadConst => self.instruction(&one)?,
                Op::BinaryOp => self.is_pure_binary(one.arg) && self.instruction(&one)?,
                Op::StoreFast => self.store_unseen(one.arg),
                _ => false,
            };
            if !fine || !self.drops.is_empty() {
                self.drops.clear();
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn is_pure_binary(&self, arg: u32) -> bool {
        let simple = matches!(arg % 13, 0 | 1 | 5 | 7 | 10 | 12);
        let number = |val: Val| match val {
            Val::Raw(num, _) => Some(num),
            Val::Const { owned: false, .. } => self.num(val),
            _ => None,
        };
        let (a, b) = (number(self.peek(1)), number(self.peek(0)));
        let float = Some(crate::ir::Num::Float);
        let same = a.is_some() && b.is_some() && (a == b || a != float && b != float);
        simple
            && same
            && (a != float || matches!(arg % 13, 0 | 5 | 10))
            && !self.cx.overflowed.contains(&self.one.offset)
    }

    /// Stores a number in a local that has one of its kind, where nobody else has either.
    fn store_unseen(&mut self, index: u32) -> bool {
        let Some(val) = self.stack.pop() else { return false };
        let (Val::Raw(num, value), Local { kind: LocalKind::Raw(kind, held), maybe: false }) =
            (self.unboxed_constant(val), self.locals[index as usize])
        else {
            return false;
        };
        let old = self.raw_local(index, kind);
        let free = num == kind
            && num != crate::ir::Num::Bool
            && !self.stack.contains(&Val::Raw(kind, old))
            && !self.stack.contains(&Val::Raw(num, value))
            && self.local_with(num, value).is_none();
        if free {
            self.set_raw(index, num, value);
            self.locals[index as usize] = Local::bound(LocalKind::Raw(num, held.overwritten()));
        }
        free
    }
}
