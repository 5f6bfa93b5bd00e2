//! Switches the JIT on for the first hint that wants to compile, and has the hints that wait for it enforced.

use super::ignore;
use crate::control::jit_switch::{self, Switched, WhyOff};
use crate::state::context::Context;
use jitctl_core::{Level, Result};

/// Why the JIT is off and stays so; `None` where it is on.
pub fn switch_on(context: &Context) -> Result<Option<WhyOff>> {
    match jit_switch::ensure(context)? {
        Switched::On => Ok(None),
        Switched::Off(why) => Ok(Some(why)),
        Switched::Now { codes, took } => {
            ignore::enforce(context)?;
            let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            let text = "the JIT is switched on for hinted functions";
            let line = format!("{text}; {codes} code objects were looked at in {micros} us");
            context.host.log(Level::Info, &line);
            context.note_opt_in(codes, micros);
            Ok(None)
        }
    }
}
