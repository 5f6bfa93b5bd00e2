//! CinderX behind jitctl's decorators: focus and once compile a function, ignore keeps CinderX away from it.
//!
//! It uses nothing but what `jitctl_core` offers to everybody, and links neither Python nor CinderX: both are reached
//! through the host. The way of a hint: [`act`] decides what to do now, [`pending`] what is done at a later call of the
//! function, [`engine`] talks to CinderX, [`reasons`] puts its answers into words.

mod act;
mod engine;
mod hook;
mod pending;
mod reasons;
mod samples;
mod shape;

use engine::Engine;
use jitctl_core::{
    Backend, Borrowed, Error, Fit, Hint, Host, Info, Interpreter, Request, Result, State, Verdict, export_backend,
};
use std::sync::Arc;

struct CinderX {
    engine: Arc<Engine>,
}

impl Backend for CinderX {
    fn info() -> Info {
        Info {
            name: "cinderx",
            version: env!("CARGO_PKG_VERSION"),
            description: "compiles whole functions with CinderX's JIT",
            implementation: "cpython",
            requires: ">=3.14.5, <3.16",
            rank: 50,
            hints: &Hint::ALL,
        }
    }

    fn fit(interpreter: &Interpreter) -> Fit {
        if interpreter.debug {
            return Fit::No("CinderX's wheels are made for release builds and crash on a debug build".to_owned());
        }
        if interpreter.free_threaded {
            return Fit::No("not tried on a build without the GIL".to_owned());
        }
        Fit::ByName("CinderX changes more of the process than one function; see its README".to_owned())
    }

    fn create(host: Host, interpreter: &Interpreter) -> Result<Self> {
        if interpreter.subinterpreter {
            return Err(Error::unsupported("subinterpreter", "CinderX works in the main interpreter only"));
        }
        Ok(Self { engine: engine::start(host, interpreter)? })
    }

    fn apply(&self, request: &Request<'_>) -> Result<Verdict> {
        match request.hint() {
            Hint::Focus | Hint::Once => act::compile(&self.engine, request),
            Hint::Ignore => act::ignore(&self.engine, request),
            other => Err(Error::unsupported("unknown-hint", format!("this backend does not know the hint {other}"))),
        }
    }

    fn undo(&self, function: Borrowed<'_>) -> Result<bool> {
        act::undo(&self.engine, function)
    }

    fn state(&self, function: Borrowed<'_>) -> Result<Option<State>> {
        shape::state(&self.engine, function)
    }

    fn notes(&self) -> Vec<(String, String)> {
        self.engine.notes()
    }
}

export_backend!(CinderX);
