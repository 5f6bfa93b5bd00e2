//! Every code object that can be reached: through functions, generators, frames, containers and constants.

use super::Neutral;
use crate::state::context::Engine;
use jitctl_core::{Borrowed, Owned, Result};
use jitctl_verdicts::VerdictCode;
use std::collections::HashSet;

/// What a walk saw.
pub struct Seen {
    pub codes: usize,
}

struct Types {
    function: usize,
    generator: usize,
    coroutine: usize,
    async_generator: usize,
    frame: usize,
    tuple: usize,
    list: usize,
    dict: usize,
}

impl Types {
    /// The attribute with the code of what runs or will run on.
    fn running(&self, kind: usize) -> Option<&'static str> {
        let all = [
            (self.generator, "gi_code"),
            (self.coroutine, "cr_code"),
            (self.async_generator, "ag_code"),
            (self.frame, "f_code"),
        ];
        all.into_iter().find(|(known, _)| *known == kind).map(|(_, attribute)| attribute)
    }
}

/// Rewrites them all, save what a hint has armed.
pub fn walk(engine: &Engine, neutral: Neutral) -> Result<Seen> {
    let mut walk = Walk { engine, neutral, seen: HashSet::new(), hidden: Vec::new() };
    for code in engine.hinted() {
        walk.spare(code.borrow());
    }
    let host = engine.host;
    let types = types(engine)?;
    let mut suspended = Vec::new();
    let mut found = Vec::new();
    engine.python.each_object(|object, kind| look(engine, &types, object, kind, &mut found, &mut suspended));
    for code in found {
        walk.code(code.borrow());
    }
    for (object, attribute) in suspended {
        if let Ok(code) = host.get(object.borrow(), attribute) {
            walk.code(code.borrow());
        }
    }
    walk.frames()?;
    for code in std::mem::take(&mut walk.hidden) {
        // Without an id of sys.monitoring the instructions are taken from `co_code` below.
        let _ = refresh(engine, code.borrow());
        // SAFETY: only code objects are put there.
        let cells = unsafe { neutral.layout.cells(code.borrow()) };
        if !neutral.apply(cells) {
            let bytes = host.to_bytes(host.get(code.borrow(), "co_code")?.borrow())?;
            let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            neutral.apply_by(cells, &units);
        }
    }
    Ok(Seen { codes: walk.seen.len() })
}

/// Adds the code objects that an object holds, and those that run code of which only Python can say which.
fn look(
    engine: &Engine,
    types: &Types,
    object: Borrowed<'_>,
    kind: usize,
    found: &mut Vec<Owned>,
    suspended: &mut Vec<(Owned, &'static str)>,
) {
    let python = engine.python;
    let add = |item: Borrowed<'_>| {
        if python.type_of(item) == engine.code_type {
            found.push(engine.host.own(item));
        }
    };
    if kind == types.function {
        found.extend(python.code(object));
    } else if kind == types.tuple {
        python.each_of_tuple(object, add);
    } else if kind == types.list {
        python.each_of_list(object, add);
    } else if kind == types.dict {
        python.each_of_dict(object, add);
    } else if let Some(attribute) = types.running(kind) {
        suspended.push((engine.host.own(object), attribute));
    }
}

struct Walk<'e> {
    engine: &'e Engine,
    neutral: Neutral,
    seen: HashSet<usize>,
    hidden: Vec<Owned>,
}

impl Walk<'_> {
    /// The code that threads run at this moment: modules' code is found nowhere else.
    fn frames(&mut self) -> Result<()> {
        let host = self.engine.host;
        let frames = host.call_method(host.import("sys")?.borrow(), "_current_frames", &[])?;
        let mut found = Vec::new();
        self.engine.python.each_of_dict(frames.borrow(), |frame| found.push(host.own(frame)));
        while let Some(frame) = found.pop() {
            if frame.address() != host.none().address() {
                self.code(host.get(frame.borrow(), "f_code")?.borrow());
                found.push(host.get(frame.borrow(), "f_back")?);
            }
        }
        Ok(())
    }

    fn code(&mut self, object: Borrowed<'_>) {
        let engine = self.engine;
        if engine.python.type_of(object) != engine.code_type || !self.seen.insert(object.address() as usize) {
            return;
        }
        // SAFETY: its type was compared.
        if !self.neutral.apply(unsafe { self.neutral.layout.cells(object) }) {
            self.hidden.push(engine.host.own(object));
        }
        self.nested(object, Self::code);
    }

    fn spare(&mut self, object: Borrowed<'_>) {
        let engine = self.engine;
        if engine.python.type_of(object) == engine.code_type && self.seen.insert(object.address() as usize) {
            self.nested(object, Self::spare);
        }
    }

    fn nested(&mut self, code: Borrowed<'_>, mut visit: impl FnMut(&mut Self, Borrowed<'_>)) {
        if let Ok(constants) = self.engine.host.get(code, "co_consts") {
            self.engine.python.each_of_tuple(constants.borrow(), |item| visit(self, item));
        }
    }
}

/// CPython takes a tool's instructions out of a function when it is next called; an event set and cleared does it now.
fn refresh(engine: &Engine, code: Borrowed<'_>) -> Result<()> {
    let Some(monitoring) = engine.monitoring_in_use() else { return Ok(()) };
    if monitoring.get(code)? == 0 {
        monitoring.set(code, monitoring.mask(&["JUMP"])?)?;
        monitoring.set(code, 0)?;
    }
    Ok(())
}

fn types(engine: &Engine) -> Result<Types> {
    let address = |name: &str| {
        let found = engine.host.resolve(name).map(|address| address as usize);
        found.ok_or_else(|| VerdictCode::SymbolMissing.error(format!("the interpreter does not export {name}")))
    };
    Ok(Types {
        function: address("PyFunction_Type")?,
        generator: address("PyGen_Type")?,
        coroutine: address("PyCoro_Type")?,
        async_generator: address("PyAsyncGen_Type")?,
        frame: address("PyFrame_Type")?,
        tuple: address("PyTuple_Type")?,
        list: address("PyList_Type")?,
        dict: address("PyDict_Type")?,
    })
}
