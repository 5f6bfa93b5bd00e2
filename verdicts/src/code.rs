//! Verdicts and errors made from the table.

use crate::table::VerdictCode;
use jitctl_core::{Error, Status, Verdict};
use std::borrow::Cow;

impl VerdictCode {
    /// The code itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The code of a verdict; `None` for one that is not jitctl's own.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Option<Self> {
        Self::by_name(&verdict.code)
    }

    /// The code of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// Has the verdict this code?
    #[must_use]
    pub fn is(self, verdict: &Verdict) -> bool {
        verdict.code == self.name()
    }

    /// A verdict with its usual status and this sentence.
    pub fn verdict(self, message: impl Into<Cow<'static, str>>) -> Verdict {
        let status = self.row().statuses.first().copied().unwrap_or(Status::Unsupported);
        self.verdict_as(status, message)
    }

    /// A verdict with a status that the table has for it.
    pub fn verdict_as(self, status: Status, message: impl Into<Cow<'static, str>>) -> Verdict {
        debug_assert!(self.row().statuses.contains(&status), "{} is never {}", self.name(), status.name());
        Verdict::new(status, self.name(), message).advise(self.row().advice)
    }

    /// A verdict in the table's own words.
    #[must_use]
    pub fn told(self) -> Verdict {
        self.verdict(self.row().meaning)
    }

    /// An error that becomes such a verdict: refused where that is its usual status, else unsupported.
    pub fn error(self, message: impl Into<String>) -> Error {
        match self.row().statuses.first() {
            Some(Status::Refused) => Error::refused(self.name(), message),
            _ => Error::unsupported(self.name(), message),
        }
    }
}
