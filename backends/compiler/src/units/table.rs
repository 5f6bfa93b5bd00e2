//! Which function is where on its way: waiting, compiled, on trial, or left to CPython.

use super::cells::{UnitCell, Words};
use super::common::{self, Def};
use super::times::Times;
use super::unit::{ExitSeen, Shared};
use super::{reliance, verdicts};
use crate::layout::Vectorcall;
use crate::python::Object;
use crate::runtime::Runtime;
use jitctl_core::{Borrowed, Hint, Host, Owned, Verdict};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

/// What the user asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// The hint.
    pub hint: Hint,
    /// Calls before the function is compiled.
    pub threshold: u32,
    /// What [`jitctl_core::Host::report`] needs.
    pub ticket: u64,
    /// When to measure whether machine code gains anything.
    pub measure: Measure,
}

/// Whose calls are timed in turn with machine code and without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Those of a function of which the compiler cannot tell that it gains.
    InDoubt,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where a function is.
pub enum Phase {
    /// Calls until it is compiled. At the last chance the compiler gets no more calls to learn from.
    Waiting { calls: u32, last_chance: bool },
    /// A unit is in force.
    Compiled(Shared),
    /// A unit is in force while it is measured.
    Trial(Shared, Times),
    /// Left to CPython for good.
    Left,
}

/// A function with a hint.
pub struct Hinted {
    /// What was asked for.
    pub wish: Wish,
    /// Where it is.
    pub phase: Phase,
    /// The address of the code object that the hint is for.
    pub code: usize,
    /// For compiled callers.
    pub cell: Arc<Words>,
    /// The signature of its last direct entry; 0: it had none.
    pub signature: u64,
    /// How many units it had for this code, but for those in `changes`.
    pub attempts: u32,
    /// How many of its units ended because something that was assumed had changed.
    pub changes: u32,
    /// What exits of its units saw.
    pub seen: Vec<ExitSeen>,
    /// The exits of its unit when they were last judged.
    pub judged: u64,
    /// It was measured and found faster.
    pub proven: bool,
    /// What came of the hint, where no unit tells it.
    pub verdict: Option<Verdict>,
    /// What every verdict says behind its own message.
    pub remark: Option<String>,
    /// Runs the calls with samples, before the first real call.
    pub training: Option<Training>,
    /// Its entries where no unit has one for it.
    pub ways: Ways,
    /// Not one function, but those of a code object.
    pub def: Option<Def>,
}

impl Hinted {
    /// That waits for its first unit. `last_chance`: as in [`Phase::Waiting`].
    pub fn waiting(wish: Wish, code: usize, ways: Ways, verdict: Verdict, last_chance: bool) -> Self {
        Self {
            wish,
            phase: Phase::Waiting { calls: wish.threshold, last_chance },
            code,
            cell: Words::new(),
            signature: 0,
            attempts: 0,
            changes: 0,
            seen: Vec::new(),
            judged: 0,
            proven: false,
            verdict: Some(verdict),
            remark: None,
            training: None,
            ways,
            def: None,
        }
    }
}

/// The entries of functions that are not simply compiled.
#[derive(Clone, Copy)]
pub struct Ways {
    /// While they wait to be compiled.
    pub waiting: Vectorcall,
    /// While calls with and without machine code are timed.
    pub trial: Vectorcall,
}

