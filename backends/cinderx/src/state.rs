//! What a function's code looks like once CinderX compiled it.

use crate::cinderx::CinderX;
use jitctl_core::{Borrowed, Region, RegionKind, Result, State};

/// What the host observes, and the machine code that CinderX made of the function. `None` where it made none.
pub fn state(cinderx: &CinderX, function: Borrowed<'_>) -> Result<Option<State>> {
    if !cinderx.is_compiled(function)? {
        return Ok(None);
    }
    let mut state = cinderx.host.observe(function)?;
    let facts = cinderx.host.facts(function)?;
    let code = facts.code();
    let last = code.instructions().iter().map(|instruction| instruction.line).max();
    state.regions.push(Region {
        offset: 0,
        line: code.first_line(),
        last_line: last.unwrap_or(0).max(code.first_line()),
        kind: RegionKind::Function,
        micro_ops: 0,
        machine_code_bytes: u32::try_from(cinderx.size(function)).unwrap_or(u32::MAX),
        exits: None,
        valid: true,
    });
    Ok(Some(state))
}
