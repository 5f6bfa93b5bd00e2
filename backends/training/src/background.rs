//! A training in a daemon thread that Python knows of.

use crate::job::Job;
use crate::pending::{Pending, Way};
use crate::python;
use crate::running;
use jitctl_core::{Borrowed, Host, Result};
use std::sync::Arc;

/// Starts a thread that runs the job, unless the function has died by then. `running` ends it with the interpreter.
pub(crate) fn start(host: Host, pending: &Arc<Pending>, function: Borrowed<'_>, ticket: u64, job: Job) -> Result<()> {
    running::end_with_interpreter(host)?;
    let number = pending.number();
    pending.add(host, number, function, ticket, Way::Thread, job)?;
    match thread(host, Arc::clone(pending), number) {
        Ok(()) => Ok(()),
        Err(error) => {
            drop(pending.take(number));
            Err(error)
        }
    }
}

fn thread(host: Host, pending: Arc<Pending>, number: u64) -> Result<()> {
    let target = host.callable("jitctl_training", move |host, _| {
        if let Some(waiting) = pending.take(number) {
            waiting.run(host)?;
        }
        Ok(host.none())
    })?;
    let (name, daemon) = (host.text("jitctl-training")?, python::builtin(host, "True")?);
    let keywords =
        python::dict(host, &[("target", target.borrow()), ("name", name.borrow()), ("daemon", daemon.borrow())])?;
    let class = host.get(host.import("threading")?.borrow(), "Thread")?;
    let thread = host.call_with(class.borrow(), host.tuple(&[])?.borrow(), Some(keywords.borrow()))?;
    host.call_method(thread.borrow(), "start", &[]).map(|_| ())
}
