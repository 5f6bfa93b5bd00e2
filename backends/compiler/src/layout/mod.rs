//! What emitted code and the runtime know of the interpreter: offsets of fields ([`Layout`]) and addresses ([`Api`]).

mod api;

pub use api::{Api, Vectorcall};
pub use jitctl_cpython::{Drops, Layout};

use jitctl_core::Interpreter;

/// The layout that an interpreter should have, where its version is known.
pub fn of(interpreter: &Interpreter) -> Option<Layout> {
    let known = jitctl_cpython::of(interpreter).ok()?.layout?;
    Some(Layout { inline_refcounts: !interpreter.debug, ..*known })
}
