//! The native backend: steers CPython's own JIT, function by function, on 3.14 and 3.15.
//!
//! The way of a hint: `apply` below, then [`hints`], then [`focus`], [`ignore`] or [`once`]; what they may touch was granted by
//! [`selftest`]; what they did is kept in [`records`]; [`maintenance`] keeps it in force; [`optin`] switches the JIT on
//! where the process runs with it off. What differs between versions is in the crate `cpython`, and nowhere else.

mod control;
mod cpython;
mod hints;
mod state;
mod tuning;
mod upkeep;

use crate::control::obstacle::Obstacle;
use crate::control::{jit_switch, obstacle, regions};
use crate::hints::{current, focus, warm_up};
use crate::state::context;
use crate::state::context::{Engine, Process as Jit};
use crate::state::first_use::Start;
use crate::upkeep::{clock, function_watcher, step};
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
struct Process {
    start: Start,
    scheduler: Scheduler,
    maintained: AtomicBool,
}

static PROCESS: OnceLock<Process> = OnceLock::new();

struct Native(&'static Process);

impl Deref for Native {
    type Target = Process;

    fn deref(&self) -> &Process {
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
        if let Some(engine) = PROCESS.get().and_then(|process| process.start.started()) {
            engine.read_settings(interpreter);
        }
        Ok(Self(PROCESS.get_or_init(|| Process {
            start: Start::new(host, interpreter, version),
            scheduler: Scheduler::new(host, interpreter),
            maintained: AtomicBool::new(false),
        })))
    }

    fn apply(&self, request: &Request<'_>) -> Result<Verdict> {
        let shared = self.start.engine()?;
        let engine = &**shared;
        let code = engine.code(request.function())?;
        self.scheduler.cancel(request.function())?;
        let who = focus::Who { function: request.function(), wish: focus::Wish::of(engine.host, request)? };
        let mut verdict = hints::apply(engine, &who, code.borrow())?;
        if engine.hint_of(code.borrow()) == Some(request.hint()) {
            self.maintain(shared);
            if request.hint() != Hint::Ignore && !VerdictCode::GaveUp.is(&verdict) {
                verdict = warm_up::schedule(shared, &self.scheduler, request, verdict)?;
            }
            engine.mark_armed(code.borrow(), &verdict);
        }
        Ok(verdict)
    }

    fn undo(&self, function: Borrowed<'_>) -> Result<bool> {
        let waited = self.scheduler.cancel(function)?;
        let Some(engine) = self.start.started() else { return Ok(waited) };
        Ok(hints::undo(engine, function)? || waited)
    }

    fn state(&self, function: Borrowed<'_>) -> Result<Option<State>> {
        self.start.started().map_or(Ok(None), |engine| regions::read(engine, function))
    }

    fn notes(&self) -> Vec<(String, String)> {
        let mut notes = self.own_notes();
        notes.extend(self.scheduler.notes());
        notes
    }

    fn verdict(&self, function: Borrowed<'_>) -> Result<Option<Verdict>> {
        self.start.started().map_or(Ok(None), |engine| current::verdict(engine, function))
    }
}

impl Native {
    fn own_notes(&self) -> Vec<(String, String)> {
        let engine = match self.start.engine() {
            Ok(engine) => engine,
            Err(error) => return vec![("self-test".to_owned(), error.to_string())],
        };
        let findings = engine.findings();
        let mut notes = vec![("tier A (monitoring events)".to_owned(), "granted".to_owned())];
        let mut note = |name: &str, text: String| notes.push((name.to_owned(), text));
        note("tier B (counters and opcodes)", findings.code.as_ref().map_or_else(ToString::to_string, granted));
        note("tier B (exits of compiled code)", findings.executors.as_ref().map_or_else(ToString::to_string, granted));
        note("tier C (the JIT's switch)", findings.switch.as_ref().map_or_else(ToString::to_string, granted));
        note("self-test", format!("{:.2} ms", findings.micros as f64 / 1_000.0));
        for text in conflicts(engine).unwrap_or_default() {
            note("known conflict of this version's JIT", text);
        }
        let obstacle = obstacle::find(engine);
        let shared = engine.shared();
        let process = match shared.process {
            Jit::NoJit => "built without",
            Jit::Off => "off",
            Jit::On => "on for the process",
            Jit::OptedIn(_) => "switched on by jitctl, for hinted functions",
            Jit::Suspended(_) => match &obstacle {
                Some(Obstacle::Memory(_)) => "switched off by jitctl while the system refuses executable memory",
                Some(Obstacle::Perf) => "switched off by jitctl while the perf trampoline is active",
                Some(Obstacle::Tool) | None => "switched off by jitctl while a tracing tool is active",
            },
        };
        note("JIT", process.to_owned());
        if !matches!(shared.process, Jit::NoJit) {
            for fault in engine.version.known_faults {
                note("known fault of this version's JIT", (*fault).to_owned());
            }
        }
        if let Some((codes, micros)) = shared.opt_in {
            note("opt-in", format!("{codes} code objects looked at in {:.2} ms", micros as f64 / 1_000.0));
        }
        note("hinted code objects", shared.records.len().to_string());
        let (steps, micros) = shared.maintenance;
        note("maintenance", format!("{steps} steps in {:.2} ms", micros as f64 / 1_000.0));
        notes
    }

    /// From the first hint on; an interpreter without one has no callback of ours.
    fn maintain(&self, engine: &Arc<Engine>) {
        if self.maintained.swap(true, Ordering::Relaxed) {
            clock::start();
            return;
        }
        if let Err(error) = step::install(engine) {
            engine.host.log(Level::Warning, &format!("no maintenance: {error}"));
        }
        match clock::install(engine) {
            Ok(()) => {
                clock::start();
                if let Err(error) = function_watcher::watch(engine.host) {
                    engine.host.log(Level::Info, &format!("an assigned __code__ is seen by maintenance only: {error}"));
                }
            }
            Err(error) => engine.host.log(Level::Warning, &format!("maintenance with collections only: {error}")),
        }
    }
}

/// What is known to crash together with the JIT that is on, or will be with the first hint, and is imported here.
fn conflicts(engine: &Engine) -> Result<Vec<String>> {
    let is_or_will_be_on = match engine.process() {
        Jit::NoJit => false,
        Jit::Off => jit_switch::forbidden(engine).is_none(),
        Jit::On | Jit::OptedIn(_) | Jit::Suspended(_) => true,
    };
    let mut found = Vec::new();
    for (module, text) in engine.version.known_conflicts.iter().filter(|_| is_or_will_be_on) {
        let modules = engine.host.get(engine.host.import("sys")?.borrow(), "modules")?;
        let name = engine.host.text(module)?;
        let imported = engine.host.call_method(modules.borrow(), "get", &[name.borrow()])?;
        if imported.address() != engine.host.none().address() {
            found.push((*text).to_owned());
        }
    }
    Ok(found)
}

fn granted<T>(_: &T) -> String {
    "granted".to_owned()
}

export_backend!(Native);
