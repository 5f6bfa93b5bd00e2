//! Items of `array.array`, unboxed.

use super::emit::FLAGS;
use super::{Build, Result, Val};
use crate::exits::Why;
use crate::ir::Num;
use crate::runtime::{Arrays, Element};
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};
use std::sync::Arc;

impl Build<'_> {
    /// The arrays that this subscript met, where it met nothing else.
    fn array_here(&self) -> Option<Arc<Arrays>> {
        let offset = self.one.offset;
        let [class] = self.cx.classes_at(offset) else { return None };
        if self.cx.failed.contains(&offset) {
            return None;
        }
        Arrays::with(self.rt, class.address() as usize, *self.cx.details.get(&offset)?)
    }

    /// Container and index, which are the topmost entries, are an array of this kind and an index within: the address of the item.
    fn array_place(&mut self, arrays: &Arrays) -> Result<Value> {
        // The type lives as long as code that compares with its address.
        self.cx.codes.borrow_mut().insert(arrays.class);
        self.type_is(1, arrays.class);
        let array = self.object(1)?;
        let found = self.load(array, arrays.code);
        let same = self.is(IntCC::Equal, found, arrays.word as i64);
        self.guard(same, Why::Type);
        let index = self.index(array, 0);
        let items = self.load(array, arrays.data);
        let shift = self.ic(i64::from(arrays.element.size().trailing_zeros()));
        let offset = self.b.ins().ishl(index, shift);
        let place = self.b.ins().iadd(items, offset);
        Ok(self.plus(place, i64::from(arrays.before)))
    }

    /// `a[b]` of an array. None where nothing says that it is one.
    pub fn array_item(&mut self) -> Result<Option<bool>> {
        let Some(arrays) = self.array_here() else { return Ok(None) };
        if !self.is_index(0, true) || !matches!(self.peek(1), Val::Object { .. }) {
            return Ok(None);
        }
        let place = self.array_place(&arrays)?;
        let val = match arrays.element {
            Element::Double => Val::Raw(Num::Float, self.b.ins().load(types::F64, FLAGS, place, 0)),
            Element::Single => {
                let value = self.b.ins().load(types::F32, FLAGS, place, 0);
                Val::Raw(Num::Float, self.b.ins().fpromote(types::F64, value))
            }
            Element::Int { bytes, signed } => {
                let value = match (bytes, signed) {
                    (1, true) => self.b.ins().sload8(types::I64, FLAGS, place, 0),
                    (1, false) => self.b.ins().uload8(types::I64, FLAGS, place, 0),
                    (2, true) => self.b.ins().sload16(types::I64, FLAGS, place, 0),
                    (2, false) => self.b.ins().uload16(types::I64, FLAGS, place, 0),
                    (4, true) => self.b.ins().sload32(FLAGS, place, 0),
                    (4, false) => self.b.ins().uload32(FLAGS, place, 0),
                    _ => self.b.ins().load(types::I64, FLAGS, place, 0),
                };
                Val::Raw(Num::Int, value)
            }
        };
        self.weigh(2);
        let index = self.pop()?;
        let array = self.pop()?;
        self.drop_val(index);
        self.drop_val(array);
        self.stack.push(val);
        Ok(Some(true))
    }

    /// `a[b] = c` of an array. None where nothing says that it is one, or the value may be converted by code of others.
    pub fn array_store(&mut self) -> Result<Option<bool>> {
        let Some(arrays) = self.array_here() else { return Ok(None) };
        let wanted = match arrays.element {
            Element::Double => Num::Float,
            Element::Int { .. } => Num::Int,
            // The interpreter rounds, and knows numbers that are too large.
            Element::Single => return Ok(None),
        };
        let is_object = matches!(self.peek(2), Val::Object { .. } | Val::Const { .. });
        let fits = match self.num(self.peek(2)) {
            Some(Num::Int) => true,
            Some(num) => num == wanted,
            None => is_object && self.is_unknown(2),
        };
        if !fits || !self.is_index(0, true) || !matches!(self.peek(1), Val::Object { .. }) {
            return Ok(None);
        }
        let place = self.array_place(&arrays)?;
        let value = if self.num(self.peek(2)) == Some(Num::Int) {
            let value = self.unbox(2, Num::Int);
            if wanted == Num::Float { self.as_double(value, Num::Int) } else { value }
        } else {
            self.unbox(2, wanted)
        };
        match arrays.element {
            Element::Int { bytes, signed } if bytes < 8 => {
                let bits = u32::from(bytes) * 8;
                let low = if signed { -(1_i64 << (bits - 1)) } else { 0 };
                let above = self.plus(value, -low);
                let inside = self.is(IntCC::UnsignedLessThan, above, 1_i64 << bits);
                self.guard(inside, Why::Overflow);
                match bytes {
                    1 => self.b.ins().istore8(FLAGS, value, place, 0),
                    2 => self.b.ins().istore16(FLAGS, value, place, 0),
                    _ => self.b.ins().istore32(FLAGS, value, place, 0),
                };
            }
            _ => self.store(value, place, 0),
        }
        self.weigh(2);
        for _ in 0..3 {
            let val = self.pop()?;
            self.drop_val(val);
        }
        Ok(Some(true))
    }
}
