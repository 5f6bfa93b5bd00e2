//! What makes a function unfriendly to the JIT of the running interpreter: a closed list of reasons (`table.rs`), each
//! found in the bytecode (`shape.rs`) or in what is going on now (`live.rs`). Reading changes nothing.

mod flow;
mod live;
mod reason;
mod shape;
mod subject;
pub mod table;

pub use reason::Reason;
pub use table::here as traits;

use crate::introspect::opcodes;
use jitctl_cpython::Traits;
use pyo3::intern;
use pyo3::prelude::*;
use subject::{Decoded, tree};

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

/// The reason that a function has other code than when it was hinted.
pub fn replaced(function: &Bound<'_, PyAny>) -> PyResult<Reason> {
    let py = function.py();
    let line: u32 = function.getattr(intern!(py, "__code__"))?.getattr(intern!(py, "co_firstlineno"))?.extract()?;
    let text = "its code was replaced after the hint: what had been compiled belonged to the old code";
    Ok(Reason::new("code-replaced", line, text))
}
