//! Calls with the user's samples, so that a hint is in full force before the first real call.

use crate::control::obstacle;
use crate::cpython::bytecode::CodeLayout;
use crate::hints::focus::{self, Who, Wish};
use crate::hints::once;
use crate::state::context::Engine;
use jitctl_core::{Borrowed, Error, Hint, Request, Result, Status, Verdict};
use jitctl_training::{End, Infer, Job, Outcome, Plan, Progress, Scheduler, explained};
use jitctl_verdicts::VerdictCode;
use std::sync::Arc;

/// Batches in a row without a change after which the state has settled.
const QUIET: u32 = 2;
/// The same where a loop was not compiled: it may never be.
const VERY_QUIET: u32 = 4;

/// Schedules the training that the request asks for; without samples the verdict stays as it is.
pub fn schedule(
    engine: &Arc<Engine>,
    scheduler: &Scheduler,
    request: &Request<'_>,
    verdict: Verdict,
) -> Result<Verdict> {
    let Some(plan) = Plan::from_request(engine.host, &engine.interpreter, request, Infer::WhereAsked)? else {
        return Ok(verdict);
    };
    let (held, wish, when) = (Arc::clone(engine), Wish::of(engine.host, request)?, plan.when());
    let job: Job = Box::new(move |_, function| run(&held, &plan, &Who { function, wish }));
    match scheduler.schedule(when, request.function(), wish.ticket, job) {
        Err(Error::Unsupported { message, .. }) => {
            let text = format!("{}; not trained: {message}", verdict.message);
            Ok(Verdict { status: Status::Partial, message: text.into(), ..verdict }
                .advise("use when=\"decoration\" to train it at once"))
        }
        other => other,
    }
}

fn run(engine: &Engine, plan: &Plan, who: &Who<'_>) -> Result<Verdict> {
    let code = engine.code(who.function)?;
    let layout = engine.layout()?;
    let sites = engine.sites_of(code.borrow());
    let Wish { hint, threshold, .. } = who.wish;
    let obstacle = obstacle::lasting(engine);
    let verdict = match (hint, obstacle) {
        (Hint::Once, Some(_)) => VerdictCode::Training.verdict("trained by real calls"),
        (_, Some(obstacle)) => return Ok(obstacle.verdict()),
        (Hint::Once, None) => {
            let mut sites = sites.clone();
            focus::arm_sites(engine, layout, &mut sites, 0, threshold);
            VerdictCode::Training.verdict("trained by real calls")
        }
        (_, None) => focus::arm(engine, who, layout, code.borrow())?,
    };
    if VerdictCode::Compiled.is(&verdict) {
        return Ok(verdict); // nothing is left to train
    }
    let mut round = 0_u8;
    let outcome = plan.run(who.function, |progress| {
        round = round.wrapping_add(1);
        if hint == Hint::Once {
            // A graph that cannot be read is frozen as it is, and the verdict says so.
            let _ = engine.tree(code.borrow()).and_then(|tree| once::hurry(engine, layout, &tree));
        }
        settled(engine, layout, code.borrow(), progress, round)
    })?;
    let ended = match &outcome.end {
        End::Raised(reason) => Some((VerdictCode::SampleRaised, format!("a call with the samples raised {reason}"))),
        End::Samples(reason) => Some((VerdictCode::SamplesFailed, format!("the samples could not be made: {reason}"))),
        End::NotInferred(refusal) => {
            let text = format!("{}; not trained: {}", verdict.message, refusal.message);
            let code = refusal.code.clone().into();
            let partial = Verdict { status: Status::Partial, code, message: text.into(), ..verdict };
            return Ok(partial.advise(refusal.advice.clone()));
        }
        End::Stopped => Some((
            VerdictCode::Stopped,
            "a call ran for more than twice the budget (or, with inferred arguments, took more than 256 MiB) and was stopped"
                .to_owned(),
        )),
        End::Suspended => Some((VerdictCode::Suspended, "the coroutine waits for an event loop".to_owned())),
        End::Cancelled => Some((VerdictCode::Cancelled, "the training was stopped".to_owned())),
        End::Busy => Some((VerdictCode::Busy, "it was being trained already".to_owned())),
        _ => None,
    };
    if let Some((code, reason)) = ended {
        let text = format!("{}; the training ended early: {reason}", verdict.message);
        let ended = Verdict { status: Status::Partial, code: code.name().into(), message: text.into(), ..verdict };
        let advice = match outcome.end {
            End::Stopped => "give samples with which a call returns sooner, or raise budget_ms",
            _ => "give samples that the function takes",
        };
        return Ok(outcome.measured(ended.advise(advice)));
    }
    if hint == Hint::Once {
        let tree = engine.tree(code.borrow())?;
        let frozen = once::freeze(engine, layout, &tree, &sites)?;
        engine.mark_frozen(layout, code.borrow());
        return Ok(outcome.measured(frozen));
    }
    Ok(compiled(engine, layout, who.function, code.borrow(), &outcome, verdict))
}

fn settled(engine: &Engine, layout: CodeLayout, code: Borrowed<'_>, progress: &Progress<'_>, round: u8) -> bool {
    let mut sites = engine.sites_of(code);
    if focus::compiled(engine, layout, &sites) == focus::loops(&sites) {
        return progress.quiet_batches >= QUIET;
    }
    focus::arm_sites(engine, layout, &mut sites, round, focus::SOON);
    progress.quiet_batches >= VERY_QUIET
}

fn compiled(
    engine: &Engine,
    layout: CodeLayout,
    function: Borrowed<'_>,
    code: Borrowed<'_>,
    outcome: &Outcome,
    verdict: Verdict,
) -> Verdict {
    let sites = engine.sites_of(code);
    let (done, all) = (focus::compiled(engine, layout, &sites), focus::loops(&sites));
    let verdict = if done == 0 {
        let text = format!("{}; the samples did not reach it often enough", verdict.message);
        let verdict = Verdict {
            status: Status::Partial,
            code: VerdictCode::NotCompiled.name().into(),
            message: text.into(),
            ..verdict
        }
        .advise("give samples with more iterations, or a larger budget");
        explained(engine.host, function, verdict)
    } else {
        let text = format!("{done} of {all} armed places compiled before the first real call");
        VerdictCode::Compiled.verdict(text)
    };
    outcome.measured(verdict)
}
