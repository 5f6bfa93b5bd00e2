//! Keeps hints in force: CPython throws compiled code away and tracing tools rewrite bytecode, both without a word.
//!
//! A step runs from `gc.callbacks` or [`tick`], at most every [`PAUSE`], and looks at no more than [`BATCH`] hinted code
//! objects nor for much longer than [`LONGEST`]. It arms what was dropped, finishes what was waiting, freezes what has
//! settled, and forgets what died.

use crate::control::jit_switch;
use crate::control::obstacle::{self, Obstacle};
use crate::cpython::bytecode::CodeLayout;
use crate::cpython::trace_starts::Look;
use crate::hints;
use crate::hints::focus::{self, Who, Wish};
use crate::hints::limits::{self, Growth};
use crate::hints::once;
use crate::state::context::{Engine, Process};
use crate::state::hint_table::{Phase, Record};
use crate::tuning::{FORGIVEN_DROPS, LONGEST_PAUSE, MOST_ATTEMPTS, MOST_DROPS, MOST_TRAININGS};
use crate::upkeep::clock;
use jitctl_core::{Borrowed, Hint, Host, Level, Owned, Result, Status, Verdict};
use jitctl_cpython::Counter;
use jitctl_verdicts::VerdictCode;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

const PAUSE: Duration = clock::QUICK;
const BATCH: usize = 256;
/// The time is looked at after so many of them.
const SLICE: usize = 16;
/// After this the rest waits for the next step.
const LONGEST: Duration = Duration::from_millis(1);
/// The JIT that we switched on stays on for so long after the last hint.
const IDLE: Duration = Duration::from_secs(1);
/// What stands under compiled code that was seen: dropped, it is compiled again after so many iterations.
const STICKY: u16 = 64;
/// A counter above this that backs off was reset by CPython after an attempt that made no code.
const GIVEN_UP: u16 = 1_024;
/// Looks in a row without a change after which a function under training has settled.
const QUIET: u16 = 3;
/// The same where a loop was not compiled: it may never be.
const VERY_QUIET: u16 = 20;

/// Lets the collector call [`step`] from now on.
pub fn install(engine: &Arc<Engine>) -> Result<()> {
    let host = engine.host;
    let engine: Weak<Engine> = Arc::downgrade(engine);
    let callback = host.callable("jitctl_maintenance", move |host, arguments| {
        if let Some(engine) = engine.upgrade()
            && is_due(&engine)
            && is_stop(host, arguments)
        {
            beat(&engine);
        }
        Ok(host.none())
    })?;
    let callbacks = host.get(host.import("gc")?.borrow(), "callbacks")?;
    host.call_method(callbacks.borrow(), "append", &[callback.borrow()]).map(drop)
}

