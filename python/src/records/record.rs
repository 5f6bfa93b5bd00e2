//! One record: what was asked of a function, and what each backend said.

use jitctl_core::{Hint, Status, Verdict};
use jitctl_verdicts::VerdictCode;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::cmp::Reverse;
use std::sync::Arc;

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

/// What one backend said of a hint.
#[derive(Clone)]
pub struct Attempt {
    /// Names the request in the backend's reports.
    pub ticket: u64,
    pub backend: Arc<str>,
    pub verdict: Arc<Verdict>,
    /// The backend has answered: what comes now is a later event.
    pub(super) settled: bool,
    pub(super) reported: bool,
}

/// One record without its object.
#[derive(Clone)]
pub struct Record {
    pub hint: Hint,
    pub origin: Origin,
    /// That of the backend that acts; where none does, of the last one that was asked.
    pub acting: Attempt,
    /// What every verdict says behind its own message: which hint this one replaced, which function it wraps.
    pub remarks: Option<Arc<str>>,
    /// What there is where several backends make a chain; most records do without.
    pub(super) chained: Option<Box<Chained>>,
    /// The address of the code that the function had when it was hinted; kept where somebody may ask for it. Other code in
    /// its place is made while this one lives, so the addresses differ; a weak reference would cost 100 bytes a hint.
    pub(super) code: Option<usize>,
}

/// What a record keeps of a chain.
#[derive(Clone)]
pub struct Chained {
    /// The other backends that were asked, in the order of the chain: those before the one that acts, or, as ignore reaches
    /// all, all others.
    pub(super) others: Vec<Attempt>,
    /// The options that the next backend would get.
    pub(super) options: Arc<[Plain]>,
    /// There is a backend behind the one that acts.
    pub(super) more: bool,
}

/// An option that can be kept without keeping an object alive.
pub struct Plain {
    pub name: String,
    pub value: PlainValue,
}

/// Its value.
pub enum PlainValue {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

/// Does a verdict say that the backend does nothing for this function, so that another one may?
pub fn passes_on(verdict: &Verdict) -> bool {
    verdict.status == Status::Unsupported || VerdictCode::of(verdict).is_some_and(|code| code.row().passes_on)
}

impl Record {
    /// What the other backends of the chain said.
    pub fn others(&self) -> &[Attempt] {
        self.chained.as_ref().map_or(&[], |chained| &chained.others)
    }

    /// The options that the next backend would get.
    pub fn options(&self) -> &[Plain] {
        self.chained.as_ref().map_or(&[], |chained| &chained.options)
    }

    /// That of the backend that acts, and the others.
    pub fn attempts(&self) -> impl Iterator<Item = &Attempt> {
        std::iter::once(&self.acting).chain(self.others())
    }

    /// The first ticket of this record: it is the record's own, whoever acts.
    pub fn oldest(&self) -> u64 {
        self.attempts().map(|attempt| attempt.ticket).min().unwrap_or(0)
    }

    pub(super) fn attempt(&mut self, ticket: u64) -> Option<&mut Attempt> {
        let others = self.chained.iter_mut().flat_map(|chained| &mut chained.others);
        std::iter::once(&mut self.acting).chain(others).find(|attempt| attempt.ticket == ticket)
    }

    /// The verdict that is furthest from a hint in force stands for all, but for those that cannot do anything. Of equal
    /// ones the first in the chain: tickets grow along it.
    pub(super) fn elect(&mut self) {
        const fn distance(status: Status) -> u8 {
            match status {
                Status::Unsupported => 0,
                Status::Applied => 1,
                Status::Pending => 2,
                Status::Partial => 3,
                Status::Refused => 4,
            }
        }
        let Some(chained) = &mut self.chained else { return };
        let others = &mut chained.others;
        others.push(self.acting.clone());
        others.sort_by_key(|attempt| attempt.ticket);
        let rank = |(_, attempt): &(usize, &Attempt)| (distance(attempt.verdict.status), Reverse(attempt.ticket));
        if let Some((index, _)) = others.iter().enumerate().max_by_key(rank) {
            self.acting = others.remove(index);
        }
    }
}
