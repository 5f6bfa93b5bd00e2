//! What was done to which code object, without keeping any of them alive.

use crate::cpython::capi::Python;
use crate::hints::focus::{Who, Wish};
use jitctl_core::{Borrowed, Owned, Verdict};
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
    /// Its code object makes a class whenever it is called.
    pub makes_class: bool,
}

/// How far a hint has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Done; maintenance keeps it so.
    Settled,
    /// `focus`: armed, and its verdict says so.
    Armed,
    /// `focus`: all of it was seen compiled, and its verdict says so.
    Compiled,
    /// A tracing tool was active; armed when it is gone.
    Waiting,
    /// `focus`: attempts to compile it failed, and its verdict says so; they go on ever more rarely.
    NotCompiled,
    /// It was given up, and its verdict says so.
    GivenUp,
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
    /// The function that was hinted last.
    pub function: Owned,
    /// Others that share its code and its hint, with their tickets.
    pub others: Vec<(Owned, u64)>,
    pub wish: Wish,
    pub phase: Phase,
    pub sites: Box<[Site]>,
    /// `once`: what the code looked like at the last look, and for how many looks it has.
    pub looks: (u64, u16),
    /// `once`: how often CPython dropped compiled code that was frozen.
    pub dropped: u8,
    /// Compiled regions at the last look.
    pub regions: usize,
    /// `focus`: attempts to compile it that failed, since it was last seen compiled.
    pub attempts: u8,
    /// `focus`: steps until the next attempt.
    pub pause: u16,
    /// Why it was given up.
    pub given_up: Option<Box<Verdict>>,
    /// `focus`: how many places were compiled when the verdict was last read.
    pub told: usize,
}

impl Record {
    /// A record without sites.
    pub fn new(python: Python, code: Borrowed<'_>, who: &Who<'_>) -> jitctl_core::Result<Self> {
        Ok(Self {
            code: code.address() as usize,
            weak: python.weak(code)?,
            function: python.weak(who.function)?,
            others: Vec::new(),
            wish: who.wish,
            phase: Phase::Settled,
            sites: Box::default(),
            looks: (0, 0),
            dropped: 0,
            regions: 0,
            attempts: 0,
            pause: 0,
            given_up: None,
            told: 0,
        })
    }

    /// The code object, while it lives.
    pub fn alive(&self, python: Python) -> Option<Owned> {
        python.strong(&self.weak)
    }

    /// The functions that it holds for, alive, with their tickets.
    pub fn functions(&self, python: Python) -> Vec<(Owned, u64)> {
        let all = std::iter::once((&self.function, self.wish.ticket))
            .chain(self.others.iter().map(|(one, ticket)| (one, *ticket)));
        all.filter_map(|(weak, ticket)| Some((python.strong(weak)?, ticket))).collect()
    }

    /// Takes over those of the record that was there before.
    fn join(&mut self, python: Python, before: Self) {
        let own = python.strong(&self.function).map(|function| function.address());
        let mut others = before.others;
        others.push((before.function, before.wish.ticket));
        // The dead are left out when there are twice as many as before, so that a loop of closures stays cheap.
        let sift = others.len().is_power_of_two();
        others.retain(|(weak, _)| {
            let alive = python.strong(weak).map(|function| function.address());
            alive != own && (alive.is_some() || !sift)
        });
        self.others = others;
    }

    /// Takes one function out; says whether it was in.
    fn drop_function(&mut self, python: Python, function: Borrowed<'_>) -> bool {
        let is = |weak: &Owned| python.strong(weak).is_some_and(|one| one.address() == function.address());
        if is(&self.function) {
            self.others.retain(|(weak, _)| python.strong(weak).is_some());
            if let Some((weak, ticket)) = self.others.pop() {
                (self.function, self.wish.ticket) = (weak, ticket);
            } else {
                self.wish.ticket = 0;
            }
            return true;
        }
        let before = self.others.len();
        self.others.retain(|(weak, _)| !is(weak));
        self.others.len() < before
    }
}

/// All records, in no order, with an index by code object.
#[derive(Default)]
pub struct Records {
    all: Vec<Record>,
    index: HashMap<usize, u32>,
    cursor: usize,
    /// Records of dead code objects that were met by the way: their functions may live on, with other code.
    dead: Vec<Record>,
}

impl Records {
    /// How many there are, with those of the dead.
    pub fn len(&self) -> usize {
        self.all.len() + self.dead.len()
    }

    /// Records of dead code objects that were met by the way.
    pub fn take_dead(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.dead)
    }

    /// Is there a record of a living code object? The caller holds the code object, so the key cannot have been reused.
    pub fn get_mut(&mut self, python: Python, code: usize) -> Option<&mut Record> {
        let index = *self.index.get(&code)? as usize;
        if self.all.get(index)?.alive(python).is_none() {
            let dead = self.remove(code);
            self.dead.extend(dead);
            return None;
        }
        self.all.get_mut(index)
    }

    /// Does this code object have a hint of its own?
    pub fn has(&mut self, python: Python, code: usize) -> bool {
        self.get_mut(python, code).is_some()
    }

    /// Adds a record, in place of what was there for the code object; its other functions stay.
    pub fn put(&mut self, python: Python, record: Record) {
        if let Some(index) = self.index.get(&record.code) {
            let slot = &mut self.all[*index as usize];
            let before = std::mem::replace(slot, record);
            if before.alive(python).is_some() {
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

    /// Takes a function out of the record that holds for it, which may be that of code it ran before. `None`: there is
    /// no such record. Else the record's code object where it holds for no other function.
    pub fn leave(&mut self, python: Python, code: usize, function: Borrowed<'_>) -> Option<Option<Owned>> {
        let listed = self.get_mut(python, code).is_some_and(|record| record.drop_function(python, function));
        let record = if listed {
            self.get_mut(python, code)
        } else {
            self.all.iter_mut().find_map(|record| record.drop_function(python, function).then_some(record))
        }?;
        if !record.functions(python).is_empty() && record.wish.ticket != 0 {
            return Some(None);
        }
        Some(record.alive(python))
    }

    /// The functions that run other code now than when they were hinted.
    pub fn moved(&self, python: Python) -> Vec<(Owned, Wish)> {
        let mut found = Vec::new();
        for record in &self.all {
            for (function, ticket) in record.functions(python) {
                if python.code(function.borrow()).is_some_and(|code| code.address() as usize != record.code) {
                    found.push((function, Wish { ticket, ..record.wish }));
                }
            }
        }
        found
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
        let (mut alive, mut dead) = (Vec::new(), std::mem::take(&mut self.dead));
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

    /// Does this hold for any record?
    pub fn any(&self, holds: impl Fn(&Record) -> bool) -> bool {
        self.all.iter().any(holds)
    }

    /// The code objects of all records that are alive.
    pub fn alive(&self, python: Python) -> Vec<Owned> {
        self.all.iter().filter_map(|record| record.alive(python)).collect()
    }
}
