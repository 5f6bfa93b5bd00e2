//! What was asked of each function, and what came of it. Functions are held weakly.

mod record;
mod reference;

use record::{Attempt, Chained};
pub use record::{Origin, Plain, PlainValue, Record, passes_on};

use crate::moving;
use jitctl_core::{Hint, Verdict};
use jitctl_verdicts::VerdictCode;
use pyo3::prelude::*;
use reference::Reference;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Records {
    by_address: HashMap<usize, (Reference, Record)>,
    by_ticket: HashMap<u64, usize>,
    next_ticket: u64,
    sweep_at: usize,
    last_verdicts: VecDeque<Arc<Verdict>>,
}

static RECORDS: Mutex<Option<Records>> = Mutex::new(None);

/// So many verdicts are compared with a new one.
const LAST_VERDICTS: usize = 4;
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

/// The living object of a ticket with its record, where the ticket is that of the backend that acts.
pub fn by_ticket(py: Python<'_>, ticket: u64) -> Option<(Bound<'_, PyAny>, Record)> {
    let (reference, record) = locked(|records| {
        let (reference, record) = records.by_address.get(records.by_ticket.get(&ticket)?)?;
        Some((reference.clone_ref(py), record.clone()))
    })?;
    Some((reference.get(py)?, record)).filter(|(_, record)| record.acting.ticket == ticket)
}

/// What a record begins with.
pub struct Opening<'a> {
    pub code: Option<&'a Bound<'a, PyAny>>,
    pub hint: Hint,
    pub origin: Origin,
    pub backend: &'a Arc<str>,
    /// Where there are several backends: the options that one behind it would get.
    pub behind: Option<Arc<[Plain]>>,
    /// One of them is behind it, for this hint.
    pub more: bool,
    pub remarks: Option<Arc<str>>,
}

