//! Texts: characters, comparisons, methods that run no code of others.

use super::emit::FLAGS;
use super::{Build, Own, Result, Val};
use crate::decode::Op;
use crate::exits::Why;
use crate::ir::{Local, Num, Ty};
use crate::ops;
use crate::python::Object;
use crate::runtime::Runtime;
use crate::subject::Types;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};
use std::ffi::CStr;

/// `PyMethodDef`.
struct Method {
    name: String,
    function: usize,
    flags: i32,
}

impl Method {
    /// The one behind a descriptor.
    fn read(rt: &Runtime, descriptor: usize) -> Option<Self> {
        // SAFETY: the descriptor of a builtin type's method, which lasts.
        unsafe {
            let method = Runtime::read::<Object>(descriptor as Object, rt.layout.descr_method);
            let name = CStr::from_ptr(Runtime::read(method, 0)).to_str().ok()?.to_owned();
            Some(Self { name, function: Runtime::read(method, 8), flags: Runtime::read(method, 16) })
        }
    }
}

impl Build<'_> {
    /// The type of texts.
    pub fn text(&self) -> Ty {
        Ty::Exact(self.rt.api.PyUnicode_Type)
    }

    /// What makes the text of the number on top: its type's `tp_repr`, which `str` ends at.
    pub fn text_of_number(&self) -> Option<usize> {
        /// `Py_tp_repr` of Include/typeslots.h.
        const REPR: i32 = 66;
        let num = self.num(self.peek(0))?;
        let Ty::Exact(class) = Types::boxed(self.rt, num) else { return None };
        // SAFETY: a static type.
        let slot = unsafe { (self.rt.api.PyType_GetSlot)(class as Object, REPR) } as usize;
        (slot != 0).then_some(slot)
    }

    /// `local += text`, where the local holds a text: it grows in place where nobody else has it, as in the interpreter. None where it is
    /// another operation.
    pub fn grow_local(&mut self) -> Result<Option<bool>> {
        let Val::Object { ty, own: Own::Local(index), .. } = self.peek(1) else { return Ok(None) };
        if ty != self.text() || self.ty(self.peek(0)) != ty || !self.is_stored_next(index) {
            return Ok(None);
        }
        self.object(0)?;
        // Entries below that borrow it own it from here on; it is copied then.
        for at in 0..self.stack.len() - 2 {
            if let Val::Object { value, ty, own: Own::Local(other) } = self.stack[at]
                && other == index
            {
                self.incref(value);
                self.stack[at] = Val::Object { value, ty, own: Own::Owned };
            }
        }
        if matches!(self.peek(0), Val::Object { own: Own::Local(other), .. } if other == index) {
            return Ok(None);
        }
        self.mark_frame();
        let more = self.object(0)?;
        let offset = i64::from(self.slot(index));
        let place = self.plus(self.frame, offset);
        let fine = self.call32(ops::rt_text_append as *const () as usize, &[place, more]);
        let more = self.pop()?;
        self.drop_val(more);
        self.pop()?;
        let local = self.locals[index as usize];
        // Where it failed, the local is unbound.
        self.locals[index as usize] = Local::UNBOUND;
        self.check(fine);
        self.locals[index as usize] = local;
        let value = self.slot_word(index);
        self.stack.push(Val::Object { value, ty, own: Own::Local(index) });
        Ok(Some(true))
    }

    /// Is the result stored in this local by the next instruction?
    fn is_stored_next(&self, index: u32) -> bool {
        let code = self.cx.code;
        let next = code.index.get(&self.one.next).and_then(|at| code.instrs.get(*at));
        next.is_some_and(|next| match next.op {
            Op::StoreFast => next.arg == index,
            Op::StoreFastLoadFast => next.arg >> 4 == index,
            _ => false,
        }) && !code.leaders.contains(&self.one.next)
    }

    /// Are all characters of the text ASCII?
    pub fn is_ascii(&mut self, text: Value) -> Value {
        let state = self.load32(text, self.rt.layout.unicode_state);
        let bit = self.b.ins().iconst(types::I32, i64::from(self.rt.layout.unicode_ascii));
        self.b.ins().band(state, bit)
    }

    /// A character of a text that is ASCII, as the text of which there is only one, and which is never freed.
    pub fn character(&mut self, text: Value, index: Value) -> Value {
        let at = self.b.ins().iadd(text, index);
        let byte = self.b.ins().uload8(types::I64, FLAGS, at, self.rt.layout.unicode_ascii_data);
        let three = self.ic(3);
        let offset = self.b.ins().ishl(byte, three);
        let place = self.plus(offset, self.rt.characters.address() as i64);
        self.load(place, 0)
    }

    /// `text[index]`: runs no code of others.
    pub fn text_item(&mut self) -> Result<bool> {
        self.object(1)?;
        let index = self.unbox(0, Num::Int);
        let text = self.object(1)?;
        let (slow, done) = (self.cold(), self.b.create_block());
        self.b.append_block_param(done, types::I64);
        if self.rt.characters.is_known() {
            let (ascii, inside) = (self.b.create_block(), self.b.create_block());
            let plain = self.is_ascii(text);
            self.branch(plain, ascii, slow);
            self.begin(ascii);
            let size = self.load(text, self.rt.layout.unicode_length);
            let fits = self.b.ins().icmp(IntCC::UnsignedLessThan, index, size);
            self.branch(fits, inside, slow);
            self.begin(inside);
            let value = self.character(text, index);
            self.jump(done, &[value]);
        } else {
            self.jump(slow, &[]);
        }
        self.begin(slow);
        self.mark_frame();
        let value = self.call64(ops::rt_text_item as *const () as usize, &[text, index]);
        // The interpreter raises where it is out of range.
        self.check_memory_or(value, Why::Index);
        self.jump(done, &[value]);
        self.begin(done);
        let value = self.b.block_params(done)[0];
        self.weigh(1);
        let index = self.pop()?;
        self.drop_val(index);
        let text = self.pop()?;
        self.drop_val(text);
        self.stack.push(Val::Object { value, ty: self.text(), own: Own::Owned });
        Ok(true)
    }

    /// A method of a text whose arguments are numbers and texts, that is called with an array of them, one of them or none: it runs no
    /// code of others, so that nobody looks meanwhile. False where it is another.
    pub fn text_method(&mut self, descriptor: usize, count: usize) -> Result<bool> {
        const KINDS: i32 = 0x8f;
        const FAST: i32 = 0x80;
        const NONE: i32 = 0x04;
        const ONE: i32 = 0x08;
        let plain = |build: &Self, depth: usize| build.is_plain(build.ty(build.peek(depth)));
        if self.ty(self.peek(count)) != self.text() || !(0..count).all(|depth| plain(self, depth)) {
            return Ok(false);
        }
        let Some(Method { name, function, flags }) = Method::read(self.rt, descriptor) else { return Ok(false) };
        let kind = flags & KINDS;
        // `encode` and those with keywords are not of these kinds.
        let fits = match kind {
            NONE => count == 0,
            ONE => count == 1,
            FAST => true,
            _ => false,
        };
        if !fits {
            return Ok(false);
        }
        for depth in (0..=count).rev() {
            self.object(depth)?;
        }
        self.settle();
        self.mark();
        let me = self.object(count)?;
        let arguments = match kind {
            NONE => vec![me, self.ic(0)],
            ONE => vec![me, self.object(0)?],
            _ => {
                let array = self.in_buffer(count)?;
                vec![me, array, self.ic(count as i64)]
            }
        };
        let value = self.call64(function, &arguments);
        self.weigh(1);
        self.consume(count + 2)?;
        self.check(value);
        let ty = match name.as_str() {
            name if name.starts_with("is") || name.ends_with("swith") => {
                let truth = self.is(IntCC::Equal, value, self.rt.api._Py_TrueStruct as i64);
                self.stack.push(Val::Raw(Num::Bool, truth));
                return Ok(true);
            }
            "lower" | "upper" | "title" | "capitalize" | "casefold" | "swapcase" | "strip" | "lstrip" | "rstrip"
            | "removeprefix" | "removesuffix" | "zfill" | "center" | "ljust" | "rjust" => self.text(),
            "find" | "rfind" | "index" | "rindex" | "count" => Ty::Exact(self.rt.api.PyLong_Type),
            _ => Ty::Any,
        };
        self.stack.push(Val::Object { value, ty, own: Own::Owned });
        Ok(true)
    }

    /// `==` and `!= of two texts, known or guessed. None where they are not.
    pub fn compare_texts(&mut self, equal: bool) -> Result<Option<bool>> {
        let text = self.text();
        let guess = self.cx.code.now(self.one.offset).ends_with("_STR") && !self.cx.failed.contains(&self.one.offset);
        let fits = |build: &Self, depth: usize| {
            let val = build.peek(depth);
            build.ty(val) == text || guess && matches!(val, Val::Object { ty: Ty::Any, .. })
        };
        if !fits(self, 0) || !fits(self, 1) {
            return Ok(None);
        }
        for depth in [1, 0] {
            self.object(depth)?;
            self.type_is(depth, self.rt.api.PyUnicode_Type);
        }
        let (x, y) = (self.object(1)?, self.object(0)?);
        let (other, long, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.append_block_param(done, types::I8);
        let (yes, no) = (self.b.ins().iconst(types::I8, 1), self.b.ins().iconst(types::I8, 0));
        let same = self.b.ins().icmp(IntCC::Equal, x, y);
        self.b.ins().brif(same, done, &[yes.into()], other, &[]);
        self.begin(other);
        let offset = self.rt.layout.unicode_length;
        let (a, b) = (self.load(x, offset), self.load(y, offset));
        let alike = self.b.ins().icmp(IntCC::Equal, a, b);
        self.b.ins().brif(alike, long, &[], done, &[no.into()]);
        self.begin(long);
        let order = self.call32(self.rt.api.PyUnicode_Compare as usize, &[x, y]);
        let same = self.is(IntCC::Equal, order, 0);
        self.jump(done, &[same]);
        self.begin(done);
        let mut value = self.b.block_params(done)[0];
        if !equal {
            value = self.is(IntCC::Equal, value, 0);
        }
        self.weigh(1);
        self.replace_two(Num::Bool, value).map(Some)
    }
}