fn is_stop(host: Host, arguments: &[Borrowed<'_>]) -> bool {
    arguments.first().is_some_and(|phase| host.to_text(*phase).is_ok_and(|phase| phase == "stop"))
}

fn is_due(engine: &Engine) -> bool {
    !clock::is_over() && engine.shared().stepped.is_none_or(|last| last.elapsed() >= PAUSE)
}

/// A step, where the last one is long enough ago.
pub fn beat(engine: &Engine) {
    if !is_due(engine) {
        return;
    }
    engine.shared().stepped = Some(Instant::now());
    let busy = step(engine).unwrap_or_else(|error| {
        engine.host.log(Level::Warning, &format!("maintenance: {error}"));
        false
    });
    let idle = is_idle(engine);
    clock::found(busy, idle);
    if clock::is_asleep() && is_unfinished(engine) {
        clock::start();
    }
}

/// Is there a hint that only further steps carry out?
pub fn is_unfinished(engine: &Engine) -> bool {
    let started = |record: &Record| match record.phase {
        Phase::Waiting => record.wish.hint != Hint::Ignore,
        Phase::Training => record.looks.0 != 0 || record.dropped > 0,
        _ => false,
    };
    engine.shared().records.any(started)
}

/// No hint is left. Where we switched the JIT on it is switched off again, once that has lasted: hints that come and go
/// should not look through all code each time.
fn is_idle(engine: &Engine) -> bool {
    let mut shared = engine.shared();
    if shared.records.len() > 0 {
        shared.idle = None;
        return false;
    }
    let since = *shared.idle.get_or_insert_with(Instant::now);
    let (Process::OptedIn(switch) | Process::Suspended(switch)) = shared.process else { return true };
    if since.elapsed() < IDLE {
        return false;
    }
    switch.set(false);
    shared.process = Process::Off;
    true
}

/// One step; says whether anything was in motion.
fn step(engine: &Engine) -> Result<bool> {
    let begin = Instant::now();
    let obstacle = stand_aside(engine)?;
    let mut busy = false;
    let most = engine.shared().records.len().min(BATCH);
    let mut seen = 0;
    while seen < most && begin.elapsed() < LONGEST {
        let (codes, dead) = engine.shared().records.next(engine.python, SLICE.min(most - seen));
        seen += SLICE;
        engine.bury(dead);
        let Ok(layout) = engine.findings().code else { break };
        for code in &codes {
            let todo = {
                let mut shared = engine.shared();
                let record = shared.records.get_mut(engine.python, code.address() as usize);
                record.map_or(Todo::Nothing, |record| match &obstacle {
                    Some(obstacle) if obstacle.lasts() => give_up(engine, layout, record, obstacle),
                    _ => look(engine, layout, record, &mut busy),
                })
            };
            let acted = match limits::check(engine, layout, code) {
                Ok(Growth::TooLarge) => Ok(true),
                Ok(growth) => act(engine, layout, code, todo).map(|moved| moved || growth == Growth::Grown),
                Err(error) => Err(error),
            };
            match acted {
                Ok(moved) => busy |= moved,
                Err(error) => engine.host.log(Level::Warning, &format!("maintenance of one function: {error}")),
            }
        }
    }
    let micros = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
    let mut shared = engine.shared();
    shared.maintenance = (shared.maintenance.0 + 1, shared.maintenance.1 + micros);
    Ok(busy)
}

/// Lets hints follow functions that were given other code.
pub fn follow(engine: &Engine) {
    let dead = engine.shared().records.take_dead();
    engine.bury(dead);
    let todo = {
        let mut shared = engine.shared();
        let mut todo = std::mem::take(&mut shared.orphans);
        todo.extend(shared.records.moved(engine.python));
        todo
    };
    for (function, wish) in &todo {
        if let Err(error) = hints::follow(engine, &Who { function: function.borrow(), wish: *wish }) {
            engine.host.log(Level::Warning, &format!("a hint that follows a new __code__: {error}"));
        }
    }
}

/// While something stands in its way, the JIT that we switched on is off: a tracing tool would have us compile what it
/// leaves behind, the perf trampoline is refused beside it, and without executable memory each attempt to compile raises
/// an exception in the running function. Gives what is in the way.
fn stand_aside(engine: &Engine) -> Result<Option<Obstacle>> {
    let process = engine.process();
    let obstacle = match process {
        Process::OptedIn(_) | Process::Suspended(_) => obstacle::find(engine),
        Process::On => obstacle::lasting(engine),
        Process::NoJit | Process::Off => None,
    };
    match process {
        // The trampoline that was activated, and is gone again, switched it off as well.
        Process::OptedIn(switch) if obstacle.is_some() || !switch.is_on() => {
            switch.set(false);
            engine.set_process(Process::Suspended(switch));
        }
        Process::Suspended(switch) if obstacle.is_none() && jit_switch::again(engine)? => {
            switch.set(true);
            engine.set_process(Process::OptedIn(switch));
        }
        _ => {}
    }
    Ok(obstacle)
}

/// Silences what is armed and would never be compiled, and says so; what is compiled stays.
fn give_up(engine: &Engine, layout: CodeLayout, record: &mut Record, obstacle: &Obstacle) -> Todo {
    match (record.wish.hint, record.phase) {
        (Hint::Ignore, _) => return Todo::Exclude,
        (_, Phase::Waiting | Phase::Frozen | Phase::GivenUp) => return Todo::Nothing,
        (Hint::Focus, _) if focus::compiled(engine, layout, &record.sites) == focus::loops(&record.sites) => {
            return Todo::Nothing;
        }
        _ => {}
    }
    for site in &record.sites {
        // SAFETY: the record's code object is held by the caller, and keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        site.silence(cells, &engine.opcodes);
    }
    if record.wish.hint == Hint::Once {
        return Todo::Settle;
    }
    record.phase = Phase::Waiting;
    let tickets = record.functions(engine.python).into_iter().map(|(_, ticket)| ticket).collect();
    Todo::Tell(tickets, obstacle.verdict())
}

/// What cannot be done under the lock, since it calls Python.
enum Todo {
    Nothing,
    /// Arm it: the tool that was in the way may be gone.
    Arm(Owned, Wish),
    /// Is it still kept out?
    Exclude,
    /// Has it settled?
    Settle,
    /// Is it still frozen?
    Refreeze,
    /// A tracing tool came and went.
    Rewritten,
    /// It says that it is armed, and is compiled; or the other way round.
    Tell(Vec<u64>, Verdict),
    /// It was tried, and is not compiled.
    Explain(focus::Attempts),
}

/// Reads and writes memory only.
fn look(engine: &Engine, layout: CodeLayout, record: &mut Record, busy: &mut bool) -> Todo {
    let function = engine.python.strong(&record.function);
    if let Some(function) = &function
        && engine.python.code(function.borrow()).is_some_and(|code| code.address() as usize != record.code)
    {
        clock::moved();
        return Todo::Nothing;
    }
    match (record.wish.hint, record.phase) {
        (Hint::Ignore, _) => Todo::Exclude,
        (_, Phase::GivenUp) => Todo::Nothing,
        (_, Phase::Waiting) => function.map_or(Todo::Nothing, |function| Todo::Arm(function, record.wish)),
        (_, Phase::Frozen) => Todo::Refreeze,
        (hint, _) => {
            let rewritten = tend(engine, layout, record, busy);
            match hint {
                _ if rewritten => Todo::Rewritten,
                Hint::Once => Todo::Settle,
                _ => news(engine, layout, record),
            }
        }
    }
}

/// Does the verdict still say what there is?
fn news(engine: &Engine, layout: CodeLayout, record: &mut Record) -> Todo {
    let (done, all) = (focus::compiled(engine, layout, &record.sites), focus::loops(&record.sites));
    let compiled = done == all;
    if compiled {
        (record.attempts, record.pause) = (0, 0);
    }
    let dropped = record.sites.iter().map(|site| site.rearmed).max().unwrap_or(0);
    let failed = !compiled && (record.attempts >= MOST_ATTEMPTS || dropped >= MOST_DROPS);
    record.phase = match record.phase {
        Phase::Armed | Phase::NotCompiled if compiled => Phase::Compiled,
        Phase::Armed | Phase::Compiled if failed => Phase::NotCompiled,
        Phase::Compiled if !compiled => Phase::Armed,
        _ => return Todo::Nothing,
    };
    if failed {
        return Todo::Explain(focus::Attempts { done, all, failed: record.attempts, dropped });
    }
    let tickets = record.functions(engine.python).into_iter().map(|(_, ticket)| ticket).collect();
    Todo::Tell(tickets, focus::seen(&record.sites, compiled, record.wish.threshold))
}

/// Did CPython drop compiled code of a frozen function?
pub fn is_dropped(engine: &Engine, layout: CodeLayout, record: &Record) -> bool {
    record.sites.iter().any(|site| {
        // SAFETY: the record's code object is held by the caller, and keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        site.compiled
            && site.rearmed < MOST_DROPS
            && matches!(site.look(cells, &engine.opcodes), Look::Counting | Look::Off)
    })
}

/// The verdict on that.
pub fn dropped() -> Verdict {
    let text = "CPython dropped its compiled code; real calls train it again, then it is frozen again";
    VerdictCode::Training.verdict(text)
}

/// Frozen loops would stay interpreted for good when CPython drops their code. Says whether any was armed again.
fn rearm(engine: &Engine, layout: CodeLayout, record: &mut Record) -> bool {
    let mut any = false;
    for site in &mut record.sites {
        // SAFETY: the record's code object is held by the caller, and keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        let look = site.look(cells, &engine.opcodes);
        if site.compiled && site.rearmed < MOST_DROPS && matches!(look, Look::Counting | Look::Off) {
            site.arm(cells, &engine.opcodes, engine.version.counter.soon(focus::SOON));
            (site.compiled, site.rearmed, any) = (false, site.rearmed + 1, true);
        }
    }
    if any {
        (record.phase, record.looks) = (Phase::Training, (0, 0));
        record.dropped = record.dropped.saturating_add(1);
    }
    any
}

/// Arms what was dropped or given up, and prepares for the next time. Says whether a tool has rewritten it.
fn tend(engine: &Engine, layout: CodeLayout, record: &mut Record, busy: &mut bool) -> bool {
    let mut rewritten = false;
    let counter = engine.version.counter;
    let missing = focus::compiled(engine, layout, &record.sites) < focus::loops(&record.sites);
    let waits = record.pause > 0;
    record.pause = record.pause.saturating_sub(1);
    let mut failed = false;
    for index in 0..record.sites.len() {
        let delay = focus::delay(&record.sites, index, record.sites[index].rearmed, record.wish.threshold);
        let site = &mut record.sites[index];
        // SAFETY: the record's code object is held by the caller, and keeps this one.
        let cells = engine.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
        match site.look(cells, &engine.opcodes) {
            Look::Compiled => {
                *busy |= !site.compiled;
                site.compiled = true;
                site.rearmed = site.rearmed.min(MOST_DROPS - FORGIVEN_DROPS);
                cells.set_unit(site.offset + 1, counter.soon(STICKY));
            }
            Look::Hidden => {}
            look => {
                let fresh = site.family(&engine.opcodes).is_some_and(|family| family.base == cells.opcode(site.offset));
                let now = cells.unit(site.offset + 1);
                let given_up = missing && is_given_up(counter, now, delay);
                rewritten |= fresh && site.compiled;
                let attempted = given_up && !site.compiled && site.rearmed < MOST_DROPS;
                failed |= attempted;
                let soon = (site.compiled || fresh || look == Look::Off || given_up) && !(attempted && waits);
                if soon && site.rearmed < MOST_DROPS {
                    site.arm(cells, &engine.opcodes, counter.soon(delay));
                    site.rearmed += 1;
                    *busy = true;
                    site.compiled = false;
                } else if let Some(family) = site.family(&engine.opcodes)
                    && (look == Look::Off || !counter.triggers(now))
                {
                    // What CPython left there under the opt-in would never trigger.
                    site.arm(cells, &engine.opcodes, family.natural);
                }
            }
        }
    }
    if failed && !waits {
        record.attempts = record.attempts.saturating_add(1);
        // The first attempts follow each other; then they become ever rarer.
        let later = u32::from(record.attempts.saturating_sub(MOST_ATTEMPTS)).min(LONGEST_PAUSE);
        record.pause = (1_u16 << later) - 1;
    }
    rewritten
}

/// A counter that is higher than we would set it ran past zero while another trace was being recorded.
fn is_given_up(counter: Counter, now: u16, delay: u16) -> bool {
    now > counter.soon(GIVEN_UP.max(delay)) || now > counter.soon(GIVEN_UP) && counter.has_backoff(now)
}

/// Says whether anything was in motion.
fn act(engine: &Engine, layout: CodeLayout, code: &Owned, todo: Todo) -> Result<bool> {
    match todo {
        Todo::Nothing => return Ok(false),
        Todo::Rewritten => cleanse(engine)?,
        Todo::Arm(function, wish) => return arm(engine, layout, code, &Who { function: function.borrow(), wish }),
        Todo::Exclude => return crate::hints::ignore::check(engine, code.borrow()),
        Todo::Settle => return settle(engine, layout, code),
        Todo::Explain(attempts) => return explain(engine, code, attempts),
        Todo::Tell(tickets, verdict) => tickets.iter().for_each(|ticket| engine.host.report(*ticket, &verdict)),
        Todo::Refreeze => return refreeze(engine, layout, code),
    }
    Ok(true)
}

/// Says that it was tried, and what stands in the way where that can be known.
fn explain(engine: &Engine, code: &Owned, attempts: focus::Attempts) -> Result<bool> {
    let functions = {
        let mut shared = engine.shared();
        let record = shared.records.get_mut(engine.python, code.address() as usize);
        record.map(|record| record.functions(engine.python)).unwrap_or_default()
    };
    let Some((function, _)) = functions.first() else { return Ok(false) };
    let verdict = focus::not_compiled(engine, function.borrow(), attempts)?;
    for (_, ticket) in &functions {
        engine.host.report(*ticket, &verdict);
    }
    Ok(false)
}

fn refreeze(engine: &Engine, layout: CodeLayout, code: &Owned) -> Result<bool> {
    let tree = engine.tree(code.borrow())?;
    keep_out(engine, code.borrow());
    once::renew_globals(engine, layout, &tree)?;
    if once::is_frozen(engine, layout, &tree)? {
        let again = {
            let mut shared = engine.shared();
            let record = shared.records.get_mut(engine.python, code.address() as usize);
            record.and_then(|record| rearm(engine, layout, record).then_some((record.wish.ticket, record.dropped)))
        };
        let Some((ticket, dropped)) = again else { return Ok(false) };
        if dropped >= MOST_TRAININGS {
            limits::give_up(engine, layout, code, once::never_lasts(dropped))?;
            return Ok(true);
        }
        // By now the trace of a hot caller may have its loops, which then never reach a jump that could compile them.
        focus::drop_compiled(engine, &tree, &["PY_START"])?;
        engine.host.report(ticket, &self::dropped());
        return Ok(true);
    }
    cleanse(engine)?;
    let verdict = once::freeze(engine, layout, &tree, &engine.sites_of(code.borrow()))?;
    let reason = "a tracing tool, or the trace of another function that has this one in it, had reset its counters";
    let text = format!("{}; frozen again, for {reason}", verdict.message);
    let verdict = Verdict { status: Status::Partial, code: "refrozen".into(), message: text.into(), ..verdict };
    engine.host.report(engine.mark_frozen(layout, code.borrow()), &verdict);
    Ok(true)
}

/// Under the opt-in, what a tool leaves behind in code without a hint would be compiled.
fn cleanse(engine: &Engine) -> Result<()> {
    if matches!(engine.process(), Process::OptedIn(_)) { jit_switch::again(engine).map(drop) } else { Ok(()) }
}

fn arm(engine: &Engine, layout: CodeLayout, code: &Owned, who: &Who<'_>) -> Result<bool> {
    let Wish { hint, ticket, .. } = who.wish;
    let denied = jit_switch::ensure(engine)?;
    let verdict = match (hint, denied) {
        (Hint::Once, denied) => once::train(engine, who, layout, code.borrow(), denied.is_none())?,
        (_, Some(denied)) => denied,
        (_, None) => focus::arm(engine, who, layout, code.borrow())?,
    };
    let done = verdict.status != Status::Pending || hint == Hint::Once;
    if done {
        engine.host.report(ticket, &verdict);
        engine.mark_armed(code.borrow(), &verdict);
    }
    Ok(done)
}

/// Where all ids of `sys.monitoring` are taken it stays as it is: a caller's trace may thaw it, which the next step sees.
fn keep_out(engine: &Engine, code: Borrowed<'_>) {
    if let Err(error) = once::keep_out(engine, code) {
        engine.host.log(Level::Info, &format!("a function with a once: {error}"));
    }
}

fn settle(engine: &Engine, layout: CodeLayout, code: &Owned) -> Result<bool> {
    let tree = engine.tree(code.borrow())?;
    keep_out(engine, code.borrow());
    let sites = engine.sites_of(code.borrow());
    let shape = once::shape(engine, layout, &tree, &sites)?;
    if shape.compiled > 0 {
        once::hurry(engine, layout, &tree)?;
    }
    let ran = shape.specialised > 0 || shape.specialisable == 0 || shape.compiled > 0;
    let (quiet, dropped) = {
        let mut shared = engine.shared();
        let Some(record) = shared.records.get_mut(engine.python, code.address() as usize) else { return Ok(false) };
        let same = ran && record.looks.0 == shape.signature;
        record.looks = (if ran { shape.signature } else { 0 }, if same { record.looks.1.saturating_add(1) } else { 0 });
        (record.looks.1, record.dropped)
    };
    if quiet >= if shape.compiled == shape.loops { QUIET } else { VERY_QUIET } {
        let mut verdict = once::freeze(engine, layout, &tree, &sites)?;
        if dropped > 0 {
            verdict.message = format!("{}; trained again after CPython dropped its code", verdict.message).into();
        }
        let ticket = engine.mark_frozen(layout, code.borrow());
        engine.host.report(ticket, &verdict);
    }
    Ok(ran)
}
