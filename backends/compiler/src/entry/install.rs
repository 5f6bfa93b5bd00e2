//! From a function to a unit in force.

use crate::compile;
use crate::frames::FrameShape;
use crate::invalidate;
use crate::memory::{self, Block};
use crate::python::Object;
use crate::runtime::{LARGEST, Runtime};
use crate::tuning;
use crate::units::table::{self, Measure, Phase, entries};
use crate::units::{
    Assumption, Callee, Context, ExitSeen, Made, Refusal, Times, Unit, UnitCell, Words, common, poll, verdicts,
};
use jitctl_core::{Borrowed, Hint, Host, Owned, Verdict};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// What a compiled caller passes for one parameter; none: an object.
type Kind = Option<crate::ir::Num>;

/// What came of an attempt.
enum Outcome {
    /// A unit is in force.
    Done,
    /// Not now; again after so many calls.
    Later(u32),
    /// Never.
    Never(Verdict),
}

/// Compiles the function, with the values of one call where they are known, and sets its entry to what came of it.
///
/// # Safety
/// A live function that is waiting.
pub unsafe fn compile(runtime: &'static Runtime, function: Object, arguments: Option<Vec<Owned>>) {
    table::tidy();
    // SAFETY: the caller's promise.
    unsafe { compile_for(runtime, function, arguments, None) }
}

/// The same for what a compiled caller will pass.
///
/// # Safety
/// As for [`compile`].
unsafe fn compile_for(
    runtime: &'static Runtime,
    function: Object,
    arguments: Option<Vec<Owned>>,
    kinds: Option<Vec<Kind>>,
) {
    // SAFETY: a live function.
    let borrowed = unsafe { Borrowed::from_address(function) };
    // SAFETY: a field of a live function, which holds its code.
    let code = unsafe { Borrowed::from_address(Runtime::read::<Object>(function, runtime.layout.func_code)) };
    let Some(attempt) = begin(function as usize, runtime.host.own(code)) else { return };
    let outcome = attempt.run(runtime, borrowed, arguments, kinds);
    let report = finish(function as usize, outcome);
    settle(runtime.host);
    // SAFETY: a live function.
    unsafe { table::enter_again(runtime, function) };
    if table::is_left(function as usize) {
        invalidate::signature_changed(function as usize);
    }
    if let Some((ticket, verdict)) = report {
        runtime.host.report(ticket, &verdict);
    }
}

/// The same for the functions of a key, which nobody but compiled callers asks for.
fn compile_made(runtime: &'static Runtime, key: usize, kinds: Vec<Kind>) {
    let Some((code, globals, builtins)) = made(runtime.host, key) else { return };
    // One to read the code by: none that was made so far needs to live.
    // SAFETY: a code object that is held, and a dict that the function keeps that makes these.
    let function = unsafe {
        let new = (runtime.api.PyFunction_New)(code.address(), globals as Object);
        if new.is_null() {
            (runtime.api.PyErr_Clear)();
            return;
        }
        let held = runtime.host.own(Borrowed::from_address(new));
        (runtime.api.Py_DecRef)(new);
        held
    };
    // SAFETY: a field of a live function.
    let same = unsafe { Runtime::read::<usize>(function.address(), runtime.layout.func_builtins) } == builtins;
    if same && let Some(attempt) = begin(key, code) {
        let outcome = Attempt { shared: true, key, ..attempt }.run(runtime, function.borrow(), None, Some(kinds));
        finish(key, outcome);
        settle(runtime.host);
    }
}

/// Code object, globals and builtins of the functions of a key.
fn made(host: Host, key: usize) -> Option<(Owned, usize, usize)> {
    let entries = entries();
    let def = entries.functions.get(&key)?.def.as_ref()?;
    Some((host.own(def.code.borrow()), def.globals, def.builtins))
}

/// Has the host give back now what it would give back when Python calls it the next time: facts of the function, which keep it.
fn settle(host: Host) {
    static NOTHING: OnceLock<Owned> = OnceLock::new();
    if NOTHING.get().is_none()
        && let Ok(made) = host.callable("jitctl_settle", |host, _| Ok(host.none()))
    {
        let _ = NOTHING.set(made);
    }
    if let Some(nothing) = NOTHING.get() {
        let _ = host.call(nothing.borrow(), &[]);
    }
}

/// What an attempt starts from.
struct Attempt {
    /// The function's address, or the key of the functions of its code.
    key: usize,
    shared: bool,
    number: u64,
    attempts: u32,
    last: bool,
    last_chance: bool,
    feedback: Vec<ExitSeen>,
    code: Owned,
    words: Arc<Words>,
    measure: Measure,
}

