//! Brings a training to its moment, and its verdict to the function's record.

use crate::background;
use crate::first_call::FirstCall;
use crate::job::{Job, conclude};
use crate::pending::Pending;
use crate::plan::When;
use crate::running;
use jitctl_core::{Borrowed, Host, Interpreter, Result, Verdict};
use jitctl_verdicts::VerdictCode;
use std::sync::Arc;

/// Keeps the trainings that wait for their moment. One per backend.
pub struct Scheduler {
    host: Host,
    pending: Arc<Pending>,
    first_call: FirstCall,
}

impl Scheduler {
    /// Costs nothing until something is scheduled.
    #[must_use]
    pub fn new(host: Host, interpreter: &Interpreter) -> Self {
        let pending = Arc::new(Pending::default());
        Self { host, first_call: FirstCall::new(host, interpreter, Arc::clone(&pending)), pending }
    }

    /// Runs `job` at the moment that `when` names. The verdict is the job's own for [`When::Decoration`]; else it is
    /// `pending`, and the job's verdict replaces it later under `ticket`. What waited for this function is dropped first.
    /// Waiting keeps the function's code and the samples alive, not the function (unless callables that make samples refer to
    /// it from a closure: the collector does not see into a backend).
    ///
    /// # Errors
    /// [`jitctl_core::Error::Unsupported`] where the moment cannot be had on this interpreter; [`jitctl_core::Error::Interrupted`] from the job;
    /// [`jitctl_core::Error::Python`] where Python refused something.
    pub fn schedule(&self, when: When, function: Borrowed<'_>, ticket: u64, job: Job) -> Result<Verdict> {
        self.cancel(function)?;
        match when {
            When::Decoration => conclude(self.host, job, function),
            When::FirstCall => {
                self.first_call.arm(function, ticket, job)?;
                Ok(VerdictCode::FirstCall.verdict("will be trained when it is called for the first time"))
            }
            When::Background => {
                background::start(self.host, &self.pending, function, ticket, job)?;
                Ok(VerdictCode::Background.verdict("is being trained in a thread of its own"))
            }
        }
    }

    /// Drops what waits for the function, and stops its training where one is under way. Says whether there was anything.
    ///
    /// # Errors
    /// [`jitctl_core::Error::Python`] where Python refused to take a trigger back.
    pub fn cancel(&self, function: Borrowed<'_>) -> Result<bool> {
        let waited = self.first_call.disarm(function)?;
        Ok(running::stop(function) || waited)
    }

    /// Can a function wait for its first call, and be trained, without anything that shows? Where it cannot (3.10, 3.11),
    /// only trainings that the user asked for are worth it.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        self.first_call.is_unseen()
    }

    /// What `doctor` should know: how many trainings wait, and by what means first calls are noticed.
    #[must_use]
    pub fn notes(&self) -> Vec<(String, String)> {
        vec![
            ("pending trainings".to_owned(), self.pending.len().to_string()),
            ("first calls".to_owned(), self.first_call.means()),
        ]
    }
}
