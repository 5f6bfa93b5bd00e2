//! The reasons that the bytecode shows, whatever it has done so far.

use super::flow::{Flow, guards};
use super::reason::Reason;
use super::subject::Subject;
use crate::introspect::opcodes::Table;
use crate::text::lossy;
use jitctl_core::{Instruction, Loop};
use jitctl_cpython::Traits;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCode, PyTuple};
use std::collections::BTreeSet;

/// What makes this code object unfriendly; `alone` where no code object of the function has a loop and this is its own.
pub fn reasons(subject: &Subject<'_, '_>, table: &Table, traits: &Traits, alone: bool) -> PyResult<Vec<Reason>> {
    let flow = Flow::new(subject.instructions, table);
    let names = Names::of(subject.code)?;
    let mut found = Vec::new();
    if alone {
        found.extend(no_loop(subject, traits)?);
    }
    for one in subject.loops {
        in_loop(subject, &flow, &names, traits, one, &mut found);
    }
    large_bodies(subject, &flow, traits, &mut found);
    caught(subject, &flow, &mut found)?;
    if let Some(beyond) = subject.loops.get(traits.most_loops) {
        let text = format!("it has {} loops, and only {} can be compiled", subject.loops.len(), traits.most_loops);
        found.push(Reason::new("many-loops", beyond.line, text));
    }
    anywhere(subject, &flow, &names, traits, &mut found);
    Ok(found)
}

fn no_loop(subject: &Subject<'_, '_>, traits: &Traits) -> PyResult<Option<Reason>> {
    const SUSPENDS: u32 = 0x20 | 0x80 | 0x200; // CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
    let py = subject.code.py();
    let flags: u32 = subject.code.getattr(intern!(py, "co_flags"))?.extract()?;
    let line: u32 = subject.code.getattr(intern!(py, "co_firstlineno"))?.extract()?;
    let text = match (traits.entry, flags & SUSPENDS != 0) {
        (true, false) => return Ok(None),
        (true, true) => "it has no loop, and the entry of a generator or coroutine starts no compiled code",
        (false, _) => "it has no loop, and on this version only loops start compiled code",
    };
    Ok(Some(Reason::new("no-loop", line, text)))
}

/// Names as instructions refer to them.
struct Names {
    own: String,
    globals: Vec<String>,
}

impl Names {
    fn of(code: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = code.py();
        let globals = code.getattr(intern!(py, "co_names"))?.cast_into::<PyTuple>()?;
        let globals = globals.iter().map(|name| lossy(&name)).collect::<PyResult<_>>()?;
        Ok(Self { own: lossy(&code.getattr(intern!(py, "co_name"))?)?, globals })
    }

    /// The global that `LOAD_GLOBAL` reads to call it: then the lowest bit of its argument is set.
    fn called(&self, instruction: &Instruction) -> Option<&str> {
        let called = instruction.argument & 1 == 1;
        self.globals.get(instruction.argument as usize >> 1).filter(|_| called).map(String::as_str)
    }

    fn attribute(&self, instruction: &Instruction) -> Option<&str> {
        self.globals.get(instruction.argument as usize).map(String::as_str)
    }
}

fn within<'a>(subject: &Subject<'a, '_>, one: &Loop) -> impl Iterator<Item = &'a Instruction> + use<'a> {
    let (start, jump) = (one.start, one.jump);
    subject.instructions.iter().filter(move |i| (start..=jump).contains(&i.offset))
}

/// No other loop within this one has the property.
fn innermost(subject: &Subject<'_, '_>, one: &Loop, has: impl Fn(&Loop) -> bool) -> bool {
    let inside = |other: &&Loop| other.start > one.start && other.jump < one.jump;
    !subject.loops.iter().filter(inside).any(has)
}

