//! Switching the JIT on in a process that runs with it off, for hinted functions alone.
//!
//! All code that exists, and all that will, is written so that it starts no trace; then the JIT is switched on, for good.

mod code_watcher;
mod scan_heap;
mod silence;

use crate::control::obstacle::{self, Obstacle};
use crate::cpython::perf;
use crate::cpython::selftest::Switch;
use crate::state::context::{Engine, Process};
use jitctl_core::{Level, Result, Verdict};
use jitctl_verdicts::VerdictCode;
use std::time::Instant;

pub use silence::Neutral;

/// A further look through all code takes at most one part in so many of the time.
const RARELY: u32 = 20;

/// What keeps the JIT off, as a verdict; `None` when it is on, or was switched on now.
pub fn ensure(engine: &Engine) -> Result<Option<Verdict>> {
    match engine.process() {
        Process::On | Process::OptedIn(_) => return Ok(obstacle::lasting(engine).map(|obstacle| obstacle.verdict())),
        Process::NoJit => {
            let text = "this interpreter was built without a JIT, so nothing can be compiled";
            return Ok(Some(VerdictCode::NoJit.verdict(text)));
        }
        Process::Suspended(_) => return Ok(Some(obstacle::find(engine).unwrap_or(Obstacle::Tool).verdict())),
        Process::Off => {}
    }
    if let Some(verdict) = forbidden(engine) {
        return Ok(Some(verdict));
    }
    if let Some(obstacle) = obstacle::lasting(engine) {
        return Ok(Some(obstacle.verdict()));
    }
    match engine.findings().switch {
        Ok(switch) => enable(engine, switch).map(|()| None),
        Err(denied @ crate::cpython::selftest::Denied::Later(_)) => {
            Ok(Some(VerdictCode::TracingActive.verdict(denied.to_string())))
        }
        Err(denied) => {
            let text = format!("the JIT is off and jitctl cannot switch it on for hinted functions: {denied}");
            let verdict = VerdictCode::JitOff.verdict(text);
            Ok(Some(verdict.advise("run the program with PYTHON_JIT=1")))
        }
    }
}

/// What forbids to switch the JIT on, as a verdict.
pub fn forbidden(engine: &Engine) -> Option<Verdict> {
    let settings = engine.settings();
    let (text, advice) = match settings.opt_in {
        Some(true) => return None,
        Some(false) => ("the JIT is off, and JITCTL_OPT_IN=0 keeps jitctl from switching it on", "unset JITCTL_OPT_IN"),
        None if settings.jit_forbidden => {
            let advice = "unset PYTHON_JIT, or set JITCTL_OPT_IN=1 to have hinted functions compiled nevertheless";
            ("PYTHON_JIT=0 keeps the JIT off, and jitctl respects it", advice)
        }
        None if engine.version.opt_in_by_default => return None,
        None => {
            let advice = "set JITCTL_OPT_IN=1 to have hinted functions compiled, or PYTHON_JIT=1 for the whole process";
            ("the JIT is off; on this version it gains so little that jitctl leaves it off unless asked", advice)
        }
    };
    Some(VerdictCode::JitOff.verdict(text).advise(advice))
}

/// Recipe W of CPYTHON_JIT.md.
fn enable(engine: &Engine, switch: Switch) -> Result<()> {
    let start = Instant::now();
    let layout = engine.layout()?;
    let Some(neutral) = Neutral::new(layout, &engine.opcodes) else { return Ok(()) };
    code_watcher::watch(engine.host, neutral)?;
    let seen = scan_heap::walk(engine, neutral)?;
    if !engine.interpreter.debug {
        // A debug build asserts that such a counter is never restarted, which RESUME does when it meets a set eval
        // breaker. There, a function without a hint that is called 8,190 times in between may be compiled.
        switch.silence_entries();
    }
    if !perf::let_it_be_activated(engine.host, engine.python, switch).unwrap_or(false) {
        engine.host.log(Level::Info, "sys.activate_stack_trampoline() will be refused while the JIT is on");
    }
    switch.set(true);
    engine.set_process(Process::OptedIn(switch));
    crate::hints::ignore::enforce(engine)?;
    let micros = start.elapsed().as_micros();
    engine.host.log(
        Level::Info,
        &format!(
            "the JIT is switched on for hinted functions; {} code objects were looked at in {micros} us",
            seen.codes
        ),
    );
    engine.note_opt_in(seen.codes, u64::try_from(micros).unwrap_or(u64::MAX));
    Ok(())
}

/// Looks through all code again: a tracing tool leaves loops behind that count. Says whether it did: where there are
/// millions of objects that takes a while, so it waits until the last time is [`RARELY`] times as long ago as it took.
pub fn again(engine: &Engine) -> Result<bool> {
    if engine.shared().walked.is_some_and(|(ended, took)| ended.elapsed() < took * RARELY) {
        return Ok(false);
    }
    let layout = engine.layout()?;
    let _ = engine.monitoring(); // the walk does with it what it can
    let Some(neutral) = Neutral::new(layout, &engine.opcodes) else { return Ok(true) };
    let begin = Instant::now();
    scan_heap::walk(engine, neutral)?;
    engine.shared().walked = Some((Instant::now(), begin.elapsed()));
    Ok(true)
}
