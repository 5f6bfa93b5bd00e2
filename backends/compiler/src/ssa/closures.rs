//! Calls of functions that hinted functions make: which one it is, is known when it is called; its code is known before.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::Ty;
use cranelift_codegen::ir::condcodes::IntCC;

impl Build<'_> {
    /// A call of a function of known code, whichever it is. `None` where it has to be called as any other.
    pub fn call_made(&mut self, count: usize) -> Result<Option<bool>> {
        let Val::Object { ty, .. } = self.peek(count + 1) else { return Ok(None) };
        let plain = self.peek(count) == Val::Null;
        let function = [Ty::Any, Ty::Exact(self.rt.api.PyFunction_Type)].contains(&ty);
        if !plain || !function || self.cx.strangers.contains(&self.one.offset) {
            return Ok(None);
        }
        let Some(called) = self.cx.called(&self.one) else {
            if self.cx.may_call_made(&self.one) {
                self.unknown();
            }
            return Ok(None);
        };
        let kinds = self.argument_kinds(count);
        let Some(direct) = self.cx.direct_made(&called, &kinds) else { return Ok(None) };
        if self.cx.called(&self.one) != Some(called) {
            // Compiling it ran code that made this untrue.
            return Ok(None);
        }
        let value = self.object(count + 1)?;
        let layout = &self.rt.layout;
        // Its own machine code, where it was hinted itself, is not passed by.
        let wanted = [
            (layout.object_type, self.rt.api.PyFunction_Type),
            (layout.func_code, called.code),
            (layout.func_globals, called.globals),
            (layout.func_builtins, called.builtins),
            (layout.func_vectorcall, self.rt.usual as usize),
        ];
        for (offset, wanted) in wanted {
            let found = self.load(value, offset);
            let same = self.is(IntCC::Equal, found, wanted as i64);
            self.guard(same, Why::Function);
        }
        // The function outlives its activation, whatever becomes of the name.
        let me = match self.peek(count + 1) {
            // What a write from outside replaces, the frame keeps.
            Val::Object { own: Own::Local(_), .. } if self.rt.layout.tagged_refs => value,
            _ => self.own(count + 1)?,
        };
        let done = self.direct_call(&direct, Some(me), count, 2)?;
        if done.is_some() {
            let note = format!("functions that are made at line {} are called directly", called.line);
            if !self.found.notes.contains(&note) {
                self.found.notes.push(note);
            }
        }
        Ok(done)
    }
}
