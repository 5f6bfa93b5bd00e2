//! One training as a backend describes it, how it ends outside of the backend, and the verdicts that need no training.

use crate::interruption::contained;
use jitctl_core::{Borrowed, Error, Host, Result, Status, Verdict};
use jitctl_verdicts::VerdictCode;

/// What a backend does when the moment has come: trains the function, and says what came of it. It runs attached, maybe
/// in another thread than the one that scheduled it. [`Error::Interrupted`] reaches the caller of the function; every other
/// error becomes the verdict.
pub type Job = Box<dyn FnOnce(Host, Borrowed<'_>) -> Result<Verdict> + Send>;

/// Runs a job and reports its verdict under the ticket.
///
/// # Errors
/// [`Error::Interrupted`] with an exception that is not the training's own.
pub(crate) fn finish(host: Host, ticket: u64, job: Job, function: Borrowed<'_>) -> Result<()> {
    match conclude(host, job, function) {
        Ok(verdict) => host.report(ticket, &verdict),
        Err(Error::Interrupted(exception)) => {
            host.report(ticket, &interrupted(&exception.to_string()));
            return Err(Error::Interrupted(exception));
        }
        Err(error) => {
            let (code, reason) = (error.code().to_owned(), error.to_string());
            host.report(ticket, &Verdict::new(Status::Refused, code, reason));
        }
    }
    Ok(())
}

/// Runs a job; a Python exception that escapes from it, though no call of the function raised it, is judged here.
///
/// # Errors
/// [`Error::Interrupted`] with an exception that is not the training's own; every other error of the job.
pub(crate) fn conclude(host: Host, job: Job, function: Borrowed<'_>) -> Result<Verdict> {
    job(host, function).map_err(|error| match error {
        Error::Python(_) => match contained(host, None, error) {
            Ok(reason) => VerdictCode::PythonException.error(reason),
            Err(interruption) => interruption,
        },
        other => other,
    })
}

/// The verdict of a training that an exception ended which belongs to the user.
pub(crate) fn interrupted(by: &str) -> Verdict {
    let message = format!("the training was interrupted by {by}, which was raised where the function was called");
    VerdictCode::Interrupted.verdict(message)
}

/// The verdict of a training whose function got other code while it waited.
pub(crate) fn code_replaced() -> Verdict {
    let message = "its __code__ was replaced before its first call, so the samples may no longer fit; not trained";
    VerdictCode::CodeReplaced.verdict(message)
}

/// The error of a trigger that cannot be set.
pub(crate) fn unavailable(reason: impl std::fmt::Display) -> Error {
    VerdictCode::FirstCallUnavailable.error(format!("its first call cannot be noticed here: {reason}"))
}