/// Calls with the user's samples.
pub type Training = Box<dyn FnOnce(Host, Borrowed<'_>) -> jitctl_core::Result<Verdict> + Send>;

/// All hinted functions and all units.
#[derive(Default)]
pub struct Entries {
    /// By the function's address; the function watcher takes dead ones out. By their keys, what `units/defs.rs` adds.
    pub functions: HashMap<usize, Hinted>,
    /// Keys of functions that hinted functions make, by the version that the interpreter gives them.
    pub made: HashMap<u32, usize>,
    /// The same keys by the address of the function that makes them.
    pub makers: HashMap<usize, Vec<usize>>,
    /// Versions of functions that are never compiled for what makes them.
    pub ignored: HashSet<u32>,
    /// By number: those in force and those that are still returned into.
    pub units: HashMap<u64, Shared>,
    /// Units that are not in force any more.
    pub retired: Vec<Shared>,
    /// What is to be given back where Python code may run.
    pub garbage: Vec<Owned>,
    /// Trainings of functions that died before them.
    pub trainings: Vec<Training>,
    /// The interpreter was asked to give that back soon.
    pub tidying: bool,
    /// The number of the next unit.
    pub next: u64,
    /// Microseconds spent compiling, and units made.
    pub spent: (u64, u64),
}

static ENTRIES: LazyLock<Mutex<Entries>> = LazyLock::new(Mutex::default);

/// Locks the table, for as long as no Python code runs. Whoever holds it holds the GIL, so that nobody ever waits.
pub fn entries() -> MutexGuard<'static, Entries> {
    ENTRIES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Entries {
    /// Takes the unit out of force: nothing enters it any more, and what is inside leaves it at its next check. Its memory is given
    /// back once nothing returns into it.
    pub fn retire(&mut self, unit: Shared) {
        let cell = (&raw const *unit.cell).cast_mut();
        // SAFETY: the cell lives in the unit; machine code and this are ordered by the GIL.
        unsafe { (*cell).expected = UnitCell::SPOILED };
        let kept = reliance::forget(unit.cell.number);
        self.garbage.extend(kept);
        self.retired.push(unit);
    }

    /// Gives back retired units that nothing returns into. Their Python references are left for [`tidy`].
    pub fn sweep(&mut self) {
        let retired = std::mem::take(&mut self.retired);
        for unit in retired {
            // SAFETY: written by machine code, ordered by the GIL.
            let active = unsafe { std::ptr::read_volatile(&raw const *unit.cell) }.is_active();
            if active {
                self.retired.push(unit);
            } else {
                self.units.remove(&unit.cell.number);
                if let Ok(unit) = Arc::try_unwrap(unit) {
                    self.garbage.extend(unit.dissolve());
                }
            }
        }
    }

    /// The unit that is in force for a function.
    pub fn unit_of(&self, function: usize) -> Option<Shared> {
        match &self.functions.get(&function)?.phase {
            Phase::Compiled(unit) | Phase::Trial(unit, _) => Some(Arc::clone(unit)),
            _ => None,
        }
    }

    /// Takes the unit of a function out of force, if it has one; the function is then in the given phase.
    pub fn leave(&mut self, function: usize, phase: Phase) {
        let Some(hinted) = self.functions.get_mut(&function) else { return };
        let before = std::mem::replace(&mut hinted.phase, phase);
        hinted.cell.set(None);
        if let Phase::Compiled(unit) | Phase::Trial(unit, _) = before {
            self.retire(unit);
        }
    }
}

/// Sets the function's entry to what its phase says.
///
/// # Safety
/// `function` is a live function, or the key of many, which have no entry of their own; the table is not locked.
pub unsafe fn enter_again(runtime: &Runtime, function: Object) {
    if common::is_key(function as usize) {
        return;
    }
    let entry = {
        let entries = entries();
        match entries.functions.get(&(function as usize)).map(|hinted| (&hinted.phase, hinted.ways)) {
            Some((Phase::Waiting { .. }, ways)) => ways.waiting,
            Some((Phase::Trial(..), ways)) => ways.trial,
            // SAFETY: the boxed entry of a unit in force.
            Some((Phase::Compiled(unit), _)) => unsafe { std::mem::transmute::<usize, Vectorcall>(unit.cell.boxed) },
            Some((Phase::Left, _)) | None => runtime.usual,
        }
    };
    // SAFETY: a live function.
    unsafe { (runtime.api.PyFunction_SetVectorcall)(function, entry) };
}

/// Was the function left to CPython for good?
pub fn is_left(function: usize) -> bool {
    entries().functions.get(&function).is_some_and(|hinted| matches!(hinted.phase, Phase::Left))
}

/// Gives back units that nothing returns into, and what they kept; Python code may run.
pub fn tidy() {
    let garbage = {
        let mut entries = entries();
        entries.sweep();
        (std::mem::take(&mut entries.garbage), std::mem::take(&mut entries.trainings))
    };
    drop(garbage);
}

/// The signature of a function's direct entry.
pub fn signature_of(function: usize) -> Option<u64> {
    let entries = entries();
    let (direct, signature) = entries.functions.get(&function)?.cell.get();
    (direct != 0).then_some(signature)
}

/// What came of the function's hint, as it is now.
pub fn verdict(function: usize) -> Option<Verdict> {
    let entries = entries();
    let hinted = entries.functions.get(&function)?;
    let verdict = match entries.unit_of(function) {
        Some(unit) => verdicts::compiled(&unit),
        None => hinted.verdict.clone()?,
    };
    Some(match &hinted.remark {
        Some(remark) => Verdict { message: format!("{}; {remark}", verdict.message).into(), ..verdict },
        None => verdict,
    })
}

/// Adds a remark to the verdicts of a function.
pub fn remark(function: usize, text: String) {
    if let Some(hinted) = entries().functions.get_mut(&function) {
        hinted.remark = Some(text);
    }
}

/// The function is dying: nothing of it is touched any more. Gives the keys of the functions that were compiled as those it makes.
#[must_use]
pub fn died(function: usize) -> Vec<usize> {
    let mut entries = entries();
    entries.leave(function, Phase::Left);
    let hinted = entries.functions.remove(&function);
    // Samples are the user's objects.
    let training = hinted.and_then(|hinted| hinted.training);
    entries.trainings.extend(training);
    let made = entries.forget_made(function);
    entries.sweep();
    drop(entries);
    later();
    made
}

/// Keeps references until Python code may run.
pub fn discard(references: impl Iterator<Item = Owned>) {
    entries().garbage.extend(references);
    later();
}

/// Has [`tidy`] run soon, where the interpreter would run a signal handler.
fn later() {
    let Some(runtime) = crate::runtime::get() else { return };
    let mut entries = entries();
    let waits = !entries.garbage.is_empty() || !entries.trainings.is_empty();
    if waits && !entries.tidying {
        // SAFETY: the function stays, and takes no argument. A full queue is no harm: the next one tidies.
        entries.tidying = unsafe { (runtime.api.Py_AddPendingCall)(tidy_soon, std::ptr::null_mut()) } == 0;
    }
}

/// # Safety
/// The interpreter calls it, attached.
unsafe extern "C" fn tidy_soon(_: Object) -> std::ffi::c_int {
    entries().tidying = false;
    tidy();
    0
}

/// The function is about to get other code: it waits to be compiled anew.
///
/// # Safety
/// `function` is a live function.
pub unsafe fn code_changed(runtime: &Runtime, function: Object) {
    {
        let mut entries = entries();
        let Some(hinted) = entries.functions.get_mut(&(function as usize)) else { return };
        (hinted.code, hinted.attempts, hinted.changes) = (0, 0, 0);
        (hinted.judged, hinted.proven) = (0, false);
        hinted.seen.clear();
        let once = hinted.wish.hint == Hint::Once && !matches!(hinted.phase, Phase::Waiting { .. });
        hinted.verdict = Some(if once { verdicts::once_over() } else { verdicts::pending(hinted.wish.threshold) });
        let threshold = hinted.wish.threshold;
        let phase = if once { Phase::Left } else { Phase::Waiting { calls: threshold, last_chance: false } };
        entries.leave(function as usize, phase);
    }
    // SAFETY: the caller's promise.
    unsafe { enter_again(runtime, function) };
}

/// Functions, units in force, units that wait to be given back, units made, microseconds spent on them.
pub fn summary() -> (usize, usize, usize, u64, u64) {
    let entries = entries();
    let functions = || entries.functions.values().filter(|one| one.def.is_none());
    let force = functions().filter(|one| matches!(one.phase, Phase::Compiled(_) | Phase::Trial(..))).count();
    (functions().count(), force, entries.retired.len(), entries.spent.1, entries.spent.0)
}
