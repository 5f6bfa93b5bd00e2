//! All that differs between CPython versions, for the extension and the backends. No other crate asks for a version.
//!
//! One file per minor version holds its numbers, each with its source. A new version is such a file and its line in
//! `known!` below. Nothing in these files is trusted as it stands where private memory is concerned: the self-test of the
//! backend compares it with the running process first.
//!
//! A version that has no file is [`Unknown`]. Whoever asks says so to the user (`doctor`, a verdict) in its words, and goes
//! without: nothing here stands for "not known".

mod layout;
mod steering;
mod traits;
mod version;

pub use layout::{DebugTable, Drops, ERROR_STACK_ITEM, Layout};
pub use steering::{
    ConfigLayout, Counter, ExecutorLayout, FramePushingCall, Steering, SwitchLayout, TraceStarter, When,
};
pub use traits::Traits;
pub use version::{FirstCall, JitBuild, Specialisation, Version};

use jitctl_core::Interpreter;

/// Declares the files of the known versions and makes a list of what they say.
macro_rules! known {
    ($($module:ident,)*) => {
        $(mod $module;)*
        static KNOWN: &[&Version] = &[$(&$module::VERSION),*];
    };
}

known! {
    v3_10,
    v3_11,
    v3_12,
    v3_13,
    v3_14,
    v3_15,
}

/// The interpreter is none of those that have a file here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// Another implementation: nothing of CPython's applies.
    #[error("{0} is not CPython")]
    Implementation(String),
    /// CPython of a version that has no file here.
    #[error("CPython {found} is not known to this version of jitctl, which knows {known}")]
    Version {
        /// `3.16`.
        found: String,
        /// `3.10 to 3.15`.
        known: String,
    },
}

/// What is known of the interpreter's version.
///
/// # Errors
/// [`Unknown`], whose text is for the user.
pub fn of(interpreter: &Interpreter) -> Result<&'static Version, Unknown> {
    if interpreter.implementation != "cpython" {
        return Err(Unknown::Implementation(interpreter.implementation.clone()));
    }
    let (major, minor) = (interpreter.version.major, interpreter.version.minor);
    let found = known().find(|version| (major, minor) == (3, version.minor));
    found.ok_or_else(|| Unknown::Version { found: format!("{major}.{minor}"), known: range() })
}

/// All known versions, oldest first.
pub fn known() -> impl Iterator<Item = &'static Version> {
    KNOWN.iter().copied()
}

/// The known versions in words.
#[must_use]
pub fn range() -> String {
    let minors: Vec<u64> = known().map(|version| version.minor).collect();
    match (minors.iter().min(), minors.iter().max()) {
        (Some(least), Some(most)) => format!("3.{least} to 3.{most}"),
        _ => "none".to_owned(),
    }
}
