//! Constants, memory, calls.

use crate::ssa::Build;
use cranelift_codegen::ir::{
    self, AbiParam, Block, BlockArg, InstBuilder, MemFlagsData, Signature, Type, Value, condcodes::IntCC, types,
};
use cranelift_codegen::isa::CallConv;

/// Accesses of live objects: they do not trap.
pub const FLAGS: MemFlagsData = MemFlagsData::trusted();

impl Build<'_> {
    /// A 64-bit constant.
    pub fn ic(&mut self, value: i64) -> Value {
        self.b.ins().iconst(types::I64, value)
    }

    /// An address.
    pub fn address(&mut self, value: usize) -> Value {
        self.ic(value as i64)
    }

    /// A float constant.
    pub fn fc(&mut self, value: f64) -> Value {
        self.b.ins().f64const(value)
    }

    /// Loads 64 bits.
    pub fn load(&mut self, base: Value, offset: i32) -> Value {
        self.b.ins().load(types::I64, FLAGS, base, offset)
    }

    /// Loads 32 bits.
    pub fn load32(&mut self, base: Value, offset: i32) -> Value {
        self.b.ins().load(types::I32, FLAGS, base, offset)
    }

    /// Stores a value of whatever size.
    pub fn store(&mut self, value: Value, base: Value, offset: i32) {
        self.b.ins().store(FLAGS, value, base, offset);
    }

    /// Calls a C function.
    pub fn call(&mut self, target: usize, arguments: &[Value], result: Option<Type>) -> Option<Value> {
        let target = self.address(target);
        let results: Vec<Type> = result.into_iter().collect();
        self.call_at(target, arguments, &results).first().copied()
    }

    /// Calls a C function that gives 64 bits.
    pub fn call64(&mut self, target: usize, arguments: &[Value]) -> Value {
        let target = self.address(target);
        self.call_at(target, arguments, &[types::I64])[0]
    }

    /// Calls a C function that gives an `int`.
    pub fn call32(&mut self, target: usize, arguments: &[Value]) -> Value {
        let target = self.address(target);
        self.call_at(target, arguments, &[types::I32])[0]
    }

    /// Calls what an address leads to.
    pub fn call_at(&mut self, target: Value, arguments: &[Value], results: &[Type]) -> Vec<Value> {
        let parameters: Vec<Type> = arguments.iter().map(|value| self.b.func.dfg.value_type(*value)).collect();
        let key = (parameters, results.to_vec());
        let signature = match self.sigs.get(&key) {
            Some(signature) => *signature,
            None => {
                let mut signature = Signature::new(CallConv::SystemV);
                signature.params = key.0.iter().map(|ty| AbiParam::new(*ty)).collect();
                signature.returns = key.1.iter().map(|ty| AbiParam::new(*ty)).collect();
                let signature = self.b.import_signature(signature);
                self.sigs.insert(key, signature);
                signature
            }
        };
        let call = self.b.ins().call_indirect(signature, target, arguments);
        self.b.inst_results(call).to_vec()
    }

    /// Compares with a constant.
    pub fn is(&mut self, how: IntCC, value: Value, constant: i64) -> Value {
        let ty = self.b.func.dfg.value_type(value);
        let constant = self.b.ins().iconst(ty, if ty == types::I64 { constant } else { constant & mask(ty) });
        self.b.ins().icmp(how, value, constant)
    }

    /// Adds a constant.
    pub fn plus(&mut self, value: Value, constant: i64) -> Value {
        let ty = self.b.func.dfg.value_type(value);
        let constant = self.b.ins().iconst(ty, if ty == types::I64 { constant } else { constant & mask(ty) });
        self.b.ins().iadd(value, constant)
    }

    /// Goes on in `yes` or `no`.
    pub fn branch(&mut self, condition: Value, yes: Block, no: Block) {
        self.b.ins().brif(condition, yes, &[], no, &[]);
    }

    /// Goes on in a block.
    pub fn jump(&mut self, block: Block, arguments: &[Value]) {
        let arguments: Vec<BlockArg> = arguments.iter().map(|value| (*value).into()).collect();
        self.b.ins().jump(block, &arguments);
    }

    /// A new block that is rarely entered.
    pub fn cold(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    /// Begins a block.
    pub fn begin(&mut self, block: Block) {
        self.b.switch_to_block(block);
    }

    /// Begins a block with one parameter.
    pub fn begin_with(&mut self, block: Block, ty: Type) -> Value {
        self.b.switch_to_block(block);
        self.b.append_block_param(block, ty)
    }

    /// The bits of a number as 64 bits.
    pub fn bits(&mut self, value: Value) -> Value {
        match self.b.func.dfg.value_type(value) {
            types::F64 => self.b.ins().bitcast(types::I64, MemFlagsData::new(), value),
            types::I64 => value,
            _ => self.b.ins().uextend(types::I64, value),
        }
    }

    /// A float from its bits.
    pub fn as_float_bits(&mut self, value: Value) -> Value {
        self.b.ins().bitcast(types::F64, MemFlagsData::new(), value)
    }
}

fn mask(ty: ir::Type) -> i64 {
    if ty == types::I32 { 0xffff_ffff } else { 0xff }
}
