//! `jit_focus`: loops and entries compile after a handful of real iterations instead of thousands.

use super::switching;
use super::verdicts;
use crate::control::arming;
use crate::control::jit_switch::WhyOff;
use crate::cpython::selftest::Denied;
use crate::cpython::trace_starts::StartState;
use crate::state::context::{Context, Process};
use crate::state::hinted_code::HintedCode;
use crate::state::record::{Phase, Record};
use crate::state::request::HintTarget;
use jitctl_core::{Borrowed, Result, Status, Verdict};
use jitctl_verdicts::VerdictCode;

/// Arms the function, and what is nested in it.
pub fn apply(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    if let Some(why) = switching::switch_on(context)? {
        if matches!(why, WhyOff::Obstacle(_) | WhyOff::Denied(Denied::Later(_))) {
            wait(context, target, code)?;
        }
        return Ok(verdicts::jit_off(&why));
    }
    match context.capabilities().code {
        Ok(_) => arm(context, target, code),
        Err(Denied::Later(text)) => {
            wait(context, target, code)?;
            Ok(verdicts::tracing(text))
        }
        Err(denied) => by_events(context, target, code, &denied),
    }
}

/// Notes that the hint is to be carried out when what is in the way is gone.
pub fn wait(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<()> {
    let mut record = Record::new(context.python, code, target)?;
    record.phase = Phase::Waiting;
    context.hints.put(record);
    Ok(())
}

/// Arms whatever can start a trace, and says what came of it.
pub fn arm(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    let hinted = HintedCode::read(context, code)?;
    arming::clear_events(context, &hinted.tree)?;
    let mut scan = hinted.scan()?;
    if scan.starts.is_empty() {
        return Ok(verdicts::nothing_to_compile(&scan, context.opcodes.entry.is_some()));
    }
    let states = arming::arm(context, &hinted, &mut scan.starts, 0, target.spec.threshold);
    let verdict = verdicts::armed(&scan, &states, target.spec.threshold);
    let mut record = Record::new(context.python, code, target)?;
    if states.contains(&StartState::Instrumented) {
        record.phase = Phase::Waiting;
    }
    record.starts = scan.starts.into_boxed_slice();
    context.hints.put(record);
    Ok(verdict)
}

/// Notes that a verdict says `armed`: it is replaced when more was seen.
pub fn mark_armed(context: &Context, code: Borrowed<'_>, verdict: &Verdict) {
    if VerdictCode::Armed.is(verdict) {
        context.hints.edit(code, |record| record.phase = Phase::Armed);
    }
}

/// Without the bytecode, loops can be armed where the JIT is on for the process.
fn by_events(context: &Context, target: &HintTarget<'_>, code: Borrowed<'_>, denied: &Denied) -> Result<Verdict> {
    if !matches!(context.process(), Process::On) {
        let text = format!("the bytecode cannot be armed: {denied}");
        return Ok(VerdictCode::SelfTest.verdict_as(Status::Unsupported, text));
    }
    let facts = context.host.facts(target.function)?;
    let loops: usize = facts.codes().map(|code| code.loops().len()).sum();
    if loops == 0 {
        return Ok(VerdictCode::NoLoops.verdict("it has no loop; only loops can be armed by events"));
    }
    arming::arm_by_events(context, &context.tree(code)?)?;
    context.hints.put(Record::new(context.python, code, target)?);
    Ok(verdicts::armed_by_events(loops, denied, target.spec.threshold))
}
