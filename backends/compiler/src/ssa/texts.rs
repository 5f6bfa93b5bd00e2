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

    /// `str` of an int that is on top, unboxed.
    pub fn text_of_int(&mut self, value: Value) -> Result<bool> {
        self.mark();
        let text = self.call64(ops::rt_text_of_int as *const () as usize, &[value]);
        self.consume(3)?;
        self.check(text);
        self.stack.push(Val::Object { value: text, ty: self.text(), own: Own::Owned });
        Ok(true)
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

    /// `ord(text)`. False where it must be called.
    pub fn ord(&mut self) -> Result<bool> {
        if self.cx.failed.contains(&self.one.offset) {
            return Ok(false);
        }
        if matches!(self.peek(0), Val::Object { ty: Ty::Any, .. }) {
            self.type_is(0, self.rt.api.PyUnicode_Type);
        }
        if self.ty(self.peek(0)) != self.text() {
            return Ok(false);
        }
        let text = self.object(0)?;
        let size = self.load(text, self.rt.layout.unicode_length);
        let one = self.is(IntCC::Equal, size, 1);
        // The interpreter raises.
        self.guard(one, Why::Index);
        let (short, long, done) = (self.b.create_block(), self.cold(), self.b.create_block());
        let ascii = self.is_ascii(text);
        self.branch(ascii, short, long);
        self.begin(short);
        let byte = self.b.ins().uload8(types::I64, FLAGS, text, self.rt.layout.unicode_ascii_data);
        self.jump(done, &[byte]);
        self.begin(long);
        let first = self.ic(0);
        let found = self.call32(self.rt.api.PyUnicode_ReadChar as usize, &[text, first]);
        let found = self.b.ins().uextend(types::I64, found);
        self.jump(done, &[found]);
        let number = self.begin_with(done, types::I64);
        self.builtin_result(1, Num::Int, number)
    }

    /// `chr(number)`. False where it must be called.
    pub fn chr(&mut self) -> Result<bool> {
        const BEYOND: i64 = 0x11_0000;
        const ASCII: i64 = 128;
        let failed = self.cx.failed.contains(&self.one.offset);
        let known = match self.num(self.peek(0)) {
            Some(num) => num == Num::Int,
            None => matches!(self.peek(0), Val::Object { ty: Ty::Any, .. }),
        };
        if failed || !known || !self.rt.characters.is_known() {
            return Ok(false);
        }
        let number = self.unbox(0, Num::Int);
        let fits = self.is(IntCC::UnsignedLessThan, number, BEYOND);
        // The interpreter raises.
        self.guard(fits, Why::Index);
        let (short, long, done) = (self.b.create_block(), self.cold(), self.b.create_block());
        let ascii = self.is(IntCC::UnsignedLessThan, number, ASCII);
        self.branch(ascii, short, long);
        self.begin(short);
        let three = self.ic(3);
        let offset = self.b.ins().ishl(number, three);
        let place = self.plus(offset, self.rt.characters.address() as i64);
        let value = self.load(place, 0);
        self.jump(done, &[value]);
        self.begin(long);
        self.mark_frame();
        let narrow = self.b.ins().ireduce(types::I32, number);
        let value = self.call64(self.rt.api.PyUnicode_FromOrdinal as usize, &[narrow]);
        self.check_memory(value);
        self.jump(done, &[value]);
        let value = self.begin_with(done, types::I64);
        self.weigh(1);
        self.consume(3)?;
        self.stack.push(Val::Object { value, ty: self.text(), own: Own::Owned });
        Ok(true)
    }

    /// The only character of a constant, where it is ASCII.
    fn only_character(&self, val: Val) -> Option<u8> {
        let Val::Const { object, .. } = val else { return None };
        if Ty::Exact(Types::of(self.rt, object)) != self.text() {
            return None;
        }
        let layout = &self.rt.layout;
        // SAFETY: fields of an exact text, which the code object keeps.
        unsafe {
            let object = object as crate::python::Object;
            let short = Runtime::read::<isize>(object, layout.unicode_length) == 1
                && Runtime::read::<u32>(object, layout.unicode_state) & layout.unicode_ascii != 0;
            short.then(|| Runtime::read::<u8>(object, layout.unicode_ascii_data))
        }
    }

    /// `<`, `<=`, `>` and `>=` of two texts that are known. None where they are not.
    pub fn order_texts(&mut self, how: IntCC) -> Result<Option<bool>> {
        if self.ty(self.peek(0)) != self.text() || self.ty(self.peek(1)) != self.text() {
            return Ok(None);
        }
        let (x, y) = (self.object(1)?, self.object(0)?);
        let done = self.b.create_block();
        self.b.append_block_param(done, types::I8);
        if self.only_character(self.peek(0)).is_some() || self.only_character(self.peek(1)).is_some() {
            // Against a text of one ASCII character, which is a text of one such byte.
            let (one, short, long) = (self.b.create_block(), self.b.create_block(), self.cold());
            let both = |build: &mut Self, at: Value, place: i32| {
                let size = build.load(at, place);
                build.is(IntCC::Equal, size, 1)
            };
            let place = self.rt.layout.unicode_length;
            let (a, b) = (both(self, x, place), both(self, y, place));
            let fits = self.b.ins().band(a, b);
            self.branch(fits, one, long);
            self.begin(one);
            let (a, b) = (self.is_ascii(x), self.is_ascii(y));
            let ascii = self.b.ins().band(a, b);
            self.branch(ascii, short, long);
            self.begin(short);
            let data = self.rt.layout.unicode_ascii_data;
            let a = self.b.ins().uload8(types::I64, FLAGS, x, data);
            let b = self.b.ins().uload8(types::I64, FLAGS, y, data);
            let value = self.b.ins().icmp(how, a, b);
            self.jump(done, &[value]);
            self.begin(long);
        }
        let order = self.call32(self.rt.api.PyUnicode_Compare as usize, &[x, y]);
        let value = self.is(how, order, 0);
        self.jump(done, &[value]);
        let value = self.begin_at(done);
        self.weigh(1);
        self.replace_two(Num::Bool, value).map(Some)
    }

    /// Begins a block that has a parameter already.
    fn begin_at(&mut self, block: cranelift_codegen::ir::Block) -> Value {
        self.begin(block);
        self.b.block_params(block)[0]
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
        let (first, second) = (self.only_character(self.peek(1)), self.only_character(self.peek(0)));
        let same = match first.map(|byte| (byte, y)).or(second.map(|byte| (byte, x))) {
            Some((byte, text)) => {
                // Of one character each; what is not ASCII is another one.
                let ascii = self.is_ascii(text);
                let ascii = self.is(IntCC::NotEqual, ascii, 0);
                let found = self.b.ins().uload8(types::I64, FLAGS, text, self.rt.layout.unicode_ascii_data);
                let same = self.is(IntCC::Equal, found, i64::from(byte));
                self.b.ins().band(ascii, same)
            }
            None => {
                let order = self.call32(self.rt.api.PyUnicode_Compare as usize, &[x, y]);
                self.is(IntCC::Equal, order, 0)
            }
        };
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
