//! Everything of which nothing is known: the interpreter's own functions do it, on objects.

use super::{After, Build, Own, Result, Val};
use crate::decode::{Op, nb};
use crate::ir::{Num, Ty};
use crate::layout::Drops;
use crate::ops;
use crate::subject::Types;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// An instruction whose operands nothing is known of. Where it was not specialised yet, calls in the interpreter would tell.
    pub fn unknown(&mut self) {
        if self.cx.code.is_cold(&self.one) {
            self.found.unknown.get_or_insert(self.one.line);
        }
    }

    /// Makes objects of the entries at these depths, and readies everything for code that may look. Gives them in this order.
    fn operands(&mut self, depths: &[usize]) -> Result<Vec<Value>> {
        for depth in depths {
            self.object(*depth)?;
        }
        self.opaque();
        depths.iter().map(|depth| self.object(*depth)).collect()
    }

    /// Takes the operands off the stack. Each version gives them back in an order of its own, which their ends show.
    pub fn consume(&mut self, count: usize) -> Result<()> {
        let mut vals = (0..count).map(|_| self.pop()).collect::<Result<Vec<Val>>>()?;
        let drops = self.rt.layout.drops;
        // The specialised forms of a subscript are instructions of their own, with the order of all others.
        let subscript = self.one.op == Op::BinaryOp
            && self.one.arg == nb::SUBSCRIPT
            && self.cx.code.now(self.one.offset).starts_with("BINARY_OP_SUBSCR");
        match self.one.op {
            // Start and stop first: they go into the slice.
            Op::BinarySlice if drops != Drops::FromAbove => vals[..2].reverse(),
            Op::StoreSlice => {
                vals[..2].reverse();
                if drops == Drops::FromBelow {
                    vals[2..].reverse();
                }
            }
            // On each version from above.
            Op::BuildMap => {}
            Op::BinaryOp if drops == Drops::BinaryFromBelow && !subscript => vals.reverse(),
            _ if drops == Drops::FromBelow => vals.reverse(),
            _ => {}
        }
        vals.into_iter().for_each(|val| self.drop_val(val));
        Ok(())
    }

    /// A function that gives an object takes `depths`; `count` entries are used.
    pub fn generic(
        &mut self,
        helper: usize,
        depths: &[usize],
        more: &[Value],
        count: usize,
        after: After,
    ) -> Result<bool> {
        let mut arguments = self.operands(depths)?;
        arguments.extend(more);
        let value = self.call64(helper, &arguments);
        self.consume(count)?;
        self.check(value);
        self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Owned });
        self.after = after;
        Ok(true)
    }

    /// One operand.
    pub fn generic_one(&mut self, helper: usize) -> Result<bool> {
        self.generic(helper, &[0], &[], 1, After::Recheck)
    }

    /// `op(x)`.
    pub fn generic_unary(&mut self, helper: usize) -> Result<bool> {
        self.generic_one(helper)
    }

    /// Two operands, in the order in which they were pushed.
    pub fn generic_two(&mut self, helper: usize, after: After) -> Result<bool> {
        self.generic(helper, &[1, 0], &[], 2, after)
    }

    /// A function that gives 0, or another number with an exception.
    pub fn generic_status(&mut self, helper: usize, depths: &[usize], count: usize) -> Result<bool> {
        self.generic_status_with(helper, depths, &[], count)
    }

    /// The same with further arguments.
    pub fn generic_status_with(
        &mut self,
        helper: usize,
        depths: &[usize],
        more: &[Value],
        count: usize,
    ) -> Result<bool> {
        let mut arguments = self.operands(depths)?;
        arguments.extend(more);
        let status = self.call32(helper, &arguments);
        self.consume(count)?;
        let fine = self.is(IntCC::Equal, status, 0);
        self.check(fine);
        self.after = After::Recheck;
        Ok(true)
    }

    /// `BINARY_OP` on objects.
    pub fn generic_binary(&mut self, arg: u32) -> Result<bool> {
        let api = &self.rt.api;
        let plain: [usize; 13] = [
            api.PyNumber_Add as usize,
            api.PyNumber_And as usize,
            api.PyNumber_FloorDivide as usize,
            api.PyNumber_Lshift as usize,
            api.PyNumber_MatrixMultiply as usize,
            api.PyNumber_Multiply as usize,
            api.PyNumber_Remainder as usize,
            api.PyNumber_Or as usize,
            api.PyNumber_Power as usize,
            api.PyNumber_Rshift as usize,
            api.PyNumber_Subtract as usize,
            api.PyNumber_TrueDivide as usize,
            api.PyNumber_Xor as usize,
        ];
        let inplace: [usize; 13] = [
            api.PyNumber_InPlaceAdd as usize,
            api.PyNumber_InPlaceAnd as usize,
            api.PyNumber_InPlaceFloorDivide as usize,
            api.PyNumber_InPlaceLshift as usize,
            api.PyNumber_InPlaceMatrixMultiply as usize,
            api.PyNumber_InPlaceMultiply as usize,
            api.PyNumber_InPlaceRemainder as usize,
            api.PyNumber_InPlaceOr as usize,
            api.PyNumber_InPlacePower as usize,
            api.PyNumber_InPlaceRshift as usize,
            api.PyNumber_InPlaceSubtract as usize,
            api.PyNumber_InPlaceTrueDivide as usize,
            api.PyNumber_InPlaceXor as usize,
        ];
        let op = (arg % 13) as usize;
        let helper = if arg >= 13 { inplace[op] } else { plain[op] };
        // Numbers and texts among themselves: no code of others runs, and nobody looks at the frame.
        let (ta, tb) = (self.ty(self.peek(1)), self.ty(self.peek(0)));
        let known = self.is_plain(ta) && self.is_plain(tb);
        let result = match (self.num_of(ta), self.num_of(tb)) {
            (Some(Num::Int | Num::Bool), Some(Num::Int | Num::Bool)) if !matches!(op, 8 | 11 | 4) => {
                Types::boxed(self.rt, Num::Int)
            }
            _ if op == 0 && ta == tb && ta == Ty::Exact(api.PyUnicode_Type) => ta,
            // Multiplied.
            (Some(Num::Int), None) if op == 5 && tb == Ty::Exact(api.PyUnicode_Type) => tb,
            (None, Some(Num::Int)) if op == 5 && ta == Ty::Exact(api.PyUnicode_Type) => ta,
            _ => Ty::Any,
        };
        let none = self.address(self.rt.api._Py_NoneStruct);
        let more: Vec<Value> = if op == 8 { vec![none] } else { Vec::new() };
        if !known {
            if let Some(done) = self.met_binary(arg)? {
                return Ok(done);
            }
            // Where one is known to be no number, there is no specialised form to wait for.
            let never = |ty: Ty| ty != Ty::Any && self.num_of(ty).is_none();
            if !never(ta) && !never(tb) {
                self.unknown();
            }
        }
        let text = Ty::Exact(self.rt.api.PyUnicode_Type);
        if known && result == text && op == 0 {
            match self.grow_local()? {
                Some(done) => Ok(done),
                None => self.quiet_call(self.rt.api.PyUnicode_Concat as usize, &[1, 0], &more, 2, text),
            }
        } else if known {
            self.quiet_call(helper, &[1, 0], &more, 2, result)
        } else {
            if ta == Ty::Any && tb == Ty::Any && !self.cx.failed.contains(&self.one.offset) {
                let (a, b, site) = (self.object(1)?, self.object(0)?, self.learning_site());
                self.call(ops::rt_meet as *const () as usize, &[a, b, site], None);
            }
            self.generic(helper, &[1, 0], &more, 2, After::Recheck)
        }
    }

    /// A function that gives an object, and runs no code of others on these operands.
    pub fn quiet_call(
        &mut self,
        helper: usize,
        depths: &[usize],
        more: &[Value],
        count: usize,
        ty: Ty,
    ) -> Result<bool> {
        for depth in depths {
            self.object(*depth)?;
        }
        self.mark();
        let mut arguments = Vec::new();
        for depth in depths {
            arguments.push(self.object(*depth)?);
        }
        arguments.extend(more);
        let value = self.call64(helper, &arguments);
        self.consume(count)?;
        self.check(value);
        self.stack.push(Val::Object { value, ty, own: Own::Owned });
        Ok(true)
    }

    /// `COMPARE_OP` on objects.
    pub fn generic_compare(&mut self, how: i64, as_bool: bool) -> Result<bool> {
        let how = self.b.ins().iconst(types::I32, how);
        let (ta, tb) = (self.ty(self.peek(1)), self.ty(self.peek(0)));
        let quiet = self.is_plain(ta) && self.is_plain(tb);
        if !as_bool {
            return self.generic(self.rt.api.PyObject_RichCompare as usize, &[1, 0], &[how], 2, After::Recheck);
        }
        if !quiet {
            self.unknown();
        }
        let mut arguments = if quiet {
            for depth in [1, 0] {
                self.object(depth)?;
            }
            self.mark();
            vec![self.object(1)?, self.object(0)?]
        } else {
            self.operands(&[1, 0])?
        };
        arguments.push(how);
        // Operands that end here do so before the result is asked for its truth.
        let depths = if self.rt.layout.drops == Drops::FromBelow { [1, 0] } else { [0, 1] };
        for depth in depths {
            let given = match self.peek(depth) {
                Val::Object { value, ty, own: Own::Owned } if !quiet => {
                    self.set(depth, Val::Object { value, ty, own: Own::Moved });
                    value
                }
                _ => self.ic(0),
            };
            arguments.push(given);
        }
        let status = self.call32(ops::rt_compare as *const () as usize, &arguments);
        self.consume(2)?;
        self.truth_result(status)?;
        self.after = if quiet { After::Nothing } else { After::Recheck };
        Ok(true)
    }

    /// 1 or 0 become a bool; a negative number raises.
    fn truth_result(&mut self, status: Value) -> Result<()> {
        let fine = self.is(IntCC::SignedGreaterThanOrEqual, status, 0);
        self.check(fine);
        let value = self.is(IntCC::NotEqual, status, 0);
        self.stack.push(Val::Raw(Num::Bool, value));
        Ok(())
    }

    /// `bool(x)`.
    pub fn generic_truth(&mut self) -> Result<bool> {
        self.unknown();
        let arguments = self.operands(&[0])?;
        let status = self.call32(self.rt.api.PyObject_IsTrue as usize, &arguments);
        self.consume(1)?;
        self.truth_result(status)?;
        self.after = After::Recheck;
        Ok(true)
    }

    /// `not x` of an object.
    pub fn generic_not(&mut self) -> Result<bool> {
        let arguments = self.operands(&[0])?;
        let status = self.call32(self.rt.api.PyObject_Not as usize, &arguments);
        self.consume(1)?;
        self.truth_result(status)?;
        self.after = After::Recheck;
        Ok(true)
    }

    /// `in` and `not in`.
    pub fn contains(&mut self, arg: u32) -> Result<bool> {
        if let Some(done) = self.dict_contains(arg)? {
            return Ok(done);
        }
        let arguments = self.operands(&[0, 1])?;
        let status = self.call32(self.rt.api.PySequence_Contains as usize, &arguments);
        self.consume(2)?;
        let fine = self.is(IntCC::SignedGreaterThanOrEqual, status, 0);
        self.check(fine);
        let how = if arg == 0 { IntCC::NotEqual } else { IntCC::Equal };
        let value = self.is(how, status, 0);
        self.stack.push(Val::Raw(Num::Bool, value));
        self.after = After::Recheck;
        Ok(true)
    }

    /// Stores the operands' objects in the buffer, in the order in which they were pushed, and gives its address.
    pub fn in_buffer(&mut self, count: usize) -> Result<Value> {
        self.found.words = self.found.words.max(count as u32 + 2);
        for depth in (0..count).rev() {
            let value = self.object(depth)?;
            let at = 8 * (count - depth + 1) as i32;
            self.b.ins().stack_store(types::I64, value, self.buffer, at);
        }
        Ok(self.b.ins().stack_addr(types::I64, self.buffer, 16))
    }

    /// A function that takes the top entries as an array.
    fn array_call(&mut self, helper: usize, count: usize, ty: Ty) -> Result<bool> {
        let depths: Vec<usize> = (0..count).collect();
        self.operands(&depths)?;
        let array = self.in_buffer(count)?;
        let size = self.ic(count as i64);
        let value = self.call64(helper, &[array, size]);
        self.consume(count)?;
        self.check(value);
        self.stack.push(Val::Object { value, ty, own: Own::Owned });
        self.after = After::Recheck;
        Ok(true)
    }

    /// `BUILD_MAP`.
    pub fn build_map(&mut self, pairs: usize) -> Result<bool> {
        if pairs == 0 {
            let value = self.call64(self.rt.api.PyDict_New as usize, &[]);
            self.check_memory(value);
            self.stack.push(Val::Object { value, ty: Ty::Exact(self.rt.api.PyDict_Type), own: Own::Owned });
            return Ok(true);
        }
        self.array_call(ops::rt_build_map as *const () as usize, 2 * pairs, Ty::Exact(self.rt.api.PyDict_Type))
    }

    /// `BUILD_SET`.
    pub fn build_set(&mut self, count: usize) -> Result<bool> {
        self.array_call(ops::rt_build_set as *const () as usize, count, Ty::Exact(self.rt.api.PySet_Type))
    }

    /// `BUILD_CONST_KEY_MAP`: values, then a tuple of keys.
    pub fn build_const_key_map(&mut self, count: usize) -> Result<bool> {
        self.array_call(
            ops::rt_build_const_key_map as *const () as usize,
            count + 1,
            Ty::Exact(self.rt.api.PyDict_Type),
        )
    }

    /// `BUILD_STRING`: texts only.
    pub fn build_string(&mut self, count: usize) -> Result<bool> {
        self.array_call(ops::rt_build_string as *const () as usize, count, Ty::Exact(self.rt.api.PyUnicode_Type))
    }

    /// `BUILD_SLICE`.
    pub fn build_slice(&mut self, count: usize) -> Result<bool> {
        let ty = Ty::Exact(self.rt.api.PySlice_Type);
        if count == 3 {
            return self.quiet_call(self.rt.api.PySlice_New as usize, &[2, 1, 0], &[], 3, ty);
        }
        let null = self.ic(0);
        self.quiet_call(self.rt.api.PySlice_New as usize, &[1, 0], &[null], 2, ty)
    }

    /// `a[b:c]`.
    pub fn slice(&mut self) -> Result<bool> {
        let (api, ty) = (&self.rt.api, self.ty(self.peek(2)));
        let known = [api.PyUnicode_Type, api.PyList_Type, api.PyTuple_Type].iter().any(|known| ty == Ty::Exact(*known));
        if known && [0, 1].iter().all(|depth| self.is_plain(self.ty(self.peek(*depth)))) {
            // What is no index raises, without code of others.
            self.settle();
            return self.quiet_call(ops::rt_slice as *const () as usize, &[2, 1, 0], &[], 3, ty);
        }
        self.generic(ops::rt_slice as *const () as usize, &[2, 1, 0], &[], 3, After::Recheck)
    }

    /// `a[b:c] = d`: value, container, start, stop.
    pub fn store_slice(&mut self) -> Result<bool> {
        self.generic_status(ops::rt_store_slice as *const () as usize, &[2, 1, 0, 3], 4)
    }

    /// `LIST_EXTEND` by a list or tuple; the interpreter extends by everything else, with its own messages.
    pub fn list_extend(&mut self, depth: usize) -> Result<bool> {
        let api = &self.rt.api;
        let ty = self.ty(self.peek(0));
        if ty != Ty::Exact(api.PyTuple_Type) && ty != Ty::Exact(api.PyList_Type) {
            return self.not_compiled();
        }
        self.generic_status(ops::rt_list_extend as *const () as usize, &[depth, 0], 1)
    }

    /// `SET_ADD`.
    pub fn set_add(&mut self, depth: usize) -> Result<bool> {
        self.generic_status(self.rt.api.PySet_Add as usize, &[depth, 0], 1)
    }

    /// `SET_UPDATE`: not compiled where it is not the public function's.
    pub fn set_update(&mut self, _depth: usize) -> Result<bool> {
        self.not_compiled()
    }

    /// `MAP_ADD`: key, value.
    pub fn map_add(&mut self, depth: usize) -> Result<bool> {
        self.generic_status(self.rt.api.PyDict_SetItem as usize, &[depth + 1, 1, 0], 2)
    }

    /// `UNPACK_SEQUENCE` of what is mostly a tuple; the interpreter unpacks everything else, with its own messages.
    pub fn generic_unpack(&mut self, count: usize) -> Result<bool> {
        let unknown = matches!(self.peek(0), Val::Object { ty: Ty::Any, .. });
        if !unknown || self.cx.failed.contains(&self.one.offset) {
            return self.not_compiled();
        }
        self.type_is(0, self.rt.api.PyTuple_Type);
        self.unpack(count)
    }

    /// `FORMAT_SIMPLE`.
    pub fn format_simple(&mut self) -> Result<bool> {
        let text = Ty::Exact(self.rt.api.PyUnicode_Type);
        let ty = self.ty(self.peek(0));
        if ty == text {
            return Ok(true);
        }
        let null = self.ic(0);
        if self.is_plain(ty) {
            return self.quiet_call(self.rt.api.PyObject_Format as usize, &[0], &[null], 1, text);
        }
        self.generic(self.rt.api.PyObject_Format as usize, &[0], &[null], 1, After::Recheck)
    }

    /// `FORMAT_WITH_SPEC`.
    pub fn format_with_spec(&mut self) -> Result<bool> {
        self.generic_two(self.rt.api.PyObject_Format as usize, After::Recheck)
    }

    /// `CONVERT_VALUE`: `!s`, `!r`, `!a`.
    pub fn convert_value(&mut self, arg: u32) -> Result<bool> {
        let api = &self.rt.api;
        let helper = match arg {
            1 => api.PyObject_Str as usize,
            2 => api.PyObject_Repr as usize,
            3 => api.PyObject_ASCII as usize,
            _ => return self.not_compiled(),
        };
        self.generic_one(helper)
    }

    /// Readies operands for a call.
    pub fn call_operands(&mut self, depths: &[usize]) -> Result<Vec<Value>> {
        self.operands(depths)
    }
}
