//! What was asked of each function, and what came of it. Functions are held weakly.

use jitctl_core::{Hint, Verdict};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyWeakrefMethods;
use pyo3::types::PyWeakrefReference;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A reference to the object of a record: weak where the object allows it.
enum Reference {
    Weak(Py<PyWeakrefReference>),
    /// Slotted instances and method descriptors, never a function: kept, or the verdict could not be read.
    Strong(Py<PyAny>),
}

impl Reference {
    fn to(object: &Bound<'_, PyAny>) -> Self {
        PyWeakrefReference::new(object)
            .map_or_else(|_| Self::Strong(object.clone().unbind()), |reference| Self::Weak(reference.unbind()))
    }

    fn get<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        match self {
            Self::Weak(reference) => reference.bind(py).upgrade(),
            Self::Strong(object) => Some(object.bind(py).clone()),
        }
    }

    fn clone_ref(&self, py: Python<'_>) -> Self {
        match self {
            Self::Weak(reference) => Self::Weak(reference.clone_ref(py)),
            Self::Strong(object) => Self::Strong(object.clone_ref(py)),
        }
    }
}

/// Where a hint came from. Of two hints on one function the nearer one wins, so the order is that of nearness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The class that defines the function was hinted.
    Class,
    /// A wrapper around the function was.
    Wrapper,
    /// The function itself was.
    Function,
}

impl Origin {
    const ALL: [Self; 3] = [Self::Function, Self::Class, Self::Wrapper];

    /// `function`, `class` or `wrapper`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Wrapper => "wrapper",
            Self::Function => "function",
        }
    }

    /// The origin of that name; an error lists those there are.
    pub fn by_name(name: &str) -> PyResult<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name).ok_or_else(|| {
            let all = Self::ALL.map(Self::name).join(", ");
            PyValueError::new_err(format!("there is no origin {name:?}; there are: {all}"))
        })
    }
}

/// One record without its object.
#[derive(Clone)]
pub struct Record {
    pub ticket: u64,
    pub hint: Hint,
    pub origin: Origin,
    pub backend: Arc<str>,
    pub verdict: Arc<Verdict>,
    /// What every verdict says behind its own message: which hint this one replaced, which function it wraps.
    pub remarks: Option<Arc<str>>,
    /// The address of the code that the function had when it was hinted; kept where somebody may ask for it. Other code in
    /// its place is made while this one lives, so the addresses differ; a weak reference would cost 100 bytes a hint.
    code: Option<usize>,
    reported: bool,
}

#[derive(Default)]
struct Records {
    by_address: HashMap<usize, (Reference, Record)>,
    by_ticket: HashMap<u64, usize>,
    next_ticket: u64,
    sweep_at: usize,
    last_verdict: Option<Arc<Verdict>>,
}

static RECORDS: Mutex<Option<Records>> = Mutex::new(None);

/// Below this many records dead ones are not worth looking for.
const SWEEP_FLOOR: usize = 256;

/// No Python code may run while the lock is held: another thread could then wait for it with the GIL in its hands.
/// So whatever is taken out is returned, and dropped after the lock.
fn locked<T>(action: impl FnOnce(&mut Records) -> T) -> T {
    let mut guard: MutexGuard<'_, Option<Records>> = RECORDS.lock().unwrap_or_else(PoisonError::into_inner);
    action(guard.get_or_insert_default())
}

/// The record of this very object, not of one that had its address before.
pub fn find(object: &Bound<'_, PyAny>) -> Option<Record> {
    let py = object.py();
    let entry = locked(|records| {
        records
            .by_address
            .get(&(object.as_ptr() as usize))
            .map(|(reference, record)| (reference.clone_ref(py), record.clone()))
    });
    entry.filter(|(reference, _)| reference.get(py).is_some_and(|found| found.is(object))).map(|(_, record)| record)
}

/// Has this function other code than when it was hinted?
pub fn is_replaced(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    let Some(hinted) = find(function).and_then(|record| record.code) else { return Ok(false) };
    Ok(function.getattr("__code__")?.as_ptr() as usize != hinted)
}

/// What a record begins with.
pub struct Opening<'a> {
    pub code: Option<&'a Bound<'a, PyAny>>,
    pub hint: Hint,
    pub origin: Origin,
    pub backend: &'a Arc<str>,
    pub remarks: Option<Arc<str>>,
}

