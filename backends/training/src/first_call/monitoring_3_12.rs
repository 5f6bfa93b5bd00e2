//! 3.12 and later: a local `PY_START` event on the function's code object.
//!
//! The callback turns the event off before it trains, so that the training runs the code as it is without any event; the
//! call that set it off then goes on in a warm function. CPython delivers no events and no `sys.settrace` calls from inside
//! a callback, so debuggers, coverage and profilers see nothing of the training (`callees_first.rs` says what follows from that).
//!
//! The event belongs to the code object, which several closures can share: the first call of any of them trains all that
//! wait. The event drops compiled code that the code object already had (there is rarely any before the first call).

use super::callees_first::run_in_order;
use crate::job::{Job, unavailable};
use crate::pending::{Pending, Way};
use crate::tool_ids;
use jitctl_core::{Borrowed, Error, Host, Level, Owned, Result};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

const NAME: &str = "jitctl first calls";
const PY_START: i64 = 1;
const NONE: i64 = -1;

pub(crate) struct Events {
    tool: AtomicI64,
    /// `sys.monitoring.set_local_events`.
    set: Arc<OnceLock<Owned>>,
}

impl Default for Events {
    fn default() -> Self {
        Self { tool: AtomicI64::new(NONE), set: Arc::default() }
    }
}

impl Events {
    pub(crate) fn arm(
        &self,
        host: Host,
        pending: &Arc<Pending>,
        function: Borrowed<'_>,
        ticket: u64,
        job: Job,
    ) -> Result<()> {
        let tool = self.tool(host, pending)?;
        let code = host.get(function, "__code__")?;
        let number = pending.number();
        pending.add(host, number, function, ticket, Way::Event { code: code.clone() }, job)?;
        if let Err(error) = set(host, &self.set, tool, code.borrow(), PY_START) {
            drop(pending.take(number));
            return Err(error);
        }
        Ok(())
    }

    pub(crate) fn off(&self, host: Host, code: Borrowed<'_>) -> Result<()> {
        match self.tool.load(Ordering::SeqCst) {
            NONE => Ok(()),
            tool if !tool_ids::has(host, tool, NAME)? => Ok(()), // what another tool has there is not ours
            tool => set(host, &self.set, tool, code, 0),
        }
    }

    pub(crate) fn means(&self) -> String {
        match self.tool.load(Ordering::SeqCst) {
            NONE => "noticed by sys.monitoring (not in use)".to_owned(),
            tool => format!("noticed by sys.monitoring, tool {tool}"),
        }
    }

    /// The tool, which is taken when it is first needed and kept: to give it back would change the version of every code
    /// object's instrumentation. Where another tool has it by now, a new one is taken, also for what is waiting.
    fn tool(&self, host: Host, pending: &Arc<Pending>) -> Result<i64> {
        let held = self.tool.load(Ordering::SeqCst);
        if held != NONE && tool_ids::has(host, held, NAME)? {
            return Ok(held);
        }
        let tool = tool_ids::claim(host, &tool_ids::FIRST_CALL, NAME).map_err(|error| match error {
            Error::Unsupported { message, .. } | Error::Refused { message, .. } => unavailable(message),
            other => other,
        })?;
        // Claiming runs Python, so another thread may have been here too.
        match self.tool.compare_exchange(held, tool, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => {
                register(host, pending, &self.set, tool)?;
                for code in pending.codes() {
                    set(host, &self.set, tool, code.borrow(), PY_START)?;
                }
                Ok(tool)
            }
            Err(theirs) => tool_ids::release(host, tool).map(|()| theirs),
        }
    }
}

fn register(host: Host, pending: &Arc<Pending>, set: &Arc<OnceLock<Owned>>, tool: i64) -> Result<()> {
    let (pending, set) = (Arc::clone(pending), Arc::clone(set));
    let callback = host.callable("jitctl_first_call", move |host, arguments| {
        if let Some(code) = arguments.first() {
            first_call(host, &pending, &set, tool, *code)?;
        }
        Ok(host.none())
    })?;
    let (tool, event) = (host.int(tool)?, host.int(PY_START)?);
    let monitoring = tool_ids::monitoring(host)?;
    host.call_method(monitoring.borrow(), "register_callback", &[tool.borrow(), event.borrow(), callback.borrow()])?;
    Ok(())
}

fn first_call(host: Host, pending: &Pending, setter: &OnceLock<Owned>, tool: i64, code: Borrowed<'_>) -> Result<()> {
    let waiting = pending.take_by_code(code);
    let off = |code: Borrowed<'_>| {
        if let Err(error) = set(host, setter, tool, code, 0) {
            host.log(Level::Warning, &format!("an event could not be turned off: {error}"));
        }
    };
    off(code);
    let mut result = Ok(());
    for one in waiting {
        if result.is_ok() {
            result = run_in_order(host, pending, one, &off);
        } else {
            one.interrupt(host);
        }
    }
    result
}

fn set(host: Host, function: &OnceLock<Owned>, tool: i64, code: Borrowed<'_>, events: i64) -> Result<()> {
    let function = match function.get() {
        Some(function) => function,
        None => {
            let found = host.get(tool_ids::monitoring(host)?.borrow(), "set_local_events")?;
            function.get_or_init(|| found)
        }
    };
    let (tool, events) = (host.int(tool)?, host.int(events)?);
    host.call(function.borrow(), &[tool.borrow(), code, events.borrow()]).map(|_| ())
}
