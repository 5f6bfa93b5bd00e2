//! CinderX, as this backend uses it.
//!
//! Only its extension module `_cinderx` is imported. The package `cinderx` around it would also patch contextlib and
//! load two dozen modules of the standard library. 3.14's wheel keeps the JIT in a module of its own, `cinderjit`.

use jitctl_core::{Borrowed, Error, Host, Interpreter, Level, Owned, Result};
use std::sync::{Mutex, PoisonError};

/// The flag by which CinderX marks code that it must not compile (`CI_CO_SUPPRESS_JIT`).
const SUPPRESSED: i64 = 0x4000_0000;

/// CinderX in this process.
pub struct CinderX {
    pub host: Host,
    /// Where CPython's own JIT is on, this backend cannot keep a function out of that one.
    pub other_jit_on: bool,
    module: Owned,
    jit: Owned,
    inliner_off: Mutex<bool>,
}

/// What came of asking CinderX to compile a function.
pub enum Compiled {
    Now {
        bytes: i64,
        milliseconds: i64,
    },
    /// It does not compile while a debugger, tracer or profiler is active.
    Paused,
    /// Its own words.
    Failed(String),
}

/// Imports CinderX and looks whether its JIT can be used.
pub fn start(host: Host, interpreter: &Interpreter) -> Result<CinderX> {
    if std::env::var("CINDERX_DISABLE").is_ok_and(|value| !value.is_empty() && value != "0") {
        return Err(Error::refused("cinderx-disabled", "CINDERX_DISABLE is set in the environment"));
    }
    let module = host.import("_cinderx").map_err(|error| {
        let advice = "install it with `pip install cinderx` (it has wheels for CPython 3.14 and 3.15)";
        Error::unsupported("cinderx-missing", format!("CinderX cannot be imported ({error}); {advice}"))
    })?;
    let jit = match host.get(module.borrow(), "force_compile") {
        Ok(_) => module.clone(),
        Err(_) => host.import("cinderjit").map_err(|error| {
            Error::unsupported("cinderx-without-jit", format!("this build of CinderX has no JIT ({error})"))
        })?,
    };
    for name in ["force_compile", "force_uncompile", "is_jit_compiled", "jit_suppress", "jit_unsuppress", "is_enabled"]
    {
        host.get(jit.borrow(), name).map_err(|_| {
            Error::unsupported("cinderx-interface", format!("this version of CinderX has no function {name}"))
        })?;
    }
    host.log(Level::Info, "cinderx: started; nothing is compiled but what is hinted");
    Ok(CinderX { host, other_jit_on: interpreter.jit_enabled, module, jit, inliner_off: Mutex::new(false) })
}

impl CinderX {
    fn ask(&self, name: &str, function: Borrowed<'_>) -> Result<Owned> {
        self.host.call_method(self.jit.borrow(), name, &[function])
    }

    fn yes(&self, name: &str, function: Borrowed<'_>) -> Result<bool> {
        let answer = self.ask(name, function)?;
        self.host.truth(answer.borrow())
    }

    fn number(&self, name: &str, function: Borrowed<'_>) -> i64 {
        let number = |answer: Owned| self.host.to_int(answer.borrow());
        self.ask(name, function).and_then(number).unwrap_or(0)
    }

    pub fn is_compiled(&self, function: Borrowed<'_>) -> Result<bool> {
        self.yes("is_jit_compiled", function)
    }

    /// The size of the machine code in bytes.
    pub fn size(&self, function: Borrowed<'_>) -> i64 {
        self.number("get_compiled_size", function).max(0)
    }

    /// Compiles the function now.
    pub fn compile(&self, function: Borrowed<'_>) -> Result<Compiled> {
        let keep = self.evaluator_installed();
        let answer = self.yes("force_compile", function);
        if !keep {
            self.remove_evaluator();
        }
        match answer {
            Ok(_) if self.is_compiled(function)? => Ok(Compiled::Now {
                bytes: self.size(function),
                milliseconds: self.number("get_function_compilation_time", function),
            }),
            Ok(_) if !self.enabled() => Ok(Compiled::Paused),
            Ok(_) => Ok(Compiled::Failed("it answered with False".to_owned())),
            Err(Error::Python(exception)) if exception.is_ordinary() => {
                Ok(Compiled::Failed(exception.message().to_owned()))
            }
            Err(error) => Err(error),
        }
    }

