//! The verdicts of the warmup backend, in one place.

use jitctl_core::{Hint, Interpreter, State, Status, Verdict};
use jitctl_training::{Budget, End, Infer, Outcome, Refusal, Settling};
use jitctl_verdicts::VerdictCode;

pub(crate) fn cannot_ignore(interpreter: &Interpreter) -> Verdict {
    let verdict =
        VerdictCode::CannotIgnore.verdict("calling a function cannot keep it out of the JIT; it is left as it is");
    verdict.advise(if interpreter.jit_built {
        "use the native backend (JITCTL_BACKEND=native), which can, or remove the hint"
    } else {
        "this interpreter has no JIT, so nothing need be done"
    })
}

/// Says that a threshold was given in vain.
pub(crate) fn without_threshold(verdict: Verdict, told: bool) -> Verdict {
    if !told {
        return verdict;
    }
    let message = format!("{}; threshold means nothing here: this backend does not steer the JIT", verdict.message);
    Verdict { message: message.into(), ..verdict }
}

pub(crate) fn no_samples(infer: Infer) -> Verdict {
    let why = match infer {
        Infer::WhereHarmless => "nothing was called: no sample arguments, and infer=False",
        Infer::WhereAsked => {
            "nothing was called: no sample arguments, and before CPython 3.12 they are inferred on request"
        }
    };
    VerdictCode::NoSamples
        .verdict(why)
        .advise("pass sample_args=(...) or infer=True, or sample_args=() where the function takes no arguments")
}

pub(crate) fn already_warm(state: &State, failed: u32) -> Verdict {
    let message = match state.regions.iter().filter(|region| region.valid).count() {
        0 if failed > 0 => format!(
            "{} of {} instructions are specialised already, and {failed} cannot be as they are used",
            state.specialised, state.specialisable
        ),
        0 => format!("{} of {} instructions are specialised already", state.specialised, state.specialisable),
        1 => "one region of it is compiled already".to_owned(),
        regions => format!("{regions} regions of it are compiled already"),
    };
    VerdictCode::AlreadyWarm.verdict(message).measure("specialised_after", state.share(), "share")
}

/// What a training came to.
pub(crate) fn trained(outcome: &Outcome, settling: Settling, budget: Budget, hint: Hint) -> Verdict {
    let seen = outcome.sentence();
    let verdict = match &outcome.end {
        End::Settled => warm(outcome, settling, hint),
        End::Calls | End::Time if is_warm(outcome, settling) => warm(outcome, settling, hint),
        End::Calls | End::Time => budget_spent(outcome, settling, budget),
        End::Raised(reason) => VerdictCode::SampleRaised
            .verdict(format!("a training call raised {reason}; {seen}"))
            .advise("pass sample arguments with which the function returns"),
        End::Samples(reason) => VerdictCode::SamplesFailed
            .verdict(format!("no samples: {reason}"))
            .advise("correct the callable that makes the samples"),
        End::NotInferred(refusal) => return not_inferred(refusal),
        End::Stopped => stopped(&seen, budget),
        End::Suspended => {
            let message =
                format!("the coroutine waited for something that needs an event loop, and was closed; {seen}");
            VerdictCode::Suspended
                .verdict(message)
                .advise("pass sample arguments with which it finishes without waiting")
        }
        End::Cancelled => VerdictCode::Cancelled.verdict(format!("the training was stopped; {seen}")),
        End::Busy => VerdictCode::Busy.verdict("it is being trained already, or the interpreter is closing"),
        _ => VerdictCode::Ended.verdict(seen),
    };
    outcome.measured(verdict)
}

fn not_inferred(refusal: &Refusal) -> Verdict {
    let Refusal { code, message, advice } = refusal;
    Verdict::new(Status::Unsupported, code.clone(), message.clone()).advise(advice.clone())
}

fn stopped(seen: &str, budget: Budget) -> Verdict {
    let limit = budget.time.as_secs_f64() * 1e3;
    let message = format!(
        "a call ran for more than twice the budget of {limit} ms (or, with inferred arguments, took more than 256 MiB) and \
         was stopped; {seen}"
    );
    VerdictCode::Stopped.verdict(message).advise("pass samples with which a call returns sooner, or raise budget_ms")
}

/// The budget ended it, but not too early: one batch without a change will do then, or one compiled region.
fn is_warm(outcome: &Outcome, settling: Settling) -> bool {
    if settling.is_blind() {
        return settling.is_settled(&outcome.progress());
    }
    if settling.compiles() {
        return settling.is_warm(&outcome.after);
    }
    outcome.is_quiet() && outcome.batches > 1
}

fn warm(outcome: &Outcome, settling: Settling, hint: Hint) -> Verdict {
    let seen = outcome.sentence();
    let message = if settling.is_blind() {
        format!("{seen}; this interpreter does not show what it specialised; after so many calls its caches are full")
    } else if settling.is_unknown() {
        format!("{seen}; whether the JIT compiled it is not judged: this version of CPython is not known to jitctl")
    } else {
        seen
    };
    let verdict = VerdictCode::Warm.verdict(message);
    if hint == Hint::Once {
        return verdict.advise("it may be specialised again for other types: only the native backend can freeze it");
    }
    verdict
}

fn budget_spent(outcome: &Outcome, settling: Settling, budget: Budget) -> Verdict {
    let (limit, advice) = if outcome.end == End::Calls {
        (format!("{} calls", budget.calls), "raise budget_calls")
    } else {
        (
            format!("{} ms", budget.time.as_secs_f64() * 1e3),
            "raise budget_ms, or pass samples with which a call is shorter",
        )
    };
    let seen = outcome.sentence();
    if outcome.is_quiet() && settling.compiles() {
        let message = format!("{seen}; the JIT compiled nothing of it within {limit}");
        return VerdictCode::NotCompiled.verdict(message).advise(advice);
    }
    let message = format!("{seen}; the budget of {limit} ended the training before its state had settled");
    VerdictCode::BudgetSpent.verdict(message).advise(advice)
}
