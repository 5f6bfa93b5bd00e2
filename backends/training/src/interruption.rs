//! Tells the training's own exceptions from those that belong to the user.
//!
//! A training calls the user's function where the user expects none of this. What the function raises because of its
//! samples is a reason for a verdict. An exception that arrives from outside (a signal handler's, one that another thread
//! set with `PyThreadState_SetAsyncExc`, a debugger's) was meant for whoever called the function, and has to reach them.
//! `python/jitctl/_training/interruption.py` says how the two are told apart.

use crate::python;
use jitctl_core::{Borrowed, Error, Exception, Host, Owned, Result};

const MODULE: &str = "jitctl._training.interruption";

/// What is true before the first call of a training: the signal handlers, and the exception that is being handled.
pub(crate) struct Baseline(pub(crate) Owned);

impl Baseline {
    pub(crate) fn take(host: Host, function: Borrowed<'_>) -> Result<Self> {
        host.call_method(host.import(MODULE)?.borrow(), "baseline", &[function]).map(Self)
    }
}

/// Splits errors in two: what a training keeps to itself, as a reason, and what must reach the user, as
/// [`Error::Interrupted`]. Without a baseline, that of this moment is taken.
///
/// # Errors
/// [`Error::Interrupted`] with the exception; it may be another one, where that arrived while this one was looked at.
pub(crate) fn contained(host: Host, baseline: Option<&Baseline>, error: Error) -> Result<String> {
    let exception = match error {
        Error::Python(exception) => exception,
        Error::Interrupted(_) => return Err(error),
        other => return Ok(other.to_string()),
    };
    match is_foreign(host, baseline, &exception) {
        Ok(false) => Ok(exception.to_string()),
        Ok(true) => Err(Error::Interrupted(exception)),
        // Looking at it needs more room on the stack than the call would have needed, and there is too little left.
        Err(Error::Python(arrived)) if is_of_stack(host, &arrived) => match ends_program(host, &exception) {
            true => Err(Error::Interrupted(exception)),
            false => Ok(exception.to_string()),
        },
        Err(Error::Python(arrived)) => Err(Error::Interrupted(arrived)),
        Err(other) => Ok(other.to_string()),
    }
}

fn is_foreign(host: Host, baseline: Option<&Baseline>, exception: &Exception) -> Result<bool> {
    let module = match host.import(MODULE) {
        Ok(module) => module,
        // While the interpreter ends, nothing can be imported any more.
        Err(Error::Python(failed)) if python::is_instance(host, failed.object(), "ImportError")? => {
            return Ok(ends_program(host, exception));
        }
        Err(error) => return Err(error),
    };
    let answer = match baseline {
        Some(Baseline(before)) => {
            host.call_method(module.borrow(), "is_foreign", &[exception.object(), before.borrow()])
        }
        None => host.call_method(module.borrow(), "is_foreign", &[exception.object()]),
    };
    host.truth(answer?.borrow())
}

fn is_of_stack(host: Host, exception: &Exception) -> bool {
    python::is_instance(host, exception.object(), "RecursionError").unwrap_or(false)
}

fn ends_program(host: Host, exception: &Exception) -> bool {
    let is = |name| python::is_instance(host, exception.object(), name).unwrap_or(false);
    is("KeyboardInterrupt") || is("SystemExit")
}