/// Opens a record, and gives its ticket; `verdict` holds until a better one is known.
pub fn open(object: &Bound<'_, PyAny>, opening: &Opening<'_>, verdict: Verdict) -> u64 {
    let Opening { code, hint, origin, backend, ref remarks } = *opening;
    let reference = Reference::to(object);
    let code = code.map(|code| code.as_ptr() as usize);
    let address = object.as_ptr() as usize;
    let (ticket, old, full) = locked(|records| {
        records.next_ticket += 1;
        let ticket = records.next_ticket;
        let verdict = records.shared(with_remarks(verdict, remarks.as_deref()));
        let backend = Arc::clone(backend);
        let record = Record { ticket, hint, origin, backend, verdict, remarks: remarks.clone(), code, reported: false };
        let old = records.by_address.insert(address, (reference, record));
        if let Some((_, record)) = &old {
            records.by_ticket.remove(&record.ticket);
        }
        records.by_ticket.insert(ticket, address);
        (ticket, old, records.by_address.len() >= records.sweep_at.max(SWEEP_FLOOR))
    });
    drop(old);
    if full {
        sweep(object.py());
    }
    ticket
}

fn with_remarks(mut verdict: Verdict, remarks: Option<&str>) -> Verdict {
    if let Some(remarks) = remarks {
        verdict.message = format!("{}; {remarks}", verdict.message).into();
    }
    verdict
}

/// Replaces the verdict of an open record with what `apply` answered, unless a later report came first.
pub fn settle(ticket: u64, verdict: Verdict) {
    replace(ticket, verdict, false);
}

/// Replaces the verdict with what a backend reports later.
pub fn report(ticket: u64, verdict: Verdict) {
    replace(ticket, verdict, true);
}

fn replace(ticket: u64, verdict: Verdict, report: bool) {
    locked(|records| {
        let Some(address) = records.by_ticket.get(&ticket).copied() else { return };
        let Some((_, record)) = records.by_address.get(&address) else { return };
        let remarks = record.remarks.clone();
        let verdict = records.shared(with_remarks(verdict, remarks.as_deref()));
        let Some((_, record)) = records.by_address.get_mut(&address) else { return };
        if report || !record.reported {
            record.verdict = verdict;
            record.reported |= report;
        }
    });
}

/// Forgets the record of this object; says whether there was one.
pub fn forget(object: &Bound<'_, PyAny>) -> bool {
    if find(object).is_none() {
        return false;
    }
    let old = locked(|records| {
        let old = records.by_address.remove(&(object.as_ptr() as usize));
        if let Some((_, record)) = &old {
            records.by_ticket.remove(&record.ticket);
        }
        old
    });
    old.is_some()
}

/// All living objects that have a record, oldest hint first.
pub fn all(py: Python<'_>) -> Vec<(Bound<'_, PyAny>, Record)> {
    let mut entries: Vec<(Reference, Record)> = locked(|records| {
        records.by_address.values().map(|(reference, record)| (reference.clone_ref(py), record.clone())).collect()
    });
    entries.sort_by_key(|(_, record)| record.ticket);
    entries.into_iter().filter_map(|(reference, record)| Some((reference.get(py)?, record))).collect()
}

/// Drops the records of the dead, so that they never outnumber the living for long.
fn sweep(py: Python<'_>) {
    let entries: Vec<(usize, u64, Reference)> = locked(|records| {
        let entry = |(address, (reference, record)): (&usize, &(Reference, Record))| {
            (*address, record.ticket, reference.clone_ref(py))
        };
        records.by_address.iter().map(entry).collect()
    });
    let dead: Vec<(usize, u64)> =
        entries.iter().filter(|(_, _, reference)| reference.get(py).is_none()).map(|(a, t, _)| (*a, *t)).collect();
    let removed: Vec<_> = locked(|records| {
        let mut removed = Vec::with_capacity(dead.len());
        for (address, ticket) in dead {
            records.by_ticket.remove(&ticket);
            // The address may have a new record by now.
            if records.by_address.get(&address).is_some_and(|(_, record)| record.ticket == ticket) {
                removed.push(records.by_address.remove(&address));
            }
        }
        records.sweep_at = records.by_address.len() * 2;
        removed
    });
    drop(removed);
}

impl Records {
    /// Most functions share their verdict with the one before.
    fn shared(&mut self, verdict: Verdict) -> Arc<Verdict> {
        match &self.last_verdict {
            Some(last) if **last == verdict => Arc::clone(last),
            _ => {
                let verdict = Arc::new(verdict);
                self.last_verdict = Some(Arc::clone(&verdict));
                verdict
            }
        }
    }
}
