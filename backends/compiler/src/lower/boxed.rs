//! The boxed entry: the function's vectorcall. It checks the arguments, unboxes them and calls the body.

use crate::ir::Num;
use crate::ssa::FLAGS;
use crate::subject::{Param, Returns, Signature as Direct, Subject, Types};
use crate::units::{Reason, UnitCell, rt_bind, rt_interpret, rt_take};
use cranelift_codegen::ir::{
    AbiParam, Block, ExtFuncData, ExternalName, Function, InstBuilder, Signature, Type, UserExternalName, Value,
    condcodes::IntCC, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

/// Makes the boxed entry of a unit.
pub fn entry(cx: &Subject<'_>, own: &Direct, config: TargetFrontendConfig) -> Function {
    let mut function = Function::new();
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params = vec![AbiParam::new(types::I64); 4];
    signature.returns = vec![AbiParam::new(types::I64)];
    function.signature = signature;
    let mut context = FunctionBuilderContext::new();
    let mut emit = Emit { b: FunctionBuilder::new(&mut function, &mut context), cx };
    emit.all(own);
    emit.b.seal_all_blocks();
    emit.b.finalize(config);
    function
}

struct Emit<'a, 'b> {
    b: FunctionBuilder<'a>,
    cx: &'b Subject<'b>,
}

impl Emit<'_, '_> {
    fn ic(&mut self, value: i64) -> Value {
        self.b.ins().iconst(types::I64, value)
    }

    fn call(&mut self, target: usize, arguments: &[Value], result: Type) -> Value {
        let mut signature = Signature::new(CallConv::SystemV);
        for value in arguments {
            signature.params.push(AbiParam::new(self.b.func.dfg.value_type(*value)));
        }
        signature.returns.push(AbiParam::new(result));
        let signature = self.b.import_signature(signature);
        let target = self.ic(target as i64);
        let call = self.b.ins().call_indirect(signature, target, arguments);
        self.b.inst_results(call)[0]
    }

    fn guard(&mut self, fine: Value, other: Block) {
        let ok = self.b.create_block();
        self.b.ins().brif(fine, ok, &[], other, &[]);
        self.b.switch_to_block(ok);
    }

    fn is(&mut self, how: IntCC, value: Value, constant: i64) -> Value {
        let ty = self.b.func.dfg.value_type(value);
        let constant = self.b.ins().iconst(ty, constant);
        self.b.ins().icmp(how, value, constant)
    }

    fn all(&mut self, own: &Direct) {
        let returns = own.returns;
        let rt = self.cx.runtime;
        let start = self.b.create_block();
        self.b.append_block_params_for_function_params(start);
        self.b.switch_to_block(start);
        let given: Vec<Value> = self.b.block_params(start).to_vec();
        let (function, arguments, count, keywords) = (given[0], given[1], given[2], given[3]);
        let (bind, interpret) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(bind);
        self.b.set_cold_block(interpret);
        let mask = self.ic(i64::MAX);
        let number = self.b.ins().band(count, mask);
        let complete = self.is(IntCC::Equal, number, self.cx.complete as i64);
        self.guard(complete, bind);
        let none = self.is(IntCC::Equal, keywords, 0);
        self.guard(none, bind);
        let (mut values, mut objects, mut borrowed) = (Vec::new(), Vec::new(), Vec::new());
        for (index, param) in self.cx.params.clone().iter().enumerate() {
            let object = self.b.ins().load(types::I64, FLAGS, arguments, 8 * index as i32);
            match param {
                Param::Raw(num) => values.push(self.unbox(object, *num, interpret)),
                Param::Object if own.borrows(index) => borrowed.push(object),
                Param::Object => objects.push(object),
            }
            values.push(object);
        }
        self.take(&objects, &given);
        // The body borrows these, and a caller may have moved its own reference to here.
        borrowed.iter().for_each(|object| self.incref(*object));
        let thread = self.call(rt.api.PyThreadState_Get as usize, &[], types::I64);
        let zero = self.ic(0);
        let mut all = vec![thread, zero];
        if own.shared {
            all.push(function);
        }
        all.extend(values);
        let signature = crate::ssa::signature(&self.cx.params, returns, own.shared);
        let signature = self.b.import_signature(signature);
        let name = self.b.func.declare_imported_user_function(UserExternalName::new(0, 0));
        let body = self.b.import_function(ExtFuncData {
            name: ExternalName::user(name),
            signature,
            colocated: true,
            patchable: false,
        });
        let call = self.b.ins().call(body, &all);
        let results: Vec<Value> = self.b.inst_results(call).to_vec();
        // In the order in which the interpreter clears the locals of a frame.
        if rt.layout.tagged_refs {
            borrowed.reverse();
        }
        borrowed.iter().for_each(|object| self.decref(*object));
        match returns {
            Returns::Raw(num) => self.give(num, results[0], results[1]),
            _ => {
                self.b.ins().return_(&[results[0]]);
            }
        }
        let cell = self.cx.cell as i64;
        self.b.switch_to_block(bind);
        let cell_value = self.ic(cell);
        // The call may retire this unit, whose code it returns into.
        self.hold(cell_value);
        let result =
            self.call(rt_bind as *const () as usize, &[function, arguments, count, keywords, cell_value], types::I64);
        self.count(cell_value, UnitCell::LEFT);
        self.b.ins().return_(&[result]);
        self.b.switch_to_block(interpret);
        let cell_value = self.ic(cell);
        self.count(cell_value, UnitCell::ENTERED);
        let reason = self.b.ins().iconst(types::I32, Reason::Argument as i64);
        let result = self.call(
            rt_interpret as *const () as usize,
            &[function, arguments, count, keywords, cell_value, reason],
            types::I64,
        );
        self.count(cell_value, UnitCell::LEFT);
        self.b.ins().return_(&[result]);
    }

    /// Where an argument has no holder but the caller's stack, it is taken from there.
    fn take(&mut self, objects: &[Value], given: &[Value]) {
        let (temporary, ready) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(temporary);
        for object in objects {
            let count = self.b.ins().load(types::I32, FLAGS, *object, 0);
            let last = self.is(IntCC::Equal, count, 1);
            let other = self.b.create_block();
            self.b.ins().brif(last, temporary, &[], other, &[]);
            self.b.switch_to_block(other);
        }
        self.b.ins().jump(ready, &[]);
        self.b.switch_to_block(temporary);
        self.call(rt_take as *const () as usize, given, types::I64);
        self.b.ins().jump(ready, &[]);
        self.b.switch_to_block(ready);
    }

    fn incref(&mut self, object: Value) {
        if !self.cx.runtime.layout.inline_refcounts {
            self.call(self.cx.runtime.api.Py_IncRef as usize, &[object], types::I32);
            return;
        }
        // Immortal objects have a negative count, which stays: +1 where it is not negative, +0 where it is.
        let count = self.b.ins().load(types::I32, FLAGS, object, 0);
        let negative = self.b.ins().sshr_imm_s(count, 31);
        let more = self.b.ins().iadd(count, negative);
        let more = self.b.ins().iadd_imm_s(more, 1);
        self.b.ins().store(FLAGS, more, object, 0);
    }

    /// Gives a reference back when the body has ended. Where it was the last one, code may run, and retire this unit.
    fn decref(&mut self, object: Value) {
        let (last, more, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(last);
        let drop = self.cx.runtime.api.Py_DecRef as usize;
        let count = self.b.ins().load(types::I32, FLAGS, object, 0);
        let one = self.is(IntCC::Equal, count, 1);
        self.b.ins().brif(one, last, &[], more, &[]);
        self.b.switch_to_block(last);
        let cell = self.ic(self.cx.cell as i64);
        self.hold(cell);
        self.call(drop, &[object], types::I32);
        self.count(cell, UnitCell::LEFT);
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(more);
        if self.cx.runtime.layout.inline_refcounts {
            let negative = self.b.ins().sshr_imm_s(count, 31);
            let less = self.b.ins().isub(count, negative);
            let less = self.b.ins().iadd_imm_s(less, -1);
            self.b.ins().store(FLAGS, less, object, 0);
        } else {
            self.call(drop, &[object], types::I32);
        }
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(done);
    }

    /// Something that is no activation will return into the unit, and counts that in [`UnitCell::LEFT`] then.
    fn hold(&mut self, cell: Value) {
        self.add(cell, UnitCell::LEFT, -1);
    }

    fn count(&mut self, cell: Value, offset: i32) {
        self.add(cell, offset, 1);
    }

    fn add(&mut self, cell: Value, offset: i32, amount: i64) {
        let count = self.b.ins().load(types::I64, FLAGS, cell, offset);
        let one = self.ic(amount);
        let more = self.b.ins().iadd(count, one);
        self.b.ins().store(FLAGS, more, cell, offset);
    }

    fn give(&mut self, num: Num, value: Value, status: Value) {
        let rt = self.cx.runtime;
        let (plain, other) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        self.b.ins().brif(status, other, &[], plain, &[]);
        self.b.switch_to_block(plain);
        let helper =
            if num == Num::Float { rt.api.PyFloat_FromDouble as usize } else { rt.api.PyLong_FromLongLong as usize };
        let object = self.call(helper, &[value], types::I64);
        self.b.ins().return_(&[object]);
        self.b.switch_to_block(other);
        let word = if num == Num::Float {
            self.b.ins().bitcast(types::I64, cranelift_codegen::ir::MemFlagsData::new(), value)
        } else {
            value
        };
        // 2: an exception.
        let raised = self.is(IntCC::Equal, status, 2);
        let null = self.ic(0);
        let object = self.b.ins().select(raised, null, word);
        self.b.ins().return_(&[object]);
    }

    fn unbox(&mut self, object: Value, num: Num, other: Block) -> Value {
        let rt = self.cx.runtime;
        let layout = &rt.layout;
        let ty = self.b.ins().load(types::I64, FLAGS, object, layout.object_type);
        let crate::ir::Ty::Exact(wanted) = Types::boxed(rt, num) else { return object };
        let same = self.is(IntCC::Equal, ty, wanted as i64);
        self.guard(same, other);
        if num == Num::Float {
            return self.b.ins().load(types::F64, FLAGS, object, layout.float_value);
        }
        let (small, large, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(large);
        let tag = self.b.ins().load(types::I64, FLAGS, object, layout.long_tag);
        let compact = self.is(IntCC::UnsignedLessThan, tag, 16);
        self.b.ins().brif(compact, small, &[], large, &[]);
        self.b.switch_to_block(large);
        let scratch = self.b.create_sized_stack_slot(cranelift_codegen::ir::StackSlotData::new(
            cranelift_codegen::ir::StackSlotKind::ExplicitSlot,
            8,
            3,
        ));
        let overflow = self.b.ins().stack_addr(types::I64, scratch, 0);
        let long = self.call(rt.api.PyLong_AsLongLongAndOverflow as usize, &[object, overflow], types::I64);
        let flag = self.b.ins().load(types::I32, FLAGS, overflow, 0);
        let fits = self.is(IntCC::Equal, flag, 0);
        self.b.ins().brif(fits, done, &[long.into()], other, &[]);
        self.b.switch_to_block(small);
        let digit = self.b.ins().uload32(FLAGS, object, layout.long_digits);
        let three = self.ic(3);
        let sign = self.b.ins().band(tag, three);
        let one = self.ic(1);
        let sign = self.b.ins().isub(one, sign);
        let value = self.b.ins().imul(digit, sign);
        self.b.ins().jump(done, &[value.into()]);
        self.b.switch_to_block(done);
        self.b.append_block_param(done, types::I64)
    }
}
