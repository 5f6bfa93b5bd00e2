//! `jit_ignore`: local monitoring events without a callback. Instrumented instructions are never traced, the events
//! drop what was compiled, and tracing tools leave them in place. See [`guard`] for how they are made cheap.

use crate::control::events;
use crate::hints::focus::{Who, plural};
use crate::state::context::{Engine, Process};
use crate::state::hint_table::{Phase, Record, Site};
use jitctl_core::{Borrowed, Error, Hint, Result, Status, Verdict};
use jitctl_verdicts::VerdictCode;

/// Looks after which nothing that is still open is worth a quick next look.
const LOOKS: u16 = 40;

/// Keeps the function, and what is nested in it, out of every trace.
pub fn apply(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    let mut sites = Vec::new();
    let verdict = match engine.process() {
        Process::NoJit => {
            VerdictCode::NothingCompiles.verdict("this interpreter has no JIT, so nothing is compiled")
        }
        Process::Off => VerdictCode::JitOff.verdict_as(Status::Applied, "the JIT is off, so nothing is compiled; should jitctl switch it on for other functions, this one stays out",
        ),
        Process::On | Process::OptedIn(_) | Process::Suspended(_) => exclude(engine, code, &mut sites)?.verdict(),
    };
    let mut record = Record::new(engine.python, code, who)?;
    record.sites = sites.into_boxed_slice();
    engine.remember(record);
    Ok(verdict)
}

/// What keeps a function out.
#[derive(Default)]
struct Means {
    codes: usize,
    /// Code objects with all events in force.
    full: usize,
    /// Instructions that keep an event in the others.
    kept: usize,
    changed: bool,
    open: bool,
}

impl Means {
    fn verdict(&self) -> Verdict {
        let mut text = "kept out of compiled code by events at its entry".to_owned();
        if self.full > 0 {
            text += ", calls and jumps";
        } else if self.kept > 0 {
            text = format!("{text} and {} of return", plural(self.kept, "place", "places"));
        }
        if self.codes > 1 {
            text = format!("{text}, with {}", plural(self.codes - 1, "nested function", "nested functions"));
        }
        text.shrink_to_fit();
        VerdictCode::Excluded.verdict(text)
    }

    /// Sets the events of one code object: the cheaper way where it can be had.
    fn exclude(&mut self, engine: &Engine, code: Borrowed<'_>, sites: &mut Vec<Site>) -> Result<()> {
        self.codes += 1;
        let guard = events::apply(engine, code, sites);
        if let Ok(Some(guard)) = guard {
            self.kept += guard.kept;
            self.changed |= guard.changed;
            self.open |= guard.open > 0;
            return Ok(());
        }
        let monitoring = engine.monitoring()?;
        if monitoring.get(code)? == 0 {
            monitoring.set(code, monitoring.mask(engine.version.ignore_events)?)?;
            self.changed = true;
        }
        self.full += 1;
        guard.map(drop)
    }
}

fn exclude(engine: &Engine, code: Borrowed<'_>, sites: &mut Vec<Site>) -> Result<Means> {
    engine.monitoring()?;
    let mut means = Means::default();
    for code in engine.tree(code)? {
        means.exclude(engine, code, sites)?;
    }
    Ok(means)
}

/// Excludes what was hinted while the JIT was off: it is switched on now.
pub fn enforce(engine: &Engine) -> Result<()> {
    for code in engine.hinted() {
        if engine.hint_of(code.borrow()) == Some(Hint::Ignore) {
            check(engine, code.borrow())?;
        }
    }
    Ok(())
}

/// Sets the events again where somebody cleared them, and takes them out again where a tool brought them back; says
/// whether anything is in motion.
pub fn check(engine: &Engine, code: Borrowed<'_>) -> Result<bool> {
    if matches!(engine.process(), Process::NoJit | Process::Off) {
        return Ok(false);
    }
    let mut sites = engine.sites_of(code);
    let mut means = match exclude(engine, code, &mut sites) {
        Err(Error::Refused { code: reason, message }) => {
            let text = format!("not kept out of compiled code any more: {message}");
            tell(engine, code, Phase::Waiting, || Verdict::new(Status::Refused, reason, text));
            return Ok(false);
        }
        other => other?,
    };
    tell(engine, code, Phase::Settled, || means.verdict());
    if first(engine, code) {
        for code in engine.tree(code)? {
            events::drop_compiled(engine, code)?;
        }
        means.changed = true;
    }
    let mut shared = engine.shared();
    let Some(record) = shared.records.get_mut(engine.python, code.address() as usize) else { return Ok(false) };
    if record.sites.len() < sites.len() || means.changed {
        record.sites = sites.into_boxed_slice();
    }
    record.looks.1 = if means.changed { 0 } else { record.looks.1.saturating_add(1) };
    Ok(means.changed || means.open && record.looks.1 < LOOKS)
}

/// Reports a verdict where the hint came into another phase.
fn tell(engine: &Engine, code: Borrowed<'_>, phase: Phase, verdict: impl FnOnce() -> Verdict) {
    let tickets: Vec<u64> = {
        let mut shared = engine.shared();
        let record = shared.records.get_mut(engine.python, code.address() as usize);
        let Some(record) = record.filter(|record| record.phase != phase) else { return };
        record.phase = phase;
        record.functions(engine.python).into_iter().map(|(_, ticket)| ticket).collect()
    };
    let verdict = verdict();
    tickets.iter().for_each(|ticket| engine.host.report(*ticket, &verdict));
}

/// Is this the first look after the hint?
fn first(engine: &Engine, code: Borrowed<'_>) -> bool {
    let mut shared = engine.shared();
    let Some(record) = shared.records.get_mut(engine.python, code.address() as usize) else { return false };
    let first = record.looks.0 == 0;
    record.looks.0 = 1;
    first
}

/// Takes the events back, and lets the loops count as if nothing had been.
pub fn undo(engine: &Engine, code: Borrowed<'_>) -> Result<()> {
    let tree = engine.tree(code)?;
    if let Some(monitoring) = engine.monitoring_in_use() {
        for code in &tree {
            if monitoring.get(*code)? != 0 {
                monitoring.set(*code, 0)?;
                events::release(engine, *code)?;
            }
        }
    }
    crate::hints::focus::let_go(engine, &tree)
}
