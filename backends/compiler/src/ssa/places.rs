//! Where values of locals and of the stack are kept: variables for unboxed numbers and flags, slots of the frame for objects.

use super::{Build, Vars};
use crate::ir::Num;
use cranelift_codegen::ir::{Type, Value, types};
use cranelift_frontend::Variable;

/// The machine type of an unboxed number.
pub fn machine(num: Num) -> Type {
    match num {
        Num::Int => types::I64,
        Num::Float => types::F64,
        Num::Bool => types::I8,
    }
}

impl Build<'_> {
    fn variable(&mut self, place: u32, ty: Type, of: fn(&mut Vars) -> &mut Option<Variable>) -> Variable {
        let known = *of(&mut self.vars[place as usize]);
        known.unwrap_or_else(|| {
            let variable = self.b.declare_var(ty);
            *of(&mut self.vars[place as usize]) = Some(variable);
            variable
        })
    }

    /// The variable of a place's unboxed number.
    pub fn raw_var(&mut self, place: u32, num: Num) -> Variable {
        match num {
            Num::Int => self.variable(place, types::I64, |vars| &mut vars.int),
            Num::Float => self.variable(place, types::F64, |vars| &mut vars.float),
            Num::Bool => self.variable(place, types::I8, |vars| &mut vars.bool),
        }
    }

    /// The variable of the second number of a place.
    pub fn second_var(&mut self, place: u32) -> Variable {
        self.variable(place, types::I64, |vars| &mut vars.second)
    }

    /// The variable of the step of a range that is not known.
    pub fn third_var(&mut self, place: u32) -> Variable {
        self.variable(place, types::I64, |vars| &mut vars.third)
    }

    /// The variable that says whether a local is bound.
    pub fn flag_var(&mut self, place: u32) -> Variable {
        self.variable(place, types::I8, |vars| &mut vars.flag)
    }

    /// The unboxed value of a local.
    pub fn raw_local(&mut self, index: u32, num: Num) -> Value {
        // One value for one number, wherever in the block it is asked for: that is how copies are known.
        if let Some((known, value)) = self.values[index as usize]
            && known == num
        {
            return value;
        }
        let variable = self.raw_var(index, num);
        let value = self.b.use_var(variable);
        self.values[index as usize] = Some((num, value));
        value
    }

    /// The local has this unboxed value from here on.
    pub fn set_raw(&mut self, index: u32, num: Num, value: Value) {
        let variable = self.raw_var(index, num);
        self.b.def_var(variable, value);
        self.values[index as usize] = Some((num, value));
    }

    /// Is the local bound (not 0)?
    pub fn flag(&mut self, index: u32) -> Value {
        let variable = self.flag_var(index);
        self.b.use_var(variable)
    }

    /// Where the slot is, within the frame.
    pub fn slot(&self, place: u32) -> i32 {
        self.rt.layout.slot(place.cast_signed())
    }

    /// The word in a slot.
    pub fn slot_word(&mut self, place: u32) -> Value {
        let offset = self.slot(place);
        self.load(self.frame, offset)
    }

    fn null(&mut self) -> Value {
        self.ic(self.rt.layout.null_ref as i64)
    }

    /// Empties a slot, whatever it holds.
    pub fn put_null(&mut self, place: u32) {
        let (null, offset) = (self.null(), self.slot(place));
        self.store(null, self.frame, offset);
    }
}
