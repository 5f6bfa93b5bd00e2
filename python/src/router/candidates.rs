//! What is to be said of each candidate: usable or not, chosen or not, and why.

use jitctl_core::Fit;
use jitctl_core::host::registry::{Candidate, Registry};

/// Can it be used, and why is it used or not? One code, one sentence.
pub fn standing(candidate: &Candidate, chosen: bool, registry: &Registry) -> (bool, String, String) {
    match candidate.outcome() {
        _ if chosen => (true, "chosen".to_owned(), "in use".to_owned()),
        None => (false, "not-examined".to_owned(), "not looked at".to_owned()),
        Some(Err(error)) => (false, error.code().to_owned(), error.to_string()),
        Some(Ok(Fit::ByName(reason))) => (true, "by-name".to_owned(), format!("only when named: {reason}")),
        Some(Ok(_)) => {
            let used: Vec<&str> = registry.chain().map(Candidate::name).collect();
            let used = if used.is_empty() { "nothing".to_owned() } else { used.join(",") };
            (true, "outranked".to_owned(), format!("would fit; {used} is used"))
        }
    }
}

/// All candidates in one line, for an error's message.
pub fn one_line(registry: &Registry) -> String {
    let each = registry.candidates().iter().map(|candidate| {
        let (usable, _, reason) = standing(candidate, false, registry);
        match (usable, candidate.outcome()) {
            (true, Some(Ok(Fit::ByName(_)))) => format!("{} (usable by name)", candidate.name()),
            (true, _) => format!("{} (usable)", candidate.name()),
            (false, _) => format!("{} ({reason})", candidate.name()),
        }
    });
    each.collect::<Vec<_>>().join("; ")
}
