//! The code that is judged: a function's own and what is nested in it, decoded.

use crate::introspect::decode::{self, lines};
use crate::introspect::opcodes::Table;
use jitctl_core::{Instruction, Loop};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCode, PyTuple};

/// One code object, decoded.
pub struct Subject<'a, 'py> {
    pub code: &'a Bound<'py, PyAny>,
    /// The globals of the function.
    pub globals: &'a Bound<'py, PyAny>,
    pub instructions: &'a [Instruction],
    pub loops: &'a [Loop],
}

/// A code object with what was decoded of it.
pub struct Decoded<'py> {
    pub code: Bound<'py, PyAny>,
    instructions: Vec<Instruction>,
    pub loops: Vec<Loop>,
}

impl<'py> Decoded<'py> {
    fn of(code: Bound<'py, PyAny>, table: &Table) -> PyResult<Self> {
        let lines = lines(&code)?;
        let bytecode = code.getattr(intern!(code.py(), "co_code"))?.cast_into::<PyBytes>()?;
        let instructions = decode::instructions(bytecode.as_bytes(), &lines, table);
        let loops = decode::loops(&instructions, &lines, table);
        Ok(Self { code, instructions, loops })
    }

    /// It, seen as a part of the function that has these globals.
    pub fn subject<'a>(&'a self, globals: &'a Bound<'py, PyAny>) -> Subject<'a, 'py> {
        Subject { code: &self.code, globals, instructions: &self.instructions, loops: &self.loops }
    }
}

/// A code object and those nested in it, parents first.
pub fn tree<'py>(code: Bound<'py, PyAny>, table: &Table) -> PyResult<Vec<Decoded<'py>>> {
    let mut found = vec![Decoded::of(code, table)?];
    let mut next = 0;
    while let Some(one) = found.get(next) {
        let constants = one.code.getattr(intern!(one.code.py(), "co_consts"))?.cast_into::<PyTuple>()?;
        for constant in constants.iter().filter(|constant| constant.is_instance_of::<PyCode>()) {
            found.push(Decoded::of(constant, table)?);
        }
        next += 1;
    }
    Ok(found)
}
