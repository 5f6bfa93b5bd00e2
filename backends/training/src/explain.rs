//! Why a training may have brought less than it should: what the facts say of the function.

use jitctl_core::{Borrowed, Host, Status, Verdict};
use jitctl_verdicts::VerdictCode;

/// Adds to a verdict what makes the function unfriendly to the JIT of this interpreter, if anything is known: the codes
/// to the message, and the first advice where the verdict has none about something that was done.
#[must_use]
pub fn explained(host: Host, function: Borrowed<'_>, verdict: Verdict) -> Verdict {
    let Ok(facts) = host.facts(function) else { return verdict };
    let reasons = facts.unfriendly();
    let Some(first) = reasons.first() else { return verdict };
    let mut words: Vec<String> = Vec::with_capacity(reasons.len());
    for reason in &reasons {
        let word = reason.line.map_or_else(|| reason.code.to_owned(), |line| format!("{} at line {line}", reason.code));
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let message = format!("{}; unfriendly to the JIT: {}", verdict.message, words.join(", "));
    // A budget that ended it is to be raised first; whether the JIT would then compile it is another question.
    let keep =
        (verdict.status == Status::Applied || VerdictCode::BudgetSpent.is(&verdict)) && !verdict.advice.is_empty();
    let advice = if keep { verdict.advice } else { first.advice.to_owned().into() };
    Verdict { message: message.into(), advice, ..verdict }
}
