//! Units of machine code and the functions that they belong to: what exists, what is in force, and what became of it.
//!
//! `table.rs` knows which function is where, `reliance.rs` which unit relies on what, `feedback.rs` hears of exits, `poll.rs` of
//! everything that is pending; `bind.rs` and `interpret.rs` take the calls that machine code does not.

mod bind;
mod cells;
pub mod common;
pub mod defs;
mod feedback;
mod interpret;
mod moving;
pub mod poll;
pub mod reliance;
pub mod table;
mod times;
mod unit;
pub mod verdicts;

pub use bind::{OFFSET_FLAG, bind, complete};
pub use cells::{FunctionCell, UnitCell, Words};
pub use feedback::{callers_look_again, learned, note_exit, spoiled};
pub use interpret::{is_stack_short, rt_bind, rt_interpret, usual, without_entry};
pub use moving::{Hold, MOST, rt_call_moving, rt_take};
pub use poll::{RAISING, rt_poll};
pub use times::Times;
pub use unit::{
    Assumption, Called, Callee, ClassSeen, Compiled, Context, ExitSeen, Exits, Made, Reason, Refusal, Unit,
};
