//! Dicts whose keys are texts or ints: looking them up runs no code of others.

use super::emit::FLAGS;
use super::{After, Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Num, Ty};
use crate::ops;
use cranelift_codegen::ir::{Block, InstBuilder, Value, condcodes::IntCC, types};

/// Where an object has what the collector knows of it.
const COLLECTOR: i32 = -16;

/// What a dict is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Text,
    Int,
}

impl Build<'_> {
    /// Is the container a dict and the key a text or an int, known or guessed? Guarded then.
    fn simple_key(&mut self, dict: usize, key: usize) -> Option<Key> {
        let api = &self.rt.api;
        let guess = |build: &Self, depth: usize| {
            matches!(build.peek(depth), Val::Object { ty: Ty::Any, .. }) && !build.cx.failed.contains(&build.one.offset)
        };
        let fits = |build: &Self, depth: usize, ty: usize| build.ty(build.peek(depth)) == Ty::Exact(ty);
        let dict_fits = fits(self, dict, api.PyDict_Type)
            || guess(self, dict) && self.cx.code.now(self.one.offset).ends_with("_DICT");
        let int = self.num(self.peek(key)) == Some(Num::Int);
        let key_fits = int || fits(self, key, api.PyUnicode_Type) || guess(self, key);
        if self.cx.failed.contains(&self.one.offset) || !dict_fits || !key_fits {
            return None;
        }
        self.type_is(dict, api.PyDict_Type);
        if int {
            return Some(Key::Int);
        }
        self.type_is(key, api.PyUnicode_Type);
        Some(Key::Text)
    }

    /// Where the dict has the value, or 0; leaves where looking it up may run code. The dict, too.
    fn place(&mut self, kind: Key, dict: usize, key: usize) -> Result<(Value, Value)> {
        self.object(dict)?;
        let wanted = match kind {
            Key::Int => self.unbox(key, Num::Int),
            Key::Text => self.object(key)?,
        };
        let dict = self.object(dict)?;
        let (slow, done) = (self.cold(), self.b.create_block());
        self.b.append_block_param(done, types::I64);
        let place = self.first_place(kind, dict, wanted, slow);
        self.jump(done, &[place]);
        self.begin(slow);
        let helper = match kind {
            Key::Int => ops::rt_dict_int as *const () as usize,
            Key::Text => ops::rt_dict_text as *const () as usize,
        };
        let place = self.call64(helper, &[dict, wanted]);
        let silent = self.is(IntCC::NotEqual, place, 1);
        self.guard(silent, Why::Type);
        self.jump(done, &[place]);
        self.begin(done);
        Ok((self.b.block_params(done)[0], dict))
    }

    /// The place where the interpreter looks first, in small dicts; goes to `slow` where something else is there.
    fn first_place(&mut self, kind: Key, dict: Value, wanted: Value, slow: Block) -> Value {
        let layout = &self.rt.layout;
        let only = |build: &mut Self, condition: Value| {
            let ok = build.b.create_block();
            build.branch(condition, ok, slow);
            build.begin(ok);
        };
        let keys = self.load(dict, layout.dict_keys);
        // Texts have their hash, or -1; ints from 0 on are their own, those of more than 60 bits, which are not, are not found here.
        let hash = match kind {
            Key::Text => self.load(wanted, layout.unicode_hash),
            Key::Int => {
                let positive = self.is(IntCC::SignedGreaterThanOrEqual, wanted, 0);
                only(self, positive);
                wanted
            }
        };
        let found = self.b.ins().uload8(types::I64, FLAGS, keys, layout.keys_kind);
        let expected = self.is(IntCC::Equal, found, i64::from(kind == Key::Text));
        only(self, expected);
        let size = self.b.ins().uload8(types::I64, FLAGS, keys, layout.keys_size);
        // Up to 128 places, each index is a byte.
        let small = self.is(IntCC::UnsignedLessThan, size, 8);
        only(self, small);
        let one = self.ic(1);
        let mask = self.b.ins().ishl(one, size);
        let mask = self.plus(mask, -1);
        let bytes = self.b.ins().uload8(types::I64, FLAGS, keys, layout.keys_index_bytes);
        let bytes = self.b.ins().ishl(one, bytes);
        let entries = self.b.ins().iadd(keys, bytes);
        let first = self.b.ins().band(hash, mask);
        if kind == Key::Text {
            return self.text_place(keys, entries, (hash, first, mask), wanted, slow);
        }
        let at = self.b.ins().iadd(keys, first);
        let index = self.b.ins().sload8(types::I64, FLAGS, at, layout.keys_indices);
        let used = self.is(IntCC::SignedGreaterThanOrEqual, index, 0);
        only(self, used);
        // Hash, key, value.
        let entry = self.b.ins().imul_imm_s(index, 24);
        let entry = self.b.ins().iadd(entries, entry);
        let known = self.load(entry, layout.keys_indices);
        let same = self.b.ins().icmp(IntCC::Equal, known, wanted);
        only(self, same);
        let name = self.load(entry, layout.keys_indices + 8);
        let ty = self.load(name, layout.object_type);
        let int = self.is(IntCC::Equal, ty, self.rt.api.PyLong_Type as i64);
        only(self, int);
        // Of one digit: no other such int has this hash.
        let tag = self.load(name, layout.long_tag);
        let compact = self.is(IntCC::UnsignedLessThan, tag, 16);
        only(self, compact);
        self.plus(entry, i64::from(layout.keys_indices) + 16)
    }

    /// The place of a text that is the very key, at the first or second place where the interpreter looks: no other key is equal to it.
    fn text_place(
        &mut self,
        keys: Value,
        entries: Value,
        (hash, first, mask): (Value, Value, Value),
        wanted: Value,
        slow: Block,
    ) -> Value {
        let layout = &self.rt.layout;
        let (next, found) = (self.b.create_block(), self.b.create_block());
        self.b.append_block_param(found, types::I64);
        let mut at = first;
        for other in [next, slow] {
            let place = self.b.ins().iadd(keys, at);
            let index = self.b.ins().sload8(types::I64, FLAGS, place, layout.keys_indices);
            let used = self.is(IntCC::SignedGreaterThanOrEqual, index, 0);
            let some = self.b.create_block();
            self.branch(used, some, slow);
            self.begin(some);
            // Key, value.
            let four = self.ic(4);
            let entry = self.b.ins().ishl(index, four);
            let entry = self.b.ins().iadd(entries, entry);
            let name = self.load(entry, layout.keys_indices);
            let same = self.b.ins().icmp(IntCC::Equal, name, wanted);
            self.b.ins().brif(same, found, &[entry.into()], other, &[]);
            if other == next {
                self.begin(next);
                let five = self.ic(5);
                let perturbed = self.b.ins().ushr(hash, five);
                let more = self.b.ins().imul_imm_s(first, 5);
                let more = self.b.ins().iadd(more, perturbed);
                let more = self.plus(more, 1);
                at = self.b.ins().band(more, mask);
            }
        }
        self.begin(found);
        let entry = self.b.block_params(found)[0];
        self.plus(entry, i64::from(layout.keys_indices) + 8)
    }

    /// `dict[key]`. None where it is not that simple.
    pub fn dict_item(&mut self) -> Result<Option<bool>> {
        let Some(kind) = self.simple_key(1, 0) else { return Ok(None) };
        let (place, _) = self.place(kind, 1, 0)?;
        let (there, missing) = (self.b.create_block(), self.b.create_block());
        self.branch(place, there, missing);
        self.begin(missing);
        self.missing_key()?;
        self.begin(there);
        let value = self.load(place, 0);
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
        let Some(kind) = self.simple_key(0, 1) else { return Ok(None) };
        let (place, _) = self.place(kind, 0, 1)?;
        let how = if arg == 0 { IntCC::NotEqual } else { IntCC::Equal };
        let value = self.is(how, place, 0);
        self.replace_two(Num::Bool, value).map(Some)
    }

    /// `dict[key] = value`: value, dict, key. None where it is not that simple.
    pub fn dict_store(&mut self) -> Result<Option<bool>> {
        let Some(kind) = self.simple_key(1, 0) else { return Ok(None) };
        self.own(2)?;
        self.object(0)?;
        // A dict that somebody watches tells of it, which runs no code but may spoil assumptions.
        self.settle();
        let (place, dict) = self.place(kind, 1, 0)?;
        let (value, key) = (self.object(2)?, self.object(0)?);
        let (slow, done) = (self.cold(), self.b.create_block());
        if self.rt.layout.inline_refcounts && self.rt.replaces_values() {
            let plain = self.is_plain(self.ty(self.peek(2)));
            self.replace_value(dict, place, (value, plain), slow);
            self.jump(done, &[]);
        } else {
            self.jump(slow, &[]);
        }
        self.begin(slow);
        let status = self.call32(ops::rt_dict_store as *const () as usize, &[dict, key, value, place]);
        let silent = self.is(IntCC::NotEqual, status, 1);
        self.guard(silent, Why::Type);
        let (saved, drops) = (self.save(), self.drops.clone());
        self.consume(3)?;
        let fine = self.is(IntCC::Equal, status, 0);
        self.check(fine);
        self.restore(saved);
        self.drops = drops;
        // The dict has a reference of its own: this one is not the last.
        self.decref_plain(value);
        self.jump(done, &[]);
        self.begin(done);
        self.set(2, Val::Null);
        self.consume(3)?;
        self.after = After::Recheck;
        Ok(Some(true))
    }

    /// Puts the value, whose reference goes with it, where the dict has another one; goes to `slow` where there is none, the end of the
    /// old one might run code, or somebody watches the dict.
    fn replace_value(&mut self, dict: Value, place: Value, (value, plain): (Value, bool), slow: Block) {
        let (some, unwatched) = (self.b.create_block(), self.b.create_block());
        let (last, float, quiet) = (self.cold(), self.cold(), self.b.create_block());
        self.branch(place, some, slow);
        self.begin(some);
        let watchers = self.b.ins().uload8(types::I64, FLAGS, dict, self.rt.layout.dict_watchers);
        self.branch(watchers, slow, unwatched);
        self.begin(unwatched);
        let step = self.rt.layout.dict_step;
        if step != 0 && !plain {
            // A dict that the collector does not know may have to be told to it.
            let (told, known) = (self.load(dict, COLLECTOR), self.b.create_block());
            self.branch(told, known, slow);
            self.begin(known);
        }
        let old = self.load(place, 0);
        let count = self.load32(old, self.rt.layout.object_refcnt);
        let only = self.is(IntCC::Equal, count, 1);
        self.branch(only, last, quiet);
        self.begin(last);
        let ty = self.load(old, self.rt.layout.object_type);
        let int = self.is(IntCC::Equal, ty, self.rt.api.PyLong_Type as i64);
        self.branch(int, quiet, float);
        self.begin(float);
        let same = self.is(IntCC::Equal, ty, self.rt.api.PyFloat_Type as i64);
        self.branch(same, quiet, slow);
        self.begin(quiet);
        self.store(value, place, 0);
        if step != 0 {
            let at = self.address(self.rt.dict_version);
            let version = self.load(at, 0);
            let version = self.plus(version, step.cast_signed());
            self.store(version, at, 0);
            let word = self.load(dict, self.rt.layout.dict_watchers);
            let low = self.ic(step.cast_signed() - 1);
            let low = self.b.ins().band(word, low);
            let word = self.b.ins().bor(version, low);
            self.store(word, dict, self.rt.layout.dict_watchers);
        }
        self.decref_plain(old);
    }

    /// `dict.get(key)` and `dict.get(key, other)`: dict, arguments. False where it is not that simple.
    pub fn dict_get(&mut self, count: usize) -> Result<bool> {
        if !(1..=2).contains(&count) || self.ty(self.peek(count)) != Ty::Exact(self.rt.api.PyDict_Type) {
            return Ok(false);
        }
        let Some(kind) = self.simple_key(count, count - 1) else { return Ok(false) };
        if count == 2 {
            // First everything that boxes.
            self.object(0)?;
        }
        let (place, _) = self.place(kind, count, count - 1)?;
        let other = if count == 2 { self.object(0)? } else { self.address(self.rt.api._Py_NoneStruct) };
        let (there, done) = (self.b.create_block(), self.b.create_block());
        self.b.append_block_param(done, types::I64);
        self.b.ins().brif(place, there, &[], done, &[other.into()]);
        self.begin(there);
        let found = self.load(place, 0);
        self.jump(done, &[found]);
        self.begin(done);
        let value = self.b.block_params(done)[0];
        self.weigh(2);
        // The dict, or the entry that is dropped, may be all that keeps it.
        self.incref(value);
        self.consume(count + 2)?;
        self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Owned });
        Ok(true)
    }
}
