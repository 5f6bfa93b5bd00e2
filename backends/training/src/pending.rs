//! Trainings that wait for their moment. Whoever takes one out of here runs it, so that it runs once.

use crate::job::{Job, finish, interrupted};
use crate::python;
use jitctl_core::{Borrowed, Host, Owned, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// How a waiting training will be set off.
pub(crate) enum Way {
    /// By a local event on this code object.
    Event { code: Owned },
    /// By a stand-in (held weakly) for this code object.
    StandIn { original: Owned, stand_in: Owned },
    /// By the function's entry, while it has this code object.
    Entry { code: Owned },
    /// By a thread that has been started.
    Thread,
}

/// One waiting training.
pub(crate) struct Waiting {
    /// A weak reference whose callback takes the entry away when the function dies.
    function: Owned,
    address: usize,
    pub(crate) ticket: u64,
    pub(crate) way: Way,
    job: Job,
}

#[derive(Default)]
struct Table {
    entries: HashMap<u64, Waiting>,
    by_function: HashMap<usize, u64>,
    by_reference: HashMap<usize, u64>,
    by_code: HashMap<usize, Vec<u64>>,
    next: u64,
}

#[derive(Default)]
pub(crate) struct Pending {
    table: Mutex<Table>,
    /// `weakref.ref`, and the callback of all references.
    tools: OnceLock<(Owned, Owned)>,
}

impl Pending {
    /// No Python code runs while the table is locked: entries are dropped by whoever took them out, outside the lock.
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.table().entries.len()
    }

    /// A number for a training that is about to be added.
    pub(crate) fn number(&self) -> u64 {
        let mut table = self.table();
        table.next += 1;
        table.next
    }

    /// Adds a training under its number, in the place of one that waited for the same function.
    pub(crate) fn add(
        self: &Arc<Self>,
        host: Host,
        number: u64,
        function: Borrowed<'_>,
        ticket: u64,
        way: Way,
        job: Job,
    ) -> Result<()> {
        let (class, forget) = self.tools(host)?;
        let reference = host.call(class.borrow(), &[function, forget.borrow()])?;
        let address = function.address() as usize;
        let mut table = self.table();
        let old = table.by_function.insert(address, number).and_then(|old| table.take(old));
        table.by_function.insert(address, number);
        table.by_reference.insert(reference.address() as usize, number);
        if let Way::Event { code } = &way {
            table.by_code.entry(code.address() as usize).or_default().push(number);
        }
        table.entries.insert(number, Waiting { function: reference, address, ticket, way, job });
        drop(table);
        drop(old);
        Ok(())
    }

    pub(crate) fn take(&self, number: u64) -> Option<Waiting> {
        self.table().take(number)
    }

    /// All that wait for an event on this code object.
    pub(crate) fn take_by_code(&self, code: Borrowed<'_>) -> Vec<Waiting> {
        let mut table = self.table();
        let numbers = table.by_code.remove(&(code.address() as usize)).unwrap_or_default();
        numbers.into_iter().filter_map(|number| table.take(number)).collect()
    }

    /// What waits for this function.
    pub(crate) fn take_by_function(&self, function: Borrowed<'_>) -> Option<Waiting> {
        let mut table = self.table();
        let number = table.by_function.get(&(function.address() as usize)).copied()?;
        table.take(number)
    }

    /// What waits for an event of this function.
    pub(crate) fn take_event_of(&self, function: Borrowed<'_>) -> Option<Waiting> {
        let mut table = self.table();
        let number = table.by_function.get(&(function.address() as usize)).copied()?;
        let is_event = matches!(table.entries.get(&number)?.way, Way::Event { .. });
        if is_event { table.take(number) } else { None }
    }

    /// Does anything wait for this object?
    pub(crate) fn waits_for(&self, object: Borrowed<'_>) -> bool {
        self.table().by_function.contains_key(&(object.address() as usize))
    }

    /// Does another function wait for an event on this code object?
    pub(crate) fn has_code(&self, code: Borrowed<'_>) -> bool {
        self.table().by_code.contains_key(&(code.address() as usize))
    }

    /// The code objects that wait for an event.
    pub(crate) fn codes(&self) -> Vec<Owned> {
        let code = |waiting: &Waiting| match &waiting.way {
            Way::Event { code } => Some(code.clone()),
            _ => None,
        };
        self.table().entries.values().filter_map(code).collect()
    }

    fn tools(self: &Arc<Self>, host: Host) -> Result<&(Owned, Owned)> {
        if let Some(tools) = self.tools.get() {
            return Ok(tools);
        }
        let pending = Arc::downgrade(self);
        let forget = host.callable("jitctl_forget", move |host, arguments| {
            if let (Some(pending), Some(reference)) = (pending.upgrade(), arguments.first()) {
                drop(pending.take_by_reference(*reference));
            }
            Ok(host.none())
        })?;
        let class = host.get(host.import("weakref")?.borrow(), "ref")?;
        Ok(self.tools.get_or_init(|| (class, forget)))
    }

    fn take_by_reference(&self, reference: Borrowed<'_>) -> Option<Waiting> {
        let mut table = self.table();
        let number = table.by_reference.get(&(reference.address() as usize)).copied()?;
        table.take(number)
    }
}

impl Table {
    fn take(&mut self, number: u64) -> Option<Waiting> {
        let waiting = self.entries.remove(&number)?;
        self.by_reference.remove(&(waiting.function.address() as usize));
        if self.by_function.get(&waiting.address) == Some(&number) {
            self.by_function.remove(&waiting.address);
        }
        if let Way::Event { code } = &waiting.way
            && let Some(numbers) = self.by_code.get_mut(&(code.address() as usize))
        {
            numbers.retain(|other| *other != number);
            if numbers.is_empty() {
                self.by_code.remove(&(code.address() as usize));
            }
        }
        Some(waiting)
    }
}

impl Waiting {
    /// The function, where it still lives.
    pub(crate) fn function(&self, host: Host) -> Option<Owned> {
        python::referent(host, self.function.borrow())
    }

    /// Gives up, since what had to come first was interrupted.
    pub(crate) fn interrupt(self, host: Host) {
        host.report(self.ticket, &interrupted("an exception"));
    }

    /// Runs the job and reports its verdict.
    pub(crate) fn run(self, host: Host) -> Result<()> {
        match self.function(host) {
            Some(function) => finish(host, self.ticket, self.job, function.borrow()),
            None => Ok(()),
        }
    }
}
