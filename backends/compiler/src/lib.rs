//! A method compiler: a hinted function becomes machine code behind the same function object.
//!
//! The way of a hint: `apply` below, then [`entry`], which calls [`compile`] at the right moment and puts what it makes in force;
//! what they may touch was granted by [`selftest`]; what exists is in [`units`]; [`invalidate`] watches what machine code
//! takes for granted, [`frames`] is its way back to the interpreter. `compile` runs [`decode`], [`profile`], [`forecast`], [`ssa`] and [`lower`] over one
//! [`subject`]; its values have the kinds of [`ir`], and [`exits`] and [`ops`] are what it calls.

mod compile;
mod decode;
mod entry;
mod exits;
mod forecast;
mod frames;
mod invalidate;
mod ir;
mod layout;
mod lower;
mod memory;
mod ops;
mod profile;
mod python;
mod runtime;
mod selftest;
mod settings;
mod ssa;
mod start;
mod subject;
mod tuning;
mod units;

use crate::selftest::View;
use crate::settings::Settings;
use crate::start::Start;
use crate::units::{reliance, table};
use jitctl_core::{
    Backend, Borrowed, Fit, Hint, Host, Info, Interpreter, Request, Result, State, Verdict, export_backend,
};
use jitctl_verdicts::VerdictCode;

struct Compiler {
    start: Start,
    interpreter: Interpreter,
}

impl Backend for Compiler {
    fn info() -> Info {
        Info {
            name: "compiler",
            version: env!("CARGO_PKG_VERSION"),
            description: "compiles hinted functions to machine code, JIT built or not",
            implementation: "cpython",
            requires: ">=3.12",
            rank: 90,
            hints: &Hint::ALL,
        }
    }

    fn fit(interpreter: &Interpreter) -> Fit {
        if interpreter.free_threaded {
            return Fit::No("free-threaded builds: machine code relies on the GIL".to_owned());
        }
        if interpreter.subinterpreter {
            return Fit::No("subinterpreters: watchers and code memory are those of the main interpreter".to_owned());
        }
        if layout::of(interpreter).is_none() {
            let version = interpreter.release();
            return Fit::No(format!("nothing is known of the frames of {} {version}", interpreter.implementation));
        }
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            return Fit::No("only Linux on x86-64 was tested".to_owned());
        }
        Fit::ByName("its evidence is being collected; JITCTL_BACKEND=compiler switches it on".to_owned())
    }

    fn create(host: Host, interpreter: &Interpreter) -> Result<Self> {
        let Some(layout) = layout::of(interpreter) else {
            return Err(VerdictCode::UnknownVersion.error("nothing is known of the frames of this interpreter"));
        };
        let settings = Settings::read(interpreter)?;
        lower::configure(settings.verify, settings.dump);
        units::Times::configure(settings.trials);
        Start::configure(settings.code_memory, settings.perf_map);
        let view = View { host, api: layout::Api::resolve(host)?, layout, falsified: settings.falsified };
        selftest::identify(&view, interpreter).map_err(|denied| VerdictCode::SelfTest.error(denied.to_string()))?;
        Ok(Self { start: Start::new(host, view), interpreter: interpreter.clone() })
    }

    fn apply(&self, request: &Request<'_>) -> Result<Verdict> {
        entry::apply(self.start.runtime()?, &self.interpreter, request)
    }

    fn undo(&self, function: Borrowed<'_>) -> Result<bool> {
        Ok(self.start.started().is_some_and(|runtime| entry::undo(runtime, function)))
    }

    fn state(&self, function: Borrowed<'_>) -> Result<Option<State>> {
        self.start.started().map_or(Ok(None), |runtime| entry::state(runtime, function))
    }

    fn verdict(&self, function: Borrowed<'_>) -> Result<Option<Verdict>> {
        Ok(self.start.started().and_then(|_| table::verdict(function.address() as usize)))
    }

    fn notes(&self) -> Vec<(String, String)> {
        if let Err(error) = self.start.runtime() {
            return vec![("self-test".to_owned(), error.to_string())];
        }
        table::tidy();
        let (used, blocks, limit) = memory::statistics();
        let (functions, in_force, retired, made, micros) = table::summary();
        let (dicts, classes, watched) = reliance::counts();
        let note = |name: &str, text: String| (name.to_owned(), text);
        vec![
            note("self-test", format!("granted in {:.2} ms", self.start.micros() as f64 / 1_000.0)),
            note("functions", format!("{functions} hinted, {in_force} compiled")),
            note("units", format!("{made} made in {:.2} ms, {retired} not given back yet", micros as f64 / 1_000.0)),
            note("code memory", format!("{used} bytes in {blocks} blocks, of {limit} (JITCTL_CODE_MEMORY)")),
            note("watched", format!("{dicts} dicts, {classes} classes, {watched} functions")),
        ]
    }
}

export_backend!(Compiler);