/// Takes the function's state as it is, and keeps calls from starting another attempt meanwhile.
fn begin(key: usize, held: Owned) -> Option<Attempt> {
    let code = held.address();
    let mut entries = entries();
    entries.next += 1;
    let number = entries.next;
    let hinted = entries.functions.get_mut(&key)?;
    let Phase::Waiting { calls, last_chance } = &mut hinted.phase else { return None };
    *calls = u32::MAX;
    let last_chance = *last_chance;
    if hinted.code != code as usize {
        (hinted.code, hinted.attempts, hinted.changes, hinted.judged) = (code as usize, 0, 0, 0);
        hinted.seen.clear();
    }
    Some(Attempt {
        key,
        shared: false,
        number,
        attempts: hinted.attempts + hinted.changes,
        last: hinted.wish.hint == Hint::Once || hinted.attempts + 1 >= tuning::ATTEMPTS,
        last_chance,
        feedback: hinted.seen.clone(),
        code: held,
        words: Arc::clone(&hinted.cell),
        measure: hinted.wish.measure,
    })
}

impl Attempt {
    fn run(
        self,
        runtime: &'static Runtime,
        function: Borrowed<'_>,
        arguments: Option<Vec<Owned>>,
        kinds: Option<Vec<Kind>>,
    ) -> Outcome {
        let layout = &runtime.layout;
        let code = self.code.address();
        // SAFETY: fields of a live code object and of the thread's state.
        let (monitors, shape, breaker) = unsafe {
            let thread = runtime.thread();
            (
                poll::monitor_words(runtime, code),
                FrameShape::of(layout, code),
                Runtime::read::<u64>(thread, layout.ts_eval_breaker),
            )
        };
        if runtime.is_monitored() || poll::has_local_events(runtime, code) {
            return Outcome::Later(tuning::CALLS_BEFORE_RETRY);
        }
        // SAFETY: a live code object, and the running thread's state.
        if unsafe { poll::is_stale(runtime, runtime.thread(), code) } {
            // This call brings the bytecode up to date.
            return Outcome::Later(0);
        }
        if shape.words > LARGEST {
            return Outcome::Never(verdicts::refused(&Refusal {
                code: "too-large",
                line: None,
                message: format!("its frame has {} words; {LARGEST} is the most", shape.words),
                wants_profile: false,
            }));
        }
        let mut cell = Box::new(UnitCell {
            expected: breaker & !poll::EVENTS,
            entered: 0,
            left: 0,
            boxed: 0,
            number: self.number,
            code: code as usize,
            calls: 0,
        });
        let started = Instant::now();
        let context = Context {
            runtime,
            function,
            code: self.code.borrow(),
            arguments,
            kinds,
            feedback: self.feedback,
            attempt: self.attempts,
            last: self.last,
            last_chance: self.last_chance,
            cell: &raw mut *cell,
            local_monitors: monitors,
            shared: self.shared,
            callee: &|other, kinds| callee(runtime, other, kinds),
        };
        // A fault of the compiler must not end the user's process: it is a refusal like another.
        let compiled = catch_unwind(AssertUnwindSafe(|| compile::compile(&context)));
        drop(context);
        let mut compiled = match compiled {
            Ok(Ok(compiled)) => compiled,
            Ok(Err(refusal)) if refusal.wants_profile && !self.last_chance => {
                return Outcome::Later(tuning::CALLS_FOR_PROFILE);
            }
            Ok(Err(refusal)) => return Outcome::Never(verdicts::refused(&refusal)),
            Err(_) => return Outcome::Never(verdicts::fault()),
        };
        let block = match Block::publish(&compiled.code) {
            Ok(block) => block,
            Err(full) => return Outcome::Never(verdicts::no_memory(&full)),
        };
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let assumes = std::mem::take(&mut compiled.assumes);
        cell.boxed = block.address() + compiled.boxed;
        let made = Made { function: self.key, code: self.code, local_monitors: monitors, micros };
        let words = called(&assumes, &self.words);
        let unit = Arc::new(Unit::new(cell, block, compiled, made, words));
        match invalidate::watch(runtime, self.number, assumes) {
            Ok(true) => {}
            Ok(false) => return Outcome::Later(tuning::CALLS_AFTER_CHANGE),
            Err(error) => return Outcome::Never(verdicts::unwatched(&error)),
        }
        perf(runtime, &unit, function);
        in_force(self.key, unit, self.measure);
        Outcome::Done
    }
}

