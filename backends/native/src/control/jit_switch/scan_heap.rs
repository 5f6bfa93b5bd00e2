//! Every code object that can be reached: through functions, generators, frames, containers and constants.

use super::silence::Silencer;
use crate::state::context::Context;
use jitctl_core::{Borrowed, Owned, Result};
use jitctl_verdicts::VerdictCode;
use std::collections::HashSet;

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

/// Silences them all, save what a hint has armed; gives how many there are.
pub fn silence_all(context: &Context, silencer: Silencer) -> Result<usize> {
    let mut scan = Scan { context, silencer, seen: HashSet::new(), hidden: Vec::new() };
    for code in context.hints.codes() {
        scan.spare(code.borrow());
    }
    let host = context.host;
    let types = types(context)?;
    let mut suspended = Vec::new();
    let mut found = Vec::new();
    context.python.each_object(|object, kind| look(context, &types, object, kind, &mut found, &mut suspended));
    for code in found {
        scan.code(code.borrow());
    }
    for (object, attribute) in suspended {
        if let Ok(code) = host.get(object.borrow(), attribute) {
            scan.code(code.borrow());
        }
    }
    scan.frames()?;
    for code in std::mem::take(&mut scan.hidden) {
        // Without an id of sys.monitoring the instructions are taken from `co_code` below.
        let _ = refresh(context, code.borrow());
        // SAFETY: only code objects are put there.
        let cells = unsafe { silencer.layout.cells(code.borrow()) };
        if !silencer.apply(cells) {
            let bytes = host.to_bytes(host.get(code.borrow(), "co_code")?.borrow())?;
            let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            silencer.apply_by(cells, &units);
        }
    }
    Ok(scan.seen.len())
}

/// Adds the code objects that an object holds, and those that run code of which only Python can say which.
fn look(
    context: &Context,
    types: &Types,
    object: Borrowed<'_>,
    kind: usize,
    found: &mut Vec<Owned>,
    suspended: &mut Vec<(Owned, &'static str)>,
) {
    let python = context.python;
    let add = |item: Borrowed<'_>| {
        if python.type_of(item) == context.code_type {
            found.push(context.host.own(item));
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
        suspended.push((context.host.own(object), attribute));
    }
}

struct Scan<'e> {
    context: &'e Context,
    silencer: Silencer,
    seen: HashSet<usize>,
    hidden: Vec<Owned>,
}

impl Scan<'_> {
    /// The code that threads run at this moment: modules' code is found nowhere else.
    fn frames(&mut self) -> Result<()> {
        let host = self.context.host;
        let frames = host.call_method(host.import("sys")?.borrow(), "_current_frames", &[])?;
        let mut found = Vec::new();
        self.context.python.each_of_dict(frames.borrow(), |frame| found.push(host.own(frame)));
        while let Some(frame) = found.pop() {
            if frame.address() != host.none().address() {
                self.code(host.get(frame.borrow(), "f_code")?.borrow());
                found.push(host.get(frame.borrow(), "f_back")?);
            }
        }
        Ok(())
    }

    fn code(&mut self, object: Borrowed<'_>) {
        let context = self.context;
        if context.python.type_of(object) != context.code_type || !self.seen.insert(object.address() as usize) {
            return;
        }
        // SAFETY: its type was compared.
        if !self.silencer.apply(unsafe { self.silencer.layout.cells(object) }) {
            self.hidden.push(context.host.own(object));
        }
        self.nested(object, Self::code);
    }

    fn spare(&mut self, object: Borrowed<'_>) {
        let context = self.context;
        if context.python.type_of(object) == context.code_type && self.seen.insert(object.address() as usize) {
            self.nested(object, Self::spare);
        }
    }

    fn nested(&mut self, code: Borrowed<'_>, mut visit: impl FnMut(&mut Self, Borrowed<'_>)) {
        if let Ok(constants) = self.context.host.get(code, "co_consts") {
            self.context.python.each_of_tuple(constants.borrow(), |item| visit(self, item));
        }
    }
}

/// CPython takes a tool's instructions out of a function when it is next called; an event set and cleared does it now.
fn refresh(context: &Context, code: Borrowed<'_>) -> Result<()> {
    let Some(monitoring) = context.monitoring_in_use() else { return Ok(()) };
    if monitoring.get(code)? == 0 {
        monitoring.set(code, monitoring.mask(&["JUMP"])?)?;
        monitoring.set(code, 0)?;
    }
    Ok(())
}

fn types(context: &Context) -> Result<Types> {
    let address = |name: &str| {
        let found = context.host.resolve(name).map(|address| address as usize);
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
