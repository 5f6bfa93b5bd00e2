//! The facts of a function, read from its code object and those nested in it. Done once per request, here alone.

use super::opcodes::{self, Kind, Table};
use super::{decode, unfriendly as judge, warmth as warmths};
use crate::attached::attached;
use crate::text::lossy;
use jitctl_core::host::facts::{CodeFacts, FunctionFacts, Lists, Pairs, Reason, Texts, Uses};
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
    Ok(FunctionFacts::new(facts, Box::new(OnDemand { function: function.clone().unbind(), codes: objects })))
}

/// Makes the lists. Backends call this attached, as they do everything else of the host's; what cannot be read is empty.
struct OnDemand {
    function: Py<PyAny>,
    codes: Vec<Py<PyAny>>,
}

impl OnDemand {
    fn read<T>(
        &self,
        code: usize,
        action: impl FnOnce(&Bound<'_, PyAny>, &Bound<'_, PyAny>) -> PyResult<Vec<T>>,
    ) -> Vec<T> {
        attached(|py| {
            let code = self.codes.get(code)?.bind(py);
            action(self.function.bind(py), code).ok()
        })
        .unwrap_or_default()
    }
}

impl Lists for OnDemand {
    fn texts(&self, code: usize, list: Texts) -> Vec<String> {
        self.read(code, |_, code| texts(code, list))
    }

    fn pairs(&self, code: usize, list: Pairs) -> Vec<(String, String)> {
        self.read(code, |function, code| match list {
            Pairs::Constants => constants(code),
            Pairs::Annotations => annotations(function),
            Pairs::Defaults => defaults(function, code),
        })
    }

    fn unfriendly(&self, code: usize) -> Vec<Reason> {
        self.read(code, unfriendly)
    }
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

fn texts(code: &Bound<'_, PyAny>, list: Texts) -> PyResult<Vec<String>> {
    let py = code.py();
    names(code.getattr(match list {
        Texts::Names => intern!(py, "co_names"),
        Texts::Variables => intern!(py, "co_varnames"),
        Texts::FreeVariables => intern!(py, "co_freevars"),
        Texts::CellVariables => intern!(py, "co_cellvars"),
    })?)
}

fn constants(code: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let constants = code.getattr(intern!(code.py(), "co_consts"))?.cast_into::<PyTuple>()?;
    constants.iter().map(|constant| Ok((constant.get_type().name()?.to_string(), short(&constant)?))).collect()
}

/// Empty where this interpreter has no JIT that was measured.
fn unfriendly(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<Vec<Reason>> {
    let Some(traits) = judge::traits() else { return Ok(Vec::new()) };
    let reasons = judge::of_code(function, code, traits)?;
    let told = |one: judge::Reason| Reason {
        code: one.code.to_owned(),
        line: (one.line > 0).then_some(one.line),
        message: one.message.into_owned(),
        advice: one.advice.into_owned(),
    };
    Ok(reasons.into_iter().map(told).collect())
}

/// Reading them may run the user's code on 3.14 (they are evaluated late); what that raises leaves the list empty.
fn annotations(function: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let annotations = function.getattr("__annotations__")?.cast_into::<PyDict>()?;
    let text = |value: &Bound<'_, PyAny>| match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_string()),
        Err(_) => match value.getattr_opt("__qualname__")? {
            Some(name) if value.is_instance_of::<pyo3::types::PyType>() => lossy(&name),
            _ => short(value),
        },
    };
    annotations.iter().map(|(name, value)| Ok((name.str()?.to_string_lossy().into_owned(), text(&value)?))).collect()
}

fn defaults(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let mut texts = Vec::new();
    let values = function.getattr("__defaults__")?;
    if let Ok(values) = values.cast::<PyTuple>() {
        let names = names(code.getattr("co_varnames")?)?;
        let arguments: usize = code.getattr("co_argcount")?.extract()?;
        let with_defaults = names.into_iter().take(arguments).skip(arguments.saturating_sub(values.len()));
        for (name, value) in with_defaults.zip(values.iter()) {
            texts.push((name, short(&value)?));
        }
    }
    let keyword_only = function.getattr("__kwdefaults__")?;
    if let Ok(values) = keyword_only.cast::<PyDict>() {
        for (name, value) in values.iter() {
            texts.push((name.str()?.to_string_lossy().into_owned(), short(&value)?));
        }
    }
    Ok(texts)
}

fn short(value: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(value.repr()?.to_string().chars().take(REPR_LIMIT).collect())
}
