//! The native backend: steers CPython's own JIT, function by function, on 3.14 and 3.15.
//!
//! The way of a hint: `apply` below, then [`hints::dispatch`], then [`hints::focus`], [`hints::ignore`] or [`hints::once`], which
//! use what [`control`] can do; what was done is kept in [`state::hint_table`], and [`upkeep`] keeps it in force. What may be
//! touched is granted by [`cpython::selftest`]. What differs between versions is in the crate `jitctl-cpython`.

mod control;
mod cpython;
mod hints;
mod notes;
mod state;
mod tuning;
mod upkeep;

use crate::control::regions;
use crate::hints::{current, dispatch, focus, warm_up};
use crate::state::context::{self, Context};
use crate::state::first_use::Start;
use crate::state::request::{HintSpec, HintTarget};
use crate::tuning::SWEPT_PER_HINT;
use crate::upkeep::step::Maintenance;
use crate::upkeep::{clock, first_call, function_watcher};
use jitctl_core::{
    Backend, Borrowed, Fit, Hint, Host, Info, Interpreter, Level, Request, Result, State, Verdict, export_backend,
};
use jitctl_cpython::Steering;
use jitctl_training::Scheduler;
use jitctl_verdicts::VerdictCode;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// What steers the JIT of this version, or why nothing does.
fn steering(interpreter: &Interpreter) -> std::result::Result<&'static Steering, String> {
    let version = jitctl_cpython::of(interpreter).map_err(|unknown| unknown.to_string())?;
    let missing = || format!("nothing of CPython {} can be steered", interpreter.version);
    version.steering.as_ref().ok_or_else(missing)
}

/// What there is once in a process: whoever drops `jitctl` from `sys.modules` and imports it again has another backend
/// object, which finds everything as it was.
struct OnePerProcess {
    start: Start,
    scheduler: Scheduler,
    maintained: AtomicBool,
}

static PROCESS: OnceLock<OnePerProcess> = OnceLock::new();

struct Native(&'static OnePerProcess);

impl Deref for Native {
    type Target = OnePerProcess;

    fn deref(&self) -> &OnePerProcess {
        self.0
    }
}

impl Backend for Native {
    fn info() -> Info {
        Info {
            name: "native",
            version: env!("CARGO_PKG_VERSION"),
            description: "steers CPython's own JIT: compile early, never, or once",
            implementation: "cpython",
            requires: ">=3.13",
            rank: 100,
            hints: &Hint::ALL,
        }
    }

    fn fit(interpreter: &Interpreter) -> Fit {
        if interpreter.free_threaded {
            return Fit::No("free-threaded builds have no JIT that could be steered".to_owned());
        }
        match steering(interpreter) {
            Err(reason) => Fit::No(reason),
            Ok(version) if version.loops.is_none() => {
                Fit::ByName("on this version it can only freeze specialised code (jit_once)".to_owned())
            }
            Ok(_) if !interpreter.jit_built => {
                Fit::ByName("built without a JIT: it can only freeze specialised code (jit_once)".to_owned())
            }
            Ok(_) => Fit::Default,
        }
    }

    fn create(host: Host, interpreter: &Interpreter) -> Result<Self> {
        let version = steering(interpreter).map_err(|reason| VerdictCode::UnknownVersion.error(reason))?;
        context::identify(host, interpreter, version)?;
        if let Some(context) = PROCESS.get().and_then(|process| process.start.started()) {
            context.read_settings(interpreter);
        }
        Ok(Self(PROCESS.get_or_init(|| OnePerProcess {
            start: Start::new(host, interpreter, version),
            scheduler: Scheduler::new(host, interpreter),
            maintained: AtomicBool::new(false),
        })))
    }

    fn apply(&self, request: &Request<'_>) -> Result<Verdict> {
        let shared = self.start.context()?;
        let context = &**shared;
        let code = context.code(request.function())?;
        self.scheduler.cancel(request.function())?;
        let target = HintTarget { function: request.function(), spec: HintSpec::of(context.host, request)? };
        let mut verdict = dispatch::apply(context, &target, code.borrow())?;
        if context.hints.hint_of(code.borrow()) == Some(request.hint()) {
            self.maintain(shared);
            if request.hint() != Hint::Ignore && !VerdictCode::GaveUp.is(&verdict) {
                verdict = warm_up::schedule(shared, &self.scheduler, request, verdict)?;
            }
            focus::mark_armed(context, code.borrow(), &verdict);
            first_call::watch(shared, request.function(), code.borrow());
        }
        sweep(context);
        Ok(verdict)
    }

    fn undo(&self, function: Borrowed<'_>) -> Result<bool> {
        let waited = self.scheduler.cancel(function)?;
        let Some(context) = self.start.started() else { return Ok(waited) };
        Ok(dispatch::undo(context, function)? || waited)
    }

    fn state(&self, function: Borrowed<'_>) -> Result<Option<State>> {
        self.start.started().map_or(Ok(None), |context| regions::read(context, function))
    }

    fn notes(&self) -> Vec<(String, String)> {
        let mut notes = match self.start.context() {
            Ok(context) => notes::of(context),
            Err(error) => vec![("self-test".to_owned(), error.to_string())],
        };
        notes.extend(self.scheduler.notes());
        notes
    }

    fn verdict(&self, function: Borrowed<'_>) -> Result<Option<Verdict>> {
        self.start.started().map_or(Ok(None), |context| current::verdict(context, function))
    }
}

impl Native {
    /// From the first hint on; an interpreter without one has no callback of ours.
    fn maintain(&self, context: &Arc<Context>) {
        if self.maintained.swap(true, Ordering::Relaxed) {
            clock::start();
            return;
        }
        let host = context.host;
        if let Err(error) = clock::install(host, Maintenance(Arc::clone(context))) {
            host.log(Level::Warning, &format!("no maintenance: {error}"));
        }
        clock::start();
        if let Err(error) = function_watcher::watch(host) {
            host.log(Level::Info, &format!("an assigned __code__ is seen by maintenance only: {error}"));
        }
    }
}

/// Forgets some records of dead code on the way of each hint, so that they cannot pile up between two steps.
fn sweep(context: &Context) {
    drop(context.hints.next(SWEPT_PER_HINT));
    if context.hints.collect_dead() {
        clock::function_changed();
    }
}

export_backend!(Native);
