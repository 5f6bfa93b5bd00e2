//! Globals and builtins, cells.

use super::{After, Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Local, LocalKind, Ty};
use crate::ops;
use cranelift_codegen::ir::condcodes::IntCC;

impl Build<'_> {
    /// `LOAD_GLOBAL`: the object that the name has now; the watcher of its dict spoils the unit before that changes.
    pub fn load_global(&mut self, arg: u32) -> Result<bool> {
        let name = self.cx.code.names[(arg >> 1) as usize];
        let found = if self.cx.failed.contains(&self.one.offset) { None } else { self.cx.global(name) };
        match found {
            Some(object) => self.stack.push(Val::Const { object, fixed: false, owned: false }),
            None => {
                self.opaque();
                let (name, globals, builtins) =
                    (self.address(name as usize), self.address(self.cx.globals), self.address(self.cx.builtins));
                let value = self.call64(ops::rt_global as *const () as usize, &[globals, builtins, name]);
                // A missing name: the interpreter raises, with its own message. A lazy import: the interpreter makes it.
                self.guard(value, Why::Attribute);
                self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Owned });
                self.after = After::Recheck;
            }
        }
        if arg & 1 != 0 {
            self.stack.push(Val::Null);
        }
        Ok(true)
    }

    /// `MAKE_CELL`: the local becomes a cell that holds its value.
    pub fn make_cell(&mut self, index: u32) -> Result<bool> {
        let local = self.locals[index as usize];
        if local.maybe {
            return self.not_compiled();
        }
        let null = self.ic(0);
        let cell = if local.kind == LocalKind::Unbound {
            self.call64(self.rt.api.PyCell_New as usize, &[null])
        } else {
            self.hold(index);
            let value = self.slot_word(index);
            self.call64(self.rt.api.PyCell_New as usize, &[value])
        };
        self.check_memory(cell);
        match local.kind {
            LocalKind::Object(_) => {
                // The cell has a reference of its own; the one in the slot cannot be the last.
                let old = self.slot_word(index);
                self.decref_plain(old);
            }
            LocalKind::Raw(..) => {
                let old = self.slot_word(index);
                self.xdecref_plain(old);
            }
            LocalKind::Unbound => {}
        }
        let offset = self.slot(index);
        self.store(cell, self.frame, offset);
        self.locals[index as usize] = Local::bound(LocalKind::Object(Ty::Exact(self.rt.api.PyCell_Type)));
        Ok(true)
    }

    /// `COPY_FREE_VARS`: the cells of the function's closure, which stays what it is.
    pub fn copy_free_variables(&mut self, count: u32) -> Result<bool> {
        let first = self.cx.code.nlocalsplus - count;
        let function = match self.me {
            Some(me) => me,
            None => self.address(self.cx.function),
        };
        let closure = self.load(function, self.rt.layout.func_closure);
        for index in 0..count {
            let cell = self.load(closure, self.rt.layout.tuple_items + 8 * index.cast_signed());
            // The closure keeps it, and the function that.
            if !self.is_borrowed(first + index) {
                self.incref(cell);
            }
            let offset = self.slot(first + index);
            self.store(cell, self.frame, offset);
            self.locals[(first + index) as usize] = Local::bound(LocalKind::Object(Ty::Exact(self.rt.api.PyCell_Type)));
        }
        Ok(true)
    }

    fn cell(&mut self, index: u32) -> Option<cranelift_codegen::ir::Value> {
        let local = self.locals[index as usize];
        let known = local.kind == LocalKind::Object(Ty::Exact(self.rt.api.PyCell_Type)) && !local.maybe;
        known.then(|| self.slot_word(index))
    }

    /// `LOAD_DEREF`.
    pub fn load_deref(&mut self, index: u32) -> Result<bool> {
        let Some(cell) = self.cell(index) else { return self.not_compiled() };
        let value = self.load(cell, self.rt.layout.cell_ref);
        let bound = self.is(IntCC::NotEqual, value, 0);
        self.guard(bound, Why::Unbound);
        self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Memory });
        Ok(true)
    }

    /// `STORE_DEREF`.
    pub fn store_deref(&mut self, index: u32) -> Result<bool> {
        if self.cell(index).is_none() {
            return self.not_compiled();
        }
        self.own(0)?;
        self.settle();
        let value = self.object(0)?;
        let Some(cell) = self.cell(index) else { return self.not_compiled() };
        let old = self.load(cell, self.rt.layout.cell_ref);
        self.store(value, cell, self.rt.layout.cell_ref);
        self.pop()?;
        // An empty cell holds 0.
        let (some, done) = (self.b.create_block(), self.b.create_block());
        self.branch(old, some, done);
        self.begin(some);
        self.resume = self.one.next;
        self.decref(old, Ty::Any);
        self.jump(done, &[]);
        self.begin(done);
        self.forget();
        Ok(true)
    }
}
