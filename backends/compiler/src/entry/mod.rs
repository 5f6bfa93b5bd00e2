//! When a function is compiled, and the way of a call into machine code.
//!
//! A hinted function keeps its object; what changes is its entry (`PyFunction_SetVectorcall`):
//!
//! ```text
//! waiting.rs     until it is compiled: counts calls, compiles at the right one with its actual arguments
//! (machine code) the boxed entry of a unit; calls that do not fit come back to bind.rs and interpret.rs
//! trial.rs       calls in turn with and without machine code, timed
//! CPython's own  after it was given up, refused or undone
//! ```
//!
//! `install.rs` makes units; what they are and which function is where is `units`' concern.

mod hints;
mod install;
mod samples;
mod trial;
mod waiting;

pub use hints::{apply, state, undo};
