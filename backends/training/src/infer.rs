//! Arguments for a function without samples: asks `jitctl._training.inference`, which looks at annotations, defaults and bytecode.

use crate::interruption::Baseline;
use crate::python;
use crate::samples::Samples;
use jitctl_core::{Borrowed, Host, Result};
use std::time::{Duration, Instant};

/// Arguments that were inferred, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Inferred {
    /// `inferred arguments: n=7 (annotation)`.
    pub text: String,
    /// From 0 (a guess) to 1 (certain).
    pub confidence: f64,
    /// What finding them and judging the function's effects took.
    pub spent: Duration,
}

/// Why a function without samples is not called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable: `no-samples` or `has-effects`.
    pub code: String,
    /// Which parameter could not be inferred, or which effect a call may have.
    pub message: String,
    /// What to pass.
    pub advice: String,
}

pub(crate) enum Answer {
    /// Several sets of arguments, the likeliest first.
    Offers(Vec<(Samples, Inferred)>),
    Refusal(Refusal),
}

/// Asks for arguments. Without `forced`, only such for which a call is shown to have no effects.
pub(crate) fn ask(host: Host, function: Borrowed<'_>, forced: bool, before: &Baseline) -> Result<Answer> {
    let started = Instant::now();
    let word = python::builtin(host, if forced { "True" } else { "False" })?;
    let module = host.import("jitctl._training.inference")?;
    let answer = host.call_method(module.borrow(), "prepared", &[function, word.borrow(), before.0.borrow()])?;
    let part = |holder: Borrowed<'_>, index: i64| host.item(holder, host.int(index)?.borrow());
    if host.type_name(answer.borrow()) == "tuple" {
        let text = |index| host.to_text(part(answer.borrow(), index)?.borrow());
        return Ok(Answer::Refusal(Refusal { code: text(0)?, message: text(1)?, advice: text(2)? }));
    }
    let spent = started.elapsed();
    let mut offers = Vec::new();
    let length = host.to_int(host.call(python::builtin(host, "len")?.borrow(), &[answer.borrow()])?.borrow())?;
    for index in 0..length {
        let offer = part(answer.borrow(), index)?;
        let samples = Samples::made_by(part(offer.borrow(), 0)?, part(offer.borrow(), 1)?);
        let text = host.to_text(part(offer.borrow(), 2)?.borrow())?;
        let confidence = host.to_float(part(offer.borrow(), 3)?.borrow())?;
        offers.push((samples, Inferred { text, confidence, spent }));
    }
    Ok(Answer::Offers(offers))
}
