//! One hint as the user gave it, and the function that it is for.

use crate::tuning::{HIGHEST_THRESHOLD, THRESHOLD};
use jitctl_core::{Borrowed, Hint, Host, Request, Result};

/// The function of a hint, and what is asked for it.
pub struct HintTarget<'a> {
    pub function: Borrowed<'a>,
    pub spec: HintSpec,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct HintSpec {
    /// Names the hint in later reports.
    pub ticket: u64,
    pub hint: Hint,
    /// Iterations of a loop that are interpreted before it compiles.
    pub threshold: u16,
}

impl HintSpec {
    /// Reads a request; a threshold that no counter holds becomes the nearest that one does.
    pub fn of(host: Host, request: &Request<'_>) -> Result<Self> {
        let given = request.option("threshold")?.map(|value| host.to_int(value.borrow())).transpose()?;
        let threshold = given.map_or(THRESHOLD, |value| {
            u16::try_from(value).map_or(HIGHEST_THRESHOLD, |value| value.clamp(1, HIGHEST_THRESHOLD))
        });
        Ok(Self { ticket: request.ticket(), hint: request.hint(), threshold })
    }
}
