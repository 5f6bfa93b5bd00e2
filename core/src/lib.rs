//! The strategy ABI of jitctl: what a backend implements, and how a host finds, checks and calls it.
//!
//! Two kinds of crates depend on it. A *backend* (a `cdylib`, ours or a third party's) implements [`Backend`] and writes
//! [`export_backend!`]; PLUGINS.md is its guide. A *host* (the extension `jitctl._backend`, or a test) switches on the cargo
//! feature `host`, implements [`host::table::PythonHost`](crate::host) and uses the registry. The crate knows no Python.
//!
//! Stable, within a major version of this crate: [`Backend`], [`Host`], and the types they name. The host's side may
//! change with any version of jitctl, since the two are shipped together.
//!
//! Bottom to top, each importing only what stands before it: `abi` (what crosses the boundary), `types` (what both sides
//! use), `plugin` (what an author uses), `host`.

#[doc(hidden)]
pub mod abi;
#[cfg(feature = "host")]
pub mod host;
mod plugin;
mod types;

#[doc(hidden)]
pub use plugin::export::exported;

pub use plugin::backend::{Backend, Fit, Info, Request};
pub use plugin::facts::{Code, Constant, Facts, Instruction, Loop, Unfriendly};
pub use plugin::python::{Host, Level, Opcode};
pub use types::error::{Error, Exception, Result};
pub use types::hint::{Hint, Origin};
pub use types::interpreter::Interpreter;
pub use types::object::{Borrowed, Owned};
pub use types::state::{Exit, Region, RegionKind, State};
pub use types::verdict::{Measure, Status, Verdict};