/// Opens a record, and gives its ticket; `verdict` holds until a better one is known.
pub fn open(object: &Bound<'_, PyAny>, opening: Opening<'_>, verdict: Verdict) -> u64 {
    let Opening { code, hint, origin, backend, behind, more, remarks } = opening;
    let reference = Reference::to(object);
    let code = code.map(|code| code.as_ptr() as usize);
    let address = object.as_ptr() as usize;
    let (ticket, old, full) = locked(|records| {
        let acting = records.attempt(backend, verdict, remarks.as_deref());
        let ticket = acting.ticket;
        let chained = behind.map(|options| Box::new(Chained { others: Vec::new(), options, more }));
        let record = Record { hint, origin, acting, remarks, chained, code };
        let old = records.by_address.insert(address, (reference, record));
        if let Some((_, record)) = &old {
            records.drop_tickets(record);
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

/// The verdict until a backend has answered.
pub fn in_progress() -> Verdict {
    VerdictCode::InProgress.told()
}

/// Gives the record to another backend, which acts from now on. Its ticket, or None where the record is gone.
pub fn pass_on(ticket: u64, backend: &Arc<str>, more: bool) -> Option<u64> {
    locked(|records| {
        let address = *records.by_ticket.get(&ticket)?;
        let remarks = records.by_address.get(&address)?.1.remarks.clone();
        let next = records.attempt(backend, in_progress(), remarks.as_deref());
        let number = next.ticket;
        let (_, record) = records.by_address.get_mut(&address)?;
        let chained = record.chained.as_mut()?;
        chained.others.reserve_exact(1);
        chained.others.push(std::mem::replace(&mut record.acting, next));
        chained.more = more;
        records.by_ticket.insert(number, address);
        Some(number)
    })
}

/// Adds a remark, which every verdict of the backend that acts then says behind its own message.
pub fn remark(object: &Bound<'_, PyAny>, text: &str) {
    if find(object).is_none() {
        return;
    }
    locked(|records| {
        let Some((_, record)) = records.by_address.get(&(object.as_ptr() as usize)) else { return };
        let remarks = record.remarks.as_ref().map_or_else(|| text.into(), |before| format!("{before}; {text}").into());
        let verdict = with_remarks(Verdict::clone(&record.acting.verdict), Some(text));
        let verdict = records.shared(verdict);
        if let Some((_, record)) = records.by_address.get_mut(&(object.as_ptr() as usize)) {
            (record.acting.verdict, record.remarks) = (verdict, Some(remarks));
        }
    });
}

fn with_remarks(mut verdict: Verdict, remarks: Option<&str>) -> Verdict {
    if let Some(remarks) = remarks {
        verdict.message = format!("{}; {remarks}", verdict.message).into();
    }
    verdict
}

/// Replaces the verdict of an open record with what `apply` answered, unless a later report came first. Says whether the
/// next backend is to be asked, or None where the record is gone.
pub fn settle(ticket: u64, verdict: Verdict) -> Option<bool> {
    replace(ticket, verdict, false)?;
    locked(|records| {
        let attempt = records.attempt_of(ticket)?;
        attempt.settled = true;
        Some(passes_on(&attempt.verdict))
    })
}

/// Replaces the verdict with what a backend reports later. Where it gave the hint up, the next one will be asked.
pub fn report(ticket: u64, verdict: Verdict) {
    let gave_up = passes_on(&verdict);
    if replace(ticket, verdict, true).is_none() || !gave_up {
        return;
    }
    let moves = locked(|records| {
        let (_, record) = records.by_address.get(records.by_ticket.get(&ticket)?)?;
        let settled = record.acting.ticket == ticket && record.acting.settled;
        Some(settled && record.chained.as_ref()?.more && record.hint != Hint::Ignore)
    });
    if moves == Some(true) {
        moving::later(ticket);
    }
}

fn replace(ticket: u64, verdict: Verdict, report: bool) -> Option<()> {
    locked(|records| {
        let address = *records.by_ticket.get(&ticket)?;
        let remarks = records.by_address.get(&address)?.1.remarks.clone();
        let verdict = records.shared(with_remarks(verdict, remarks.as_deref()));
        let record = &mut records.by_address.get_mut(&address)?.1;
        let all = record.hint == Hint::Ignore;
        // A backend that gave a hint up has no more to say of it.
        if !all && record.acting.ticket != ticket {
            return None;
        }
        let attempt = record.attempt(ticket)?;
        if report || !attempt.reported {
            attempt.verdict = verdict;
            attempt.reported |= report;
        }
        if all && report {
            record.elect();
        }
        Some(())
    })
}

/// Chooses the verdict that stands for a hint which went to all backends.
pub fn elect(ticket: u64) {
    locked(|records| {
        let address = records.by_ticket.get(&ticket).copied();
        if let Some((_, record)) = address.and_then(|address| records.by_address.get_mut(&address)) {
            record.elect();
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
            records.drop_tickets(record);
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
    entries.sort_by_key(|(_, record)| record.oldest());
    entries.into_iter().filter_map(|(reference, record)| Some((reference.get(py)?, record))).collect()
}

/// Drops the records of the dead, so that they never outnumber the living for long.
fn sweep(py: Python<'_>) {
    let entries: Vec<(usize, u64, Reference)> = locked(|records| {
        let entry = |(address, (reference, record)): (&usize, &(Reference, Record))| {
            (*address, record.oldest(), reference.clone_ref(py))
        };
        records.by_address.iter().map(entry).collect()
    });
    let dead: Vec<(usize, u64)> =
        entries.iter().filter(|(_, _, reference)| reference.get(py).is_none()).map(|(a, t, _)| (*a, *t)).collect();
    let removed: Vec<_> = locked(|records| {
        let mut removed = Vec::with_capacity(dead.len());
        for (address, ticket) in dead {
            // The address may have a new record by now.
            if records.by_address.get(&address).is_some_and(|(_, record)| record.oldest() == ticket)
                && let Some(entry) = records.by_address.remove(&address)
            {
                records.drop_tickets(&entry.1);
                removed.push(entry);
            }
        }
        records.sweep_at = records.by_address.len() * 2;
        removed
    });
    drop(removed);
}

impl Records {
    /// A request to a backend, with a ticket of its own.
    fn attempt(&mut self, backend: &Arc<str>, verdict: Verdict, remarks: Option<&str>) -> Attempt {
        self.next_ticket += 1;
        let verdict = self.shared(with_remarks(verdict, remarks));
        Attempt { ticket: self.next_ticket, backend: Arc::clone(backend), verdict, settled: false, reported: false }
    }

    fn attempt_of(&mut self, ticket: u64) -> Option<&mut Attempt> {
        let address = self.by_ticket.get(&ticket)?;
        self.by_address.get_mut(address)?.1.attempt(ticket)
    }

    fn drop_tickets(&mut self, record: &Record) {
        for attempt in record.attempts() {
            self.by_ticket.remove(&attempt.ticket);
        }
    }

    /// Most functions share their verdicts with the ones before: each passes through a few.
    fn shared(&mut self, verdict: Verdict) -> Arc<Verdict> {
        if let Some(known) = self.last_verdicts.iter().find(|known| ***known == verdict) {
            return Arc::clone(known);
        }
        let verdict = Arc::new(verdict);
        if self.last_verdicts.len() == LAST_VERDICTS {
            self.last_verdicts.pop_front();
        }
        self.last_verdicts.push_back(Arc::clone(&verdict));
        verdict
    }
}
