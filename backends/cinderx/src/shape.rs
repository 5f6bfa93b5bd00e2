//! What a function looks like: for `state`, and for the reasons why it cannot be compiled.

use crate::engine::Engine;
use jitctl_core::{Borrowed, Region, RegionKind, Result, State};

/// What the host observes, and the machine code that CinderX made of the function. `None` where it made none.
pub fn state(engine: &Engine, function: Borrowed<'_>) -> Result<Option<State>> {
    if !engine.is_compiled(function)? {
        return Ok(None);
    }
    let mut state = engine.host.observe(function)?;
    let facts = engine.host.facts(function)?;
    let code = facts.code();
    let last = code.instructions().iter().map(|instruction| instruction.line).max();
    state.regions.push(Region {
        offset: 0,
        line: code.first_line(),
        last_line: last.unwrap_or(0).max(code.first_line()),
        kind: RegionKind::Function,
        micro_ops: 0,
        machine_code_bytes: u32::try_from(engine.size(function)).unwrap_or(u32::MAX),
        exits: None,
        valid: true,
    });
    Ok(Some(state))
}
