//! One step of maintenance: looks at some hinted code objects, and sees to the JIT that we switched on.
//!
//! CPython throws compiled code away and tracing tools rewrite bytecode; neither is reported to us.

use super::clock::{self, Next, Work};
use crate::control::jit_switch;
use crate::hints::keep_up;
use crate::state::context::{Context, Process};
use crate::state::record::{Phase, Record};
use crate::tuning::{JIT_STAYS_ON, LONGEST_STEP, STEP_CODES, STEP_SLICE};
use jitctl_core::{Hint, Level, Result};
use std::sync::Arc;
use std::time::Instant;

/// What the clock runs.
pub struct Maintenance(pub Arc<Context>);

impl Work for Maintenance {
    fn follow(&self) {
        keep_up::follow_moved(&self.0);
    }

    fn step(&self) -> Next {
        let context = &*self.0;
        let busy = step(context).unwrap_or_else(|error| {
            context.host.log(Level::Warning, &format!("maintenance: {error}"));
            false
        });
        match busy {
            true => Next::Soon,
            false if is_idle(context) => Next::Never,
            false => Next::Later,
        }
    }

    fn is_unfinished(&self) -> bool {
        let started = |record: &Record| match record.phase {
            Phase::Waiting => record.spec.hint != Hint::Ignore,
            Phase::Training => record.last_signature != 0 || record.dropped > 0,
            _ => false,
        };
        self.0.hints.any(started)
    }

    fn panicked(&self) {
        self.0.host.log(Level::Warning, "maintenance panicked");
    }
}

/// Takes one step; says whether anything was in motion.
fn step(context: &Context) -> Result<bool> {
    let begin = Instant::now();
    let obstacle = jit_switch::stand_aside(context)?;
    let mut busy = false;
    let most = context.hints.len().min(STEP_CODES);
    let mut seen = 0;
    let mut moved = context.hints.collect_dead();
    while seen < most && begin.elapsed() < LONGEST_STEP {
        let codes = context.hints.next(STEP_SLICE.min(most - seen));
        seen += STEP_SLICE;
        moved |= context.hints.collect_dead();
        if context.capabilities().code.is_err() {
            break;
        }
        for code in &codes {
            match keep_up::look(context, code.borrow(), obstacle.as_ref()) {
                Ok(look) => {
                    busy |= look.busy;
                    moved |= look.moved;
                }
                Err(error) => context.host.log(Level::Warning, &format!("maintenance of one function: {error}")),
            }
        }
    }
    if moved {
        clock::function_changed();
    }
    let micros = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
    let mut shared = context.shared();
    shared.maintenance = (shared.maintenance.0 + 1, shared.maintenance.1 + micros);
    Ok(busy)
}

/// Is no hint left? Where we switched the JIT on it is switched off again, once that has lasted.
fn is_idle(context: &Context) -> bool {
    let left = context.hints.len() > 0;
    let since = {
        let mut shared = context.shared();
        shared.idle = if left { None } else { Some(shared.idle.unwrap_or_else(Instant::now)) };
        shared.idle
    };
    let Some(since) = since else { return false };
    if !matches!(context.process(), Process::OptedIn(_) | Process::Suspended(_)) {
        return true;
    }
    if since.elapsed() < JIT_STAYS_ON {
        return false;
    }
    jit_switch::switch_off(context);
    true
}
