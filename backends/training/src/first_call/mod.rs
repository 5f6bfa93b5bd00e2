//! Notices the first call of a function that stays the same object, without a wrapper.
//!
//! * 3.12 and later: a local `sys.monitoring` event on the function's code object (`monitoring_3_12.rs`). Nothing of the function
//!   changes, and a call costs what it cost once the event is off again.
//! * 3.11: a stand-in for the function's code object until the first call (`code_swap_3_11.rs`), which says what was
//!   weighed against it and what it costs.
//! * 3.10: the function's entry, which that version asks at every call (`vectorcall_3_10.rs`).

mod callees_first;
mod code_swap_3_11;
mod monitoring_3_12;
mod prologue_3_11;
mod trigger_3_11;
mod vectorcall_3_10;

use crate::job::Job;
use crate::pending::{Pending, Way};
use jitctl_core::{Borrowed, Host, Interpreter, Result};
use std::sync::Arc;

pub(crate) struct FirstCall {
    host: Host,
    pending: Arc<Pending>,
    means: Means,
}

enum Means {
    Event(monitoring_3_12::Events),
    StandIn(code_swap_3_11::StandIns),
    Entry(vectorcall_3_10::Entries),
}

impl FirstCall {
    pub(crate) fn new(host: Host, interpreter: &Interpreter, pending: Arc<Pending>) -> Self {
        // A version without a file is newer than those that have one, and `sys.monitoring` is documented: where it is
        // missing after all, arming says so.
        let known =
            jitctl_cpython::of(interpreter).map_or(jitctl_cpython::FirstCall::Monitoring, |known| known.first_call);
        let means = match known {
            jitctl_cpython::FirstCall::Vectorcall => Means::Entry(vectorcall_3_10::Entries),
            jitctl_cpython::FirstCall::CodeSwap => Means::StandIn(code_swap_3_11::StandIns::default()),
            jitctl_cpython::FirstCall::Monitoring => Means::Event(monitoring_3_12::Events::default()),
        };
        Self { host, pending, means }
    }

    /// Runs the job, once, when the function is called for the first time.
    pub(crate) fn arm(&self, function: Borrowed<'_>, ticket: u64, job: Job) -> Result<()> {
        match &self.means {
            Means::Event(events) => events.arm(self.host, &self.pending, function, ticket, job),
            Means::StandIn(stand_ins) => stand_ins.arm(self.host, &self.pending, function, ticket, job),
            Means::Entry(entries) => entries.arm(self.host, &self.pending, function, ticket, job),
        }
    }

    /// Takes back the trigger of the function. Says whether there was one.
    pub(crate) fn disarm(&self, function: Borrowed<'_>) -> Result<bool> {
        let Some(waiting) = self.pending.take_by_function(function) else { return Ok(false) };
        match (&waiting.way, &self.means) {
            (Way::Event { code }, Means::Event(events)) if !self.pending.has_code(code.borrow()) => {
                events.off(self.host, code.borrow())?;
            }
            (Way::StandIn { original, stand_in }, _) => {
                code_swap_3_11::put_back(self.host, function, original.borrow(), stand_in.borrow())?;
            }
            (Way::Entry { .. }, _) => vectorcall_3_10::Entries::put_back(function),
            _ => {}
        }
        Ok(true)
    }

    /// Does neither a function that waits for its first call look otherwise, nor do tracers see anything of its training?
    pub(crate) fn is_unseen(&self) -> bool {
        matches!(self.means, Means::Event(_))
    }

    pub(crate) fn means(&self) -> String {
        match &self.means {
            Means::Event(events) => events.means(),
            Means::Entry(_) => "noticed by the function's entry until its first call".to_owned(),
            Means::StandIn(_) => "noticed by a stand-in for the function's code until its first call".to_owned(),
        }
    }
}
