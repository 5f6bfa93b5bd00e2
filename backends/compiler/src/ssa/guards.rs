//! Entries of the stack, and what they become: values of a guarded type, objects, references that they own.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{LocalKind, Over, Ty};
use crate::ops;
use crate::subject::{Refused, Types};
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// The entry `depth` below the top.
    pub fn peek(&self, depth: usize) -> Val {
        self.stack[self.stack.len() - 1 - depth]
    }

    /// Replaces it by another representation of the same.
    pub fn set(&mut self, depth: usize, val: Val) {
        let at = self.stack.len() - 1 - depth;
        self.stack[at] = val;
    }

    /// Takes the top entry.
    pub fn pop(&mut self) -> Result<Val> {
        self.stack.pop().ok_or_else(|| self.fault("the stack is empty"))
    }

    /// Something that cannot be: the function is refused.
    pub fn fault(&self, what: &str) -> Refused {
        Refused {
            code: "internal",
            line: Some(self.one.line),
            message: format!("the compiler lost track at offset {}: {what}", self.one.offset),
        }
    }

    /// What an entry holds is given back when the instruction is done.
    pub fn drop_val(&mut self, val: Val) {
        match val {
            Val::Object { value, ty, own: Own::Owned } => self.drops.push((value, ty)),
            Val::Const { object, owned: true, .. } => {
                let value = self.address(object);
                self.drops.push((value, Ty::Any));
            }
            Val::SequenceIter { sequence, .. } => self.drops.push((sequence, Ty::Any)),
            _ => {}
        }
    }

    /// The type is exactly this one, or the interpreter goes on.
    pub fn type_is(&mut self, depth: usize, wanted: usize) {
        let val = self.peek(depth);
        if self.ty(val) == Ty::Exact(wanted) {
            return;
        }
        let Val::Object { value, own, .. } = val else {
            // It is another type for certain: the code behind is never reached.
            let never = self.b.ins().iconst(types::I8, 0);
            self.guard(never, Why::Type);
            return;
        };
        let ty = self.load(value, self.rt.layout.object_type);
        let same = self.is(IntCC::Equal, ty, wanted as i64);
        self.guard(same, Why::Type);
        let ty = Ty::Exact(wanted);
        self.set(depth, Val::Object { value, ty, own });
        self.learn(value, own, ty);
    }

    /// All entries and the local that hold this object are known to have the type.
    pub fn learn(&mut self, value: Value, own: Own, ty: Ty) {
        for entry in &mut self.stack {
            if let Val::Object { value: other, ty: known, .. } = entry
                && *other == value
            {
                *known = ty;
            }
        }
        if let Own::Local(index) = own
            && let LocalKind::Object(_) = self.locals[index as usize].kind
        {
            self.locals[index as usize].kind = LocalKind::Object(ty);
        }
    }

    /// The entry as an object; the entry keeps its reference.
    pub fn object(&mut self, depth: usize) -> Result<Value> {
        match self.peek(depth) {
            Val::Const { object, .. } => Ok(self.address(object)),
            Val::Object { value, .. } => Ok(value),
            Val::Raw(num, value) => {
                self.box_value(num, value)?;
                self.object(depth)
            }
            Val::Range { start, stop, by, .. } => {
                let value = self.call64(ops::rt_range as *const () as usize, &[start, stop, by]);
                self.check_memory(value);
                self.set(depth, Val::Object { value, ty: Ty::Exact(self.rt.api.PyRange_Type), own: Own::Owned });
                Ok(value)
            }
            Val::RangeIter { next, stop, by, .. } => {
                let value = self.call64(ops::rt_range_iter as *const () as usize, &[next, stop, by]);
                self.check_memory(value);
                self.set(depth, Val::Object { value, ty: Ty::Exact(self.rt.api.PyRangeIter_Type), own: Own::Owned });
                Ok(value)
            }
            Val::SequenceIter { sequence, index, start, over } => {
                let value = match (over, start) {
                    (Over::Both(..), _) => self.call64(ops::rt_zip as *const () as usize, &[sequence, index]),
                    (_, None) => self.call64(ops::rt_sequence_iter as *const () as usize, &[sequence, index]),
                    (_, Some(start)) => self.call64(ops::rt_enumerate as *const () as usize, &[sequence, index, start]),
                };
                self.check(value);
                self.set(depth, Val::Object { value, ty: Ty::Any, own: Own::Owned });
                Ok(value)
            }
            Val::Moved { num, value, word } => {
                let none = self.is(IntCC::Equal, word, self.rt.layout.null_ref as i64);
                let (fresh, done) = (self.cold(), self.b.create_block());
                self.b.ins().brif(none, fresh, &[], done, &[word.into()]);
                self.begin(fresh);
                let made = self.new_box(num, value);
                self.jump(done, &[made]);
                let object = self.begin_with(done, types::I64);
                let ty = Types::boxed(self.rt, num);
                self.set(depth, Val::Object { value: object, ty, own: Own::Owned });
                Ok(object)
            }
            Val::Null => Err(self.fault("an empty entry was used as an object")),
        }
    }

    /// The entry as an object whose reference it owns, so that it can be given away.
    pub fn own(&mut self, depth: usize) -> Result<Value> {
        let value = self.object(depth)?;
        match self.peek(depth) {
            Val::Object { own: Own::Owned, .. } | Val::Const { owned: true, .. } => {}
            Val::Object { ty, .. } => {
                self.incref(value);
                self.set(depth, Val::Object { value, ty, own: Own::Owned });
            }
            Val::Const { object, fixed, .. } => {
                if self.is_immortal(object) {
                    // Not counted, so that there is nothing to give back.
                    return Ok(value);
                }
                self.incref(value);
                self.set(depth, Val::Const { object, fixed, owned: true });
            }
            _ => {}
        }
        Ok(value)
    }
}
