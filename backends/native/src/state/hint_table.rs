//! All hints in force, by code object, under a lock of its own. No Python code runs while it is held: another thread could
//! wait for it with the GIL in its hands.

use super::record::{Phase, Record};
use super::request::HintSpec;
use crate::cpython::capi::Python;
use crate::cpython::trace_starts::TraceStart;
use jitctl_core::{Borrowed, Hint, Owned};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The table.
pub struct HintTable {
    python: Python,
    locked: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    /// In no order, with an index by code object.
    all: Vec<Record>,
    index: HashMap<usize, u32>,
    /// Where the next round of [`HintTable::next`] begins.
    cursor: usize,
    /// Records of dead code objects that were met by the way: their functions may live on, with other code.
    dead: Vec<Record>,
    /// Functions whose hinted code object is gone while they live on.
    awaiting_new_code: Vec<(Owned, HintSpec)>,
}

impl HintTable {
    /// An empty table.
    pub fn new(python: Python) -> Self {
        Self { python, locked: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many hints are in force, with those of code that died.
    pub fn len(&self) -> usize {
        let table = self.lock();
        table.all.len() + table.dead.len()
    }

    /// Reads or changes the record of a code object, if it has one. `action` must run no Python code.
    pub fn edit<T>(&self, code: Borrowed<'_>, action: impl FnOnce(&mut Record) -> T) -> Option<T> {
        self.lock().get_mut(self.python, code.address() as usize).map(action)
    }

    /// Does this code object have a hint of its own?
    pub fn has(&self, code: Borrowed<'_>) -> bool {
        self.edit(code, |_| ()).is_some()
    }

    /// The hint in force on a code object.
    pub fn hint_of(&self, code: Borrowed<'_>) -> Option<Hint> {
        self.edit(code, |record| record.spec.hint)
    }

    /// The trace starts of a code object's record.
    pub fn starts_of(&self, code: Borrowed<'_>) -> Vec<TraceStart> {
        self.edit(code, |record| record.starts.to_vec()).unwrap_or_default()
    }

    /// The functions that the hint on a code object holds for, with their tickets.
    pub fn functions(&self, code: Borrowed<'_>) -> Vec<(Owned, u64)> {
        self.edit(code, |record| record.functions(self.python)).unwrap_or_default()
    }

    /// The tickets of other functions that share a hinted code object.
    pub fn others(&self, code: Borrowed<'_>, function: Borrowed<'_>) -> Vec<u64> {
        let all = self.functions(code).into_iter();
        all.filter(|(one, _)| one.address() != function.address()).map(|(_, ticket)| ticket).collect()
    }

    /// The code objects that have a hint.
    pub fn codes(&self) -> Vec<Owned> {
        self.lock().all.iter().filter_map(|record| record.alive(self.python)).collect()
    }

    /// Does this hold for any record?
    pub fn any(&self, holds: impl Fn(&Record) -> bool) -> bool {
        self.lock().all.iter().any(holds)
    }

    /// Adds a record, in place of what was there for the code object; its other functions stay.
    pub fn put(&self, record: Record) {
        self.lock().put(self.python, record);
    }

    /// Takes the record of a code object out.
    pub fn remove(&self, code: Borrowed<'_>) -> Option<Record> {
        self.lock().remove(code.address() as usize)
    }

    /// Takes a function out of the record that holds for it, which may be that of code it ran before. `None`: there is
    /// no such record. Else the record's code object where it holds for no other function.
    pub fn leave(&self, code: Borrowed<'_>, function: Borrowed<'_>) -> Option<Option<Owned>> {
        let mut table = self.lock();
        table.awaiting_new_code.retain(|(one, _)| one.address() != function.address());
        table.leave(self.python, code.address() as usize, function)
    }

    /// Up to `limit` code objects, alive, after those of the last call. Records of dead ones are taken out on the way: see
    /// [`collect_dead`](Self::collect_dead).
    pub fn next(&self, limit: usize) -> Vec<Owned> {
        self.lock().next(self.python, limit)
    }

    /// Forgets the records of dead code objects that were met. Says whether functions of theirs live on: they run other code
    /// by now, and [`take_moved`](Self::take_moved) gives them.
    pub fn collect_dead(&self) -> bool {
        let dead = std::mem::take(&mut self.lock().dead);
        let mut left = Vec::new();
        for record in &dead {
            let functions = record.functions(self.python).into_iter().filter(|(_, ticket)| *ticket != 0);
            left.extend(functions.map(|(function, ticket)| (function, HintSpec { ticket, ..record.spec })));
        }
        let any = !left.is_empty();
        self.lock().awaiting_new_code.extend(left);
        any
    }

    /// The functions that run other code now than when they were hinted.
    pub fn take_moved(&self) -> Vec<(Owned, HintSpec)> {
        self.collect_dead();
        let mut table = self.lock();
        let mut found = std::mem::take(&mut table.awaiting_new_code);
        for record in &table.all {
            for (function, ticket) in record.functions(self.python) {
                if self.python.code(function.borrow()).is_some_and(|code| code.address() as usize != record.code) {
                    found.push((function, HintSpec { ticket, ..record.spec }));
                }
            }
        }
        found
    }
}

impl Table {
    /// The record of a living code object. The caller holds the code object, so the key cannot have been reused.
    fn get_mut(&mut self, python: Python, code: usize) -> Option<&mut Record> {
        let index = *self.index.get(&code)? as usize;
        if self.all.get(index)?.alive(python).is_none() {
            let dead = self.remove(code);
            self.dead.extend(dead);
            return None;
        }
        self.all.get_mut(index)
    }

    fn put(&mut self, python: Python, record: Record) {
        if let Some(index) = self.index.get(&record.code) {
            let slot = &mut self.all[*index as usize];
            let before = std::mem::replace(slot, record);
            if before.alive(python).is_some() {
                // A trial that is interrupted begins anew.
                if before.spec.hint == slot.spec.hint && before.phase != Phase::OnTrial {
                    slot.set_trial(before.trial());
                }
                slot.join(python, before);
            } else {
                self.dead.push(before);
            }
            return;
        }
        if let Ok(index) = u32::try_from(self.all.len()) {
            self.index.insert(record.code, index);
            self.all.push(record);
        }
    }

    fn leave(&mut self, python: Python, code: usize, function: Borrowed<'_>) -> Option<Option<Owned>> {
        let listed = self.get_mut(python, code).is_some_and(|record| record.drop_function(python, function));
        let record = if listed {
            self.get_mut(python, code)
        } else {
            self.all.iter_mut().find_map(|record| record.drop_function(python, function).then_some(record))
        }?;
        if !record.functions(python).is_empty() && record.spec.ticket != 0 {
            return Some(None);
        }
        Some(record.alive(python))
    }

    fn remove(&mut self, code: usize) -> Option<Record> {
        let index = self.index.remove(&code)? as usize;
        let record = self.all.swap_remove(index);
        if let (Some(moved), Ok(index)) = (self.all.get(index), u32::try_from(index)) {
            self.index.insert(moved.code, index);
        }
        Some(record)
    }

    fn next(&mut self, python: Python, limit: usize) -> Vec<Owned> {
        let mut alive = Vec::new();
        for _ in 0..limit.min(self.all.len()) {
            if self.cursor >= self.all.len() {
                self.cursor = 0;
            }
            let Some(record) = self.all.get(self.cursor) else { break };
            match record.alive(python) {
                Some(code) => {
                    alive.push(code);
                    self.cursor += 1;
                }
                None => {
                    let dead = self.remove(record.code);
                    self.dead.extend(dead);
                }
            }
        }
        alive
    }
}
