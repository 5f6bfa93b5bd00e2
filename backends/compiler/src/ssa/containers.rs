//! Lists and tuples: items, appending, building, unpacking.

use super::{After, Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Num, Ty};
use crate::ops;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// The item of a list or tuple, borrowed from it.
    pub fn item_at(&mut self, sequence: Value, index: Value, tuple: bool) -> Value {
        let three = self.ic(3);
        let offset = self.b.ins().ishl(index, three);
        if tuple {
            let base = self.b.ins().iadd(sequence, offset);
            self.load(base, self.rt.layout.tuple_items)
        } else {
            let items = self.load(sequence, self.rt.layout.list_items);
            let place = self.b.ins().iadd(items, offset);
            self.load(place, 0)
        }
    }

    /// What the profile says about the container of this instruction.
    fn is_now(&self, suffix: &str) -> bool {
        !self.cx.failed.contains(&self.one.offset) && self.cx.code.now(self.one.offset).ends_with(suffix)
    }

    pub fn is_unknown(&self, depth: usize) -> bool {
        matches!(self.peek(depth), Val::Object { ty: Ty::Any, .. })
    }

    fn is_ty(&self, depth: usize, ty: usize) -> bool {
        self.ty(self.peek(depth)) == Ty::Exact(ty)
    }

    /// An index that is an int, or is guessed to be one.
    pub fn is_index(&self, depth: usize, guess: bool) -> bool {
        self.num(self.peek(depth)) == Some(Num::Int) || guess && self.is_unknown(depth)
    }

    /// A checked index: negative ones count from the end.
    pub fn index(&mut self, sequence: Value, depth: usize) -> Value {
        let index = self.unbox(depth, Num::Int);
        let size = self.load(sequence, self.rt.layout.var_size);
        let fine = self.b.ins().icmp(IntCC::UnsignedLessThan, index, size);
        if self.iconst(index).is_some_and(|known| known >= 0) {
            self.guard(fine, Why::Index);
            return index;
        }
        // What is read next must not wait for a choice between the two.
        let (negative, done) = (self.cold(), self.b.create_block());
        self.b.ins().brif(fine, done, &[index.into()], negative, &[]);
        self.begin(negative);
        let from_end = self.b.ins().iadd(index, size);
        let below = self.is(IntCC::SignedLessThan, index, 0);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, from_end, size);
        let inside = self.b.ins().band(below, inside);
        self.guard(inside, Why::Index);
        self.jump(done, &[from_end]);
        self.begin_with(done, types::I64)
    }

    /// `a[b]`.
    pub fn subscript(&mut self) -> Result<bool> {
        let api = &self.rt.api;
        let guess_list = self.is_now("LIST_INT");
        let guess_tuple = self.is_now("TUPLE_INT");
        if guess_list && self.is_unknown(1) && self.is_index(0, true) {
            self.type_is(1, api.PyList_Type);
        } else if guess_tuple && self.is_unknown(1) && self.is_index(0, true) {
            self.type_is(1, api.PyTuple_Type);
        }
        let tuple = self.is_ty(1, api.PyTuple_Type);
        let failed = self.cx.failed.contains(&self.one.offset);
        if (tuple || self.is_ty(1, api.PyList_Type)) && self.is_index(0, !failed) {
            if self.num(self.peek(0)) != Some(Num::Int) {
                self.unbox(0, Num::Int);
            }
            let sequence = self.object(1)?;
            let index = self.index(sequence, 0);
            let value = self.item_at(sequence, index, tuple);
            self.weigh(1);
            let keeps = !matches!(self.peek(1), Val::Object { own: Own::Owned, .. });
            let ty = Ty::Any;
            let index = self.pop()?;
            self.drop_val(index);
            let sequence = self.pop()?;
            self.stack.push(Val::Object { value, ty, own: Own::Memory });
            if !keeps {
                self.own(0)?;
            }
            self.drop_val(sequence);
            return Ok(true);
        }
        if self.is_ty(1, api.PyDict_Type) || self.is_now("_DICT") && self.is_unknown(1) {
            if let Some(done) = self.dict_item()? {
                return Ok(done);
            }
            self.type_is(1, api.PyDict_Type);
            return self.generic_two(self.rt.api.PyObject_GetItem as usize, After::Recheck);
        }
        if self.is_ty(1, api.PyUnicode_Type) && self.is_index(0, true) && !self.cx.failed.contains(&self.one.offset) {
            return self.text_item();
        }
        if let Some(done) = self.array_item()? {
            return Ok(done);
        }
        if let Some(done) = self.met_subscript()? {
            return Ok(done);
        }
        self.unknown();
        if self.is_unknown(1) && !failed {
            let site = self.learning_site();
            return self.generic(ops::rt_get_item as *const () as usize, &[1, 0], &[site], 2, After::Recheck);
        }
        self.generic_two(self.rt.api.PyObject_GetItem as usize, After::Recheck)
    }

    /// `a[b] = c`.
    pub fn store_subscript(&mut self) -> Result<bool> {
        let api = &self.rt.api;
        if self.is_now("LIST_INT") && self.is_unknown(1) && self.is_index(0, true) {
            self.type_is(1, api.PyList_Type);
        }
        let failed = self.cx.failed.contains(&self.one.offset);
        if self.is_ty(1, api.PyList_Type) && self.is_index(0, !failed) {
            self.unbox(0, Num::Int);
            self.own(2)?;
            let list = self.object(1)?;
            let index = self.index(list, 0);
            let value = self.object(2)?;
            let items = self.load(list, self.rt.layout.list_items);
            let three = self.ic(3);
            let offset = self.b.ins().ishl(index, three);
            let place = self.b.ins().iadd(items, offset);
            self.settle();
            self.weigh(1);
            let old = self.load(place, 0);
            let known = self.old_item_type();
            self.store(value, place, 0);
            let index = self.pop()?;
            let list = self.pop()?;
            self.pop()?;
            let last = self.rt.layout.replaced_ends_last;
            if !last {
                self.drops.push((old, known));
            }
            self.drop_val(list);
            self.drop_val(index);
            if last {
                self.drops.push((old, known));
            }
            return Ok(true);
        }
        if let Some(done) = self.dict_store()? {
            return Ok(done);
        }
        if let Some(done) = self.array_store()? {
            return Ok(done);
        }
        if self.is_unknown(1) {
            self.unknown();
            if !failed {
                let site = self.learning_site();
                return self.generic_status_with(ops::rt_set_item as *const () as usize, &[1, 0, 2], &[site], 3);
            }
        }
        // value, container, key.
        let helper = if self.is_ty(1, api.PyDict_Type) {
            self.rt.api.PyDict_SetItem as usize
        } else {
            self.rt.api.PyObject_SetItem as usize
        };
        self.generic_status(helper, &[1, 0, 2], 3)
    }

    /// The type of what a store replaces: nothing is known.
    fn old_item_type(&self) -> Ty {
        Ty::Any
    }

    /// `del a[b]`.
    pub fn delete_subscript(&mut self) -> Result<bool> {
        self.generic_status(self.rt.api.PyObject_DelItem as usize, &[1, 0], 2)
    }

    /// `BUILD_LIST` and `BUILD_TUPLE`.
    pub fn build_sequence(&mut self, count: usize, tuple: bool) -> Result<bool> {
        for depth in 0..count {
            self.own(depth)?;
        }
        let mut values = Vec::with_capacity(count);
        for depth in (0..count).rev() {
            values.push(self.object(depth)?);
        }
        let api = &self.rt.api;
        let (make, ty) = if tuple {
            (api.PyTuple_New as usize, api.PyTuple_Type)
        } else {
            (api.PyList_New as usize, api.PyList_Type)
        };
        let size = self.ic(count as i64);
        self.settle();
        let object = self.call64(make, &[size]);
        self.check_memory(object);
        if count > 0 {
            let (base, first) = if tuple {
                (object, self.rt.layout.tuple_items)
            } else {
                (self.load(object, self.rt.layout.list_items), 0)
            };
            for (index, value) in values.into_iter().enumerate() {
                self.store(value, base, first + 8 * index as i32);
            }
        }
        for _ in 0..count {
            self.pop()?;
        }
        self.stack.push(Val::Object { value: object, ty: Ty::Exact(ty), own: Own::Owned });
        Ok(true)
    }

    /// `LIST_APPEND`: to the list of a comprehension.
    pub fn list_append(&mut self, depth: usize) -> Result<bool> {
        self.own(0)?;
        let value = self.object(0)?;
        let list = self.object(depth)?;
        self.append(list, value);
        self.pop()?;
        Ok(true)
    }

    /// Appends, and takes the reference.
    pub fn append(&mut self, list: Value, value: Value) {
        let layout = &self.rt.layout;
        let (fast, slow, done) = (self.b.create_block(), self.cold(), self.b.create_block());
        let size = self.load(list, layout.var_size);
        let room = self.load(list, layout.list_allocated);
        let fits = self.b.ins().icmp(IntCC::SignedLessThan, size, room);
        self.branch(fits, fast, slow);
        self.begin(slow);
        let status = self.call32(self.rt.api.PyList_Append as usize, &[list, value]);
        let fine = self.is(IntCC::Equal, status, 0);
        self.check(fine);
        self.decref_plain(value);
        self.jump(done, &[]);
        self.begin(fast);
        let items = self.load(list, layout.list_items);
        let three = self.ic(3);
        let offset = self.b.ins().ishl(size, three);
        let place = self.b.ins().iadd(items, offset);
        self.store(value, place, 0);
        let more = self.plus(size, 1);
        self.store(more, list, layout.var_size);
        self.jump(done, &[]);
        self.begin(done);
    }

    /// `UNPACK_SEQUENCE`.
    pub fn unpack(&mut self, count: usize) -> Result<bool> {
        let api = &self.rt.api;
        if self.is_unknown(0) {
            if self.is_now("_LIST") {
                self.type_is(0, api.PyList_Type);
            } else if self.is_now("_TUPLE") {
                self.type_is(0, api.PyTuple_Type);
            }
        }
        let tuple = self.is_ty(0, api.PyTuple_Type);
        if tuple || self.is_ty(0, api.PyList_Type) {
            let sequence = self.object(0)?;
            let size = self.load(sequence, self.rt.layout.var_size);
            let fits = self.is(IntCC::Equal, size, count as i64);
            self.guard(fits, Why::Index);
            let owned = !matches!(
                self.peek(0),
                Val::Object { own: Own::Local(_) | Own::Memory, .. } | Val::Const { fixed: true, .. }
            );
            let (base, first) = if tuple {
                (sequence, self.rt.layout.tuple_items)
            } else {
                (self.load(sequence, self.rt.layout.list_items), 0)
            };
            let val = self.pop()?;
            for index in (0..count).rev() {
                let value = self.load(base, first + 8 * index as i32);
                self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Memory });
                if owned || !tuple {
                    self.own(0)?;
                }
            }
            // The next instructions store them, maybe over the local that holds the sequence.
            if !owned {
                for depth in 0..count {
                    self.own(depth)?;
                }
            }
            self.drop_val(val);
            return Ok(true);
        }
        self.generic_unpack(count)
    }
}
