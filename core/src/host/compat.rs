//! Which versions go together. The one place that decides it.

use crate::types::interpreter::Interpreter;
use semver::{Comparator, Op, Version, VersionReq};

/// The version of the interface that this crate offers.
#[must_use]
pub fn interface() -> Version {
    Version::new(
        env!("CARGO_PKG_VERSION_MAJOR").parse().unwrap_or(0),
        env!("CARGO_PKG_VERSION_MINOR").parse().unwrap_or(0),
        env!("CARGO_PKG_VERSION_PATCH").parse().unwrap_or(0),
    )
}

/// Two versions of the interface go together when the caret range of the lower one holds the higher one.
#[must_use]
pub fn go_together(one: &Version, other: &Version) -> bool {
    let (lower, higher) = if one <= other { (one, other) } else { (other, one) };
    let caret = Comparator {
        op: Op::Caret,
        major: lower.major,
        minor: Some(lower.minor),
        patch: Some(lower.patch),
        pre: lower.pre.clone(),
    };
    VersionReq { comparators: vec![caret] }.matches(higher)
}

/// Does a backend that asks for `implementation` (a name or `*`) and `requires` suit the interpreter?
#[must_use]
pub fn suits(implementation: &str, requires: &VersionReq, interpreter: &Interpreter) -> bool {
    (implementation == "*" || implementation == interpreter.implementation) && requires.matches(&interpreter.release())
}
