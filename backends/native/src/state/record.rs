//! One hint in force, without keeping the function or its code alive.

use super::request::{HintSpec, HintTarget};
use crate::cpython::capi::Python;
use crate::cpython::trace_starts::TraceStart;
use jitctl_core::{Borrowed, Owned, Verdict};

/// How far a hint has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Done; maintenance keeps it so.
    Settled,
    /// `focus`: armed, and its verdict says so.
    Armed,
    /// `focus`: all of it was seen compiled, and its verdict says so.
    Compiled,
    /// Something stood in the way of arming; armed when it is gone.
    Waiting,
    /// `focus`: attempts to compile it failed, and its verdict says so; they go on ever more rarely.
    NotCompiled,
    /// It was given up, and its verdict says so.
    GivenUp,
    /// `once`: real traffic is training it.
    Training,
    /// `once`: frozen.
    Frozen,
    /// Taken away for some calls, to find out whether it pays.
    OnTrial,
}

/// How far a trial is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// The hint has not been in force for long enough.
    #[default]
    Settling,
    /// Calls with the hint are timed.
    Hinted,
    /// Calls without the hint are timed.
    Plain,
    /// It pays, and is in force again; its code was compiled anew, and may be other code.
    Back,
    /// Calls with that code are timed.
    Check,
    /// It pays, or that cannot be found out here.
    Over,
}

/// Why it cannot be found out whether a hint pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmeasured {
    /// A call makes a generator or a coroutine, which does its work later.
    Suspends,
    /// A tool other than ours has, or had, an id of `sys.monitoring`.
    Tool,
    /// It is called too rarely.
    Rare,
    /// Its code or its defaults were replaced meanwhile.
    Changed,
}

/// The times of some rounds, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Times {
    last: f64,
    rounds: u8,
}

impl Times {
    /// With one more.
    #[must_use]
    pub const fn add(self, mean: f64) -> Self {
        Self { last: mean, rounds: self.rounds + 1 }
    }

    /// With another one in place of the last round's.
    #[must_use]
    pub const fn corrected(self, mean: f64) -> Self {
        Self { last: mean, ..self }
    }

    /// That of the last round.
    pub const fn last(self) -> f64 {
        self.last
    }
}

/// Does the hint pay? The state of that question.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trial {
    pub stage: Stage,
    /// Looks in this stage.
    pub looks: u16,
    pub hinted: Times,
    pub plain: Times,
    /// Compiled regions when its calls were timed with the hint.
    pub regions: u32,
    /// Trials before this one.
    pub before: u8,
    pub unmeasured: Option<Unmeasured>,
}

impl Trial {
    /// It ended, and nothing came of it.
    #[must_use]
    pub const fn without(self, why: Unmeasured) -> Self {
        Self { stage: Stage::Over, unmeasured: Some(why), ..self }
    }

    /// The speed with the hint as a part of that without it, in the last round; 1 before there was one.
    pub fn speed(&self) -> f64 {
        if self.rounds() > 0 { self.plain.last() / self.hinted.last() } else { 1.0 }
    }

    /// Rounds in which both were timed.
    pub const fn rounds(&self) -> u8 {
        self.plain.rounds
    }
}

/// One hint in force.
pub struct Record {
    /// The code object's address, which is its key.
    pub code: usize,
    weak: Owned,
    /// The function that was hinted last.
    pub function: Owned,
    /// Others that share its code and its hint, with their tickets. Most functions have none, so it takes one word.
    #[allow(clippy::box_collection)]
    others: Option<Box<Vec<(Owned, u64)>>>,
    pub spec: HintSpec,
    pub phase: Phase,
    pub starts: Box<[TraceStart]>,
    /// `once`: the signature of the code at the last look.
    pub last_signature: u64,
    /// `once`: for how many looks it has been the same. `ignore`: looks since its events changed.
    pub same_looks: u16,
    /// `once`: how often CPython dropped compiled code that was frozen.
    pub dropped: u8,
    /// Compiled regions at the last look.
    pub regions: u32,
    /// `focus`: attempts to compile it that failed, since it was last seen compiled.
    pub attempts: u8,
    /// `focus`: steps until the next attempt.
    pub pause: u16,
    /// Why it was given up.
    pub given_up: Option<Box<Verdict>>,
    /// `focus`: how many places were compiled when the verdict was last read.
    pub told: u32,
    /// Whether it pays. Most hints are never in doubt, so it takes one word.
    trial: Option<Box<Trial>>,
}

