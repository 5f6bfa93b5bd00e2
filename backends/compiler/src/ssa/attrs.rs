//! Attributes: where the specialised instruction found them, behind the same guards as its own; else generically.

use super::{After, Build, Own, Result, Val};
use crate::decode::Instr;
use crate::exits::Why;
use crate::ir::Ty;
use crate::ops;
use crate::python::Object;
use cranelift_codegen::ir::{Block, InstBuilder, Value, condcodes::IntCC, types};

/// Units of the inline caches, behind the counter.
const VERSION: u32 = 1;
const PLACE: u32 = 3;
const KEYS: u32 = 3;
const DESCRIPTOR: u32 = 5;

impl Build<'_> {
    /// `LOAD_ATTR`; with the lowest bit of its argument, a method to be called: function and self, or attribute and nothing.
    pub fn load_attr(&mut self, one: &Instr) -> Result<bool> {
        let name = self.cx.code.names[(one.arg >> 1) as usize];
        let method = one.arg & 1 != 0;
        if method && let Some(descriptor) = self.builtin_method(name) {
            let me = self.pop()?;
            self.stack.push(Val::Const { object: descriptor, fixed: true, owned: false });
            self.stack.push(me);
            return Ok(true);
        }
        if let Val::Const { object, .. } = self.peek(0)
            && let Some(value) = self.cx.module_attribute(object, name)
        {
            let val = self.pop()?;
            self.drop_val(val);
            self.stack.push(Val::Const { object: value, fixed: false, owned: false });
            if method {
                self.stack.push(Val::Null);
            }
            return Ok(true);
        }
        let open = matches!(self.peek(0), Val::Object { ty: Ty::Any | Ty::Version(_), .. });
        if let Some(done) = self.known_attr(one, name, method)? {
            return Ok(done);
        }
        if open && let Some(done) = self.met_attr(one, name, method)? {
            return Ok(done);
        }
        if open && !self.cx.failed.contains(&one.offset) {
            let generic = |build: &mut Self| build.generic_attr(name, method);
            if let Some(version) = self.specialised(one, method) {
                let special = |build: &mut Self| match build.specialised_attr(one, method)? {
                    true => Ok(true),
                    false => build.generic_attr(name, method),
                };
                if let Some(done) = self.special_or_any(0, version, special, &generic)? {
                    return Ok(done);
                }
            }
            let done = self.specialised_attr(one, method)?;
            if done {
                return Ok(true);
            }
        }
        self.generic_attr(name, method)
    }

    /// The version of the class that the instruction is specialised for.
    pub fn specialised(&self, one: &Instr, method: bool) -> Option<u32> {
        let known = match self.cx.code.now(one.offset) {
            "LOAD_ATTR_INSTANCE_VALUE" | "LOAD_ATTR_SLOT" => true,
            "LOAD_ATTR_METHOD_WITH_VALUES" | "LOAD_ATTR_METHOD_NO_DICT" => method,
            _ => false,
        };
        known.then(|| self.cx.code.cache32(one, VERSION))
    }

    /// `LOAD_ATTR` as it is specialised now. False where that is not known here.
    pub fn specialised_attr(&mut self, one: &Instr, method: bool) -> Result<bool> {
        let now = self.cx.code.now(one.offset).to_owned();
        let done = match now.as_str() {
            "LOAD_ATTR_INSTANCE_VALUE" => self.instance_value(one)?,
            "LOAD_ATTR_SLOT" => self.slot_value(one)?,
            "LOAD_ATTR_METHOD_WITH_VALUES" if method => self.method(one, true)?,
            "LOAD_ATTR_METHOD_NO_DICT" if method => self.method(one, false)?,
            _ => false,
        };
        if done && method && !now.contains("METHOD") {
            self.stack.push(Val::Null);
        }
        Ok(done)
    }

    /// The method of a list or other builtin type that never changes.
    fn builtin_method(&mut self, name: Object) -> Option<usize> {
        let api = &self.rt.api;
        if matches!(self.peek(0), Val::Object { ty: Ty::Any, .. })
            && !self.cx.failed.contains(&self.one.offset)
            && let Some(class) = self.cx.builtin_of(&self.one, name)
        {
            self.type_is(0, class);
        }
        let Ty::Exact(class) = self.ty(self.peek(0)) else { return None };
        let fixed = [api.PyList_Type, api.PyDict_Type, api.PyUnicode_Type, api.PySet_Type, api.PyTuple_Type];
        if !fixed.contains(&class) {
            return None;
        }
        self.cx.method_of(class, name)
    }

    /// The object's type has this version, or the interpreter goes on. Gives the object and its type.
    fn version_is(&mut self, depth: usize, version: u32) -> Option<(Value, Value)> {
        let Val::Object { value, ty, own } = self.peek(depth) else { return None };
        let class = self.load(value, self.rt.layout.object_type);
        if ty != Ty::Version(version) {
            let found = self.load32(class, self.rt.layout.type_version_tag);
            let same = self.is(IntCC::Equal, found, i64::from(version));
            self.witness = Some(value);
            self.guard(same, Why::Type);
            self.witness = None;
            self.set(depth, Val::Object { value, ty: Ty::Version(version), own });
            self.learn(value, own, Ty::Version(version));
        }
        Some((value, class))
    }

    /// Where the values of an instance are, which they are as long as no dict took them over.
    pub fn values(&mut self, object: Value, class: Value) -> Value {
        let size = self.load(class, self.rt.layout.type_basicsize);
        let values = self.b.ins().iadd(object, size);
        let valid = self.b.ins().load(types::I8, super::emit::FLAGS, values, self.rt.layout.values_valid);
        self.guard(valid, Why::Attribute);
        values
    }

    /// The address of a value: 3.13 caches its index, later versions its distance from the object.
    fn value_place(&mut self, one: &Instr, object: Value, values: Value) -> (Value, i32) {
        let cached = i32::from(self.cx.code.cache(one, PLACE));
        if self.rt.layout.attribute_cache_is_index {
            (values, self.rt.layout.values_values + 8 * cached)
        } else {
            (object, cached)
        }
    }

    fn instance_value(&mut self, one: &Instr) -> Result<bool> {
        let version = self.cx.code.cache32(one, VERSION);
        let Some((object, class)) = self.version_is(0, version) else { return Ok(false) };
        let values = self.values(object, class);
        let (base, offset) = self.value_place(one, object, values);
        let value = self.load(base, offset);
        self.push_attribute(value)
    }

    fn slot_value(&mut self, one: &Instr) -> Result<bool> {
        let version = self.cx.code.cache32(one, VERSION);
        let Some((object, _)) = self.version_is(0, version) else { return Ok(false) };
        let value = self.load(object, i32::from(self.cx.code.cache(one, PLACE)));
        self.push_attribute(value)
    }

    pub fn push_attribute(&mut self, value: Value) -> Result<bool> {
        self.weigh(1);
        let some = self.is(IntCC::NotEqual, value, 0);
        self.guard(some, Why::Attribute);
        let owned = self.is_owned(0);
        let val = self.pop()?;
        self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Memory });
        if owned {
            self.own(0)?;
        }
        self.drop_val(val);
        Ok(true)
    }

    /// A method of the class that no attribute of the instance hides.
    fn method(&mut self, one: &Instr, with_values: bool) -> Result<bool> {
        let code = self.cx.code;
        let version = code.cache32(one, VERSION);
        let descriptor =
            (0..4).fold(0, |word, unit| word | usize::from(code.cache(one, DESCRIPTOR + unit)) << (16 * unit));
        if version == 0 || descriptor == 0 {
            return Ok(false);
        }
        // The version is the class's now: then it keeps the function.
        let Some((object, class)) = self.version_is(0, version) else { return Ok(false) };
        if with_values {
            self.values(object, class);
            let keys = self.load(class, self.rt.layout.heaptype_cached_keys);
            let found = self.load32(keys, self.rt.layout.keys_version);
            let wanted = code.cache32(one, KEYS);
            let same = self.is(IntCC::Equal, found, i64::from(wanted));
            self.guard(same, Why::Attribute);
        }
        let me = self.pop()?;
        // Not looked at while compiling: where the class is gone, this address is of nothing, and the guard never lets it through.
        let function = self.address(descriptor);
        self.methods.insert(function, descriptor);
        self.stack.push(Val::Object { value: function, ty: Ty::Any, own: Own::Memory });
        self.stack.push(me);
        Ok(true)
    }

    pub fn generic_attr(&mut self, name: Object, method: bool) -> Result<bool> {
        self.unknown();
        let name = self.address(name as usize);
        if !method || self.cx.failed.contains(&self.one.offset) && self.cx.code.now(self.one.offset) == "LOAD_ATTR" {
            let pushes = usize::from(method);
            self.generic(self.rt.api.PyObject_GetAttr as usize, &[0], &[name], 1, After::Recheck)?;
            self.stack.extend(std::iter::repeat_n(Val::Null, pushes));
            return Ok(true);
        }
        // Function and self, or the attribute and nothing: which of both only shows when it runs.
        self.object(0)?;
        self.opaque();
        let object = self.object(0)?;
        let found = self.b.ins().stack_addr(types::I64, self.scratch, 16);
        let site = self.learning_site();
        let unbound = self.call32(ops::rt_method as *const () as usize, &[object, name, found, site]);
        let function = self.load(found, 0);
        let fine = self.is(IntCC::NotEqual, function, 0);
        // The object goes on as self, or is given back by the helper.
        self.own_for_method(fine, unbound, function)
    }

    fn own_for_method(&mut self, fine: Value, unbound: Value, function: Value) -> Result<bool> {
        self.check(fine);
        let is_method = self.is(IntCC::NotEqual, unbound, 0);
        {
            let me = self.pop()?;
            // Mostly a method: an attribute of the instance, or a bound method, is left to the interpreter to call. It was looked up
            // already, so that the interpreter goes on behind this instruction.
            let (ok, out) = (self.b.create_block(), self.cold());
            self.branch(is_method, ok, out);
            self.begin(out);
            let saved = self.save();
            self.resume = self.one.next;
            self.stack.push(Val::Object { value: function, ty: Ty::Any, own: Own::Owned });
            self.stack.push(Val::Null);
            self.drop_val(me);
            self.leave(Why::Attribute, false);
            self.drops.clear();
            self.restore(saved);
            self.resume = self.one.start;
            self.begin(ok);
            self.stack.push(Val::Object { value: function, ty: Ty::Any, own: Own::Owned });
            self.stack.push(me);
            self.own(0)?;
        }
        self.after = After::Recheck;
        Ok(true)
    }

    /// `STORE_ATTR`: value, object.
    pub fn store_attr(&mut self, one: &Instr) -> Result<bool> {
        // The interpreter stores as fast where the value is an object already; a number has to be boxed.
        self.doubt();
        let open = matches!(self.peek(0), Val::Object { ty: Ty::Any | Ty::Version(_), .. });
        if open && !self.cx.failed.contains(&one.offset) {
            let values = match self.cx.code.now(one.offset) {
                "STORE_ATTR_INSTANCE_VALUE" => true,
                "STORE_ATTR_SLOT" => false,
                _ => return self.generic_store_attr(one),
            };
            let special =
                |build: &mut Self| if values { build.store_instance_value(one) } else { build.store_slot(one) };
            let version = self.cx.code.cache32(one, VERSION);
            let generic = |build: &mut Self| build.generic_store_attr(one);
            if let Some(done) = self.special_or_any(0, version, special, &generic)? {
                return Ok(done);
            }
            return special(self);
        }
        self.generic_store_attr(one)
    }

    fn generic_store_attr(&mut self, one: &Instr) -> Result<bool> {
        if self.is_repeated() {
            self.unknown();
        }
        let name = self.cx.code.names[one.arg as usize] as usize;
        self.object(0)?;
        self.object(1)?;
        self.opaque();
        let (object, value) = (self.object(0)?, self.object(1)?);
        let name = self.address(name);
        let status = self.call32(self.rt.api.PyObject_SetAttr as usize, &[object, name, value]);
        self.consume(2)?;
        let fine = self.is(IntCC::Equal, status, 0);
        self.check(fine);
        self.after = After::Recheck;
        Ok(true)
    }

    fn store_instance_value(&mut self, one: &Instr) -> Result<bool> {
        let version = self.cx.code.cache32(one, VERSION);
        self.own(1)?;
        let Some((object, class)) = self.version_is(0, version) else { return self.generic_store_attr(one) };
        let values = self.values(object, class);
        // A dict that shares the values would have to see the change.
        let dict = self.load(object, self.rt.layout.managed_dict_offset);
        let none = self.is(IntCC::Equal, dict, 0);
        self.guard(none, Why::Attribute);
        let (base, offset) = self.value_place(one, object, values);
        self.settle();
        let value = self.object(1)?;
        let old = self.load(base, offset);
        self.store(value, base, offset);
        self.pop_stored()?;
        let (some, none, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.branch(old, some, none);
        self.begin(none);
        // A new one takes its place in the order of insertion.
        let layout = &self.rt.layout;
        let index = if layout.attribute_cache_is_index {
            self.ic(i64::from(self.cx.code.cache(one, PLACE)))
        } else {
            let place = self.plus(base, i64::from(offset));
            let first = self.plus(values, i64::from(layout.values_values));
            let distance = self.b.ins().isub(place, first);
            let three = self.ic(3);
            self.b.ins().ushr(distance, three)
        };
        let size = self.b.ins().uload8(types::I64, super::emit::FLAGS, values, layout.values_size);
        let capacity = self.b.ins().uload8(types::I64, super::emit::FLAGS, values, layout.values_capacity);
        let three = self.ic(3);
        let bytes = self.b.ins().ishl(capacity, three);
        let order = self.b.ins().iadd(values, bytes);
        let order = self.b.ins().iadd(order, size);
        self.b.ins().istore8(super::emit::FLAGS, index, order, layout.values_values);
        let more = self.plus(size, 1);
        self.b.ins().istore8(super::emit::FLAGS, more, values, layout.values_size);
        let object = std::mem::take(&mut self.drops);
        self.end_store(None, &object, done);
        self.begin(some);
        self.end_store(Some(old), &object, done);
        self.begin(done);
        self.forget_changed();
        Ok(true)
    }

    /// A store ends: what it replaced is given back, if anything, and the object where only the stack had that, in the version's order.
    fn end_store(&mut self, replaced: Option<Value>, object: &[(Value, Ty)], done: Block) {
        self.resume = self.one.next;
        self.drops = object.to_vec();
        if let Some(old) = replaced {
            let place = if self.rt.layout.replaced_ends_last { self.drops.len() } else { 0 };
            self.drops.insert(place, (old, Ty::Any));
        }
        self.give_back();
        self.jump(done, &[]);
    }

    /// The object and the value, which was given away, leave the stack; the object is kept until the end of the instruction.
    fn pop_stored(&mut self) -> Result<()> {
        let object = self.pop()?;
        self.pop()?;
        self.drop_val(object);
        Ok(())
    }

    fn store_slot(&mut self, one: &Instr) -> Result<bool> {
        let version = self.cx.code.cache32(one, VERSION);
        self.own(1)?;
        let Some((object, _)) = self.version_is(0, version) else { return self.generic_store_attr(one) };
        let offset = i32::from(self.cx.code.cache(one, PLACE));
        self.settle();
        let value = self.object(1)?;
        let old = self.load(object, offset);
        self.store(value, object, offset);
        self.pop_stored()?;
        let (some, none, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.branch(old, some, none);
        let object = std::mem::take(&mut self.drops);
        self.begin(none);
        self.end_store(None, &object, done);
        self.begin(some);
        self.end_store(Some(old), &object, done);
        self.begin(done);
        self.forget_changed();
        Ok(true)
    }

    /// What a value was replaced by may have run code at its end, and then the activation left, or nothing that machine code relies
    /// on changed but what a class's version says.
    fn forget_changed(&mut self) {
        self.forget();
    }

    /// `DELETE_ATTR`.
    pub fn delete_attr(&mut self, arg: u32) -> Result<bool> {
        let name = self.cx.code.names[arg as usize] as usize;
        self.object(0)?;
        self.opaque();
        let object = self.object(0)?;
        let (name, null) = (self.address(name), self.ic(0));
        let status = self.call32(self.rt.api.PyObject_SetAttr as usize, &[object, name, null]);
        self.consume(1)?;
        let fine = self.is(IntCC::Equal, status, 0);
        self.check(fine);
        self.after = After::Recheck;
        Ok(true)
    }

    /// Is it owned by the stack?
    pub fn is_owned(&self, depth: usize) -> bool {
        matches!(self.peek(depth), Val::Object { own: Own::Owned, .. })
    }
}
