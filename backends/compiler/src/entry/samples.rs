//! Calls with the user's sample arguments: they are real calls to the entry, which compiles the function at the right one.

use crate::runtime::Runtime;
use crate::units::table::{self, Phase, Training, entries, verdict};
use crate::units::verdicts;
use jitctl_core::{Borrowed, Host, Interpreter, Request, Result, Verdict};
use jitctl_training::{End, Infer, Outcome, Plan, When};
use jitctl_verdicts::VerdictCode;

/// When the calls are made.
pub enum Moment {
    /// Before the hint returns.
    Now,
    /// Before the first real call.
    FirstCall,
}

/// Calls that are to be made.
pub struct Samples {
    pub moment: Moment,
    pub job: Training,
    /// What the hint says until they were made.
    pub verdict: Verdict,
}

/// Was `when="background"` asked for?
pub fn is_background(host: Host, request: &Request<'_>) -> Result<bool> {
    match request.option("when")? {
        Some(word) => Ok(host.to_text(word.borrow())? == "background"),
        None => Ok(false),
    }
}

/// The calls that a request asks for.
pub fn of(runtime: &'static Runtime, interpreter: &Interpreter, request: &Request<'_>) -> Result<Option<Samples>> {
    let Some(plan) = Plan::from_request(runtime.host, interpreter, request, Infer::WhereAsked)? else {
        return Ok(None);
    };
    let when = plan.when();
    let pending = VerdictCode::FirstCall.verdict("will be trained and compiled when it is called for the first time");
    let verdict = if when == When::Background { verdicts::with_background(pending) } else { pending };
    let moment = if when == When::Decoration { Moment::Now } else { Moment::FirstCall };
    let job: Training = Box::new(move |_, function| run(&plan, function));
    Ok(Some(Samples { moment, job, verdict }))
}

fn run(plan: &Plan, function: Borrowed<'_>) -> Result<Verdict> {
    let address = function.address() as usize;
    let outcome = plan.run(function, |_| is_settled(address))?;
    if let Some(reason) = reason(&outcome) {
        table::remark(address, format!("the training ended early: {reason}"));
    }
    let found = verdict(address).unwrap_or_else(|| verdicts::pending(0));
    Ok(outcome.measured(found))
}

/// Was it decided what becomes of the function?
fn is_settled(function: usize) -> bool {
    let entries = entries();
    entries.functions.get(&function).is_none_or(|hinted| matches!(hinted.phase, Phase::Compiled(_) | Phase::Left))
}

fn reason(outcome: &Outcome) -> Option<String> {
    match &outcome.end {
        End::Raised(reason) => Some(format!("a call with the samples raised {reason}")),
        End::Samples(reason) => Some(format!("the samples could not be made: {reason}")),
        End::NotInferred(refusal) => Some(refusal.message.clone()),
        End::Stopped => Some("a call ran for more than twice the budget and was stopped".to_owned()),
        End::Cancelled => Some("the training was stopped".to_owned()),
        _ => None,
    }
}

/// The training that waits for this function's first call.
pub fn take(function: usize) -> Option<(Training, u64)> {
    let mut entries = entries();
    let hinted = entries.functions.get_mut(&function)?;
    Some((hinted.training.take()?, hinted.wish.ticket))
}
