//! 3.10 and 3.11: until its first call, the function has a stand-in for its code object.
//!
//! The stand-in is the same code with a prologue in front of the body that calls a constant. What is called puts the
//! original code object back and trains; the call that set it off then goes on in the stand-in's body. Names, flags,
//! arguments, lines, columns, exception handlers and stack are those of the original; the prologue has no line, so that
//! tracers see nothing of it.
//!
//! What else was weighed. `sys.setprofile`, `sys.settrace` and a frame evaluation function (PEP 523) slow down every call of
//! every function while anything waits, and debuggers need them for themselves. The function object's `vectorcall` field
//! would do on 3.10 with less, but it has no public interface there and 3.11 calls Python functions without it.
//!
//! What it costs. Until the first call `f.__code__` is another object (equal in all attributes but `co_code`,
//! `co_consts`, the tables of lines and handlers, and at times `co_stacksize`), memory for a second code object, and about
//! 13 microseconds to set it (an event on 3.12: 5). The first call itself runs cold code. Tracers and profilers see the
//! calls of the training, and on 3.10 their caller has no line. A copy of the stand-in that somebody made keeps its
//! prologue, which then does nothing, in 65 to 100 ns per call. `marshal` refuses the stand-in, as it has a constant that
//! cannot be written; pickling by value works and leaves the trigger out.

use super::trigger::Triggers;
use crate::pending::{Pending, Way};
use crate::python;
use crate::scheduler::{Job, unavailable};
use jitctl_core::{Borrowed, Host, Level, Owned, Result, Status, Verdict};
use std::sync::{Arc, Weak};

/// The parts of a code object that a prologue changes.
pub(crate) struct Parts {
    /// `co_code`.
    pub(crate) code: Vec<u8>,
    /// `co_linetable`.
    pub(crate) lines: Vec<u8>,
    /// `co_exceptiontable`; empty on 3.10.
    pub(crate) handlers: Vec<u8>,
}

/// Puts a call of the given constant, without arguments, in front of the body; the reason where that is not possible.
pub(crate) type Rewrite = fn(&Parts, u32) -> std::result::Result<Parts, &'static str>;

/// What the prologue needs of the stack.
const STACK: i64 = 2;

pub(crate) struct StandIns {
    rewrite: Rewrite,
    triggers: Triggers,
}

impl StandIns {
    pub(crate) fn new(rewrite: Rewrite) -> Self {
        Self { rewrite, triggers: Triggers::default() }
    }

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
        let run = host.callable("jitctl_first_call", move |host, _| {
            first_call(host, &weak, number)?;
            Ok(host.none())
        })?;
        let trigger = self.triggers.make(host, run.borrow())?;
        let stand_in = self.stand_in(host, original.borrow(), trigger.borrow())?;
        let reference = host.call_method(host.import("weakref")?.borrow(), "ref", &[stand_in.borrow()])?;
        pending.add(host, number, function, ticket, Way::StandIn { original, stand_in: reference }, job)?;
        if let Err(error) = host.set(function, "__code__", stand_in.borrow()) {
            drop(pending.take(number));
            return Err(error);
        }
        Ok(())
    }

    fn stand_in(&self, host: Host, original: Borrowed<'_>, trigger: Borrowed<'_>) -> Result<Owned> {
        let bytes = |name| host.to_bytes(host.get(original, name)?.borrow());
        let handlers =
            if host.get(original, "co_exceptiontable").is_ok() { bytes("co_exceptiontable")? } else { vec![] };
        let parts = Parts { code: bytes("co_code")?, lines: bytes("co_linetable")?, handlers };

        let constants = host.get(original, "co_consts")?;
        let count = host.to_int(host.call_method(constants.borrow(), "__len__", &[])?.borrow())?;
        let index = u32::try_from(count).map_err(unavailable)?;
        let parts = (self.rewrite)(&parts, index).map_err(unavailable)?;
        let more = host.tuple(&[trigger])?;
        let constants = host.call_method(constants.borrow(), "__add__", &[more.borrow()])?;
        let stack = host.to_int(host.get(original, "co_stacksize")?.borrow())?.max(STACK);

        let (code, lines) = (host.bytes(&parts.code)?, host.bytes(&parts.lines)?);
        let (handlers, stack) = (host.bytes(&parts.handlers)?, host.int(stack)?);
        let mut changes = vec![
            ("co_code", code.borrow()),
            ("co_linetable", lines.borrow()),
            ("co_consts", constants.borrow()),
            ("co_stacksize", stack.borrow()),
        ];
        if !parts.handlers.is_empty() {
            changes.push(("co_exceptiontable", handlers.borrow()));
        }
        let replace = host.get(original, "replace")?;
        host.call_with(replace.borrow(), host.tuple(&[])?.borrow(), Some(python::dict(host, &changes)?.borrow()))
    }
}

fn first_call(host: Host, pending: &Weak<Pending>, number: u64) -> Result<()> {
    let Some(waiting) = pending.upgrade().and_then(|pending| pending.take(number)) else { return Ok(()) };
    let (Some(function), Way::StandIn { original, stand_in }) = (waiting.function(host), &waiting.way) else {
        return Ok(());
    };
    match put_back(host, function.borrow(), original.borrow(), stand_in.borrow()) {
        Ok(true) => waiting.run(host),
        Ok(false) => {
            let message =
                "its __code__ was replaced before its first call, so the samples may no longer fit; not trained";
            host.report(waiting.ticket, &Verdict::new(Status::Refused, "code-replaced", message));
            Ok(())
        }
        Err(error) => {
            host.log(Level::Warning, &format!("a function's code could not be put back: {error}"));
            Ok(())
        }
    }
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
