//! `jit_ignore`: local monitoring events without a callback. Instrumented instructions are never traced, the events
//! drop what was compiled, and tracing tools leave them in place.

use crate::engine::{Engine, Process};
use crate::focus::Who;
use crate::records::Record;
use jitctl_core::{Borrowed, Hint, Result, Status, Verdict};

/// Keeps the function, and what is nested in it, out of every trace.
pub fn apply(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    let verdict = match engine.process() {
        Process::NoJit => {
            Verdict::new(Status::Applied, "nothing-compiles", "this interpreter has no JIT, so nothing is compiled")
        }
        Process::Off => Verdict::new(
            Status::Applied,
            "jit-off",
            "the JIT is off, so nothing is compiled; should jitctl switch it on for other functions, this one stays out",
        ),
        Process::On | Process::OptedIn(_) | Process::Suspended(_) => {
            let codes = exclude(engine, code)?;
            let text = match codes {
                1 => "kept out of compiled code by local monitoring events".to_owned(),
                _ => {
                    format!("kept out of compiled code by local monitoring events, with {} nested functions", codes - 1)
                }
            };
            Verdict::new(Status::Applied, "excluded", text)
        }
    };
    let record = Record::new(engine.python, code, who)?;
    engine.remember(record);
    Ok(verdict)
}

/// Sets the events.
fn exclude(engine: &Engine, code: Borrowed<'_>) -> Result<usize> {
    let monitoring = engine.monitoring()?;
    let mask = monitoring.mask(engine.version.ignore_events)?;
    let tree = engine.tree(code)?;
    for code in &tree {
        monitoring.set(*code, mask)?;
    }
    Ok(tree.len())
}

/// Excludes what was hinted while the JIT was off: it is switched on now.
pub fn enforce(engine: &Engine) -> Result<()> {
    for code in engine.hinted() {
        if engine.hint_of(code.borrow()) == Some(Hint::Ignore) {
            exclude(engine, code.borrow())?;
        }
    }
    Ok(())
}

/// Sets the events again where somebody cleared them; says whether it had to.
pub fn check(engine: &Engine, code: Borrowed<'_>) -> Result<bool> {
    let Some(monitoring) = engine.monitoring_in_use() else { return Ok(false) };
    if !matches!(engine.process(), Process::NoJit | Process::Off) && monitoring.get(code)? == 0 {
        exclude(engine, code)?;
        return Ok(true);
    }
    Ok(false)
}

/// Takes the events back, and lets the loops count as if nothing had been.
pub fn undo(engine: &Engine, code: Borrowed<'_>) -> Result<()> {
    let tree = engine.tree(code)?;
    if let Some(monitoring) = engine.monitoring_in_use() {
        for code in &tree {
            if monitoring.get(*code)? != 0 {
                monitoring.set(*code, 0)?;
            }
        }
    }
    crate::focus::let_go(engine, &tree)
}
