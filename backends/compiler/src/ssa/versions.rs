//! The rest of a block once for each of several classes or kinds of numbers, where one instruction meets them in turn.

use super::{After, Build, Result, Val};
use crate::exits::{Site, Why};
use crate::ir::{Num, Ty};
use crate::subject::Types;
use crate::tuning;
use cranelift_codegen::ir::{Value, condcodes::IntCC};
use std::cell::{Cell, RefCell};

/// Translates an instruction.
pub type Translate<'t, 'b> = &'t dyn Fn(&mut Build<'b>) -> Result<bool>;

impl<'b> Build<'b> {
    /// What remembers the classes that this instruction meets.
    pub fn site(&mut self) -> *const Site {
        let offset = self.one.offset;
        if let Some(site) = self.found.sites.iter().find(|site| site.offset == offset) {
            return &raw const **site;
        }
        let site = Box::new(Site {
            cell: self.cx.cell,
            offset,
            line: self.one.line,
            known: self.cx.classes_at(offset).iter().map(|class| class.address() as usize).collect(),
            classes: RefCell::default(),
            detail: Cell::new(0),
            count: Cell::new(0),
        });
        let address = &raw const *site;
        self.found.sites.push(site);
        address
    }

    /// May the rest of the block be translated some times more?
    pub fn may_copy(&self, copies: usize) -> bool {
        self.found.copies + copies as u32 <= tuning::COPIES
    }

    /// Translates this instruction and the rest of the block once for each condition, behind it; where none holds, the activation
    /// leaves, or goes on with the instruction for objects of any class where there is a function for that. `refined` translates the
    /// instruction with what the condition of this index says. The block ends here.
    pub fn versions(
        &mut self,
        conditions: &[Value],
        why: Why,
        mut refined: impl FnMut(&mut Self, usize) -> Result<bool>,
        other: Option<Translate<'_, 'b>>,
    ) -> Result<bool> {
        let (one, witness) = (self.one, self.witness);
        let next = self.cx.code.index.get(&one.start).map_or(0, |at| at + 1);
        self.found.copies += conditions.len() as u32;
        for (index, condition) in conditions.iter().enumerate() {
            let (yes, no) = (self.b.create_block(), self.b.create_block());
            self.branch(*condition, yes, no);
            let (saved, methods) = (self.save(), self.methods.clone());
            self.begin(yes);
            if refined(self, index)? {
                self.rest(next)?;
            }
            self.restore(saved);
            self.methods = methods;
            (self.one, self.resume, self.after) = (one, one.start, After::Nothing);
            self.drops.clear();
            self.maybe_null.clear();
            self.begin(no);
        }
        if let Some(other) = other {
            if other(self)? {
                self.rest(next)?;
            }
            return Ok(false);
        }
        self.witness = witness;
        self.leave(why, false);
        Ok(false)
    }

    /// The end of this instruction, and the rest of the block from the instruction of this index on.
    fn rest(&mut self, next: usize) -> Result<()> {
        self.finish()?;
        match self.cx.code.instrs.get(next) {
            Some(behind) if self.cx.code.leaders.contains(&behind.start) => self.goto(behind.start),
            _ => self.straight(next),
        }
    }

    /// The instruction for a float and for an int in an entry of unknown type.
    pub fn number_versions(&mut self, depth: usize, refined: impl Fn(&mut Self) -> Result<bool>) -> Result<bool> {
        let Val::Object { value, own, .. } = self.peek(depth) else { return Err(self.fault("no object")) };
        let class = self.load(value, self.rt.layout.object_type);
        let api = &self.rt.api;
        let types = [api.PyFloat_Type, api.PyLong_Type];
        let conditions = types.map(|ty| self.is(IntCC::Equal, class, ty as i64));
        let refine = |build: &mut Self, index: usize| {
            let ty = Ty::Exact(types[index]);
            build.set(depth, Val::Object { value, ty, own });
            build.learn(value, own, ty);
            refined(build)
        };
        self.versions(&conditions, Why::Number, refine, None)
    }

    /// A number of unknown type as a float: an int gives the float of the same value.
    pub fn any_as_double(&mut self, depth: usize) -> Value {
        let Val::Object { value, .. } = self.peek(depth) else { return self.fc(0.0) };
        let class = self.load(value, self.rt.layout.object_type);
        let (float, other, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let is_float = self.is(IntCC::Equal, class, self.rt.api.PyFloat_Type as i64);
        self.branch(is_float, float, other);
        self.begin(float);
        let raw = self.raw_of(value, Num::Float);
        self.jump(done, &[raw]);
        self.begin(other);
        let is_int = self.is(IntCC::Equal, class, self.rt.api.PyLong_Type as i64);
        self.guard(is_int, Why::Number);
        let raw = self.raw_of(value, Num::Int);
        let raw = self.as_double(raw, Num::Int);
        self.jump(done, &[raw]);
        self.begin_with(done, cranelift_codegen::ir::types::F64)
    }

    /// Is the entry an object of unknown type where a guess went wrong, and may it be an int or a float?
    pub fn is_some_number(&self, depth: usize) -> bool {
        let here = self.one.offset;
        matches!(self.peek(depth), Val::Object { ty: Ty::Any, .. })
            && self.cx.failed.contains(&here)
            && !self.cx.others.contains(&here)
            && self.may_copy(2)
    }

    /// Is the entry known to be a float, unboxed or not?
    pub fn is_float(&self, depth: usize) -> bool {
        self.num(self.peek(depth)) == Some(Num::Float) || self.ty(self.peek(depth)) == Types::boxed(self.rt, Num::Float)
    }
}
