//! Reference counts.

use crate::exits::{rt_decref, rt_free, rt_release, rt_show_callers};
use crate::ir::Ty;
use crate::ssa::Build;
use crate::units::UnitCell;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// Takes a reference.
    pub fn incref(&mut self, object: Value) {
        if !self.rt.layout.inline_refcounts {
            self.call(self.rt.api.Py_IncRef as usize, &[object], None);
            return;
        }
        // Immortal objects have a negative count, which stays: +1 where it is not negative, +0 where it is.
        let count = self.load32(object, 0);
        let constant = self.b.ins().iconst(types::I32, 31);
        let negative = self.b.ins().sshr(count, constant);
        let more = self.b.ins().iadd(count, negative);
        let more = self.plus(more, 1);
        self.store(more, object, 0);
    }

    /// Gives a reference to a function that is called next, and which raises the count again before anything else.
    pub fn lower(&mut self, object: Value) {
        // Immortal objects have a negative count, which stays.
        let count = self.load32(object, 0);
        let constant = self.b.ins().iconst(types::I32, 31);
        let negative = self.b.ins().sshr(count, constant);
        let less = self.b.ins().isub(count, negative);
        let less = self.plus(less, -1);
        self.store(less, object, 0);
    }

    /// Gives a reference back, of an object the end of which runs no code.
    pub fn decref_plain(&mut self, object: Value) {
        let api = &self.rt.api;
        if !self.rt.layout.inline_refcounts {
            self.call(api.Py_DecRef as usize, &[object], None);
            return;
        }
        let dealloc = api._Py_Dealloc as usize;
        let (free, done) = self.lower_count(object);
        self.begin(free);
        self.call(dealloc, &[object], None);
        self.jump(done, &[]);
        self.begin(done);
    }

    /// The same where it may be null.
    pub fn xdecref_plain(&mut self, word: Value) {
        let (some, done) = (self.b.create_block(), self.b.create_block());
        let empty = self.is(IntCC::Equal, word, self.rt.layout.null_ref as i64);
        self.branch(empty, done, some);
        self.begin(some);
        self.decref_plain(word);
        self.jump(done, &[]);
        self.begin(done);
    }

    /// Gives a reference back; where it was the last one, code may run, and the activation may go on in the interpreter with
    /// the state as it is now.
    pub fn decref(&mut self, object: Value, ty: Ty) {
        if self.is_plain(ty) {
            self.decref_plain(object);
            return;
        }
        self.expect_settled();
        if !self.rt.layout.inline_refcounts {
            let done = self.b.create_block();
            let (free, last) = (self.cold(), self.load32(object, 0));
            let last = self.is(IntCC::Equal, last, 1);
            let more = self.b.create_block();
            self.branch(last, free, more);
            self.begin(more);
            self.call(self.rt.api.Py_DecRef as usize, &[object], None);
            self.jump(done, &[]);
            self.begin(free);
            self.maybe_leave(rt_decref as *const () as usize, &[object], done);
            self.begin(done);
            return;
        }
        let (free, done) = self.lower_count(object);
        self.begin(free);
        self.maybe_leave(rt_release as *const () as usize, &[object], done);
        self.begin(done);
    }

    /// Gives back what a local held when the activation is over and its frame is gone.
    pub fn decref_last(&mut self, word: Value, maybe: bool) {
        self.pure = false;
        let end = self.b.create_block();
        if maybe {
            let some = self.b.create_block();
            let empty = self.is(IntCC::Equal, word, self.rt.layout.null_ref as i64);
            self.branch(empty, end, some);
            self.begin(some);
        }
        if self.rt.layout.inline_refcounts {
            let (free, done) = self.lower_count(word);
            self.begin(free);
            self.guarded(|build| {
                build.call(rt_free as *const () as usize, &[word, build.pending], None);
            });
            self.jump(done, &[]);
            self.begin(done);
        } else {
            let (some, none) = (self.cold(), self.b.create_block());
            self.branch(self.pending, some, none);
            self.begin(some);
            self.call(rt_show_callers as *const () as usize, &[self.pending], None);
            self.jump(none, &[]);
            self.begin(none);
            self.guarded(|build| {
                build.call(build.rt.api.Py_DecRef as usize, &[word], None);
            });
        }
        self.jump(end, &[]);
        self.begin(end);
    }

    /// A call that may run code while the activation is not counted: the unit must not be freed meanwhile.
    fn guarded(&mut self, call: impl FnOnce(&mut Self)) {
        if self.lazy {
            self.count(UnitCell::ENTERED);
        }
        call(self);
        if self.lazy {
            self.count(UnitCell::LEFT);
        }
    }

    fn lower_count(&mut self, object: Value) -> (cranelift_codegen::ir::Block, cranelift_codegen::ir::Block) {
        let (mortal, free, done) = (self.b.create_block(), self.cold(), self.b.create_block());
        let count = self.load32(object, 0);
        let immortal = self.is(IntCC::SignedLessThan, count, 0);
        self.branch(immortal, done, mortal);
        self.begin(mortal);
        let less = self.plus(count, -1);
        self.store(less, object, 0);
        self.branch(less, done, free);
        (free, done)
    }
}
