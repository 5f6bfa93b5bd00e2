//! Trainings that wait for their moment. Whoever takes one out of here runs it, so that it runs once.

use crate::python;
use crate::scheduler::{Job, finish};
use jitctl_core::{Borrowed, Host, Owned, Result};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How a waiting training will be set off.
pub(crate) enum Way {
    /// By a local event on this code object.
    Event { code: Owned },
    /// By a stand-in (held weakly) for this code object.
    StandIn { original: Owned, stand_in: Owned },
    /// By a thread that has been started.
    Thread,
}

/// One waiting training.
pub(crate) struct Waiting {
    /// A weak reference whose callback takes the entry away when the function dies.
    pub(crate) function: Owned,
    pub(crate) address: usize,
    pub(crate) ticket: u64,
    pub(crate) way: Way,
    pub(crate) job: Job,
}

#[derive(Default)]
pub(crate) struct Pending {
    entries: Mutex<HashMap<u64, Waiting>>,
    next: AtomicU64,
}

impl Pending {
    /// No Python code runs while the table is locked: entries are dropped by whoever took them out, outside the lock.
    fn entries(&self) -> MutexGuard<'_, HashMap<u64, Waiting>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries().len()
    }

    pub(crate) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Adds a training under its number.
    pub(crate) fn add(
        self: &Arc<Self>,
        host: Host,
        number: u64,
        function: Borrowed<'_>,
        ticket: u64,
        way: Way,
        job: Job,
    ) -> Result<()> {
        let table = Arc::downgrade(self);
        let forget = host.callable("jitctl_forget", move |host, _| {
            drop(table.upgrade().and_then(|table| table.take(number)));
            Ok(host.none())
        })?;
        let weakref = host.import("weakref")?;
        let reference = host.call_method(weakref.borrow(), "ref", &[function, forget.borrow()])?;
        let address = function.address() as usize;
        self.entries().insert(number, Waiting { function: reference, address, ticket, way, job });
        Ok(())
    }

    pub(crate) fn take(&self, number: u64) -> Option<Waiting> {
        self.entries().remove(&number)
    }

    /// All that wait for an event on this code object.
    pub(crate) fn take_by_code(&self, code: Borrowed<'_>) -> Vec<Waiting> {
        self.take_where(|waiting| matches!(&waiting.way, Way::Event { code: own } if own.address() == code.address()))
    }

    /// All that wait for this function.
    pub(crate) fn take_by_function(&self, function: Borrowed<'_>) -> Vec<Waiting> {
        self.take_where(|waiting| waiting.address == function.address() as usize)
    }

    fn take_where(&self, fits: impl Fn(&Waiting) -> bool) -> Vec<Waiting> {
        let mut entries = self.entries();
        let numbers: Vec<u64> =
            entries.iter().filter(|(_, waiting)| fits(waiting)).map(|(number, _)| *number).collect();
        numbers.iter().filter_map(|number| entries.remove(number)).collect()
    }

    /// Does another function wait for an event on this code object?
    pub(crate) fn has_code(&self, code: Borrowed<'_>) -> bool {
        let entries = self.entries();
        entries
            .values()
            .any(|waiting| matches!(&waiting.way, Way::Event { code: own } if own.address() == code.address()))
    }
}

impl Waiting {
    /// The function, where it still lives.
    pub(crate) fn function(&self, host: Host) -> Option<Owned> {
        python::referent(host, self.function.borrow())
    }

    /// Runs the job and reports its verdict.
    pub(crate) fn run(self, host: Host) -> Result<()> {
        match self.function(host) {
            Some(function) => finish(host, self.ticket, self.job, function.borrow()),
            None => Ok(()),
        }
    }
}
