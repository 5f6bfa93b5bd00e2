//! Attributes and operators of the classes that an instruction met before.

use super::versions::Translate;
use super::{After, Build, Own, Result, Val};
use crate::decode::Instr;
use crate::exits::Why;
use crate::ir::Ty;
use crate::ops;
use crate::python::Object;
use crate::subject::Attribute;
use crate::tuning;
use cranelift_codegen::ir::{Value, condcodes::IntCC, types};

/// Operators by their method, and how an error names them: `BINARY_OP`'s numbers.
const OPERATORS: [(u32, &str, &str, &std::ffi::CStr, &std::ffi::CStr); 9] = [
    (0, "__add__", "__iadd__", c"+", c"+="),
    (1, "__and__", "__iand__", c"&", c"&="),
    (2, "__floordiv__", "__ifloordiv__", c"//", c"//="),
    (5, "__mul__", "__imul__", c"*", c"*="),
    (6, "__mod__", "__imod__", c"%", c"%="),
    (7, "__or__", "__ior__", c"|", c"|="),
    (10, "__sub__", "__isub__", c"-", c"-="),
    (11, "__truediv__", "__itruediv__", c"/", c"/="),
    (12, "__xor__", "__ixor__", c"^", c"^="),
];

impl<'b> Build<'b> {
    /// May the function be compiled anew for what its exits show?
    fn learns(&self) -> bool {
        !self.cx.context.last
    }

    /// What remembers the classes of a generic instruction, while the function may be compiled anew for them; null otherwise.
    pub fn learning_site(&mut self) -> Value {
        if self.learns() && self.cx.classes_at(self.one.offset).len() < tuning::CLASSES {
            let site = self.site();
            self.address(site as usize)
        } else {
            self.ic(0)
        }
    }

    /// `LOAD_ATTR` of an object of one of the classes that were met here, or of the one that the interpreter knows. None where that is not
    /// known, or not simple.
    pub fn met_attr(&mut self, one: &Instr, name: Object, method: bool) -> Result<Option<bool>> {
        let offset = one.offset;
        let classes: Vec<usize> = self.cx.classes_at(offset).iter().map(|class| class.address() as usize).collect();
        if classes.is_empty() || classes.len() >= tuning::CLASSES || !self.may_copy(classes.len()) {
            return Ok(None);
        }
        let mut found = Vec::new();
        for class in classes {
            let (Some(version), Some(attribute)) = (self.cx.version(class), self.cx.attribute(class, name)) else {
                return Ok(None);
            };
            found.push((version, Some(attribute)));
        }
        if let Some(version) = self.specialised(one, method)
            && found.iter().all(|(known, _)| *known != version)
        {
            found.push((version, None));
        }
        let Val::Object { value, own, .. } = self.peek(0) else { return Ok(None) };
        let class = self.load(value, self.rt.layout.object_type);
        let version = self.load32(class, self.rt.layout.type_version_tag);
        let conditions: Vec<Value> =
            found.iter().map(|(wanted, _)| self.is(IntCC::Equal, version, i64::from(*wanted))).collect();
        // The last unit learns nothing any more: objects of other classes are the interpreter's own functions' from here on.
        let generic = |build: &mut Self| build.generic_attr(name, method);
        let other: Option<Translate<'_, 'b>> = if self.learns() { None } else { Some(&generic) };
        self.witness = other.is_none().then_some(value);
        let refine = |build: &mut Self, index: usize| {
            let (version, attribute) = found[index];
            build.witness = None;
            let ty = Ty::Version(version);
            build.set(0, Val::Object { value, ty, own });
            build.learn(value, own, ty);
            match attribute {
                Some(attribute) => build.attribute(attribute, value, class, method),
                None => build.specialised_attr(one, method),
            }
        };
        let done = self.versions(&conditions, Why::Type, refine, other);
        self.witness = None;
        done.map(Some)
    }

    /// `LOAD_ATTR` of an object whose class was tested by an instruction before, where this function met it. None where it was not, or the
    /// attribute is not simple.
    pub fn known_attr(&mut self, one: &Instr, name: Object, method: bool) -> Result<Option<bool>> {
        let Val::Object { value, ty: Ty::Version(known), .. } = self.peek(0) else { return Ok(None) };
        if self.cx.failed.contains(&one.offset) && self.cx.classes_at(one.offset).is_empty() {
            // It was not the class that was wrong: the attribute was not where it should be.
            return Ok(None);
        }
        if self.specialised(one, method) == Some(known) {
            return self.specialised_attr(one, method).map(|done| done.then_some(true));
        }
        let met: Vec<usize> = self.cx.met.values().flatten().map(|class| class.address() as usize).collect();
        let class = met.into_iter().find(|class| self.cx.version(*class) == Some(known));
        let Some(attribute) = class.and_then(|class| self.cx.attribute(class, name)) else { return Ok(None) };
        let class = self.load(value, self.rt.layout.object_type);
        self.attribute(attribute, value, class, method).map(Some)
    }

    /// In the last unit of a function that meets objects of several classes: the instruction for the class that the interpreter knows, and
    /// for all others without leaving. None elsewhere.
    pub fn special_or_any(
        &mut self,
        depth: usize,
        version: u32,
        special: impl Fn(&mut Self) -> Result<bool>,
        any: Translate<'_, 'b>,
    ) -> Result<Option<bool>> {
        let Val::Object { value, ty: Ty::Any, own } = self.peek(depth) else { return Ok(None) };
        if self.learns() || self.cx.met.is_empty() || !self.may_copy(1) {
            return Ok(None);
        }
        let class = self.load(value, self.rt.layout.object_type);
        let found = self.load32(class, self.rt.layout.type_version_tag);
        let same = self.is(IntCC::Equal, found, i64::from(version));
        let refine = |build: &mut Self, _: usize| {
            let ty = Ty::Version(version);
            build.set(depth, Val::Object { value, ty, own });
            build.learn(value, own, ty);
            special(build)
        };
        self.versions(&[same], Why::Type, refine, Some(any)).map(Some)
    }

