//! What the table says of a code.

use jitctl_core::Status;

/// Who gives a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The extension, for every backend.
    Extension,
    /// The Python package: what has no bytecode, what has no extension.
    Package,
    /// The backend noop.
    Noop,
    /// Trainings, in the backends warmup and native.
    Training,
    /// The backend warmup.
    Warmup,
    /// The backend native.
    Native,
    /// The backend compiler.
    Compiler,
}

impl By {
    /// As docs/verdicts.md names them.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Package => "package",
            Self::Noop => "noop",
            Self::Training => "training",
            Self::Warmup => "warmup",
            Self::Native => "native",
            Self::Compiler => "compiler",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What programs compare: lower-case, with hyphens.
    pub name: &'static str,
    /// The statuses that it comes with, the usual one first.
    pub statuses: &'static [Status],
    /// Who gives it.
    pub by: &'static [By],
    /// The backend does nothing more for the function, so that the next one of the chain may; said of a code whose status
    /// does not say it already.
    pub passes_on: bool,
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it, where a verdict says nothing of its own.
    pub advice: &'static str,
}
