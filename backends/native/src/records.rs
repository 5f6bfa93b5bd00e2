//! What was done to which code object, without keeping any of them alive.

use crate::python::Python;
use jitctl_core::{Borrowed, Hint, Owned};
use std::collections::HashMap;

/// An instruction that can start a trace, in the code of a record or in one nested in it.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The code object, which lives as long as the record's own.
    pub code: usize,
    /// The instruction, behind its `EXTENDED_ARG`s.
    pub offset: u32,
    /// Where its loop begins: several jumps may close one loop.
    pub head: u32,
    /// The number of `EXTENDED_ARG`s.
    pub extended: u8,
    /// A function's entry; a loop otherwise.
    pub entry: bool,
    /// It was seen compiled.
    pub compiled: bool,
    /// How often it was armed again.
    pub rearmed: u8,
}

/// How far a hint has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Done; maintenance keeps it so.
    Settled,
    /// A tracing tool was active; armed when it is gone.
    Waiting,
    /// `once`: real traffic is training it.
    Training,
    /// `once`: frozen.
    Frozen,
}

/// One hint in force.
pub struct Record {
    /// The code object's address, which is its key.
    pub code: usize,
    weak: Owned,
    /// The function that was hinted last; several may share the code.
    pub function: Owned,
    pub hint: Hint,
    pub ticket: u64,
    pub phase: Phase,
    pub sites: Box<[Site]>,
    /// `once`: what the code looked like at the last look, and for how many looks it has.
    pub looks: (u64, u16),
}

impl Record {
    /// A record without sites.
    pub fn new(
        python: Python,
        code: Borrowed<'_>,
        function: Borrowed<'_>,
        hint: Hint,
        ticket: u64,
    ) -> jitctl_core::Result<Self> {
        Ok(Self {
            code: code.address() as usize,
            weak: python.weak(code)?,
            function: python.weak(function)?,
            hint,
            ticket,
            phase: Phase::Settled,
            sites: Box::default(),
            looks: (0, 0),
        })
    }

    /// The code object, while it lives.
    pub fn alive(&self, python: Python) -> Option<Owned> {
        python.strong(&self.weak)
    }
}

/// All records, in no order, with an index by code object.
#[derive(Default)]
pub struct Records {
    all: Vec<Record>,
    index: HashMap<usize, u32>,
    cursor: usize,
}

impl Records {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Is there a record of a living code object? The caller holds the code object, so the key cannot have been reused.
    pub fn get_mut(&mut self, python: Python, code: usize) -> Option<&mut Record> {
        let index = *self.index.get(&code)? as usize;
        if self.all.get(index)?.alive(python).is_none() {
            self.remove(code);
            return None;
        }
        self.all.get_mut(index)
    }

    /// Does this code object have a hint of its own?
    pub fn has(&mut self, python: Python, code: usize) -> bool {
        self.get_mut(python, code).is_some()
    }

    /// Adds a record, in place of what was there for the code object.
    pub fn put(&mut self, record: Record) {
        if let Some(index) = self.index.get(&record.code) {
            self.all[*index as usize] = record;
            return;
        }
        if let Ok(index) = u32::try_from(self.all.len()) {
            self.index.insert(record.code, index);
            self.all.push(record);
        }
    }

    /// Takes a record out.
    pub fn remove(&mut self, code: usize) -> Option<Record> {
        let index = self.index.remove(&code)? as usize;
        let record = self.all.swap_remove(index);
        if let (Some(moved), Ok(index)) = (self.all.get(index), u32::try_from(index)) {
            self.index.insert(moved.code, index);
        }
        Some(record)
    }

    /// Up to `limit` records, after those of the last call: their code objects, alive. Dead ones are taken out on the
    /// way, and are in the second list.
    pub fn next(&mut self, python: Python, limit: usize) -> (Vec<Owned>, Vec<Record>) {
        let (mut alive, mut dead) = (Vec::new(), Vec::new());
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
                    let code = record.code;
                    dead.extend(self.remove(code));
                }
            }
        }
        (alive, dead)
    }

    /// The code objects of all records that are alive.
    pub fn alive(&self, python: Python) -> Vec<Owned> {
        self.all.iter().filter_map(|record| record.alive(python)).collect()
    }
}
