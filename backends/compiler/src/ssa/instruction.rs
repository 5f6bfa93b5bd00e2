//! One instruction: which translation it has, and whether the block goes on behind it.

use super::{Build, Result, Val};
use crate::decode::{Instr, Op};
use crate::exits::Why;

impl Build<'_> {
    /// Translates it. False where the block ended.
    pub fn instruction(&mut self, one: &Instr) -> Result<bool> {
        let arg = one.arg;
        match one.op {
            Op::Nop | Op::NotTaken | Op::Resume | Op::EndFor => Ok(true),
            Op::LoadFast | Op::LoadFastBorrow | Op::LoadFastCheck => Ok(self.load_local(arg)),
            Op::LoadFastLoadFast | Op::LoadFastBorrowLoadFastBorrow => {
                // Leaving between the two would push the first twice.
                let (a, b) = (arg >> 4, arg & 15);
                for index in [a, b] {
                    if !self.load_local(index) {
                        return Ok(false);
                    }
                    self.stack.pop();
                }
                Ok(self.load_local(a) && self.load_local(b))
            }
            Op::LoadFastAndClear => {
                self.take_local(arg)?;
                Ok(true)
            }
            Op::StoreFast => {
                let val = self.pop()?;
                self.store_local(arg, val)?;
                Ok(true)
            }
            Op::StoreFastStoreFast => self.two_stores(arg >> 4, arg & 15),
            Op::StoreFastLoadFast => self.store_and_load(arg >> 4, arg & 15),
            Op::DeleteFast => self.delete_local(arg),
            Op::LoadConst => {
                let object = self.cx.code.consts[arg as usize] as usize;
                self.push_constant(object);
                Ok(true)
            }
            Op::LoadSmallInt => {
                let value = self.ic(i64::from(arg));
                self.stack.push(Val::Raw(crate::ir::Num::Int, value));
                Ok(true)
            }
            Op::LoadCommonConstant => self.common_constant(arg),
            Op::Copy => {
                if !self.is_copyable(arg as usize) {
                    return self.not_compiled();
                }
                self.copy(arg as usize);
                Ok(true)
            }
            Op::Swap => {
                self.swap(arg as usize);
                Ok(true)
            }
            Op::PopTop => {
                let val = self.pop()?;
                self.drop_val(val);
                Ok(true)
            }
            Op::PopIter => {
                if self.rt.layout.iterators_have_index {
                    self.pop()?;
                }
                let val = self.pop()?;
                self.drop_val(val);
                Ok(true)
            }
            Op::PushNull => {
                self.stack.push(Val::Null);
                Ok(true)
            }
            Op::BinaryOp => self.binary_op(arg),
            Op::BinarySubscr => self.subscript(),
            Op::BinarySlice => self.slice(),
            Op::StoreSlice => self.store_slice(),
            Op::UnaryNegative => self.negative(),
            Op::UnaryInvert => self.invert(),
            Op::UnaryNot => self.not(),
            Op::ToBool => self.bool_of(),
            Op::CompareOp => self.compare(arg),
            Op::IsOp => self.is_op(arg),
            Op::ContainsOp => self.contains(arg),
            Op::PopJumpIfTrue => self.jump_if(one, true),
            Op::PopJumpIfFalse => self.jump_if(one, false),
            Op::PopJumpIfNone => self.jump_if_none(one, true),
            Op::PopJumpIfNotNone => self.jump_if_none(one, false),
            Op::JumpForward | Op::JumpBackwardNoInterrupt => self.plain_jump(one),
            Op::JumpBackward => self.jump_back(one),
            Op::GetIter => self.get_iter(arg),
            Op::ForIter => self.for_iter(one),
            Op::BuildList => self.build_sequence(arg as usize, false),
            Op::BuildTuple => self.build_sequence(arg as usize, true),
            Op::BuildMap => self.build_map(arg as usize),
            Op::BuildSet => self.build_set(arg as usize),
            Op::BuildConstKeyMap => self.build_const_key_map(arg as usize),
            Op::BuildSlice => self.build_slice(arg as usize),
            Op::BuildString => self.build_string(arg as usize),
            Op::ListAppend => self.list_append(arg as usize),
            Op::ListExtend => self.list_extend(arg as usize),
            Op::SetAdd => self.set_add(arg as usize),
            Op::MapAdd => self.map_add(arg as usize),
            Op::SetUpdate => self.set_update(arg as usize),
            Op::StoreSubscr => self.store_subscript(),
            Op::DeleteSubscr => self.delete_subscript(),
            Op::UnpackSequence if std::mem::take(&mut self.taken_apart) => Ok(true),
            Op::UnpackSequence => self.unpack(arg as usize),
            Op::LoadGlobal => self.load_global(arg),
            Op::LoadAttr => self.load_attr(one),
            Op::StoreAttr => self.store_attr(one),
            Op::DeleteAttr => self.delete_attr(arg),
            Op::Call => self.call_op(arg as usize),
            Op::CallKw => self.call_kw(arg as usize),
            Op::ReturnValue => {
                self.return_top()?;
                Ok(false)
            }
            Op::ReturnConst => {
                let object = self.cx.code.consts[arg as usize] as usize;
                self.push_constant(object);
                self.return_top()?;
                Ok(false)
            }
            Op::FormatSimple => self.format_simple(),
            Op::FormatWithSpec => self.format_with_spec(),
            Op::ConvertValue => self.convert_value(arg),
            Op::MakeCell => self.make_cell(arg),
            Op::CopyFreeVars => self.copy_free_variables(arg),
            Op::LoadDeref => self.load_deref(arg),
            Op::StoreDeref => self.store_deref(arg),
            Op::MakeFunction => self.make_function(),
            Op::SetFunctionAttribute => self.set_function_attribute(arg),
            Op::DictUpdate
            | Op::StoreGlobal
            | Op::RaiseVarargs
            | Op::PushExcInfo
            | Op::CheckExcMatch
            | Op::PopExcept
            | Op::Reraise
            | Op::Other => self.not_compiled(),
        }
    }

    /// The interpreter goes on here, always.
    pub fn not_compiled(&mut self) -> Result<bool> {
        self.leave(Why::NotCompiled, false);
        Ok(false)
    }

    /// A constant of the code object.
    pub fn push_constant(&mut self, object: usize) {
        let val = self.unboxed_constant(Val::Const { object, fixed: true, owned: false });
        self.stack.push(val);
    }

    fn common_constant(&mut self, arg: u32) -> Result<bool> {
        // Those that are numbers or singletons; the others (classes, functions) are rare.
        let api = &self.rt.api;
        let object = match self.cx.code.common.get(arg as usize) {
            Some(Some(object)) => *object,
            _ => return self.not_compiled(),
        };
        let _ = api;
        self.push_constant(object);
        Ok(true)
    }

    fn two_stores(&mut self, first: u32, second: u32) -> Result<bool> {
        let val = self.pop()?;
        self.store_local(first, val)?;
        if self.drops.iter().any(|(_, ty)| !self.is_plain(*ty)) {
            // What the first one gives back must not be seen to leave between the two: it waits for the second.
            self.settle();
        }
        let val = self.pop()?;
        self.store_local(second, val)?;
        Ok(true)
    }

    fn store_and_load(&mut self, store: u32, load: u32) -> Result<bool> {
        // The load must not leave once the store had its effect.
        let local = self.locals[load as usize];
        let unbound = local.kind == crate::ir::LocalKind::Unbound || local.maybe;
        if store != load && unbound {
            return self.not_compiled();
        }
        let val = self.pop()?;
        self.store_local(store, val)?;
        Ok(self.load_local(load))
    }
}
