//! What the user wants done: with which samples, when, and within which budget.

use crate::budget::Budget;
use crate::samples::Samples;
use jitctl_core::{Host, Interpreter, Request, Result};
use jitctl_verdicts::VerdictCode;
use std::time::Duration;

/// When a training happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// At the first real call, before its body runs: names that the module defines later exist by then. On 3.12 and later
    /// also before the training of another function that names this one and is called first.
    #[default]
    FirstCall,
    /// At once.
    Decoration,
    /// At once, in a daemon thread.
    Background,
}

impl When {
    /// The word that the user writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstCall => "first-call",
            Self::Decoration => "decoration",
            Self::Background => "background",
        }
    }

    fn by_name(name: &str) -> Result<Self> {
        [Self::FirstCall, Self::Decoration, Self::Background].into_iter().find(|when| when.name() == name).ok_or_else(
            || VerdictCode::UnknownWhen.error(format!("this backend knows no when={name:?}; update the backend")),
        )
    }
}

/// May a function be called for which nobody gave samples?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Infer {
    /// Where its arguments can be inferred and a call is shown to have no effects, or the user said `infer=True`.
    WhereHarmless,
    /// Only where the user said `infer=True`.
    WhereAsked,
}

/// Where the arguments of the calls come from.
pub(crate) enum Source {
    Given(Samples),
    /// Inferred when the training starts: by then the names exist that an annotation refers to. `forced`: also where
    /// effects cannot be excluded.
    Inferred {
        forced: bool,
    },
}

/// A training that the user asked for.
pub struct Plan {
    pub(crate) host: Host,
    pub(crate) source: Source,
    pub(crate) when: When,
    pub(crate) budget: Budget,
    /// Until it runs, a new thread has the identity of the one that started it.
    pub(crate) shares_identity: bool,
}

impl Plan {
    /// Reads the request's keywords; `None` where it gives no samples and they may not be inferred, so that nothing may be
    /// called.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a `when` that this version does not know; [`Error::Python`] where a look-up raised.
    pub fn from_request(
        host: Host,
        interpreter: &Interpreter,
        request: &Request<'_>,
        infer: Infer,
    ) -> Result<Option<Self>> {
        let asked = request.option("infer")?.map(|word| host.truth(word.borrow())).transpose()?;
        let source = match (Samples::from_request(host, request)?, asked) {
            (Some(samples), _) => Source::Given(samples),
            (None, Some(true)) => Source::Inferred { forced: true },
            (None, None) if infer == Infer::WhereHarmless => Source::Inferred { forced: false },
            (None, _) => return Ok(None),
        };
        let when = match request.option("when")? {
            Some(word) => When::by_name(&host.to_text(word.borrow())?)?,
            None => When::default(),
        };
        let mut budget = Budget::default_for(interpreter);
        if let Some(calls) = request.option("budget_calls")? {
            budget.calls = u32::try_from(host.to_int(calls.borrow())?).unwrap_or(u32::MAX);
        }
        if let Some(milliseconds) = request.option("budget_ms")? {
            let seconds = host.to_float(milliseconds.borrow())? / 1_000.0;
            budget.time = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        }
        let shares_identity = jitctl_cpython::of(interpreter).is_ok_and(|version| version.new_thread_shares_identity);
        Ok(Some(Self { host, source, when, budget, shares_identity }))
    }

    /// When it shall happen.
    #[must_use]
    pub fn when(&self) -> When {
        self.when
    }

    /// What it may cost.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// The same with another budget.
    #[must_use]
    pub fn with_budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }
}
