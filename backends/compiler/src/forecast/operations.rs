//! What single instructions do with examples, and what they will be specialised to.

use super::{Example, State, TEXT, Walk, put};
use crate::decode::{Instr, nb};
use crate::ir::Num;
use crate::python::Object;
use crate::runtime::{Arrays, Element, Runtime};
use crate::subject::{Attribute, Types};
use jitctl_core::Borrowed;
use std::rc::Rc;

impl Walk<'_> {
    /// The form that an instruction will be specialised to.
    pub(super) fn tell(&mut self, one: &Instr, name: Option<&'static str>) {
        if let Some(name) = name
            && self.cx.code.is_cold(one)
        {
            self.found.names.insert(one.offset, name);
        }
    }

    pub(super) fn object(&self, address: usize) -> Example {
        // SAFETY: a live object, of which a reference is taken.
        let borrowed = unsafe { Borrowed::from_address(address as Object) };
        Example::Object(Rc::new(self.cx.runtime.host.own(borrowed)))
    }

    pub(super) fn is(&self, example: &Example, ty: usize) -> bool {
        match example {
            Example::List(_) => ty == self.cx.runtime.api.PyList_Type,
            Example::Object(object) => Types::of(self.cx.runtime, object.address() as usize) == ty,
            _ => false,
        }
    }

    pub(super) fn kind(&self, example: &Example) -> Option<Num> {
        match example {
            Example::Number(num) => Some(*num),
            Example::Object(object) => Types::number(self.cx.runtime, object.address() as usize),
            _ => None,
        }
    }

    /// An item of a list or tuple.
    fn first(&self, example: &Example, index: i32) -> Example {
        if let Example::List(item) = example {
            return item.borrow().clone();
        }
        let (rt, Example::Object(object)) = (self.cx.runtime, example) else { return Example::Unknown };
        let (layout, address) = (&rt.layout, object.address());
        // SAFETY: fields of an exact list or tuple, which the example keeps; nothing runs meanwhile that could change it.
        unsafe {
            if Runtime::read::<isize>(address, layout.var_size) <= index as isize {
                return Example::Unknown;
            }
            let items = if self.is(example, rt.api.PyTuple_Type) {
                address.byte_offset(layout.tuple_items as isize)
            } else {
                Runtime::read::<Object>(address, layout.list_items)
            };
            match Runtime::read::<usize>(items, 8 * index) {
                // A container that C code has yet to fill.
                0 => Example::Unknown,
                item => self.object(item),
            }
        }
    }

    /// What a loop over it gets first.
    pub(super) fn item_of(&mut self, one: &Instr, over: &Example) -> Example {
        let api = &self.cx.runtime.api;
        let (list, tuple) = (self.is(over, api.PyList_Type), self.is(over, api.PyTuple_Type));
        let text = self.is(over, api.PyUnicode_Type);
        let name = match () {
            () if list => Some("FOR_ITER_LIST"),
            () if tuple => Some("FOR_ITER_TUPLE"),
            () if text => Some(TEXT),
            () => None,
        };
        self.tell(one, name);
        match over {
            Example::Range => Example::Number(Num::Int),
            _ if text => over.clone(),
            _ if list || tuple => self.first(over, 0),
            _ => Example::Unknown,
        }
    }

    pub(super) fn attribute(&mut self, one: &Instr, state: &mut State) -> Option<()> {
        let rt = self.cx.runtime;
        let name = *self.cx.code.names.get((one.arg >> 1) as usize)?;
        let method = one.arg & 1 != 0;
        let of = state.pop()?;
        let Example::Object(object) = &of else {
            let append = method
                && self.is(&of, rt.api.PyList_Type)
                && self.cx.method_of(rt.api.PyList_Type, name) == Some(self.cx.builtins_known.list_append);
            state.stack.push(if append { Example::Append } else { Example::Unknown });
            state.stack.extend(method.then_some(of));
            return Some(());
        };
        let address = object.address();
        let class = Types::of(rt, address as usize);
        let found = self.cx.attribute(class, name);
        if found.is_some() && self.cx.code.is_cold(one) {
            // SAFETY: the object keeps its class.
            let class = rt.host.own(unsafe { Borrowed::from_address(class as Object) });
            self.found.met.insert(one.offset, vec![class]);
        }
        match found {
            Some(Attribute::Value(index)) => {
                // SAFETY: an instance of a class with inline values.
                let value = unsafe {
                    let values = address.byte_offset(Runtime::read::<isize>(class as Object, rt.layout.type_basicsize));
                    let valid = Runtime::read::<u8>(values, rt.layout.values_valid) != 0;
                    if valid { Runtime::read::<usize>(values, rt.layout.values_values + 8 * index) } else { 0 }
                };
                state.stack.push(if value == 0 { Example::Unknown } else { self.object(value) });
                state.stack.extend(method.then_some(Example::Null));
            }
            _ if method => state.stack.extend([Example::Unknown, of]),
            _ => state.stack.push(Example::Unknown),
        }
        Some(())
    }

    /// What an item of an array is, which this instruction asks for or stores.
    fn array(&mut self, one: &Instr, container: &Example) -> Option<Num> {
        let Example::Object(object) = container else { return None };
        let rt = self.cx.runtime;
        // SAFETY: the example keeps it.
        let arrays = unsafe { Arrays::meet(rt, object.address()) }?;
        if self.cx.code.is_cold(one) {
            // SAFETY: the object keeps its class.
            let class = rt.host.own(unsafe { Borrowed::from_address(arrays.class as Object) });
            self.found.met.insert(one.offset, vec![class]);
            self.found.details.insert(one.offset, arrays.word);
        }
        Some(match arrays.element {
            Element::Int { .. } => Num::Int,
            Element::Double | Element::Single => Num::Float,
        })
    }

    pub(super) fn subscript(&mut self, one: &Instr, state: &mut State) -> Option<()> {
        let api = &self.cx.runtime.api;
        let (index, container) = (state.pop()?, state.pop()?);
        let by_int = self.kind(&index) == Some(Num::Int);
        let (name, item) = match () {
            () if by_int && self.is(&container, api.PyList_Type) => {
                (Some("BINARY_OP_SUBSCR_LIST_INT"), self.first(&container, 0))
            }
            () if by_int && self.is(&container, api.PyTuple_Type) => {
                (Some("BINARY_OP_SUBSCR_TUPLE_INT"), self.first(&container, 0))
            }
            () if by_int && self.is(&container, api.PyUnicode_Type) => (Some("BINARY_OP_SUBSCR_STR_INT"), container),
            () if self.is(&container, api.PyDict_Type) => (Some("BINARY_OP_SUBSCR_DICT"), Example::Unknown),
            () => (None, self.array(one, &container).map_or(Example::Unknown, Example::Number)),
        };
        self.tell(one, name);
        state.stack.push(item);
        Some(())
    }

    pub(super) fn store_subscript(&mut self, one: &Instr, state: &mut State) -> Option<()> {
        let api = &self.cx.runtime.api;
        let (index, container) = (state.pop()?, state.pop()?);
        state.pop()?;
        self.array(one, &container);
        let list = self.kind(&index) == Some(Num::Int) && self.is(&container, api.PyList_Type);
        let dict = self.is(&container, api.PyDict_Type);
        self.tell(one, list.then_some("STORE_SUBSCR_LIST_INT").or(dict.then_some("STORE_SUBSCR_DICT")));
        Some(())
    }

    pub(super) fn arithmetic(&mut self, one: &Instr, state: &mut State) -> Option<()> {
        let (b, a) = (state.pop()?, state.pop()?);
        // Whatever the operator: only the kind of number is read from the name.
        let (name, result) = match (self.kind(&a), self.kind(&b)) {
            (Some(Num::Int), Some(Num::Int)) if one.arg % nb::INPLACE == nb::TRUE_DIVIDE => {
                (Some("BINARY_OP_ADD_INT"), Num::Float)
            }
            (Some(Num::Int), Some(Num::Int)) => (Some("BINARY_OP_ADD_INT"), Num::Int),
            (Some(Num::Float), Some(Num::Float)) => (Some("BINARY_OP_ADD_FLOAT"), Num::Float),
            (Some(_), Some(_)) => (None, Num::Float),
            _ => {
                // A list that is repeated, or joined with another.
                let list = [a, b].into_iter().find(|one| matches!(one, Example::List(_)));
                state.stack.push(list.unwrap_or(Example::Unknown));
                return Some(());
            }
        };
        self.tell(one, name);
        state.stack.push(Example::Number(result));
        Some(())
    }

    pub(super) fn comparison(&mut self, one: &Instr, state: &mut State) -> Option<()> {
        let text = self.cx.runtime.api.PyUnicode_Type;
        let (b, a) = (state.pop()?, state.pop()?);
        let name = match (self.kind(&a), self.kind(&b)) {
            (Some(Num::Int), Some(Num::Int)) => Some("COMPARE_OP_INT"),
            (Some(Num::Float), Some(Num::Float)) => Some("COMPARE_OP_FLOAT"),
            _ if self.is(&a, text) && self.is(&b, text) => Some("COMPARE_OP_STR"),
            _ => None,
        };
        self.tell(one, name);
        state.stack.push(Example::Number(Num::Bool));
        Some(())
    }

    pub(super) fn unpack(&mut self, one: &Instr, state: &mut State) -> Option<()> {
        let api = &self.cx.runtime.api;
        let of = state.pop()?;
        let (list, tuple) = (self.is(&of, api.PyList_Type), self.is(&of, api.PyTuple_Type));
        self.tell(one, list.then_some("UNPACK_SEQUENCE_LIST").or(tuple.then_some("UNPACK_SEQUENCE_TUPLE")));
        for index in (0..one.arg.cast_signed()).rev() {
            let item = if list || tuple { self.first(&of, index) } else { Example::Unknown };
            state.stack.push(item);
        }
        Some(())
    }

    pub(super) fn call(&mut self, count: usize, state: &mut State) -> Option<()> {
        let (api, known) = (&self.cx.runtime.api, &self.cx.builtins_known);
        let callable = match state.peek(count + 1)? {
            Example::Object(object) => object.address() as usize,
            _ => 0,
        };
        if let (Example::Append, 1) = (state.peek(count + 1)?, count) {
            put(state.peek(1)?, state.peek(0)?.clone());
        }
        let first = count.checked_sub(1).and_then(|depth| state.peek(depth)).cloned();
        let result = match callable {
            0 => Example::Unknown,
            _ if callable == api.PyRange_Type => Example::Range,
            _ if callable == api.PyFloat_Type => Example::Number(Num::Float),
            _ if [known.len, known.ord, api.PyLong_Type].contains(&callable) => Example::Number(Num::Int),
            _ if [known.min, known.max, known.abs].contains(&callable) && count > 0 => first?,
            _ => Example::Unknown,
        };
        state.drop(count + 2)?;
        state.stack.push(result);
        Some(())
    }
}
