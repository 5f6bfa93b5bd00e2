//! How an activation goes on in the interpreter.

mod fill;
mod leave;
mod record;

pub use fill::{boxed, hold, range};
pub use leave::{GO_ON, rt_decref, rt_exit, rt_poll_here, rt_release};
pub use record::{ExitRecord, What, Why};
