//! What a backend answers instead of a verdict, and why a call to the host failed.

use crate::abi::host::HostTableRef;
use crate::abi::values::{
    ERROR_OTHER, ERROR_PANICKED, ERROR_PYTHON, ERROR_REFUSED, ERROR_UNSUPPORTED, RawError, RawObject,
};
use crate::types::object::{Borrowed, Owned};
use thiserror::Error;

/// A result of a call to the host or of a backend.
pub type Result<T> = std::result::Result<T, Error>;

/// Tells an exception that belongs to the user from others of its kind, which older hosts do not tell apart.
const CODE_INTERRUPTED: &str = "interrupted";

/// What a backend answers instead of a verdict, and why a call to the host failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be done here.
    #[error("{message}")]
    Unsupported {
        /// Stable, lower-case, with hyphens.
        code: String,
        /// One sentence.
        message: String,
    },
    /// It could be done and was not.
    #[error("{message}")]
    Refused {
        /// Stable, lower-case, with hyphens.
        code: String,
        /// One sentence.
        message: String,
    },
    /// Python code raised.
    #[error("{0}")]
    Python(Exception),
    /// Python code that a backend called on the user's behalf was interrupted by an exception that belongs to the user: a
    /// signal handler raised it, or another thread. The host raises it where the user is.
    #[error("{0}")]
    Interrupted(Exception),
    /// A panic was caught at the boundary.
    #[error("panicked: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// Anything else, an error of a later version of the ABI included.
    #[error("{message}")]
    Other {
        /// One sentence.
        message: String,
    },
}

/// A Python exception that is no longer pending on the thread.
#[derive(Debug)]
pub struct Exception {
    pub(crate) object: Owned,
    pub(crate) type_name: String,
    pub(crate) message: String,
    pub(crate) ordinary: bool,
}

impl Exception {
    /// The exception object.
    #[must_use]
    pub fn object(&self) -> Borrowed<'_> {
        self.object.borrow()
    }

    /// The name of its class.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// `str(exception)`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// An `Exception`; false for KeyboardInterrupt, SystemExit and their like, which should be let through.
    #[must_use]
    pub fn is_ordinary(&self) -> bool {
        self.ordinary
    }
}

impl std::fmt::Display for Exception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.type_name.as_str(), self.message.as_str()) {
            ("", message) => f.write_str(message),
            (name, "") => f.write_str(name),
            (name, message) => write!(f, "{name}: {message}"),
        }
    }
}

impl RawError {
    /// What it says, where there is no host's table to make an [`Error`] with.
    pub(crate) fn reason(&self) -> String {
        if self.kind == ERROR_PANICKED { format!("panicked: {}", self.message) } else { self.message.to_string() }
    }
}

impl Error {
    /// [`Error::Unsupported`].
    pub fn unsupported(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Unsupported { code: code.into(), message: message.into() }
    }

    /// [`Error::Refused`].
    pub fn refused(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Refused { code: code.into(), message: message.into() }
    }

    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Unsupported { code, .. } | Self::Refused { code, .. } => code,
            Self::Python(_) => "python-exception",
            Self::Interrupted(_) => CODE_INTERRUPTED,
            Self::Panicked { .. } => "panicked",
            Self::Other { .. } => "backend-error",
        }
    }

    pub(crate) fn into_raw(self) -> RawError {
        let code = self.code().to_owned().into();
        let (kind, message, object) = match self {
            Self::Unsupported { message, .. } => (ERROR_UNSUPPORTED, message, RawObject::NULL),
            Self::Refused { message, .. } => (ERROR_REFUSED, message, RawObject::NULL),
            Self::Python(exception) | Self::Interrupted(exception) => {
                (ERROR_PYTHON, exception.to_string(), exception.object.into_raw())
            }
            Self::Panicked { message } => (ERROR_PANICKED, message, RawObject::NULL),
            Self::Other { message } => (ERROR_OTHER, message, RawObject::NULL),
        };
        RawError { kind, code, message: message.into(), object }
    }

    /// Takes over the exception in `raw`, if there is one; `table` gives it back when it is dropped.
    pub(crate) fn from_raw(raw: RawError, table: HostTableRef) -> Self {
        let (code, message) = (raw.code.into(), raw.message.into());
        if raw.kind != ERROR_PYTHON && !raw.object.is_null() {
            drop(Owned { raw: raw.object, table }); // belongs to no other kind that is known here
        }
        match raw.kind {
            ERROR_UNSUPPORTED => Self::Unsupported { code, message },
            ERROR_REFUSED => Self::Refused { code, message },
            ERROR_PYTHON if !raw.object.is_null() => {
                let object = Owned { raw: raw.object, table };
                let exception = Exception { object, type_name: String::new(), message, ordinary: true };
                if code == CODE_INTERRUPTED { Self::Interrupted(exception) } else { Self::Python(exception) }
            }
            ERROR_PANICKED => Self::Panicked { message },
            _ => Self::Other { message },
        }
    }
}
