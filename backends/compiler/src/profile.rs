//! What the specialised bytecode, the actual arguments and earlier exits say; what is not compiled at all.

use crate::decode::{Code, Op};
use crate::ir::Num;
use crate::python::Object;
use crate::runtime::Runtime;
use crate::subject::{Builtins, Param, Refused, Signature, Types};
use crate::units::{Context, ExitSeen};
use jitctl_core::{Host, Owned, Result};
use std::collections::{BTreeMap, BTreeSet};

const VARARGS: u32 = 0x04;
const VARKEYWORDS: u32 = 0x08;
const GENERATOR: u32 = 0x20;
const COROUTINE: u32 = 0x80;
const ITERABLE_COROUTINE: u32 = 0x100;
const ASYNC_GENERATOR: u32 = 0x200;
const OPTIMIZED: u32 = 0x01;

/// Refuses what is not compiled as a whole.
pub fn refuse_kinds(code: &Code) -> std::result::Result<(), Refused> {
    let refuse = |code: &'static str, message: &str| Err(Refused { code, line: None, message: message.to_owned() });
    if code.flags & GENERATOR != 0 {
        return refuse("generator", "generators are not compiled");
    }
    if code.flags & (COROUTINE | ITERABLE_COROUTINE | ASYNC_GENERATOR) != 0 {
        return refuse("coroutine", "coroutines are not compiled");
    }
    if code.flags & VARARGS != 0 {
        return refuse("varargs", "functions with *args are not compiled");
    }
    if code.flags & VARKEYWORDS != 0 {
        return refuse("varkeywords", "functions with **kwargs are not compiled");
    }
    if code.flags & OPTIMIZED == 0 {
        return refuse("class-body", "the code of a class body is not compiled");
    }
    if code.nlocalsplus + code.stacksize > 250 {
        return refuse("too-many-locals", "it has more than 250 variables and temporaries");
    }
    if code.instrs.len() > 6_000 {
        return refuse("too-large", "it has more than 6,000 instructions");
    }
    Ok(())
}

/// How the parameters are taken: as the actual arguments of the call are, unless calls with others came before.
pub fn params(context: &Context<'_>, code: &Code) -> Vec<Param> {
    let rt = context.runtime;
    let count = (code.argcount + code.kwonly) as usize;
    let other_types = context.feedback.iter().any(|seen| seen.reason == "argument");
    let kind = |index: usize| {
        if other_types {
            return Param::Object;
        }
        if let Some(kinds) = &context.kinds {
            return kinds.get(index).copied().flatten().map_or(Param::Object, Param::Raw);
        }
        let Some(value) = context.arguments.as_ref().and_then(|values| values.get(index)) else { return Param::Object };
        match Types::number(rt, value.address() as usize) {
            Some(num @ (Num::Int | Num::Float)) => Param::Raw(num),
            _ => Param::Object,
        }
    };
    (0..count).map(kind).collect()
}

/// Parameters that are objects and that no instruction assigns or deletes.
pub fn unassigned(code: &Code, params: &[Param]) -> Vec<u32> {
    let mut assigned = BTreeSet::new();
    for one in &code.instrs {
        match one.op {
            Op::StoreFast | Op::DeleteFast | Op::LoadFastAndClear | Op::MakeCell => {
                assigned.insert(one.arg);
            }
            Op::StoreFastLoadFast => {
                assigned.insert(one.arg >> 4);
            }
            Op::StoreFastStoreFast => assigned.extend([one.arg >> 4, one.arg & 15]),
            _ => {}
        }
    }
    let objects = (0_u32..).zip(params).filter(|(_, param)| **param == Param::Object);
    let objects = objects.map(|(index, _)| index).filter(|index| !assigned.contains(index));
    objects.take_while(|index| (*index as usize) < Signature::LIMIT).collect()
}

