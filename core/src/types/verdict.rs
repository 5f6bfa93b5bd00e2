//! What came of a hint.

use crate::abi::values::{RawMeasure, RawVerdict};
use std::borrow::Cow;

/// The five ways in which a hint can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// In force.
    Applied,
    /// Will be in force after something that the message names.
    Pending,
    /// In force for a part of the function.
    Partial,
    /// This backend, interpreter or object cannot do it.
    Unsupported,
    /// It could be done, and was not, for the reason given.
    Refused,
}

impl Status {
    #[cfg(feature = "host")]
    const ALL: [Self; 5] = [Self::Applied, Self::Pending, Self::Partial, Self::Unsupported, Self::Refused];

    /// The word that Python shows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Partial => "partial",
            Self::Unsupported => "unsupported",
            Self::Refused => "refused",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Applied => 1,
            Self::Pending => 2,
            Self::Partial => 3,
            Self::Unsupported => 4,
            Self::Refused => 5,
        }
    }
}

/// A measured value that belongs to a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What was measured: `specialised_after`, `ns_per_call_before`, ...
    pub name: Cow<'static, str>,
    /// The value, in `unit`.
    pub value: f64,
    /// `ns`, `calls`, `share`, `bytes`, ...
    pub unit: Cow<'static, str>,
}

/// What came of a hint: a status, a stable code, one sentence, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How it ended.
    pub status: Status,
    /// Stable, lower-case, with hyphens: for programs.
    pub code: Cow<'static, str>,
    /// One sentence: for people.
    pub message: Cow<'static, str>,
    /// What the user can do next; empty where there is nothing to do.
    pub advice: Cow<'static, str>,
    /// What was measured on the way.
    pub measures: Vec<Measure>,
}

impl Verdict {
    /// A verdict without advice and measures.
    pub fn new(status: Status, code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code: code.into(), message: message.into(), advice: Cow::Borrowed(""), measures: Vec::new() }
    }

    /// The same with advice.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<Cow<'static, str>>) -> Self {
        self.advice = advice.into();
        self
    }

    /// The same with one more measured value.
    #[must_use]
    pub fn measure(mut self, name: &'static str, value: f64, unit: &'static str) -> Self {
        self.measures.push(Measure { name: name.into(), value, unit: unit.into() });
        self
    }

    pub(crate) fn to_raw(&self) -> RawVerdict {
        RawVerdict {
            status: self.status.number(),
            code: self.code.as_ref().into(),
            message: self.message.as_ref().into(),
            advice: self.advice.as_ref().into(),
            measures: self
                .measures
                .iter()
                .map(|m| RawMeasure { name: m.name.as_ref().into(), value: m.value, unit: m.unit.as_ref().into() })
                .collect(),
        }
    }

    #[cfg(feature = "host")]
    /// A status of a later version of the ABI reads as `partial`: something was done, this host cannot say what.
    pub(crate) fn from_raw(raw: RawVerdict) -> Self {
        let known = Status::ALL.into_iter().find(|status| status.number() == raw.status);
        Self {
            status: known.unwrap_or(Status::Partial),
            code: Cow::Owned(raw.code.into()),
            message: Cow::Owned(raw.message.into()),
            advice: Cow::Owned(raw.advice.into()),
            measures: raw
                .measures
                .into_iter()
                .map(|m| Measure { name: Cow::Owned(m.name.into()), value: m.value, unit: Cow::Owned(m.unit.into()) })
                .collect(),
        }
    }
}
