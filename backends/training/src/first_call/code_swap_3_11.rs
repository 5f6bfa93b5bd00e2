//! 3.11: until its first call, the function has a stand-in for its code object.
//!
//! The stand-in is the same code with a prologue in front of the body that calls a constant. What is called puts the
//! original code object back and trains; the prologue then calls the original with the arguments of the call, in a frame
//! of its own, so that tracebacks and frames are those of the original (`prologue_3_11.rs` says why the stand-in's own frame
//! shows nowhere). Where a profile function is set (`sys.setprofile`), the call goes on in the stand-in's body instead: the
//! end of a frame whose beginning was not told would confuse it. Names, flags, arguments, lines, columns and exception
//! handlers are those of the original.
//!
//! What else was weighed. `sys.setprofile`, `sys.settrace` and a frame evaluation function (PEP 523) slow down every call of
//! every function while anything waits, and debuggers need them for themselves. The function object's `vectorcall` field,
//! which serves on 3.10 (`vectorcall_3_10.rs`), is not asked by 3.11 when a Python function calls another.
//!
//! What it costs. Until the first call `f.__code__` is another object (equal in all attributes but `co_code`,
//! `co_consts`, the tables of lines and handlers, and at times `co_stacksize`), memory for a second code object, and about
//! 13 microseconds to set it (an event on 3.12: 5). Tracers and profilers see the calls of the training. The first call of
//! a function with `*args` or `**kwargs` keeps what was given alive until it returns. A copy of the stand-in that somebody
//! made keeps its prologue, which then does nothing, in 65 to 100 ns per call. `marshal` refuses the stand-in, as it has a
//! constant that cannot be written; pickling by value works and leaves the trigger out.

use super::prologue_3_11::{self, Constants, Parts, Shape};
use super::trigger_3_11::Triggers;
use crate::job::{Job, code_replaced, unavailable};
use crate::moment;
use crate::pending::{Pending, Way};
use crate::python;
use jitctl_core::{Borrowed, Host, Level, Owned, Result};
use std::sync::{Arc, Weak};

const VARARGS: i64 = 4;
const VARKEYWORDS: i64 = 8;

#[derive(Default)]
pub(crate) struct StandIns {
    triggers: Triggers,
}

impl StandIns {
    pub(crate) fn arm(
        &self,
        host: Host,
        pending: &Arc<Pending>,
        function: Borrowed<'_>,
        ticket: u64,
        job: Job,
    ) -> Result<()> {
        let original = host.get(function, "__code__")?;
        let number = pending.number();
        let weak = Arc::downgrade(pending);
        let run = host.callable("jitctl_first_call", move |host, _| first_call(host, &weak, number))?;
        let trigger = self.triggers.make(host, run.borrow())?;
        let stand_in = stand_in(host, original.borrow(), trigger.borrow())?;
        let reference = host.call_method(host.import("weakref")?.borrow(), "ref", &[stand_in.borrow()])?;
        pending.add(host, number, function, ticket, Way::StandIn { original, stand_in: reference }, job)?;
        if let Err(error) = host.set(function, "__code__", stand_in.borrow()) {
            drop(pending.take(number));
            return Err(error);
        }
        Ok(())
    }
}

fn stand_in(host: Host, original: Borrowed<'_>, trigger: Borrowed<'_>) -> Result<Owned> {
    let bytes = |name| host.to_bytes(host.get(original, name)?.borrow());
    let parts = Parts { code: bytes("co_code")?, lines: bytes("co_linetable")?, handlers: bytes("co_exceptiontable")? };

    let constants = host.get(original, "co_consts")?;
    let count = length(host, constants.borrow())?;
    let shape = shape(host, original)?;
    let places = Constants { names: count, trigger: count + 1 };
    let parts = prologue_3_11::with_prologue(&parts, shape, places).map_err(unavailable)?;
    let names = keyword_only(host, original, shape)?;
    let more = host.tuple(&[names.borrow(), trigger])?;
    let constants = host.call_method(constants.borrow(), "__add__", &[more.borrow()])?;
    let stack = host.to_int(host.get(original, "co_stacksize")?.borrow())?.max(prologue_3_11::stack(shape).into());

    let (code, lines) = (host.bytes(&parts.code)?, host.bytes(&parts.lines)?);
    let (handlers, stack) = (host.bytes(&parts.handlers)?, host.int(stack)?);
    let changes = [
        ("co_code", code.borrow()),
        ("co_linetable", lines.borrow()),
        ("co_exceptiontable", handlers.borrow()),
        ("co_consts", constants.borrow()),
        ("co_stacksize", stack.borrow()),
    ];
    let replace = host.get(original, "replace")?;
    host.call_with(replace.borrow(), host.tuple(&[])?.borrow(), Some(python::dict(host, &changes)?.borrow()))
}

