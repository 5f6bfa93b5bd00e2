//! The facts of a function, read from its code object and those nested in it. Done once per request, here alone.

use super::opcodes::{self, Kind, Table};
use super::{decode, unfriendly as judge, warmth as warmths};
use crate::text::lossy;
use jitctl_core::fact_source::{CodeFacts, FunctionFacts, List, Uses};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCode, PyDict, PyString, PyTuple};

/// A longer repr of a constant tells a backend nothing more.
const REPR_LIMIT: usize = 200;

/// The facts of a Python function.
pub fn of_function(function: &Bound<'_, PyAny>) -> PyResult<FunctionFacts> {
    let py = function.py();
    let table = opcodes::table(py)?;
    let mut objects: Vec<Py<PyAny>> = Vec::new();
    let mut facts = Vec::new();
    let mut waiting = vec![(function.getattr(intern!(py, "__code__"))?, None)];
    while let Some((code, parent)) = waiting.pop() {
        let index = facts.len();
        facts.push(of_code(&code, parent, table)?);
        let constants = code.getattr(intern!(py, "co_consts"))?.cast_into::<PyTuple>()?;
        let nested = constants.iter().filter(|constant| constant.is_instance_of::<PyCode>());
        waiting.extend(nested.map(|constant| (constant, Some(index))));
        objects.push(code.unbind());
    }
    let function = function.clone().unbind();
    // Backends call this attached, as they do everything else of the host's.
    let make = move |code: usize, list: List| {
        Python::attach(|py| objects.get(code).map_or(Ok(Vec::new()), |code| texts(py, &function, code.bind(py), list)))
            .unwrap_or_default()
    };
    Ok(FunctionFacts::new(facts, Box::new(make)))
}

fn of_code(code: &Bound<'_, PyAny>, parent: Option<usize>, table: &Table) -> PyResult<CodeFacts> {
    let py = code.py();
    let number = |name: &Bound<'_, PyString>| code.getattr(name)?.extract::<u32>();
    let name = lossy(&code.getattr(intern!(py, "co_name"))?)?;
    let qualname =
        code.getattr_opt(intern!(py, "co_qualname"))?.map_or_else(|| Ok(name.clone()), |text| lossy(&text))?;
    let lines = decode::lines(code)?;
    let bytecode = code.getattr(intern!(py, "co_code"))?.cast_into::<PyBytes>()?;
    let instructions = decode::instructions(bytecode.as_bytes(), &lines, table);
    let loops = decode::loops(&instructions, &lines, table);
    let count = |kind: Kind| {
        let of_kind = |opcode: u16| u8::try_from(opcode).is_ok_and(|opcode| table.get(opcode).kind == kind);
        u32::try_from(instructions.iter().filter(|i| of_kind(i.opcode)).count()).unwrap_or(u32::MAX)
    };
    let warmth = match code.getattr_opt(intern!(py, "_co_code_adaptive"))? {
        Some(now) => warmths::warmth(&instructions, now.cast_into::<PyBytes>()?.as_bytes(), table),
        None => warmths::Warmth::default(),
    };
    Ok(CodeFacts {
        object: code.as_ptr() as usize,
        parent,
        qualname,
        name,
        file: lossy(&code.getattr(intern!(py, "co_filename"))?)?,
        first_line: number(intern!(py, "co_firstlineno"))?,
        arguments: number(intern!(py, "co_argcount"))?,
        positional_only: number(intern!(py, "co_posonlyargcount"))?,
        keyword_only: number(intern!(py, "co_kwonlyargcount"))?,
        flags: number(intern!(py, "co_flags"))?,
        stack_size: number(intern!(py, "co_stacksize"))?,
        locals: number(intern!(py, "co_nlocals"))?,
        specialisable: warmth.specialisable,
        specialised: warmth.specialised,
        failed: warmth.failed,
        calls: count(Kind::Call),
        try_blocks: count(Kind::Try),
        uses: uses(code, &instructions, table)?,
        instructions,
        loops,
    })
}

