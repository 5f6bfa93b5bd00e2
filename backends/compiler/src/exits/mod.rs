//! How an activation goes on in the interpreter.

mod fill;
pub mod iterators;
mod lazy;
mod leave;
mod record;
mod shadow;
mod shown;
mod silent;
mod site;

pub use fill::{hold, range};
pub use lazy::rt_unmake;
pub use leave::{rt_call_interpreter, rt_exit};
pub use record::{CallRecord, ExitRecord, What, Why};
pub use shadow::{Shadow, rt_free, rt_show_callers};
pub use shown::{GO_ON, rt_decref, rt_poll_here, rt_release};
pub use silent::gives_back_silently;
pub use site::Site;