fn shape(host: Host, code: Borrowed<'_>) -> Result<Shape> {
    let number = |name: &str| host.to_int(host.get(code, name)?.borrow());
    let count = |name: &str| u32::try_from(number(name)?).map_err(unavailable);
    let flags = number("co_flags")?;
    let variables = host.get(code, "co_varnames")?;
    // An argument that is also a cell has one place for both.
    let mut locals = length(host, variables.borrow())?;
    let cells = host.get(code, "co_cellvars")?;
    for index in 0..length(host, cells.borrow())? {
        let name = host.item(cells.borrow(), host.int(index.into())?.borrow())?;
        let known = host.call_method(variables.borrow(), "__contains__", &[name.borrow()])?;
        locals += u32::from(!host.truth(known.borrow())?);
    }
    Ok(Shape {
        positional: count("co_argcount")?,
        keyword_only: count("co_kwonlyargcount")?,
        star: flags & VARARGS != 0,
        double_star: flags & VARKEYWORDS != 0,
        locals,
        free: length(host, host.get(code, "co_freevars")?.borrow())?,
    })
}

fn keyword_only(host: Host, code: Borrowed<'_>, shape: Shape) -> Result<Owned> {
    let variables = host.get(code, "co_varnames")?;
    let mut names = Vec::new();
    for index in shape.positional..shape.positional + shape.keyword_only {
        names.push(host.item(variables.borrow(), host.int(index.into())?.borrow())?);
    }
    host.tuple(&names.iter().map(Owned::borrow).collect::<Vec<_>>())
}

fn length(host: Host, container: Borrowed<'_>) -> Result<u32> {
    let length = host.to_int(host.call_method(container, "__len__", &[])?.borrow())?;
    u32::try_from(length).map_err(unavailable)
}

/// Answers the code object in which the call shall go on, or None for the stand-in's own body.
fn first_call(host: Host, pending: &Weak<Pending>, number: u64) -> Result<Owned> {
    let Some(waiting) = pending.upgrade().and_then(|pending| pending.take(number)) else { return Ok(host.none()) };
    let (Some(function), Way::StandIn { original, stand_in }) = (waiting.function(host), &waiting.way) else {
        return Ok(host.none());
    };
    let original = original.clone();
    match put_back(host, function.borrow(), original.borrow(), stand_in.borrow()) {
        Ok(true) => moment::in_stand_in(|| waiting.run(host))?,
        Ok(false) => host.report(waiting.ticket, &code_replaced()),
        Err(error) => host.log(Level::Warning, &format!("a function's code could not be put back: {error}")),
    }
    let profiler = host.call_method(host.import("sys")?.borrow(), "getprofile", &[])?;
    Ok(if python::is_none(host, profiler.borrow()) { original } else { host.none() })
}

/// Gives the function its own code object back, where it still has the stand-in. Says whether it had.
pub(crate) fn put_back(
    host: Host,
    function: Borrowed<'_>,
    original: Borrowed<'_>,
    stand_in: Borrowed<'_>,
) -> Result<bool> {
    let now = host.get(function, "__code__")?;
    if !python::referent(host, stand_in).is_some_and(|stand_in| python::same(stand_in.borrow(), now.borrow())) {
        return Ok(false);
    }
    host.set(function, "__code__", original).map(|()| true)
}
