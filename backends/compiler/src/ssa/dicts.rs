//! Dicts whose keys are texts: looking them up runs no code of others.

use super::{After, Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Num, Ty};
use crate::ops;
use cranelift_codegen::ir::{Value, condcodes::IntCC};

impl Build<'_> {
    /// Is the container a dict and the key a text, known or guessed? Guarded then.
    fn is_text_lookup(&mut self, dict: usize, key: usize) -> bool {
        let api = &self.rt.api;
        let guess = |build: &Self, depth: usize| {
            matches!(build.peek(depth), Val::Object { ty: Ty::Any, .. }) && !build.cx.failed.contains(&build.one.offset)
        };
        let fits = |build: &Self, depth: usize, ty: usize| build.ty(build.peek(depth)) == Ty::Exact(ty);
        let dict_fits = fits(self, dict, api.PyDict_Type)
            || guess(self, dict) && self.cx.code.now(self.one.offset).ends_with("_DICT");
        let key_fits = fits(self, key, api.PyUnicode_Type) || guess(self, key);
        if self.cx.failed.contains(&self.one.offset) || !dict_fits || !key_fits {
            return false;
        }
        self.type_is(dict, api.PyDict_Type);
        self.type_is(key, api.PyUnicode_Type);
        true
    }

    /// The value, borrowed, or 0; leaves where looking it up may run code.
    fn text_value(&mut self, dict: usize, key: usize) -> Result<Value> {
        self.object(dict)?;
        self.object(key)?;
        let (dict, key) = (self.object(dict)?, self.object(key)?);
        let value = self.call64(ops::rt_dict_text as *const () as usize, &[dict, key]);
        let silent = self.is(IntCC::NotEqual, value, 1);
        self.guard(silent, Why::Type);
        Ok(value)
    }

    /// `dict[key]`. None where it is not that simple.
    pub fn dict_item(&mut self) -> Result<Option<bool>> {
        if !self.is_text_lookup(1, 0) {
            return Ok(None);
        }
        let value = self.text_value(1, 0)?;
        let (there, missing) = (self.b.create_block(), self.b.create_block());
        self.branch(value, there, missing);
        self.begin(missing);
        self.missing_key()?;
        self.begin(there);
        self.weigh(1);
        let keeps = !matches!(self.peek(1), Val::Object { own: Own::Owned, .. });
        let key = self.pop()?;
        let dict = self.pop()?;
        self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Memory });
        if !keeps {
            self.own(0)?;
        }
        self.drop_val(key);
        self.drop_val(dict);
        Ok(Some(true))
    }

    /// `key in dict`. None where it is not that simple.
    pub fn dict_contains(&mut self, arg: u32) -> Result<Option<bool>> {
        if !self.is_text_lookup(0, 1) {
            return Ok(None);
        }
        let value = self.text_value(0, 1)?;
        let how = if arg == 0 { IntCC::NotEqual } else { IntCC::Equal };
        let value = self.is(how, value, 0);
        self.replace_two(Num::Bool, value).map(Some)
    }

    /// `dict[key] = value`: value, dict, key. None where it is not that simple.
    pub fn dict_store(&mut self) -> Result<Option<bool>> {
        if !self.is_text_lookup(1, 0) {
            return Ok(None);
        }
        for depth in 0..3 {
            self.object(depth)?;
        }
        // A dict that somebody watches tells of it, which runs no code but may spoil assumptions.
        self.settle();
        let (value, dict, key) = (self.object(2)?, self.object(1)?, self.object(0)?);
        let status = self.call32(ops::rt_dict_text_store as *const () as usize, &[dict, key, value]);
        let silent = self.is(IntCC::NotEqual, status, 1);
        self.guard(silent, Why::Type);
        self.consume(3)?;
        let fine = self.is(IntCC::Equal, status, 0);
        self.check(fine);
        self.after = After::Recheck;
        Ok(Some(true))
    }
}