    pub fn uncompile(&self, function: Borrowed<'_>) -> Result<bool> {
        self.yes("force_uncompile", function)
    }

    pub fn suppress(&self, function: Borrowed<'_>) -> Result<()> {
        self.ask("jit_suppress", function).map(drop)
    }

    pub fn unsuppress(&self, function: Borrowed<'_>) -> Result<()> {
        self.ask("jit_unsuppress", function).map(drop)
    }

    pub fn is_suppressed(&self, function: Borrowed<'_>) -> Result<bool> {
        let code = self.host.get(function, "__code__")?;
        let flags = self.host.get(code.borrow(), "co_flags")?;
        Ok(self.host.to_int(flags.borrow())? & SUPPRESSED != 0)
    }

    /// Keeps CinderX from copying functions into their callers. Says whether it may have done so before.
    pub fn stop_inlining(&self) -> Result<bool> {
        let mut off = self.inliner_off.lock().unwrap_or_else(PoisonError::into_inner);
        if *off {
            return Ok(false);
        }
        let host = self.host;
        let compiled = host.call_method(self.jit.borrow(), "get_compiled_functions", &[])?;
        let count = host.call_method(compiled.borrow(), "__len__", &[])?;
        let mut inlined = false;
        for index in 0..host.to_int(count.borrow())? {
            let function = host.item(compiled.borrow(), host.int(index)?.borrow())?;
            inlined = inlined || self.number("get_num_inlined_functions", function.borrow()) > 0;
        }
        host.call_method(self.jit.borrow(), "disable_hir_inliner", &[])?;
        *off = !inlined;
        Ok(inlined)
    }

    fn enabled(&self) -> bool {
        let answer = self.host.call_method(self.jit.borrow(), "is_enabled", &[]);
        answer.and_then(|answer| self.host.truth(answer.borrow())).unwrap_or(false)
    }

    fn evaluator_installed(&self) -> bool {
        let answer = self.host.call_method(self.module.borrow(), "is_frame_evaluator_installed", &[]);
        answer.and_then(|answer| self.host.truth(answer.borrow())).unwrap_or(true)
    }

    /// Compiling installs CinderX's own evaluator for all that is *not* compiled, 1.3 to 1.8 times slower than
    /// CPython's. Only Static Python needs it, and whoever uses that installed it before.
    fn remove_evaluator(&self) {
        if self.host.call_method(self.module.borrow(), "remove_frame_evaluator", &[]).is_err() {
            self.host.log(Level::Warning, "cinderx: its evaluator could not be removed; all other code is slower");
        }
    }

    pub fn notes(&self) -> Vec<(String, String)> {
        let text = |value: Result<Owned>| {
            value.and_then(|value| self.host.to_text(value.borrow())).unwrap_or_else(|error| error.to_string())
        };
        let file = text(self.host.get(self.module.borrow(), "__file__"));
        let spent = text(self.host.call_method(self.jit.borrow(), "get_compilation_time", &[]));
        let evaluator =
            if self.evaluator_installed() { "CinderX's: slower for all that is not compiled" } else { "CPython's" };
        let paused = if self.enabled() { "no" } else { "yes: a debugger, tracer or profiler is active" };
        vec![
            ("module".to_owned(), file),
            ("compile time so far".to_owned(), format!("{spent} ms")),
            ("evaluator".to_owned(), evaluator.to_owned()),
            ("paused".to_owned(), paused.to_owned()),
            (
                "recursion".to_owned(),
                "compiled code ends in RecursionError when the C stack is used up, not at sys.getrecursionlimit()"
                    .to_owned(),
            ),
        ]
    }
}
