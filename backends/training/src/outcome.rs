//! How a training ended, and what was measured.

use crate::infer::{Inferred, Refusal};
use jitctl_core::{State, Verdict};
use std::time::Duration;

/// What ended a training.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// The state settled.
    Settled,
    /// The calls were spent first.
    Calls,
    /// The time was spent first.
    Time,
    /// A call raised this.
    Raised(String),
    /// The samples could not be made, for this reason.
    Samples(String),
    /// Nothing was called: no arguments could be inferred, or a call with them may have effects.
    NotInferred(Refusal),
    /// A call went on beyond the budget and was stopped.
    Stopped,
    /// The coroutine waited for something that only an event loop can give.
    Suspended,
    /// The hint was taken back, or the interpreter is closing.
    Cancelled,
    /// The function was being trained already, in this thread or another.
    Busy,
}

/// What is known between two batches.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The state now.
    pub state: &'a State,
    /// Calls made so far.
    pub calls: u32,
    /// Batches in a row, up to now, during which the state did not change.
    pub quiet_batches: u32,
}

/// How a training ended, and what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What ended it.
    pub end: End,
    /// Calls that returned.
    pub calls: u32,
    /// Batches made.
    pub batches: u32,
    /// Batches at the end during which the state did not change.
    pub quiet_batches: u32,
    /// The state before the first call.
    pub before: State,
    /// The state after the last batch.
    pub after: State,
    /// Least mean of a batch: what a call cost warm, with about 50 ns of the call through the host. What it cost cold is no
    /// figure to compare with: the first calls fill caches of the processor and the interpreter that no hint fills.
    pub ns_per_call: Option<f64>,
    /// The arguments, where they were inferred.
    pub inferred: Option<Inferred>,
    /// Wall-clock time of the training, without that of trainings of other functions within it.
    pub spent: Duration,
}

/// What a warm call takes with the hint and without it, the same calls in turn, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// With the hint.
    pub hinted: f64,
    /// Without it.
    pub plain: f64,
}

impl Comparison {
    /// The verdict with the measures `ns_per_call_before` (without the hint) and `ns_per_call_after` (with it).
    #[must_use]
    pub fn measured(self, verdict: Verdict) -> Verdict {
        verdict.measure("ns_per_call_before", self.plain, "ns").measure("ns_per_call_after", self.hinted, "ns")
    }
}

impl Outcome {
    /// Nothing was called yet.
    pub(crate) fn new(state: State) -> Self {
        Self {
            end: End::Busy,
            calls: 0,
            batches: 0,
            quiet_batches: 0,
            before: state.clone(),
            after: state,
            ns_per_call: None,
            spent: Duration::ZERO,
            inferred: None,
        }
    }

    /// Did the state stand still when the training ended, though maybe for want of budget?
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet_batches > 0
    }

    /// What was known at the end, for [`crate::Settling`].
    #[must_use]
    pub fn progress(&self) -> Progress<'_> {
        Progress { state: &self.after, calls: self.calls, quiet_batches: self.quiet_batches }
    }

    /// The verdict with the measures: `calls`, `spent` (ms), `inference` (ms) and `confidence` (where the
    /// arguments were inferred), `ns_per_call`, `specialised_before`, `specialised_after` (shares, where the interpreter shows them) and `regions_after`.
    #[must_use]
    pub fn measured(&self, verdict: Verdict) -> Verdict {
        let mut verdict = verdict.measure("calls", f64::from(self.calls), "calls");
        verdict = verdict.measure("spent", self.spent.as_secs_f64() * 1e3, "ms");
        if let Some(inferred) = &self.inferred {
            verdict = verdict.measure("inference", inferred.spent.as_secs_f64() * 1e3, "ms");
            verdict = verdict.measure("confidence", inferred.confidence, "share");
        }
        if let Some(ns) = self.ns_per_call {
            verdict = verdict.measure("ns_per_call", ns, "ns");
        }
        if self.after.specialisable > 0 {
            verdict = verdict.measure("specialised_before", self.before.share(), "share");
            verdict = verdict.measure("specialised_after", self.after.share(), "share");
        }
        let regions = u32::try_from(self.after.regions.len()).unwrap_or(u32::MAX);
        if regions > 0 {
            verdict = verdict.measure("regions_after", f64::from(regions), "regions");
        }
        verdict
    }

    /// What was seen, for a message: `specialised 12 of 14 instructions after 96 calls; 0.84 µs per call`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let calls = match self.calls {
            1 => "1 call".to_owned(),
            calls => format!("{calls} calls"),
        };
        let mut text = if self.after.specialisable == 0 {
            format!("{calls} made")
        } else {
            format!("specialised {} of {} instructions after {calls}", self.after.specialised, self.after.specialisable)
        };
        match self.after.regions.len() {
            0 => {}
            1 => text.push_str(", 1 compiled region"),
            regions => text.push_str(&format!(", {regions} compiled regions")),
        }
        if let Some(ns) = self.ns_per_call {
            text.push_str(&format!("; {} per call", duration(ns)));
        }
        if let Some(inferred) = &self.inferred {
            text.push_str(&format!("; {}", inferred.text));
        }
        text
    }
}

fn duration(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns:.0} ns"),
        ns if ns < 1e6 => format!("{:.2} µs", ns / 1e3),
        ns if ns < 1e9 => format!("{:.2} ms", ns / 1e6),
        ns => format!("{:.2} s", ns / 1e9),
    }
}
