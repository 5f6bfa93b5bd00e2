//! The compiled regions of a function, with what only the executor graph tells: exits, and the code behind them.

use crate::cpython::executors::{self, Reached, Root};
use crate::state::context::Context;
use jitctl_core::{Borrowed, Region, RegionKind, Result, State};
use std::collections::HashSet;

/// What the host observes, with exits and side exits; `None` where executors cannot be read.
pub fn read(context: &Context, function: Borrowed<'_>) -> Result<Option<State>> {
    let Ok(fields) = context.known_capabilities().executors else { return Ok(None) };
    let code = context.code(function)?;
    let mut state = context.host.observe(function)?;
    let mut roots = Vec::new();
    for region in &mut state.regions {
        let Some(root) = executors::at(context.host, code.borrow(), region.offset)? else { continue };
        region.exits = u32::try_from(executors::exits(fields, root.borrow()).len()).ok();
        roots.push((*region, root));
    }
    // An exit may lead into code that is entered from the bytecode, too, or that another exit leads to: counted once.
    let mut known: HashSet<usize> = roots.iter().map(|(_, root)| root.address() as usize).collect();
    for (region, root) in roots {
        let root = Root { object: root, code: code.address() as usize, unit: region.offset };
        for reached in executors::graph(context.python, fields, vec![root])?.into_iter().skip(1) {
            if known.insert(reached.object.address() as usize) {
                let exits = executors::exits(fields, reached.object.borrow()).len();
                state.regions.push(side_exit(context, region, &reached, exits)?);
            }
        }
    }
    Ok(Some(state))
}

/// A side exit may lead into code that was inlined, so its lines are those of the region that it leaves.
fn side_exit(context: &Context, from: Region, reached: &Reached, exits: usize) -> Result<Region> {
    let host = context.host;
    let executor = reached.object.borrow();
    let bytes = executors::machine_code(context.host, executor)?;
    let valid = host.call_method(executor, "is_valid", &[])?;
    Ok(Region {
        offset: reached.exit_target.unwrap_or(from.offset),
        kind: RegionKind::SideExit,
        micro_ops: u32::try_from(executors::length(context.host, executor)?).unwrap_or(u32::MAX),
        machine_code_bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        exits: u32::try_from(exits).ok(),
        valid: host.truth(valid.borrow())?,
        ..from
    })
}
