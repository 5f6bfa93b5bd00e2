//! `jit_focus`: loops and entries compile after a handful of real iterations instead of thousands.

use crate::bytecode::CodeLayout;
use crate::engine::{Engine, Process};
use crate::optin;
use crate::records::{Phase, Record, Site};
use crate::selftest::Denied;
use crate::sites::{Look, Offer};
use jitctl_core::{Borrowed, Hint, Request, Result, Status, Verdict};

/// The value of an armed counter: what it is matters to nothing but the delay.
pub const SOON: u16 = 2;

/// Arms the function, and what is nested in it.
pub fn apply(engine: &Engine, request: &Request<'_>, code: Borrowed<'_>) -> Result<Verdict> {
    if let Some(verdict) = optin::ensure(engine)? {
        if verdict.status == Status::Pending {
            wait(engine, request, code)?;
        }
        return Ok(verdict);
    }
    match engine.findings().code {
        Ok(layout) => {
            let (verdict, record) = arm(engine, request, layout, code)?;
            if let Some(record) = record {
                engine.remember(record);
            }
            Ok(verdict)
        }
        Err(Denied::Later(text)) => {
            wait(engine, request, code)?;
            Ok(Verdict::new(Status::Pending, "tracing-active", text))
        }
        Err(denied) => by_events(engine, request, code, &denied),
    }
}

fn wait(engine: &Engine, request: &Request<'_>, code: Borrowed<'_>) -> Result<()> {
    let mut record = Record::new(engine.python, code, request.function(), request.hint(), request.ticket())?;
    record.phase = Phase::Waiting;
    engine.remember(record);
    Ok(())
}

/// Arms every site, and says what came of it.
pub fn arm(
    engine: &Engine,
    request: &Request<'_>,
    layout: CodeLayout,
    code: Borrowed<'_>,
) -> Result<(Verdict, Option<Record>)> {
    let tree = engine.tree(code)?;
    clear_events(engine, &tree)?;
    let mut offer = engine.offer(layout, &tree)?;
    if offer.sites.is_empty() {
        return Ok((nothing(engine, &offer), None));
    }
    let looks = arm_sites(engine, layout, &mut offer.sites);
    let mut record = Record::new(engine.python, code, request.function(), request.hint(), request.ticket())?;
    if looks.contains(&Look::Hidden) {
        record.phase = Phase::Waiting;
    }
    let verdict = verdict(&offer, &looks);
    record.sites = offer.sites.into_boxed_slice();
    Ok((verdict, Some(record)))
}

/// Arms these sites, whose code objects live.
pub fn arm_sites(engine: &Engine, layout: CodeLayout, sites: &mut [Site]) -> Vec<Look> {
    let counter = engine.version.counter.soon(SOON);
    let arm = |site: &mut Site| {
        // SAFETY: the caller holds the outermost code object, which keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        let look = site.arm(cells, &engine.opcodes, counter);
        site.compiled = look == Look::Compiled;
        look
    };
    sites.iter_mut().map(arm).collect()
}

