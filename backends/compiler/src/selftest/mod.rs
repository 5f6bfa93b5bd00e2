//! The self-test: is everything private in this very process where the backend thinks it is?
//!
//! T0 the interpreter and the platform, T1 the table that every CPython carries for debuggers, T2 numbers and containers, T3 functions
//! and code objects, T4 classes and instances, T5 the thread's state and live frames, T6 the instrumentation, T7 the limits of
//! recursion, T8 a frame of our own, T9 executable memory. All of them are needed: what disagrees refuses the backend.

mod activation;
mod frames;
mod instances;
mod instruments;
mod limits;
mod objects;
mod source;
mod table;

use crate::frames::Spare;
use crate::layout::{Api, Layout};
use crate::memory;
use crate::runtime::Runtime;
use jitctl_core::{Host, Interpreter};
use std::fmt;

/// One of the probes; `JITCTL_COMPILER_FALSIFY` names one by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe(pub u8);

/// A probe disagreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied(pub Probe, pub String);

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "self-test T{}: {}; the interpreter runs everything as before", self.0.0, self.1)
    }
}

/// What a probe gives.
pub type Found<T> = Result<T, Denied>;

/// Through these eyes the probes look at the process; a test makes one of them see the opposite of what is there.
#[derive(Clone, Copy)]
pub struct View {
    pub host: Host,
    pub api: Api,
    pub layout: Layout,
    pub falsified: Option<Probe>,
}

impl View {
    /// What a probe looks at; the opposite where a test asks for it.
    pub fn see(&self, probe: Probe, value: u64) -> u64 {
        if self.falsified == Some(probe) { !value } else { value }
    }

    /// Compares what is there with what should be there.
    pub fn same(&self, probe: Probe, what: &str, found: u64, expected: u64) -> Found<()> {
        let found = self.see(probe, found);
        need(probe, found == expected, || format!("{what} is {found:#x}, not {expected:#x}"))
    }
}

/// `condition` or the probe's refusal.
pub fn need(probe: Probe, condition: bool, text: impl FnOnce() -> String) -> Found<()> {
    if condition { Ok(()) } else { Err(Denied(probe, text())) }
}

/// A call that must not raise within a probe.
pub fn calm<T>(probe: Probe, result: jitctl_core::Result<T>) -> Found<T> {
    result.map_err(|error| Denied(probe, error.to_string()))
}

/// T0 and T1, some microseconds: without them nothing of this backend is used.
pub fn identify(view: &View, interpreter: &Interpreter) -> Found<()> {
    const T0: Probe = Probe(0);
    view.same(T0, "the kind of build", u64::from(interpreter.free_threaded), 0)?;
    need(T0, interpreter.implementation == "cpython", || "this is not CPython".to_owned())?;
    table::check(view, interpreter)
}

/// T2 to T9, unseen by tracers and monitoring tools; gives the interpreter as machine code may use it.
pub fn run(view: View) -> Found<Runtime> {
    // SAFETY: the thread is attached; both are public, and the calls are paired.
    unsafe {
        let thread = (view.api.PyThreadState_Get)();
        (view.api.PyThreadState_EnterTracing)(thread);
        let found = probe(view);
        (view.api.PyThreadState_LeaveTracing)(thread);
        found
    }
}

fn probe(view: View) -> Found<Runtime> {
    const T9: Probe = Probe(9);
    memory::probe().map_err(|reason| Denied(T9, format!("no memory that is written and then executed: {reason}")))?;
    view.same(T9, "the result of a function of machine code", 7, 7)?;
    let program = source::Program::make(view.host)?;
    objects::check(&view, &program)?;
    let usual = objects::functions(&view, &program)?;
    instances::check(&view, &program)?;
    frames::check(&view, &program)?;
    limits::check(&view, &program)?;
    let monitors = instruments::check(&view, &program)?;
    let spare = calm(Probe(8), Spare::new(view.host))?;
    let runtime = Runtime { host: view.host, layout: view.layout, api: view.api, usual, spare, monitors };
    activation::check(&view, &runtime, &program)?;
    Ok(runtime)
}
