//! Calls with the user's samples, so that a hint is in full force before the first real call.

use super::verdicts;
use super::{focus, limits, once};
use crate::control::{arming, freezing, obstacle};
use crate::cpython::trace_starts::places;
use crate::state::context::Context;
use crate::state::hinted_code::HintedCode;
use crate::state::request::{HintSpec, HintTarget};
use crate::tuning::{SETTLED_BATCHES, SETTLED_BATCHES_UNCOMPILED, THRESHOLD};
use jitctl_core::{Borrowed, Error, Hint, Owned, Request, Result, Status, Verdict};
use jitctl_training::{End, Infer, Job, Outcome, Plan, Progress, Scheduler, explained};
use jitctl_verdicts::VerdictCode;
use std::sync::Arc;

/// Schedules the training that the request asks for; without samples the verdict stays as it is.
pub fn schedule(
    context: &Arc<Context>,
    scheduler: &Scheduler,
    request: &Request<'_>,
    verdict: Verdict,
) -> Result<Verdict> {
    let Some(plan) = Plan::from_request(context.host, &context.interpreter, request, Infer::WhereAsked)? else {
        return Ok(verdict);
    };
    let (held, spec, when) = (Arc::clone(context), HintSpec::of(context.host, request)?, plan.when());
    let job: Job = Box::new(move |_, function| run(&held, &plan, &HintTarget { function, spec }));
    match scheduler.schedule(when, request.function(), spec.ticket, job) {
        Err(Error::Unsupported { message, .. }) => {
            let text = format!("{}; not trained: {message}", verdict.message);
            Ok(Verdict { status: Status::Partial, message: text.into(), ..verdict }
                .advise("use when=\"decoration\" to train it at once"))
        }
        other => other,
    }
}

fn run(context: &Context, plan: &Plan, target: &HintTarget<'_>) -> Result<Verdict> {
    let code = context.code(target.function)?;
    let HintSpec { hint, threshold, .. } = target.spec;
    let training = || VerdictCode::Training.verdict("trained by real calls");
    let verdict = match (hint, obstacle::lasting(context)) {
        (Hint::Once, Some(_)) => training(),
        (_, Some(obstacle)) => return Ok(verdicts::obstacle(&obstacle)),
        (Hint::Once, None) => {
            let hinted = HintedCode::read(context, code.borrow())?;
            arming::arm(context, &hinted, &mut hinted.starts.clone(), 0, threshold);
            training()
        }
        (_, None) => focus::arm(context, target, code.borrow())?,
    };
    if VerdictCode::Compiled.is(&verdict) {
        return Ok(verdict); // nothing is left to train
    }
    let mut round = 0_u8;
    let mut outcome = plan.run(target.function, |progress| {
        round = round.wrapping_add(1);
        let Ok(hinted) = HintedCode::read(context, code.borrow()) else { return true };
        if hint == Hint::Once {
            // A graph that cannot be read is frozen as it is, and the verdict says so.
            let _ = freezing::lower_exit_thresholds(context, &hinted);
        }
        settled(context, &hinted, progress, round)
    })?;
    if let Some(ended) = verdicts::ended_early(&outcome.end, verdict.clone()) {
        return Ok(if matches!(outcome.end, End::NotInferred(_)) { ended } else { outcome.measured(ended) });
    }
    let hinted = HintedCode::read(context, code.borrow())?;
    let verdict = match hint {
        Hint::Once => outcome.measured(once::freeze(context, &hinted)?),
        _ => compiled(context, &hinted, target, &outcome, verdict),
    };
    if !VerdictCode::Compiled.is(&verdict) && hint != Hint::Once {
        return Ok(verdict);
    }
    let twin = twin(context, target.function)?;
    let Some(compared) = plan.compare(target.function, twin.borrow(), &mut outcome)? else { return Ok(verdict) };
    if context.settings().without_trials || compared.plain >= compared.hinted * limits::least(hint) {
        return Ok(compared.measured(verdict));
    }
    let verdict = limits::give_up(context, code.borrow(), verdicts::no_gain(compared.plain, compared.hinted))?;
    Ok(compared.measured(outcome.measured(verdict)))
}

/// The same function without the hint: with code of its own, in which no trace starts.
fn twin(context: &Context, function: Borrowed<'_>) -> Result<Owned> {
    let host = context.host;
    let code = host.call_method(host.get(function, "__code__")?.borrow(), "replace", &[])?;
    let hinted = HintedCode::read(context, code.borrow())?;
    let own = hinted.scan()?.starts.into_iter().filter(|start| start.code == code.address() as usize);
    arming::silence(context, &hinted, &own.collect::<Vec<_>>());
    let part = |name: &str| host.get(function, name);
    let parts = [part("__globals__")?, part("__name__")?, part("__defaults__")?, part("__closure__")?];
    let [globals, name, defaults, closure] = &parts;
    let arguments = [code.borrow(), globals.borrow(), name.borrow(), defaults.borrow(), closure.borrow()];
    let twin = host.call(part("__class__")?.borrow(), &arguments)?;
    host.set(twin.borrow(), "__kwdefaults__", part("__kwdefaults__")?.borrow())?;
    Ok(twin)
}

fn settled(context: &Context, hinted: &HintedCode<'_>, progress: &Progress<'_>, round: u8) -> bool {
    if hinted.compiled(&hinted.starts) == places(&hinted.starts) {
        return progress.quiet_batches >= SETTLED_BATCHES;
    }
    arming::arm(context, hinted, &mut hinted.starts.clone(), round, THRESHOLD);
    progress.quiet_batches >= SETTLED_BATCHES_UNCOMPILED
}

fn compiled(
    context: &Context,
    hinted: &HintedCode<'_>,
    target: &HintTarget<'_>,
    outcome: &Outcome,
    verdict: Verdict,
) -> Verdict {
    let (done, all) = (hinted.compiled(&hinted.starts), places(&hinted.starts));
    let verdict = if done == 0 {
        let text = format!("{}; the samples did not reach it often enough", verdict.message);
        let verdict = Verdict {
            status: Status::Partial,
            code: VerdictCode::NotCompiled.name().into(),
            message: text.into(),
            ..verdict
        }
        .advise("give samples with more iterations, or a larger budget");
        explained(context.host, target.function, verdict)
    } else {
        let text = format!("{done} of {all} armed places compiled before the first real call");
        VerdictCode::Compiled.verdict(text)
    };
    outcome.measured(verdict)
}
