//! Why a candidate cannot be used.

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
