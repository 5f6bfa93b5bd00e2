//! The strategy ABI of jitctl: what a backend implements, and how a host finds, checks and calls it.
//!
//! Two kinds of crates depend on it. A *backend* (a `cdylib`, ours or a third party's) implements [`Backend`] and writes
//! [`export_backend!`]; PLUGINS.md is its guide. A *host* (the extension `jitctl._backend`, or a test) implements
//! [`interface::PythonHost`] and uses [`registry::Registry`]. The crate knows no Python.
//!
//! Stable, within a major version of this crate: [`Backend`], [`Host`], and the types they name. The host's side may
//! change with any version of jitctl, since the two are shipped together.

#[doc(hidden)]
pub mod abi;
mod adaptor;
mod author;
pub mod backend;
pub mod compat;
mod error;
pub mod fact_source;
mod facts;
mod file;
mod hint;
mod host;
pub mod interface;
mod interpreter;
pub mod loader;
mod object;
pub mod registry;
mod state;
mod verdict;

pub use author::{Backend, Fit, Info, Request};
pub use error::{Error, Exception, LoadError};
pub use facts::{Code, Facts, Instruction, Loop, Unfriendly};
pub use hint::{Hint, Origin};
pub use host::{Host, Level, Opcode, Result};
pub use interpreter::Interpreter;
pub use object::{Borrowed, Owned};
pub use state::{Region, RegionKind, State};
pub use verdict::{Measure, Status, Verdict};