impl Record {
    /// A record without trace starts.
    pub fn new(python: Python, code: Borrowed<'_>, target: &HintTarget<'_>) -> jitctl_core::Result<Self> {
        Ok(Self {
            code: code.address() as usize,
            weak: python.weak(code)?,
            function: python.weak(target.function)?,
            others: None,
            spec: target.spec,
            phase: Phase::Settled,
            starts: Box::default(),
            last_signature: 0,
            same_looks: 0,
            dropped: 0,
            regions: 0,
            attempts: 0,
            pause: 0,
            given_up: None,
            told: 0,
            trial: None,
        })
    }

    /// Whether it pays, as far as that is known.
    pub fn trial(&self) -> Trial {
        self.trial.as_deref().copied().unwrap_or_default()
    }

    /// Keeps what is known of that.
    pub fn set_trial(&mut self, trial: Trial) {
        self.trial = (trial != Trial::default()).then(|| Box::new(trial));
    }

    /// The code object, while it lives.
    pub fn alive(&self, python: Python) -> Option<Owned> {
        python.strong(&self.weak)
    }

    /// The functions that it holds for, alive, with their tickets.
    pub fn functions(&self, python: Python) -> Vec<(Owned, u64)> {
        let all = std::iter::once((&self.function, self.spec.ticket))
            .chain(self.others.iter().flat_map(|all| all.iter()).map(|(one, ticket)| (one, *ticket)));
        all.filter_map(|(weak, ticket)| Some((python.strong(weak)?, ticket))).collect()
    }

    /// One of the functions that it holds for, alive, with its hint.
    pub fn a_function(&self, python: Python) -> Option<(Owned, HintSpec)> {
        if let Some(function) = python.strong(&self.function) {
            return Some((function, self.spec));
        }
        let others = self.others.iter().flat_map(|all| all.iter());
        let mut alive = others.filter_map(|(weak, ticket)| Some((python.strong(weak)?, *ticket)));
        alive.next().map(|(function, ticket)| (function, HintSpec { ticket, ..self.spec }))
    }

    /// Does it hold for this function?
    pub fn holds_for(&self, python: Python, function: Borrowed<'_>) -> bool {
        self.functions(python).iter().any(|(one, _)| one.address() == function.address())
    }

    /// Takes over those of the record that was there before.
    pub(super) fn join(&mut self, python: Python, before: Self) {
        self.others = before.others;
        self.push(python, (before.function, before.spec.ticket));
    }

    /// Takes in a further function of the same code, with its ticket.
    pub fn add(&mut self, python: Python, function: Borrowed<'_>, ticket: u64) -> jitctl_core::Result<()> {
        let before = std::mem::replace(&mut self.function, python.weak(function)?);
        let before = (before, std::mem::replace(&mut self.spec.ticket, ticket));
        self.push(python, before);
        Ok(())
    }

    /// Puts a function among the others.
    fn push(&mut self, python: Python, one: (Owned, u64)) {
        let own = python.strong(&self.function).map(|function| function.address());
        let mut others = self.others.take().unwrap_or_default();
        others.push(one);
        // The dead are left out when there are twice as many as before, so that a loop of closures stays cheap.
        let sift = others.len().is_power_of_two();
        others.retain(|(weak, _)| {
            let alive = python.strong(weak).map(|function| function.address());
            alive != own && (alive.is_some() || !sift)
        });
        self.others = (!others.is_empty()).then_some(others);
    }

    /// Takes one function out; says whether it was in.
    pub(super) fn drop_function(&mut self, python: Python, function: Borrowed<'_>) -> bool {
        let is = |weak: &Owned| python.strong(weak).is_some_and(|one| one.address() == function.address());
        if is(&self.function) {
            let alive = self.others.as_mut().and_then(|all| {
                all.retain(|(weak, _)| python.strong(weak).is_some());
                all.pop()
            });
            if let Some((weak, ticket)) = alive {
                (self.function, self.spec.ticket) = (weak, ticket);
            } else {
                self.spec.ticket = 0;
            }
            return true;
        }
        self.others.as_mut().is_some_and(|all| {
            let before = all.len();
            all.retain(|(weak, _)| !is(weak));
            all.len() < before
        })
    }
}
