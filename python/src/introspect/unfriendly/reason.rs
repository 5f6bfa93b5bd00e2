//! One reason why a function gains little or nothing.

use super::table;
use std::borrow::Cow;

/// Why a function will gain little or nothing from the JIT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// One of the codes in `table.rs`.
    pub code: &'static str,
    /// The source line that shows it; 0 where there is none.
    pub line: u32,
    /// One sentence about this function.
    pub message: Cow<'static, str>,
    /// What to do about it.
    pub advice: Cow<'static, str>,
}

impl Reason {
    pub(super) fn new(code: &'static str, line: u32, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, line, message: message.into(), advice: table::kind(code).advice.into() }
    }

    pub(super) fn advise(mut self, advice: impl Into<Cow<'static, str>>) -> Self {
        self.advice = advice.into();
        self
    }
}
