//! How an activation goes on in the interpreter.

mod fill;
mod lazy;
mod leave;
mod record;
mod silent;
mod site;

pub use fill::{hold, range};
pub use lazy::rt_unmake;
pub use leave::{
    GO_ON, Shadow, rt_call_interpreter, rt_decref, rt_exit, rt_free, rt_poll_here, rt_release, rt_show_callers,
};
pub use record::{CallRecord, ExitRecord, What, Why};
pub use silent::gives_back_silently;
pub use site::Site;
