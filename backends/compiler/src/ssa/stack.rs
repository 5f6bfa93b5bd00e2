//! Instructions that only move entries, and the end of every instruction.

use super::{After, Build, Own, Result, Val};
use cranelift_codegen::ir::condcodes::IntCC;

impl Build<'_> {
    /// `COPY(n)`.
    pub fn copy(&mut self, n: usize) {
        let val = match self.peek(n - 1) {
            Val::Object { value, ty, own: Own::Owned } => {
                self.incref(value);
                Val::Object { value, ty, own: Own::Owned }
            }
            Val::Const { object, owned: true, fixed } => {
                let value = self.address(object);
                self.incref(value);
                Val::Const { object, owned: true, fixed }
            }
            val => val,
        };
        self.stack.push(val);
    }

    /// Can the entry be copied as it is?
    pub fn is_copyable(&self, n: usize) -> bool {
        !matches!(self.peek(n - 1), Val::Range { .. } | Val::RangeIter { .. } | Val::SequenceIter { .. })
    }

    /// `SWAP(n)`.
    pub fn swap(&mut self, n: usize) {
        let top = self.stack.len() - 1;
        self.stack.swap(top, top + 1 - n);
    }

    /// The instruction had its effect: exits go on behind it, and what it used is given back.
    pub fn finish(&mut self) -> Result<()> {
        self.finish_at(self.one.next)
    }

    /// The same where the interpreter would go on elsewhere.
    pub fn finish_at(&mut self, next: u32) -> Result<()> {
        self.resume = next;
        let after = std::mem::take(&mut self.after);
        self.give_back();
        match after {
            After::Nothing => return Ok(()),
            After::Recheck => self.recheck(),
            After::Poll => self.poll(),
        }
        self.forget();
        Ok(())
    }

    /// What the instruction used is given back.
    pub fn give_back(&mut self) {
        if self.drops.is_empty() {
            return;
        }
        if self.drops.iter().any(|(_, ty)| !self.is_plain(*ty)) {
            self.settle();
        }
        let mut looked = false;
        // Should the end of one leave, the others are given back there: the exit finds them in `drops`.
        while !self.drops.is_empty() {
            let (value, ty) = self.drops.remove(0);
            let done = self.b.create_block();
            if self.maybe_null.contains(&value) {
                let some = self.b.create_block();
                let empty = self.is(IntCC::Equal, value, self.rt.layout.null_ref as i64);
                self.branch(empty, done, some);
                self.begin(some);
            }
            self.decref(value, ty);
            self.jump(done, &[]);
            self.begin(done);
            looked |= !self.is_plain(ty);
        }
        self.maybe_null.clear();
        if looked {
            self.forget();
        }
    }
}