/// The words of all functions that the unit calls directly, its own included: they stay as long as the unit.
fn called(assumes: &[Assumption], own: &Arc<Words>) -> Vec<Arc<Words>> {
    let entries = entries();
    let words = assumes.iter().filter_map(|assumption| match assumption {
        Assumption::Callee { function, .. } => entries.functions.get(function).map(|one| Arc::clone(&one.cell)),
        _ => None,
    });
    words.chain([Arc::clone(own)]).collect()
}

/// Puts the unit in force, in the table; the entry follows.
fn in_force(function: usize, unit: Arc<Unit>, measure: Measure) {
    let mut entries = entries();
    entries.units.insert(unit.cell.number, Arc::clone(&unit));
    entries.spent.0 += unit.micros;
    entries.spent.1 += 1;
    let Some(hinted) = entries.functions.get_mut(&function) else {
        entries.retire(unit);
        return;
    };
    hinted.attempts += 1;
    let signature = unit.direct.map_or(0, |(_, signature)| signature);
    let changed = hinted.signature != 0 && hinted.signature != signature;
    hinted.signature = signature;
    hinted.cell.set(unit.direct);
    let measured = match measure {
        Measure::Always => true,
        Measure::InDoubt => unit.in_doubt && Times::are_taken_unasked(),
        Measure::Never => false,
    };
    hinted.phase =
        if measured && !hinted.proven { Phase::Trial(unit, Times::default()) } else { Phase::Compiled(unit) };
    drop(entries);
    if changed {
        invalidate::signature_changed(function);
    }
}

fn finish(function: usize, outcome: Outcome) -> Option<(u64, Verdict)> {
    let mut entries = entries();
    let hinted = entries.functions.get_mut(&function)?;
    let ticket = hinted.wish.ticket;
    match outcome {
        Outcome::Done => {
            let unit = entries.unit_of(function)?;
            Some((ticket, verdicts::compiled(&unit)))
        }
        Outcome::Later(calls) => {
            let last_chance = calls == tuning::CALLS_FOR_PROFILE;
            // Where nobody counts calls, the next caller asks again.
            let calls = if common::is_key(function) { 0 } else { calls };
            if let Phase::Waiting { calls: left, last_chance: last } = &mut hinted.phase {
                *left = calls;
                *last |= last_chance;
            }
            hinted.verdict = Some(if last_chance { verdicts::profiling(calls) } else { verdicts::later(calls) });
            None
        }
        Outcome::Never(verdict) => {
            hinted.phase = Phase::Left;
            hinted.verdict = Some(verdict.clone());
            Some((ticket, verdict))
        }
    }
}

/// The words of a function with a direct entry; compiles it first, where it waits for nothing but its first call.
fn callee(runtime: &'static Runtime, address: usize, kinds: Option<&[Kind]>) -> Option<Callee> {
    let found = known(address);
    let Some(kinds) = kinds.filter(|_| found.is_none() && is_ready(address)) else { return found };
    let depth = DEPTH.fetch_add(1, Ordering::Relaxed);
    if depth < tuning::CALLEES {
        if common::is_key(address) {
            compile_made(runtime, address, kinds.to_vec());
        } else {
            // SAFETY: a live function, which the caller's compiler holds.
            unsafe { compile_for(runtime, address as Object, None, Some(kinds.to_vec())) };
        }
    }
    DEPTH.fetch_sub(1, Ordering::Relaxed);
    known(address)
}

/// Compilations within one another, of callees for their callers.
static DEPTH: AtomicU32 = AtomicU32::new(0);

fn known(function: usize) -> Option<Callee> {
    let entries = entries();
    let hinted = entries.functions.get(&function)?;
    let (direct, signature) = hinted.cell.get();
    let in_doubt = !hinted.proven && entries.unit_of(function).is_some_and(|unit| unit.in_doubt);
    (direct != 0).then(|| Callee { cell: hinted.cell.0.get(), signature, in_doubt })
}

/// Would the function be compiled at its next call, without samples?
fn is_ready(function: usize) -> bool {
    let entries = entries();
    entries
        .functions
        .get(&function)
        .is_some_and(|hinted| matches!(hinted.phase, Phase::Waiting { calls: 0, .. }) && hinted.training.is_none())
}

/// Tells `perf` and its like, where asked.
fn perf(runtime: &Runtime, unit: &Unit, function: Borrowed<'_>) {
    if !memory::is_announced() {
        return;
    }
    let name = |host: Host| host.to_text(host.get(function, "__qualname__")?.borrow());
    let name = name(runtime.host).unwrap_or_default();
    memory::announce(runtime, &unit.block, &name);
}
