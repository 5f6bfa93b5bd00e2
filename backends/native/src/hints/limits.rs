//! Bounds the compiled code of one hinted function. Where it grows beyond what pays, or where CPython makes and drops it
//! for ever, the hint gives up: the function is left to the interpreter, and its verdict says so with figures.

use crate::cpython::bytecode::CodeLayout;
use crate::cpython::executors::{self, Reached};
use crate::hints::focus::{self, Who, plural};
use crate::hints::once;
use crate::state::context::{Engine, Process};
use crate::state::hint_table::{Phase, Record};
use crate::tuning::{MOST_BYTES, MOST_EXITS, MOST_REGIONS, MOST_VARIANTS};
use jitctl_core::{Borrowed, Hint, Level, Owned, Result, Verdict};
use jitctl_verdicts::VerdictCode;
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
    pub fn take(engine: &Engine, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<Self> {
        let Ok(fields) = engine.findings_as_they_are().executors else { return Ok(Self::default()) };
        let roots = executors::roots(engine, layout, tree)?;
        if roots.is_empty() {
            return Ok(Self::default());
        }
        let graph = executors::graph(engine, fields, roots)?;
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
                census.bytes += executors::machine_code(engine, reached.object.borrow())?;
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

    fn verdict(&self, engine: &Engine, function: Option<&Owned>) -> Verdict {
        let line = function.and_then(|function| self.line(engine, function));
        let at = line.map_or_else(String::new, |line| format!(" on line {line}"));
        let figures = format!("{} with {} exits", plural(self.regions, "region", "regions"), self.exits);
        let (text, advice) = if self.variants > MOST_VARIANTS {
            let reason = format!("{} of them test one place{at} for one type or callee after the other", self.variants);
            (
                format!(
                    "its compiled code grew to {figures}, {reason}, and more than {MOST_VARIANTS} are slower than none"
                ),
                "let fewer types or callees meet there, or make them once and not in each call; else take the hint away",
            )
        } else {
            let kib = self.bytes / 1_024;
            let most = MOST_BYTES / 1_024;
            (
                format!(
                    "its compiled code grew to {figures} and {kib} KiB; the limits are {MOST_REGIONS}, {MOST_EXITS} and \
                     {most} KiB"
                ),
                "split the function, or hint the functions that it calls",
            )
        };
        VerdictCode::GaveUp
            .verdict(text)
            .advise(advice)
            .measure("regions", figure(self.regions), "regions")
            .measure("exits", figure(self.exits), "exits")
            .measure("machine_code", figure(self.bytes), "bytes")
            .measure("variants", figure(self.variants), "regions")
    }

    fn line(&self, engine: &Engine, function: &Owned) -> Option<u32> {
        let facts = engine.host.facts(function.borrow()).ok()?;
        let is_it = |code: &jitctl_core::Code<'_>| {
            code.object().is_some_and(|object| object.address() as usize == self.place.0)
        };
        let code = facts.codes().find(is_it)?;
        let behind = code.instructions().partition_point(|one| one.offset <= self.place.1);
        code.instructions().get(behind.checked_sub(1)?).map(|one| one.line).filter(|line| *line > 0)
    }
}

fn figure(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

/// What one look at a function found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    Same,
    Grown,
    /// It was too large, and the hint gave up.
    TooLarge,
}

/// Counts the compiled code of a focused function, or of one that `once` trains, and gives up where it is too large.
pub fn check(engine: &Engine, layout: CodeLayout, code: &Owned) -> Result<Growth> {
    let Some(before) = regions_before(engine, code) else { return Ok(Growth::Same) };
    let tree = engine.tree(code.borrow())?;
    let census = Census::take(engine, layout, &tree)?;
    let functions = {
        let mut shared = engine.shared();
        let Some(record) = shared.records.get_mut(engine.python, code.address() as usize) else {
            return Ok(Growth::Same);
        };
        record.regions = census.regions;
        record.functions(engine.python)
    };
    if census.is_too_large() {
        let function = functions.first().map(|(function, _)| function);
        give_up(engine, layout, code, census.verdict(engine, function))?;
        return Ok(Growth::TooLarge);
    }
    Ok(if before == census.regions { Growth::Same } else { Growth::Grown })
}

/// The regions at the last look, of code that may have grown since.
fn regions_before(engine: &Engine, code: &Owned) -> Option<usize> {
    let mut shared = engine.shared();
    let record = shared.records.get_mut(engine.python, code.address() as usize)?;
    let grows = match record.wish.hint {
        Hint::Focus => !matches!(record.phase, Phase::Waiting | Phase::GivenUp),
        Hint::Once => record.phase == Phase::Training,
        _ => false,
    };
    (grows && !record.sites.is_empty()).then_some(record.regions)
}

/// Drops what is compiled, takes back what was written, and says why. The record stays, so that a further function of
/// the same `def` is not armed only to give up again.
pub fn give_up(engine: &Engine, layout: CodeLayout, code: &Owned, verdict: Verdict) -> Result<()> {
    let tree = engine.tree(code.borrow())?;
    let left = if matches!(engine.process(), Process::On) {
        "left to CPython's own thresholds, as without the hint"
    } else {
        "left to the interpreter"
    };
    let verdict = Verdict { message: format!("{}; {left}", verdict.message).into(), ..verdict };
    let (hint, functions, sites) = {
        let mut shared = engine.shared();
        let Some(record) = shared.records.get_mut(engine.python, code.address() as usize) else { return Ok(()) };
        let sites = std::mem::take(&mut record.sites);
        record.phase = Phase::GivenUp;
        record.given_up = Some(Box::new(verdict.clone()));
        (record.wish.hint, record.functions(engine.python), sites)
    };
    engine.host.log(Level::Info, &format!("a hint gave up: {}", verdict.message));
    for (_, ticket) in functions {
        engine.host.report(ticket, &verdict);
    }
    if hint == Hint::Once {
        once::release(engine, layout, &tree)?;
    }
    if !sites.is_empty() {
        focus::drop_compiled(engine, &tree, &["PY_START", "JUMP"])?;
    }
    focus::let_go(engine, &tree)
}

/// The verdict of a hint that was given up before on this code; the function joins those that it holds for.
pub fn given_up(engine: &Engine, who: &Who<'_>, code: Borrowed<'_>) -> Result<Option<Verdict>> {
    let given_up = {
        let mut shared = engine.shared();
        let record = shared.records.get_mut(engine.python, code.address() as usize);
        record.filter(|record| record.wish.hint == who.wish.hint).and_then(|record| record.given_up.clone())
    };
    let Some(verdict) = given_up else { return Ok(None) };
    let mut record = Record::new(engine.python, code, who)?;
    record.phase = Phase::GivenUp;
    record.given_up = Some(verdict.clone());
    engine.remember(record);
    Ok(Some(*verdict))
}