/// What exits that were taken tell, by instruction.
#[derive(Default)]
pub struct Feedback {
    /// Guesses were wrong.
    pub failed: BTreeSet<u32>,
    /// Functions of other code were called.
    pub strangers: BTreeSet<u32>,
    /// Ints were large.
    pub overflowed: BTreeSet<u32>,
    /// Operands were neither ints nor floats.
    pub others: BTreeSet<u32>,
    /// The typecodes of the arrays among what was met, as `runtime::Arrays` has them.
    pub details: BTreeMap<u32, usize>,
    /// The classes that were met and still live.
    pub met: BTreeMap<u32, Vec<Owned>>,
}

/// Reads the exits.
pub fn feedback(host: Host, rt: &Runtime, seen: &[ExitSeen]) -> Feedback {
    let mut found = Feedback::default();
    for one in seen {
        let offset = one.offset / 2;
        for class in &one.classes {
            let Ok(object) = host.call(class.weak.borrow(), &[]) else { continue };
            let classes = found.met.entry(offset).or_default();
            let news = classes.iter().all(|known| known.address() != object.address());
            if object.address() as usize != rt.api._Py_NoneStruct && news {
                classes.push(object);
            }
        }
        if one.reason == "classes" && one.detail != 0 {
            found.details.insert(offset, one.detail as usize);
        }
        match one.reason {
            "overflow" => {
                found.overflowed.insert(offset);
                found.failed.insert(offset);
            }
            "function" => {
                found.strangers.insert(offset);
                found.failed.insert(offset);
            }
            "number" => {
                found.others.insert(offset);
                found.failed.insert(offset);
            }
            "type" | "index" | "attribute" | "callee" | "division" => {
                found.failed.insert(offset);
            }
            _ => continue,
        }
        found.failed.extend(u32::try_from(one.detail));
    }
    found
}

/// The builtins that are known by identity; 0, which is no object, for one in whose place the program has put another.
pub fn builtins(host: Host, rt: &Runtime) -> Result<Builtins> {
    let module = host.import("builtins")?;
    let find = |name: &str| -> Result<usize> {
        let Ok(object) = host.get(module.borrow(), name) else { return Ok(0) };
        let address = object.address() as usize;
        if Types::of(rt, address) != rt.api.PyCFunction_Type {
            return Ok(0);
        }
        let own_name = host.to_text(host.get(object.borrow(), "__name__")?.borrow())?;
        let of = host.get(object.borrow(), "__self__")?;
        Ok(if own_name == name && of.address() == module.address() { address } else { 0 })
    };
    let method = |class: usize, name: &str| {
        // SAFETY: a type and a text.
        host.text(name).map(|name| unsafe { (rt.api._PyType_Lookup)(class as Object, name.address()) as usize })
    };
    Ok(Builtins {
        len: find("len")?,
        abs: find("abs")?,
        min: find("min")?,
        max: find("max")?,
        ord: find("ord")?,
        chr: find("chr")?,
        isinstance: find("isinstance")?,
        list_append: method(rt.api.PyList_Type, "append")?,
        list_pop: method(rt.api.PyList_Type, "pop")?,
        dict_get: method(rt.api.PyDict_Type, "get")?,
    })
}

/// What `LOAD_COMMON_CONSTANT` means, where it names None, a bool, a number or a text.
pub fn common_constants(host: Host, rt: &Runtime) -> Vec<Option<usize>> {
    let list = || -> Result<Vec<Option<usize>>> {
        let opcode = host.import("_opcode")?;
        let _ = opcode;
        let module = host.import("opcode")?;
        let table = host.get(module.borrow(), "_common_constants")?;
        let count = host.to_int(host.call_method(table.borrow(), "__len__", &[])?.borrow())?;
        let mut found = Vec::new();
        for index in 0..count {
            let item = host.item(table.borrow(), host.int(index)?.borrow())?;
            let address = item.address() as usize;
            let none = address == rt.api._Py_NoneStruct;
            let empty = Types::of(rt, address) == rt.api.PyUnicode_Type
                // SAFETY: an exact text.
                && unsafe { Runtime::read::<isize>(address as Object, rt.layout.unicode_length) } == 0;
            let fixed =
                none || empty || matches!(Types::number(rt, address), Some(Num::Bool)) || Types::is_cached(rt, address);
            found.push(fixed.then_some(address));
        }
        Ok(found)
    };
    list().unwrap_or_default()
}
