//! Every code object that can be reached: through functions, generators, frames, containers and constants. In a heap of
//! millions of objects that would take long, so only the first [`MOST_OBJECTS`] are looked at there (of containers: for code
//! objects among their first [`MOST_ITEMS`]), and then what modules
//! and their classes define. What neither reaches (a function that was never called, in some container far behind) may be
//! compiled when it is hot, as with `PYTHON_JIT=1`.

use super::silence::Silencer;
use crate::cpython::selftest::{self, View};
use crate::state::context::Context;
use crate::tuning::{MOST_ITEMS, MOST_OBJECTS};
use jitctl_core::{Borrowed, Owned, Result};
use jitctl_verdicts::VerdictCode;
use std::collections::HashSet;

struct Types {
    function: usize,
    module: usize,
    static_method: usize,
    class_method: usize,
    property: usize,
    generator: usize,
    coroutine: usize,
    async_generator: usize,
    frame: usize,
    tuple: usize,
    list: usize,
    dict: usize,
}

impl Types {
    /// The attributes with the functions that a wrapper of this type holds.
    fn wrapping(&self, kind: usize) -> Option<&'static [&'static str]> {
        match kind {
            kind if kind == self.static_method || kind == self.class_method => Some(&["__func__"]),
            kind if kind == self.property => Some(&["fget", "fset", "fdel"]),
            _ => None,
        }
    }

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
    let mut left = MOST_OBJECTS;
    context.python.each_object(|object, kind| {
        look(context, &types, object, kind, &mut found, &mut suspended);
        left -= 1;
        left > 0
    });
    context.shared().scanned_in_part = left == 0;
    if left == 0 {
        defined(context, &types, &mut found)?;
    }
    for code in found {
        scan.code(code.borrow());
    }
    for (object, attribute) in suspended {
        if let Ok(code) = host.get(object.borrow(), attribute) {
            scan.code(code.borrow());
        }
    }
    scan.frames()?;
    // Events that come and go take from a trace function what it is told of single instructions. All is looked through again
    // when the tool is gone.
    let followed = selftest::tracing(&View::new(host, context.python, None)).is_some();
    for code in std::mem::take(&mut scan.hidden) {
        // Without an id of sys.monitoring the instructions are taken from `co_code` below.
        if !followed {
            let _ = refresh(context, code.borrow());
        }
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

/// Adds the code objects of all functions that modules and their classes define.
fn defined(context: &Context, types: &Types, found: &mut Vec<Owned>) -> Result<()> {
    let (host, python) = (context.host, context.python);
    let modules = host.get(host.import("sys")?.borrow(), "modules")?;
    let mut waiting = vec![host.call_method(modules.borrow(), "copy", &[])?];
    let mut seen = HashSet::new();
    while let Some(namespace) = waiting.pop() {
        let mut wrapped = Vec::new();
        python.each_of_dict(namespace.borrow(), |value| {
            let kind = python.type_of(value);
            if kind == types.function {
                found.extend(python.code(value));
            } else if let Some(attributes) = types.wrapping(kind) {
                wrapped.push((host.own(value), attributes));
            } else if seen.insert(value.address() as usize)
                && let Some(inner) = python.namespace(value, types.module)
            {
                waiting.push(inner);
            }
        });
        for (value, attributes) in wrapped {
            for attribute in attributes {
                // Members of these very types: nothing of the program's runs.
                if let Ok(function) = host.get(value.borrow(), attribute)
                    && python.type_of(function.borrow()) == types.function
                {
                    found.extend(python.code(function.borrow()));
                }
            }
        }
    }
    Ok(())
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
        python.first_of_tuple(object, MOST_ITEMS, add);
    } else if kind == types.list {
        python.first_of_list(object, MOST_ITEMS, add);
    } else if kind == types.dict {
        python.first_of_dict(object, MOST_ITEMS, add);
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
        module: address("PyModule_Type")?,
        static_method: address("PyStaticMethod_Type")?,
        class_method: address("PyClassMethod_Type")?,
        property: address("PyProperty_Type")?,
        generator: address("PyGen_Type")?,
        coroutine: address("PyCoro_Type")?,
        async_generator: address("PyAsyncGen_Type")?,
        frame: address("PyFrame_Type")?,
        tuple: address("PyTuple_Type")?,
        list: address("PyList_Type")?,
        dict: address("PyDict_Type")?,
    })
}