    /// An attribute of an object whose class is known.
    fn attribute(&mut self, attribute: Attribute, object: Value, class: Value, method: bool) -> Result<bool> {
        match attribute {
            Attribute::Value(index) => {
                let values = self.values(object, class);
                let value = self.load(values, self.rt.layout.values_values + 8 * index);
                self.push_attribute(value)?;
                if method {
                    self.stack.push(Val::Null);
                }
            }
            Attribute::Method { function, keys } => {
                if let Some(count) = keys {
                    self.values(object, class);
                    let keys = self.load(class, self.rt.layout.heaptype_cached_keys);
                    let found = self.load(keys, self.rt.layout.keys_nentries);
                    let same = self.is(IntCC::Equal, found, count);
                    self.guard(same, Why::Attribute);
                }
                if !method {
                    // A bound method has to be made.
                    let name = self.cx.code.names[(self.one.arg >> 1) as usize];
                    let name = self.address(name as usize);
                    return self.generic(self.rt.api.PyObject_GetAttr as usize, &[0], &[name], 1, After::Recheck);
                }
                let me = self.pop()?;
                let value = self.address(function);
                self.methods.insert(value, function);
                self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Memory });
                self.stack.push(me);
            }
        }
        Ok(true)
    }

    /// `BINARY_OP` of two objects of the one class that was met here, by its own method. None where that is not known.
    pub fn met_binary(&mut self, arg: u32) -> Result<Option<bool>> {
        let offset = self.one.offset;
        let [class] = self.cx.classes_at(offset) else { return Ok(None) };
        let class = class.address() as usize;
        let Some((_, name, inplace, sign, sign_inplace)) =
            OPERATORS.into_iter().find(|(number, ..)| *number == arg % 13)
        else {
            return Ok(None);
        };
        let objects = [1, 0].map(|depth| match self.peek(depth) {
            Val::Object { value, .. } => Some(value),
            _ => None,
        });
        let ([Some(a), Some(b)], false) = (objects, self.cx.failed.contains(&offset)) else { return Ok(None) };
        let host = self.rt.host;
        let (Ok(name), Ok(inplace)) = (host.text(name), host.text(inplace)) else { return Ok(None) };
        let Some(version) = self.cx.version(class) else { return Ok(None) };
        let Some(function) = self.cx.function_of(class, name.address()) else { return Ok(None) };
        // Sequences of C have operators of their own behind the class's; an object may change itself in place.
        if !self.cx.is_made_in_python(class) || arg >= 13 && self.cx.has(class, inplace.address()) {
            return Ok(None);
        }
        let Some(direct) = self.cx.direct_at(function, &[None, None]) else { return Ok(None) };
        let kind = self.load(a, self.rt.layout.object_type);
        let other = self.load(b, self.rt.layout.object_type);
        let found = self.load32(kind, self.rt.layout.type_version_tag);
        let known = self.is(IntCC::Equal, found, i64::from(version));
        self.guard(known, Why::Type);
        let same = self.b_icmp(kind, other);
        self.guard(same, Why::Type);
        let Some(done) = self.direct_call(&direct, None, 2, 0)? else { return Ok(None) };
        if done && let Val::Object { value, .. } = self.peek(0) {
            let (refused, ok) = (self.cold(), self.b.create_block());
            let unsupported = self.is(IntCC::Equal, value, self.rt.api._Py_NotImplementedStruct as i64);
            self.branch(unsupported, refused, ok);
            self.begin(refused);
            let saved = self.save();
            self.pop()?;
            let sign = self.address(if arg >= 13 { sign_inplace } else { sign }.as_ptr() as usize);
            self.call(ops::rt_unsupported as *const () as usize, &[a, value, sign], None);
            self.raise();
            self.restore(saved);
            self.begin(ok);
        }
        Ok(Some(done))
    }

    /// `a[b]` of an object of the one class that was met here, by its own `__getitem__`. None where that is not known.
    pub fn met_subscript(&mut self) -> Result<Option<bool>> {
        let offset = self.one.offset;
        let [class] = self.cx.classes_at(offset) else { return Ok(None) };
        let class = class.address() as usize;
        let Val::Object { value: container, .. } = self.peek(1) else { return Ok(None) };
        if self.cx.failed.contains(&offset) || !self.cx.is_made_in_python(class) {
            return Ok(None);
        }
        let Ok(name) = self.rt.host.text("__getitem__") else { return Ok(None) };
        let Some(version) = self.cx.version(class) else { return Ok(None) };
        let Some(function) = self.cx.function_of(class, name.address()) else { return Ok(None) };
        let kinds = self.argument_kinds(2);
        let Some(direct) = self.cx.direct_at(function, &kinds) else { return Ok(None) };
        let kind = self.load(container, self.rt.layout.object_type);
        let found = self.load32(kind, self.rt.layout.type_version_tag);
        let known = self.is(IntCC::Equal, found, i64::from(version));
        self.guard(known, Why::Type);
        self.direct_call(&direct, None, 2, 0)
    }

    fn b_icmp(&mut self, a: Value, b: Value) -> Value {
        let differs = cranelift_codegen::ir::InstBuilder::bxor(self.b.ins(), a, b);
        let _ = types::I64;
        self.is(IntCC::Equal, differs, 0)
    }
}