fn in_loop(
    subject: &Subject<'_, '_>,
    flow: &Flow<'_>,
    names: &Names,
    traits: &Traits,
    one: &Loop,
    found: &mut Vec<Reason>,
) {
    let first = |wanted: &str| within(subject, one).find(|i| flow.name(i) == wanted);
    let asynchronous = first("GET_ANEXT");
    if let Some(instruction) = asynchronous.filter(|_| !traits.async_for) {
        found.push(Reason::new(
            "async-for",
            instruction.line,
            "it loops with async for: a trace ends at each step, and the body is not compiled",
        ));
    } else if one.yields && !traits.yields && innermost(subject, one, |other| other.yields) {
        let text = "the loop contains a yield or an await, and is not compiled on this version";
        found.push(Reason::new("yield-in-loop", one.line, text));
    }
    if let Some(call) = first("CALL_FUNCTION_EX").filter(|_| !traits.star_call) {
        let text = "the loop calls with *arguments or **keywords: a trace ends there on this version, and what follows is not compiled";
        found.push(
            Reason::new("opaque-call", call.line, text)
                .advise("pass the arguments one by one, or make the call outside the hot loop"),
        );
    }
    if !traits.recursion
        && let Some(call) = within(subject, one)
            .find(|i| flow.name(i) == "LOAD_GLOBAL" && names.called(i).is_some_and(|name| name == names.own))
    {
        let text = format!("the loop calls {} itself, and a trace ends there on this version", names.own);
        found.push(Reason::new("recursion-in-loop", call.line, text));
    }
    let reads = first("LOAD_GLOBAL").is_some();
    if let Some(store) = first("STORE_GLOBAL").or_else(|| first("DELETE_GLOBAL")).filter(|_| reads) {
        let name = names.attribute(store).unwrap_or("a global");
        let text = format!(
            "the loop assigns the global {name}; compiled code that reads globals is dropped each time, until CPython \
             stops watching them after some ten thousand iterations"
        );
        found.push(Reason::new("global-store", store.line, text));
    }
}

fn large_bodies(subject: &Subject<'_, '_>, flow: &Flow<'_>, traits: &Traits, found: &mut Vec<Reason>) {
    let heads: BTreeSet<u32> = subject.loops.iter().map(|one| one.start).collect();
    for head in heads {
        let closing = || subject.loops.iter().filter(|one| one.start == head);
        let jumps: Vec<u32> = closing().map(|one| one.jump).collect();
        let Some(weight) = flow.shortest_pass(head, &jumps).filter(|weight| *weight > traits.longest_body) else {
            continue;
        };
        let text = format!(
            "even the shortest pass through the loop fills a trace ({weight} of {} units): what lies behind its end is \
             compiled thousands of iterations later, or never",
            traits.longest_body
        );
        found.push(Reason::new("large-body", closing().map(|one| one.line).next().unwrap_or(0), text));
    }
}

/// A `raise` within a loop whose handler goes on with that loop.
fn caught(subject: &Subject<'_, '_>, flow: &Flow<'_>, found: &mut Vec<Reason>) -> PyResult<()> {
    let mut raising = subject.instructions.iter().filter(|i| flow.name(i) == "RAISE_VARARGS").peekable();
    if raising.peek().is_none() || subject.loops.is_empty() {
        return Ok(());
    }
    let py = subject.code.py();
    let Some(bytes) = subject.code.getattr_opt(intern!(py, "co_exceptiontable"))? else { return Ok(()) };
    let guards = guards(bytes.cast_into::<PyBytes>()?.as_bytes());
    for raise in raising {
        let around = |one: &&Loop| (one.start..=one.jump).contains(&raise.offset);
        let guard = guards.iter().find(|guard| (guard.start..guard.end).contains(&raise.offset));
        let caught = guard
            .is_some_and(|guard| subject.loops.iter().filter(around).any(|one| flow.returns_to(guard.handler, one)));
        if caught {
            let text = "an exception raised here is caught within the loop: each one leaves compiled code";
            found.push(Reason::new("raise-in-loop", raise.line, text));
        }
    }
    Ok(())
}

fn anywhere(subject: &Subject<'_, '_>, flow: &Flow<'_>, names: &Names, traits: &Traits, found: &mut Vec<Reason>) {
    for (index, instruction) in subject.instructions.iter().enumerate() {
        match flow.name(instruction) {
            "LOAD_GLOBAL" => {
                let Some(name @ ("exec" | "eval")) = names.called(instruction) else { continue };
                if subject.instructions.get(index + 1).is_some_and(|next| is_code(subject, flow, names, next)) {
                    continue;
                }
                let text =
                    format!("where {name} gets a text, that becomes new code at every call, which is never warm");
                let once = format!("compile the text once (compile(text, \"<text>\", \"{name}\")) and run the code");
                found.push(Reason::new("exec-text", instruction.line, text).advise(once));
            }
            "STORE_ATTR" if !traits.sets_code && names.attribute(instruction) == Some("__code__") => {
                let text = "it assigns the code of a function, which ends the traces that call that function";
                found.push(Reason::new("sets-code", instruction.line, text));
            }
            _ => {}
        }
    }
}

/// Does the instruction read a global that is a code object now?
fn is_code(subject: &Subject<'_, '_>, flow: &Flow<'_>, names: &Names, instruction: &Instruction) -> bool {
    let name =
        names.globals.get(instruction.argument as usize >> 1).filter(|_| flow.name(instruction) == "LOAD_GLOBAL");
    let value = name.and_then(|name| subject.globals.get_item(name).ok());
    value.is_some_and(|value| value.is_instance_of::<PyCode>())
}
