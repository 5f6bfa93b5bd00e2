//! Counts the compiled code of one function, and says whether it is more than what pays.

use crate::cpython::executors::{self, Reached};
use crate::state::context::Context;
use crate::state::hinted_code::HintedCode;
use crate::tuning::{MOST_BYTES, MOST_EXITS, MOST_REGIONS, MOST_VARIANTS};
use jitctl_core::{Owned, Result};
use std::collections::HashMap;

/// The compiled code of one function at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    pub regions: usize,
    pub exits: usize,
    pub bytes: usize,
    /// The most regions that begin at one place, each for one more type there.
    pub variants: usize,
    /// That place: a code object and a code unit.
    pub place: (usize, u32),
}

impl Census {
    /// Counts; without the bytes, which are read only where there are regions enough to matter.
    pub fn take(context: &Context, hinted: &HintedCode<'_>) -> Result<Self> {
        let Ok(fields) = context.known_capabilities().executors else { return Ok(Self::default()) };
        let graph = hinted.executors(fields)?;
        let mut census = Self { regions: graph.len(), ..Self::default() };
        let mut begins: HashMap<(usize, u32), usize> = HashMap::new();
        for Reached { object, code, begin, .. } in &graph {
            census.exits += executors::exits(fields, object.borrow()).len();
            *begins.entry((*code, *begin)).or_default() += 1;
        }
        if let Some((place, variants)) = begins.into_iter().max_by_key(|(_, variants)| *variants) {
            (census.place, census.variants) = (place, variants);
        }
        if census.regions > MOST_REGIONS / 4 || census.is_too_large() {
            for reached in &graph {
                census.bytes += executors::machine_code(context.host, reached.object.borrow())?;
            }
        }
        Ok(census)
    }

    /// Is it more than what pays?
    pub const fn is_too_large(&self) -> bool {
        self.variants > MOST_VARIANTS
            || self.regions > MOST_REGIONS
            || self.exits > MOST_EXITS
            || self.bytes > MOST_BYTES
    }

    /// The line of the place with the most variants.
    pub fn line(&self, context: &Context, function: &Owned) -> Option<u32> {
        let facts = context.host.facts(function.borrow()).ok()?;
        let is_it = |code: &jitctl_core::Code<'_>| {
            code.object().is_some_and(|object| object.address() as usize == self.place.0)
        };
        let code = facts.codes().find(is_it)?;
        let behind = code.instructions().partition_point(|one| one.offset <= self.place.1);
        code.instructions().get(behind.checked_sub(1)?).map(|one| one.line).filter(|line| *line > 0)
    }
}
