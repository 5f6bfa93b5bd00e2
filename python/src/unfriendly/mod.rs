//! What makes a function unfriendly to the JIT of the running interpreter: a closed list of reasons (`table.rs`), each
//! found in the bytecode (`shape.rs`) or in what is going on now (`live.rs`). Reading changes nothing.

mod flow;
mod live;
mod shape;
pub mod table;

use crate::code_facts::lines;
use crate::decode;
use crate::opcodes::{self, Table};
use jitctl_core::{Instruction, Loop};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCode, PyTuple};
use std::borrow::Cow;
use table::Traits;

/// Why a function will gain little or nothing from the JIT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// One of the codes in `table.rs`.
    pub code: &'static str,
    /// The source line that shows it; 0 where there is none.
    pub line: u32,
    /// One sentence about this function.
    pub message: Cow<'static, str>,
    /// What to do about it.
    pub advice: Cow<'static, str>,
}

impl Reason {
    fn new(code: &'static str, line: u32, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, line, message: message.into(), advice: table::kind(code).advice.into() }
    }

    fn advise(mut self, advice: impl Into<Cow<'static, str>>) -> Self {
        self.advice = advice.into();
        self
    }
}

/// One code object, decoded.
pub struct Subject<'a, 'py> {
    pub code: &'a Bound<'py, PyAny>,
    /// The globals of the function.
    pub globals: &'a Bound<'py, PyAny>,
    pub instructions: &'a [Instruction],
    pub loops: &'a [Loop],
}

struct Decoded<'py> {
    code: Bound<'py, PyAny>,
    instructions: Vec<Instruction>,
    loops: Vec<Loop>,
}

impl<'py> Decoded<'py> {
    fn of(code: Bound<'py, PyAny>, table: &Table) -> PyResult<Self> {
        let lines = lines(&code)?;
        let bytecode = code.getattr(intern!(code.py(), "co_code"))?.cast_into::<PyBytes>()?;
        let instructions = decode::instructions(bytecode.as_bytes(), &lines, table);
        let loops = decode::loops(&instructions, &lines, table);
        Ok(Self { code, instructions, loops })
    }

    fn subject<'a>(&'a self, globals: &'a Bound<'py, PyAny>) -> Subject<'a, 'py> {
        Subject { code: &self.code, globals, instructions: &self.instructions, loops: &self.loops }
    }
}

/// The reasons of a function: its own code and all that is nested in it, and what goes on in the process.
pub fn of_function(function: &Bound<'_, PyAny>, traits: &Traits) -> PyResult<Vec<Reason>> {
    let py = function.py();
    let table = opcodes::table(py)?;
    let tree = tree(function.getattr(intern!(py, "__code__"))?, table)?;
    let globals = function.getattr(intern!(py, "__globals__"))?;
    let mut found: Vec<Reason> = live::tools(&tree[0].subject(&globals), table)?.into_iter().collect();
    for (index, one) in tree.iter().enumerate() {
        found.extend(of_decoded(&tree, index, &globals, traits)?);
        found.extend(live::events(&one.subject(&globals), table, traits)?);
    }
    let mut unique: Vec<Reason> = Vec::with_capacity(found.len());
    for reason in found {
        // Several jumps may close one loop, and a loop lies within another.
        if !unique.iter().any(|known| (known.code, known.line) == (reason.code, reason.line)) {
            unique.push(reason);
        }
    }
    Ok(unique)
}

/// The reasons of one code object of a function, as the facts tell them: what its bytecode shows, and how it is
/// specialised now. `index` counts as the facts do.
pub fn of_code(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>, traits: &Traits) -> PyResult<Vec<Reason>> {
    let py = function.py();
    let tree = tree(function.getattr(intern!(py, "__code__"))?, opcodes::table(py)?)?;
    let globals = function.getattr(intern!(py, "__globals__"))?;
    let index = tree.iter().position(|one| one.code.is(code));
    index.map_or(Ok(Vec::new()), |index| of_decoded(&tree, index, &globals, traits))
}

fn of_decoded<'py>(
    tree: &[Decoded<'py>],
    index: usize,
    globals: &Bound<'py, PyAny>,
    traits: &Traits,
) -> PyResult<Vec<Reason>> {
    let subject = tree[index].subject(globals);
    let table = opcodes::table(subject.code.py())?;
    let alone = index == 0 && tree.iter().all(|one| one.loops.is_empty());
    let mut found = shape::reasons(&subject, table, traits, alone)?;
    found.extend(live::opaque(&subject, table, traits)?);
    Ok(found)
}

/// A code object and those nested in it, parents first.
fn tree<'py>(code: Bound<'py, PyAny>, table: &Table) -> PyResult<Vec<Decoded<'py>>> {
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

/// The reason that a function has other code than when it was hinted.
pub fn replaced(function: &Bound<'_, PyAny>) -> PyResult<Reason> {
    let py = function.py();
    let line: u32 = function.getattr(intern!(py, "__code__"))?.getattr(intern!(py, "co_firstlineno"))?.extract()?;
    let text = "its code was replaced after the hint: what had been compiled belonged to the old code";
    Ok(Reason::new("code-replaced", line, text))
}