fn uses(code: &Bound<'_, PyAny>, instructions: &[jitctl_core::Instruction], table: &Table) -> PyResult<Uses> {
    let names = code.getattr(intern!(code.py(), "co_names"))?.cast_into::<PyTuple>()?;
    let mut uses = Uses::default();
    for instruction in instructions {
        let entry = u8::try_from(instruction.opcode).map(|opcode| table.get(opcode));
        let Ok(entry) = entry else { continue };
        // Where LOAD_GLOBAL has inline caches, the lowest bit of its argument is not part of the name's index.
        let index = if entry.kind == Kind::LoadGlobal && entry.caches > 0 {
            instruction.argument >> 1
        } else {
            instruction.argument
        };
        match entry.kind {
            Kind::Import => uses.imports(),
            Kind::LoadGlobal | Kind::LoadName => uses.reads(&lossy(&names.get_item(index as usize)?)?),
            Kind::StoreAttribute => uses.assigns(&lossy(&names.get_item(index as usize)?)?),
            _ => {}
        }
    }
    Ok(uses)
}

fn names(tuple: Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    tuple.cast_into::<PyTuple>()?.iter().map(|name| lossy(&name)).collect()
}

fn texts(py: Python<'_>, function: &Py<PyAny>, code: &Bound<'_, PyAny>, list: List) -> PyResult<Vec<String>> {
    match list {
        List::Names => names(code.getattr(intern!(py, "co_names"))?),
        List::Variables => names(code.getattr(intern!(py, "co_varnames"))?),
        List::FreeVariables => names(code.getattr(intern!(py, "co_freevars"))?),
        List::CellVariables => names(code.getattr(intern!(py, "co_cellvars"))?),
        List::Constants => {
            let constants = code.getattr(intern!(py, "co_consts"))?.cast_into::<PyTuple>()?;
            constants
                .iter()
                .map(|constant| Ok(format!("{}:{}", constant.get_type().name()?, short(&constant)?)))
                .collect()
        }
        List::Annotations => annotations(function.bind(py)),
        List::Defaults => defaults(function.bind(py), code),
        List::Unfriendly => unfriendly(function.bind(py), code),
    }
}

/// Empty where this interpreter has no JIT that was measured.
fn unfriendly(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let Some(traits) = judge::traits() else { return Ok(Vec::new()) };
    let reasons = judge::of_code(function, code, traits)?;
    Ok(reasons.iter().map(|one| format!("{}\t{}\t{}\t{}", one.code, one.line, one.message, one.advice)).collect())
}

/// Reading them may run the user's code on 3.14 (they are evaluated late); what that raises leaves the list empty.
fn annotations(function: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let annotations = function.getattr("__annotations__")?.cast_into::<PyDict>()?;
    let text = |value: &Bound<'_, PyAny>| match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_string()),
        Err(_) => match value.getattr_opt("__qualname__")? {
            Some(name) if value.is_instance_of::<pyo3::types::PyType>() => lossy(&name),
            _ => short(value),
        },
    };
    annotations.iter().map(|(name, value)| Ok(format!("{name}:{}", text(&value)?))).collect()
}

fn defaults(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut texts = Vec::new();
    let values = function.getattr("__defaults__")?;
    if let Ok(values) = values.cast::<PyTuple>() {
        let names = names(code.getattr("co_varnames")?)?;
        let arguments: usize = code.getattr("co_argcount")?.extract()?;
        for (name, value) in
            names.iter().take(arguments).skip(arguments.saturating_sub(values.len())).zip(values.iter())
        {
            texts.push(format!("{name}={}", short(&value)?));
        }
    }
    let keyword_only = function.getattr("__kwdefaults__")?;
    if let Ok(values) = keyword_only.cast::<PyDict>() {
        for (name, value) in values.iter() {
            texts.push(format!("{name}={}", short(&value)?));
        }
    }
    Ok(texts)
}

fn short(value: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(value.repr()?.to_string().chars().take(REPR_LIMIT).collect())
}
