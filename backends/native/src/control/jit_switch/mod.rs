//! Switches the JIT on in a process that runs with it off, for hinted functions alone: all code that exists, and all that
//! will, is written so that it starts no trace; then the JIT is switched on.

mod code_watcher;
mod scan_heap;
mod silence;

use super::obstacle::{self, Obstacle};
use crate::cpython::perf;
use crate::cpython::selftest::{Denied, Switch};
use crate::state::context::{Context, Process};
use crate::tuning::SCANS_ARE_RARE;
use jitctl_core::{Level, Result};
use silence::Silencer;
use std::time::{Duration, Instant};

/// How the JIT stands when a hint wants to compile.
#[derive(Clone, Debug)]
pub enum Switched {
    /// It is on, and was before.
    On,
    /// It was switched on now, after so many code objects were looked at.
    Now { codes: usize, took: Duration },
    /// It stays off.
    Off(WhyOff),
}

/// What keeps the JIT off.
#[derive(Clone, Debug)]
pub enum WhyOff {
    /// The build has none.
    NoJit,
    /// Something is in the way, and may go away.
    Obstacle(Obstacle),
    /// The environment forbids it.
    Forbidden(Forbidden),
    /// The self-test did not grant the switch.
    Denied(Denied),
}

/// How the environment forbids to switch the JIT on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// `JITCTL_OPT_IN=0`.
    OptIn,
    /// `PYTHON_JIT=0`.
    PythonJit,
    /// Nothing asks for it, and on this version it gains little.
    NotAsked,
}

/// Switches the JIT on where it is off and may be switched on.
pub fn ensure(context: &Context) -> Result<Switched> {
    match context.process() {
        Process::On | Process::OptedIn(_) => {
            let obstacle = obstacle::lasting(context).map(|obstacle| Switched::Off(WhyOff::Obstacle(obstacle)));
            return Ok(obstacle.unwrap_or(Switched::On));
        }
        Process::NoJit => return Ok(Switched::Off(WhyOff::NoJit)),
        Process::Suspended(_) => {
            let obstacle = obstacle::find(context).unwrap_or(Obstacle::Tool);
            return Ok(Switched::Off(WhyOff::Obstacle(obstacle)));
        }
        Process::Off => {}
    }
    if let Some(forbidden) = forbidden(context) {
        return Ok(Switched::Off(WhyOff::Forbidden(forbidden)));
    }
    if let Some(obstacle) = obstacle::lasting(context) {
        return Ok(Switched::Off(WhyOff::Obstacle(obstacle)));
    }
    match context.capabilities().switch {
        Ok(switch) => enable(context, switch),
        Err(denied) => Ok(Switched::Off(WhyOff::Denied(denied))),
    }
}

/// What in the environment forbids to switch the JIT on.
pub fn forbidden(context: &Context) -> Option<Forbidden> {
    let settings = context.settings();
    match settings.opt_in {
        Some(true) => None,
        Some(false) => Some(Forbidden::OptIn),
        None if settings.jit_forbidden => Some(Forbidden::PythonJit),
        None => (!context.version.opt_in_by_default).then_some(Forbidden::NotAsked),
    }
}

fn enable(context: &Context, switch: Switch) -> Result<Switched> {
    let begin = Instant::now();
    let layout = context.layout()?;
    let Some(silencer) = Silencer::new(layout, &context.opcodes) else { return Ok(Switched::On) };
    code_watcher::watch(context.host, silencer)?;
    let codes = scan_heap::silence_all(context, silencer)?;
    if !context.interpreter.debug {
        // A debug build asserts that such a counter is never restarted, which RESUME does when it meets a set eval
        // breaker. There, a function without a hint that is called 8,190 times in between may be compiled.
        switch.silence_entries();
    }
    if !perf::let_it_be_activated(context.host, context.python, switch).unwrap_or(false) {
        context.host.log(Level::Info, "sys.activate_stack_trampoline() will be refused while the JIT is on");
    }
    switch.set(true);
    context.set_process(Process::OptedIn(switch));
    Ok(Switched::Now { codes, took: begin.elapsed() })
}

/// While something stands in its way, the JIT that we switched on is off: a tracing tool would have us compile what it
/// leaves behind, the perf trampoline is refused beside it, and without executable memory each attempt to compile raises
/// an exception in the running function. Gives what is in the way.
pub fn stand_aside(context: &Context) -> Result<Option<Obstacle>> {
    let process = context.process();
    let obstacle = match process {
        Process::OptedIn(_) | Process::Suspended(_) => obstacle::find(context),
        Process::On => obstacle::lasting(context),
        Process::NoJit | Process::Off => None,
    };
    match process {
        // The trampoline that was activated, and is gone again, switched it off as well.
        Process::OptedIn(switch) if obstacle.is_some() || !switch.is_on() => {
            switch.set(false);
            context.set_process(Process::Suspended(switch));
        }
        Process::Suspended(switch) if obstacle.is_none() && scan_again(context)? => {
            switch.set(true);
            context.set_process(Process::OptedIn(switch));
        }
        _ => {}
    }
    Ok(obstacle)
}

/// Under the opt-in, silences again what a tracing tool left behind in code without a hint: it would be compiled.
pub fn silence_unhinted(context: &Context) -> Result<()> {
    if matches!(context.process(), Process::OptedIn(_)) { scan_again(context).map(drop) } else { Ok(()) }
}

/// Looks through all code again. Says whether it did: where there are millions of objects that takes a while, so it waits
/// until the last time is [`SCANS_ARE_RARE`] times as long ago as it took.
fn scan_again(context: &Context) -> Result<bool> {
    if context.shared().scanned.is_some_and(|(ended, took)| ended.elapsed() < took * SCANS_ARE_RARE) {
        return Ok(false);
    }
    let layout = context.layout()?;
    let _ = context.monitoring(); // the scan does with it what it can
    let Some(silencer) = Silencer::new(layout, &context.opcodes) else { return Ok(true) };
    let begin = Instant::now();
    scan_heap::silence_all(context, silencer)?;
    context.shared().scanned = Some((Instant::now(), begin.elapsed()));
    Ok(true)
}

/// Switches off what we switched on: no hint has been left for a while.
pub fn switch_off(context: &Context) {
    let mut shared = context.shared();
    if let Process::OptedIn(switch) | Process::Suspended(switch) = shared.process {
        switch.set(false);
        shared.process = Process::Off;
    }
}
