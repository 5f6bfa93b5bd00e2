//! `jit_ignore`: local monitoring events without a callback. Instrumented instructions are never traced, the events
//! drop what was compiled, and tracing tools leave them in place. [`events`] makes them cheap.

use super::verdicts;
use crate::control::{arming, events};
use crate::cpython::trace_starts::TraceStart;
use crate::state::context::{Context, Process};
use crate::state::record::{Phase, Record};
use crate::state::request::HintTarget;
use crate::tuning::OPEN_LOOKS;
use jitctl_core::{Borrowed, Error, Hint, Result, Status, Verdict};
use jitctl_verdicts::VerdictCode;

/// Keeps the function, and what is nested in it, out of every trace.
pub fn apply(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    let mut starts = Vec::new();
    let verdict = match context.process() {
        Process::NoJit => {
            VerdictCode::NothingCompiles.verdict("this interpreter has no JIT, so nothing is compiled")
        }
        Process::Off => VerdictCode::JitOff.verdict_as(Status::Applied, "the JIT is off, so nothing is compiled; should jitctl switch it on for other functions, this one stays out",
        ),
        Process::On | Process::OptedIn(_) | Process::Suspended(_) => exclude(context, code, &mut starts)?.verdict(),
    };
    let mut record = Record::new(context.python, code, target)?;
    record.starts = starts.into_boxed_slice();
    context.hints.put(record);
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
        verdicts::excluded(self.codes, self.full, self.kept)
    }

    /// Sets the events of one code object: the cheaper way where it can be had.
    fn exclude(&mut self, context: &Context, code: Borrowed<'_>, starts: &mut Vec<TraceStart>) -> Result<()> {
        self.codes += 1;
        let kept = events::apply(context, code, starts);
        if let Ok(Some(events)) = kept {
            self.kept += events.kept;
            self.changed |= events.changed;
            self.open |= events.open > 0;
            return Ok(());
        }
        let monitoring = context.monitoring()?;
        if monitoring.get(code)? == 0 {
            monitoring.set(code, monitoring.mask(context.version.ignore_events)?)?;
            self.changed = true;
        }
        self.full += 1;
        kept.map(drop)
    }
}

fn exclude(context: &Context, code: Borrowed<'_>, starts: &mut Vec<TraceStart>) -> Result<Means> {
    context.monitoring()?;
    let mut means = Means::default();
    for code in context.tree(code)? {
        means.exclude(context, code, starts)?;
    }
    Ok(means)
}

/// Excludes what was hinted while the JIT was off: it is switched on now.
pub fn enforce(context: &Context) -> Result<()> {
    for code in context.hints.codes() {
        if context.hints.hint_of(code.borrow()) == Some(Hint::Ignore) {
            check(context, code.borrow())?;
        }
    }
    Ok(())
}

/// Sets the events again where somebody cleared them, and takes them out again where a tool brought them back; says
/// whether anything is in motion.
pub fn check(context: &Context, code: Borrowed<'_>) -> Result<bool> {
    if matches!(context.process(), Process::NoJit | Process::Off) {
        return Ok(false);
    }
    let mut starts = context.hints.starts_of(code);
    let mut means = match exclude(context, code, &mut starts) {
        Err(Error::Refused { code: reason, message }) => {
            let text = format!("not kept out of compiled code any more: {message}");
            tell(context, code, Phase::Waiting, || Verdict::new(Status::Refused, reason, text));
            return Ok(false);
        }
        other => other?,
    };
    tell(context, code, Phase::Settled, || means.verdict());
    if first(context, code) {
        for code in context.tree(code)? {
            events::drop_compiled(context, code)?;
        }
        means.changed = true;
    }
    let looks = context.hints.edit(code, |record| {
        if record.starts.len() < starts.len() || means.changed {
            record.starts = starts.into_boxed_slice();
        }
        record.same_looks = if means.changed { 0 } else { record.same_looks.saturating_add(1) };
        record.same_looks
    });
    Ok(looks.is_some_and(|looks| means.changed || means.open && looks < OPEN_LOOKS))
}

/// Reports a verdict where the hint came into another phase.
fn tell(context: &Context, code: Borrowed<'_>, phase: Phase, verdict: impl FnOnce() -> Verdict) {
    let before = context.hints.edit(code, |record| std::mem::replace(&mut record.phase, phase));
    if before.is_none_or(|before| before == phase) {
        return;
    }
    let verdict = verdict();
    for (_, ticket) in context.hints.functions(code) {
        context.host.report(ticket, &verdict);
    }
}

/// Is this the first look after the hint?
fn first(context: &Context, code: Borrowed<'_>) -> bool {
    context.hints.edit(code, |record| std::mem::replace(&mut record.last_signature, 1) == 0).unwrap_or(false)
}

/// Takes the events back, and lets the loops count as if nothing had been.
pub fn undo(context: &Context, code: Borrowed<'_>) -> Result<()> {
    let tree = context.tree(code)?;
    if let Some(monitoring) = context.monitoring_in_use() {
        for code in &tree {
            if monitoring.get(*code)? != 0 {
                monitoring.set(*code, 0)?;
                events::release(context, *code)?;
            }
        }
    }
    arming::restore_default_counters(context, code)
}
