//! The errors of the crate: one for finding and loading a backend, one for what a backend answers.

use crate::abi::host::HostTableRef;
use crate::abi::values::{
    ERROR_OTHER, ERROR_PANICKED, ERROR_PYTHON, ERROR_REFUSED, ERROR_UNSUPPORTED, RawError, RawObject,
};
use crate::object::{Borrowed, Owned};
use std::path::PathBuf;
use thiserror::Error;

/// Why a candidate cannot be used: one line each, with the path, what was found, and what was expected.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// Resolution: install the library again, or correct the path.
    #[error("{}: no such file; expected a backend's shared library", path.display())]
    NotFound {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Resolution: take the write permission for others from the file or folder.
    #[error("{}: {what} may be written by every user of this machine; take that permission away (chmod o-w)", path.display())]
    Writable {
        /// The file that was not loaded.
        path: PathBuf,
        /// The file or the folder that is open to all.
        what: String,
    },
    /// Resolution: give a shared library built for this platform.
    #[error("{}: not a shared library for this machine: {found}", path.display())]
    NotALibrary {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        found: String,
    },
    /// Resolution: copy or install the file again.
    #[error("{}: truncated: its program headers need {needs} bytes, the file has {has}; copy it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The size that it should have at least, in bytes.
        needs: u64,
        /// The size that it has, in bytes.
        has: u64,
    },
    /// Resolution: what the system's loader says.
    #[error("{}: the system's loader refused it: {reason}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The loader's words.
        reason: String,
    },
    /// Resolution: export a backend with `jitctl_core::export_backend!`.
    #[error("{}: a shared library, but not a jitctl backend: it does not export {symbol}", path.display())]
    NotABackend {
        /// The file.
        path: PathBuf,
        /// The symbol that is missing.
        symbol: &'static str,
    },
    /// Resolution: build the plugin with the jitctl-core that the host offers.
    #[error("{}: built with abi_stable {found}, expected {expected}; rebuild it with jitctl-core {offered}", path.display())]
    AbiStable {
        /// The file.
        path: PathBuf,
        /// Its version of abi_stable.
        found: String,
        /// Ours.
        expected: String,
        /// The interface that this host offers.
        offered: String,
    },
    /// Resolution: build the plugin with the jitctl-core that the host offers, or update jitctl.
    #[error("{}: made for interface {found}, this jitctl offers {offered}; rebuild it, or install the matching jitctl", path.display())]
    Interface {
        /// The file.
        path: PathBuf,
        /// The version of jitctl-core that it was built with.
        found: String,
        /// The version that this host offers.
        offered: String,
    },
    /// Resolution: build the plugin with the published jitctl-core, unchanged.
    #[error("{}: same interface version, other layout: {detail}; rebuild it with the published jitctl-core {offered}", path.display())]
    Layout {
        /// The file.
        path: PathBuf,
        /// The first difference.
        detail: String,
        /// The interface that this host offers.
        offered: String,
    },
    /// Resolution: ask the backend's author.
    #[error("{}: its start-up failed: {reason}", path.display())]
    Init {
        /// The file.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
    /// Resolution: build the plugin with `panic = "unwind"`, the default.
    #[error("{}: built with panic=abort, so any panic in it would end the process; rebuild it with panic=unwind", path.display())]
    PanicAbort {
        /// The file.
        path: PathBuf,
    },
    /// Resolution: correct the backend's `Info`.
    #[error("{}: it describes itself wrongly: {detail}", path.display())]
    Description {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Resolution: use an interpreter in the range, or a backend for this one.
    #[error("{name} ({}): made for {requires}, this is {found}", path.display())]
    Interpreter {
        /// The backend.
        name: String,
        /// The file.
        path: PathBuf,
        /// The range that it declares.
        requires: String,
        /// The running interpreter.
        found: String,
    },
    /// Resolution: what the reason says.
    #[error("{name} ({}): declined: {reason}", path.display())]
    Declined {
        /// The backend.
        name: String,
        /// The file.
        path: PathBuf,
        /// A stable code.
        code: String,
        /// The backend's words.
        reason: String,
    },
    /// Resolution: remove one of the two, or rename it.
    #[error("{}: its name {name} is taken by {}; neither shadows the other silently, remove or rename this one", path.display(), other.display())]
    NameTaken {
        /// The name.
        name: String,
        /// This file.
        path: PathBuf,
        /// The file that has the name already.
        other: PathBuf,
    },
}

impl LoadError {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::Writable { .. } => "writable-by-others",
            Self::NotALibrary { .. } => "not-a-library",
            Self::Truncated { .. } => "truncated",
            Self::Open { .. } => "open",
            Self::NotABackend { .. } => "not-a-backend",
            Self::AbiStable { .. } => "abi-stable-version",
            Self::Interface { .. } => "interface-version",
            Self::Layout { .. } => "layout",
            Self::Init { .. } => "init",
            Self::PanicAbort { .. } => "panic-abort",
            Self::Description { .. } => "description",
            Self::Interpreter { .. } => "interpreter",
            Self::Declined { code, .. } => code,
            Self::NameTaken { .. } => "name-taken",
        }
    }
}

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
