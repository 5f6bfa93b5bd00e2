//! CinderX behind jitctl's decorators: focus and once compile a function, ignore keeps CinderX away from it.
//!
//! It uses nothing but what `jitctl_core` offers to everybody, and links neither Python nor CinderX: both are reached
//! through the host. The way of a hint: [`hints`] decides what to do now, [`pending`] what is done at a later call of the
//! function, [`mod@cinderx`] talks to CinderX, [`verdicts`] puts its answers into words.

mod cinderx;
mod hints;
mod pending;
mod samples;
mod state;
mod vectorcall;
mod verdicts;

use cinderx::CinderX;
use jitctl_core::{
    Backend, Borrowed, Error, Fit, Hint, Host, Info, Interpreter, Request, Result, State, Verdict, export_backend,
};
use std::sync::Arc;
use vectorcall::Vectorcall;

struct Plugin {
    cinderx: Arc<CinderX>,
    /// Hears of the calls of functions that wait to be compiled.
    vectorcall: Option<&'static Vectorcall>,
}

impl Backend for Plugin {
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
            return Err(Error::unsupported("cinderx-subinterpreter", "CinderX works in the main interpreter only"));
        }
        let cinderx = Arc::new(cinderx::start(host, interpreter)?);
        let vectorcall = pending::prepare(&cinderx);
        Ok(Self { cinderx, vectorcall })
    }

    fn apply(&self, request: &Request<'_>) -> Result<Verdict> {
        match request.hint() {
            Hint::Focus | Hint::Once => hints::compile(&self.cinderx, self.vectorcall, request),
            Hint::Ignore => hints::ignore(&self.cinderx, self.vectorcall, request),
            other => {
                Err(Error::unsupported("cinderx-unknown-hint", format!("this backend does not know the hint {other}")))
            }
        }
    }

    fn undo(&self, function: Borrowed<'_>) -> Result<bool> {
        hints::undo(&self.cinderx, self.vectorcall, function)
    }

    fn state(&self, function: Borrowed<'_>) -> Result<Option<State>> {
        state::state(&self.cinderx, function)
    }

    fn notes(&self) -> Vec<(String, String)> {
        self.cinderx.notes()
    }
}

export_backend!(Plugin);