/// Lets an own hint of nested code, or an earlier hint, not stand in the way.
pub fn clear_events(engine: &Engine, tree: &[Borrowed<'_>]) -> Result<()> {
    let Some(monitoring) = engine.monitoring_in_use() else { return Ok(()) };
    for code in tree {
        if monitoring.get(*code)? != 0 {
            monitoring.set(*code, 0)?;
        }
    }
    Ok(())
}

/// The verdict on armed sites.
pub fn verdict(offer: &Offer, looks: &[Look]) -> Verdict {
    let loops = offer.sites.iter().filter(|site| !site.entry).count();
    let entries = offer.sites.len() - loops;
    let compiled = looks.iter().filter(|look| **look == Look::Compiled).count();
    let what = match (loops, entries) {
        (loops, 0) => plural(loops, "loop", "loops"),
        (0, entries) => plural(entries, "entry", "entries"),
        (loops, entries) => format!("{} and {}", plural(loops, "loop", "loops"), plural(entries, "entry", "entries")),
    };
    let verdict = if looks.contains(&Look::Hidden) {
        let text = format!("a tracing tool has instrumented the function; {what} will be armed when it is gone");
        Verdict::new(Status::Pending, "tracing-active", text)
    } else if compiled == offer.sites.len() {
        Verdict::new(Status::Applied, "compiled", format!("{what} compiled already"))
    } else if offer.yielding > 0 {
        let yielding = plural(offer.yielding as usize, "loop", "loops");
        let text = format!("{what} armed; {yielding} with a yield cannot be compiled by this version");
        Verdict::new(Status::Partial, "yielding-loops", text)
    } else {
        let text = format!("{what} armed: compiled after about {} iterations or calls of real traffic", SOON + 3);
        Verdict::new(Status::Applied, "armed", text)
    };
    verdict.measure("loops", count(loops), "sites").measure("entries", count(entries), "sites")
}

fn nothing(engine: &Engine, offer: &Offer) -> Verdict {
    let (code, text) = match (offer.yielding, offer.small, engine.opcodes.entry) {
        (1.., _, _) => ("yielding-loops", "its loops contain a yield, which this version cannot compile"),
        (_, 1.., _) => ("too-small", "it has no loop and is so small that entering compiled code would cost more"),
        (_, _, None) => ("no-loops", "it has no loop, and this version compiles loops only"),
        _ => ("no-loops", "it has no loop, and the entry of a generator or coroutine starts no trace"),
    };
    let advice = "hint the function whose loop calls it: what is called from compiled code is compiled with it";
    Verdict::new(Status::Unsupported, code, text).advise(advice)
}

/// Tier A: setting and clearing a local event resets a loop's counter to two iterations.
fn by_events(engine: &Engine, request: &Request<'_>, code: Borrowed<'_>, denied: &Denied) -> Result<Verdict> {
    if !matches!(engine.process(), Process::On) {
        let text = format!("the bytecode cannot be armed: {denied}");
        return Ok(Verdict::new(Status::Unsupported, "self-test", text));
    }
    let facts = engine.host.facts(request.function())?;
    let loops: usize = facts.codes().map(|code| code.loops().len()).sum();
    if loops == 0 {
        return Ok(Verdict::new(Status::Unsupported, "no-loops", "it has no loop; only loops can be armed by events"));
    }
    let monitoring = engine.monitoring()?;
    let mask = monitoring.mask(&["JUMP"])?;
    for code in engine.tree(code)? {
        monitoring.set(code, mask)?;
        monitoring.set(code, 0)?;
    }
    let record = Record::new(engine.python, code, request.function(), Hint::Focus, request.ticket())?;
    engine.remember(record);
    let text = format!("{} armed by monitoring events; {denied}", plural(loops, "loop", "loops"));
    Ok(Verdict::new(Status::Applied, "armed-by-events", text))
}

/// Lets CPython treat these code objects as if no hint had been: they count from the start, or not at all where the
/// user has the JIT off.
pub fn let_go(engine: &Engine, tree: &[Borrowed<'_>]) -> Result<()> {
    let Ok(layout) = engine.findings().code else { return Ok(()) };
    let ours = matches!(engine.process(), Process::OptedIn(_) | Process::Suspended(_));
    if ours && !tree.is_empty() {
        drop_compiled(engine, tree)?;
    }
    for site in engine.offer(layout, tree)?.sites {
        // SAFETY: the site is in one of the code objects of the tree, which live.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        if ours {
            site.silence(cells, &engine.opcodes);
        } else if let Some(family) = site.family(&engine.opcodes)
            && matches!(engine.process(), Process::On)
        {
            site.arm(cells, &engine.opcodes, family.natural);
        }
    }
    Ok(())
}

/// Events drop the executors that a code object owns or that inline it.
fn drop_compiled(engine: &Engine, tree: &[Borrowed<'_>]) -> Result<()> {
    let monitoring = engine.monitoring()?;
    let mask = monitoring.mask(&["PY_START", "JUMP"])?;
    for code in tree {
        let before = monitoring.get(*code)?;
        monitoring.set(*code, mask)?;
        monitoring.set(*code, before)?;
    }
    Ok(())
}

/// `2 loops`.
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}
