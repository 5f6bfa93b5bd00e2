//! Before and behind code that may look at the frame, free things, or change types.

use super::{Build, Own, Result, Val};
use crate::ir::{LocalKind, Ty};

impl Build<'_> {
    /// Numbers that left their locals are objects again.
    pub fn settle_moved(&mut self) -> Result<()> {
        for depth in 0..self.stack.len() {
            if matches!(self.peek(depth), Val::Moved { .. }) {
                self.object(depth)?;
            }
        }
        Ok(())
    }

    /// Before something that may run code or free things: entries own what only a container or a namespace keeps.
    pub fn settle(&mut self) {
        for at in 0..self.stack.len() {
            match self.stack[at] {
                Val::Object { value, ty, own: Own::Memory } => {
                    self.incref(value);
                    self.stack[at] = Val::Object { value, ty, own: Own::Owned };
                }
                Val::Const { object, fixed: false, owned: false } if !self.is_kept(object) => {
                    let value = self.address(object);
                    self.incref(value);
                    self.stack[at] = Val::Const { object, fixed: false, owned: true };
                }
                _ => {}
            }
        }
    }

    /// Before anything that runs code which may look at the frame: all locals are shown, all entries settled, and the frame says
    /// where it is.
    pub fn opaque(&mut self) {
        self.doubt();
        self.settle();
        if !self.rt.layout.tagged_refs {
            // There, writing a local through `f_locals` frees what it held.
            for at in 0..self.stack.len() {
                if let Val::Object { value, ty, own: Own::Local(_) } = self.stack[at] {
                    self.incref(value);
                    self.stack[at] = Val::Object { value, ty, own: Own::Owned };
                }
            }
        }
        self.hold_all();
        self.mark();
        self.pure = false;
        self.show_callers();
    }

    /// Callers that were left by direct calls show their locals.
    fn show_callers(&mut self) {
        let (some, none) = (self.cold(), self.b.create_block());
        self.branch(self.pending, some, none);
        self.begin(some);
        self.call(crate::exits::rt_show_callers as *const () as usize, &[self.pending], None);
        self.jump(none, &[]);
        self.begin(none);
    }

    /// The frame says that it is at this instruction, where there is one; one that is made says it, too.
    pub fn mark_frame(&mut self) {
        if !self.lazy {
            self.mark();
        }
    }

    /// The frame says that it is at this instruction.
    pub fn mark(&mut self) {
        if self.lazy {
            // It is looked at: there has to be one.
            self.found.framed = true;
            return;
        }
        let at = self.address(self.cx.code.unit(self.one.offset) as usize);
        self.store(at, self.frame, self.rt.layout.frame_instr_ptr);
    }

    /// Behind code that may have run: types that can be changed are no longer known.
    pub fn forget(&mut self) {
        for index in 0..self.locals.len() {
            if let LocalKind::Object(ty) = self.locals[index].kind
                && !self.is_lasting(ty)
            {
                self.locals[index].kind = LocalKind::Object(Ty::Any);
            }
        }
        for at in 0..self.stack.len() {
            if let Val::Object { value, ty, own } = self.stack[at]
                && !self.is_lasting(ty)
            {
                self.stack[at] = Val::Object { value, ty: Ty::Any, own };
            }
        }
    }

    /// Nothing on the stack may be freed behind our back.
    pub fn expect_settled(&mut self) {
        let loose = self.stack.iter().any(|val| match val {
            Val::Object { own: Own::Memory, .. } => true,
            Val::Const { object, fixed: false, owned: false } => !self.is_kept(*object),
            _ => false,
        });
        if loose {
            self.found.notes.push(format!("unsettled at {}", self.one.offset));
            self.unsettled = true;
        }
    }
}
