//! One call of a training, by the kind of the function: a generator is driven, a coroutine too, without an event loop.

use crate::interruption::{Baseline, contained};
use crate::python;
use crate::samples::Sample;
use crate::timeout;
use crate::tuning::ITEMS;
use jitctl_core::{Borrowed, Error, Host, Owned, Result};

/// What came of a call.
pub(crate) enum Step {
    Finished,
    /// It waits for something that only an event loop can give; it was closed.
    Suspended,
}

enum Kind {
    Plain,
    Generator { islice: Owned, deque: Owned },
    Coroutine,
    AsyncGenerator,
}

pub(crate) struct Driver<'a> {
    host: Host,
    kind: Kind,
    hidden: Hidden,
    baseline: &'a Baseline,
}

impl<'a> Driver<'a> {
    /// For the user's coroutines there is no running loop until [`Driver::restore`].
    pub(crate) fn new(host: Host, function: Borrowed<'_>, baseline: &'a Baseline) -> Result<Self> {
        let facts = host.facts(function)?;
        let code = facts.code();
        let kind = if code.is_async_generator() {
            Kind::AsyncGenerator
        } else if code.is_coroutine() {
            Kind::Coroutine
        } else if code.is_generator() {
            let islice = host.get(host.import("itertools")?.borrow(), "islice")?;
            let deque = host.get(host.import("collections")?.borrow(), "deque")?;
            Kind::Generator { islice, deque }
        } else {
            Kind::Plain
        };
        let hidden = match kind {
            Kind::Coroutine | Kind::AsyncGenerator => Hidden::hide(host)?,
            Kind::Plain | Kind::Generator { .. } => Hidden::default(),
        };
        Ok(Self { host, kind, hidden, baseline })
    }

    /// Gives the thread its event loop back.
    pub(crate) fn restore(&self) -> Result<()> {
        self.hidden.restore(self.host)
    }

    pub(crate) fn call(&self, function: Borrowed<'_>, sample: &Sample) -> Result<Step> {
        let host = self.host;
        let result = sample.call(host, function)?;
        match &self.kind {
            Kind::Plain => Ok(Step::Finished),
            Kind::Generator { islice, deque } => {
                let items = host.call(islice.borrow(), &[result.borrow(), host.int(ITEMS)?.borrow()])?;
                let driven = host.call(deque.borrow(), &[items.borrow(), host.int(0)?.borrow()]);
                self.closed(result.borrow(), driven.map(|_| Step::Finished))
            }
            Kind::Coroutine => {
                let step = self.send(result.borrow()).map(|end| end.map_or(Step::Suspended, |()| Step::Finished));
                self.closed(result.borrow(), step.or_else(waits))
            }
            Kind::AsyncGenerator => self.iterate(result.borrow()),
        }
    }

    /// Closes what was driven, also after it raised; the first error counts, unless the second one is the user's.
    fn closed(&self, generator: Borrowed<'_>, step: Result<Step>) -> Result<Step> {
        match (step, self.host.call_method(generator, "close", &[])) {
            (step, Ok(_)) => step,
            (Ok(_), Err(error)) => Err(error),
            (Err(first), Err(second)) => {
                contained(self.host, Some(self.baseline), second)?;
                Err(first)
            }
        }
    }

    /// `send(None)`: `Some` where it finished (StopIteration), `None` where it waits.
    fn send(&self, awaitable: Borrowed<'_>) -> Result<Option<()>> {
        match self.host.call_method(awaitable, "send", &[self.host.none().borrow()]) {
            Ok(_) => Ok(None),
            Err(Error::Python(raised)) if raised.type_name() == "StopIteration" => Ok(Some(())),
            Err(error) => Err(error),
        }
    }

    fn iterate(&self, generator: Borrowed<'_>) -> Result<Step> {
        let host = self.host;
        let mut step = Ok(Step::Finished);
        for _ in 0..ITEMS {
            let next = host.call_method(generator, "__anext__", &[])?;
            match self.send(next.borrow()) {
                Ok(Some(())) => {}
                Ok(None) => return self.ended(next.borrow()),
                Err(Error::Python(raised)) if raised.type_name() == "StopAsyncIteration" => break,
                Err(error) => {
                    step = waits(error);
                    break;
                }
            }
        }
        let closed = host.call_method(generator, "aclose", &[]).and_then(|close| self.send(close.borrow()));
        match (step, closed) {
            (Ok(step), closed) => closed.map(|end| end.map_or(Step::Suspended, |()| step)),
            (Err(first), Ok(_)) => Err(first),
            (Err(first), Err(second)) => {
                contained(host, Some(self.baseline), second)?;
                Err(first)
            }
        }
    }

    /// Ends an asynchronous generator where it waits: until 3.12 `aclose` would say that it is running.
    fn ended(&self, next: Borrowed<'_>) -> Result<Step> {
        let exit = python::builtin(self.host, "GeneratorExit")?;
        match self.host.call_method(next, "throw", &[exit.borrow()]) {
            Ok(_) => Ok(Step::Suspended),
            Err(Error::Python(raised)) if raised.type_name() == "GeneratorExit" => Ok(Step::Suspended),
            Err(error) => waits(error),
        }
    }
}

/// Asking for the running loop, which is hidden, comes to the same as waiting for it.
fn waits(error: Error) -> Result<Step> {
    match error {
        Error::Python(raised) if raised.message() == "no running event loop" => Ok(Step::Suspended),
        other => Err(other),
    }
}

/// The thread's event loop and its hooks for asynchronous generators, while a training hides them: a training must not
/// start tasks on the user's loop, nor have its generators registered there.
#[derive(Default)]
struct Hidden {
    event_loop: Option<Owned>,
    hooks: Option<Owned>,
}

impl Hidden {
    fn hide(host: Host) -> Result<Self> {
        // Without a loop, what the user's would have awaited is not: no reason for a warning.
        let stopped = python::builtin(host, "False")?;
        host.call_method(host.import(timeout::MODULE)?.borrow(), "keep_quiet", &[stopped.borrow()])?;
        let sys = host.import("sys")?;
        let hooks = host.call_method(sys.borrow(), "get_asyncgen_hooks", &[])?;
        let none = host.none();
        host.call_method(sys.borrow(), "set_asyncgen_hooks", &[none.borrow(), none.borrow()])?;
        let mut hidden = Self { event_loop: None, hooks: Some(hooks) };
        if let Some(asyncio) = python::imported(host, "asyncio") {
            let running = host.call_method(asyncio.borrow(), "_get_running_loop", &[])?;
            if !python::is_none(host, running.borrow()) {
                host.call_method(asyncio.borrow(), "_set_running_loop", &[none.borrow()])?;
                hidden.event_loop = Some(running);
            }
        }
        Ok(hidden)
    }

    fn restore(&self, host: Host) -> Result<()> {
        if let Some(hooks) = &self.hooks {
            let set = host.get(host.import("sys")?.borrow(), "set_asyncgen_hooks")?;
            host.call_with(set.borrow(), hooks.borrow(), None)?;
        }
        if let Some(running) = &self.event_loop {
            host.call_method(host.import("asyncio")?.borrow(), "_set_running_loop", &[running.borrow()])?;
        }
        Ok(())
    }
}
