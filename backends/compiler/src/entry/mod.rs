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
//! `table.rs` knows which function is where, `install.rs` makes units, `feedback.rs` hears of exits, `poll.rs` of everything that
//! is pending.

mod bind;
pub mod cells;
mod feedback;
mod hints;
mod install;
mod interpret;
mod poll;
mod samples;
mod table;
mod trial;
mod unit;
mod waiting;

pub use bind::complete;
pub use cells::{FunctionCell, UnitCell};
pub use feedback::{note_exit, spoiled};
pub use hints::{apply, state, undo};
pub use interpret::{rt_bind, rt_interpret};
pub use poll::rt_poll;
pub use table::{code_changed, died, discard, signature_of, summary, tidy, verdict};
pub use unit::{Assumption, Compiled, Context, ExitSeen, Exits, Reason, Refusal, Unit};
