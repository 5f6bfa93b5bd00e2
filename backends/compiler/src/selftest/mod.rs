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
mod texts;
mod view;

pub use view::{Denied, Found, Probe, View};

use crate::memory;
use crate::runtime::{Characters, Runtime, SmallInts, Spare};
use jitctl_core::Interpreter;
use view::{calm, need};

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
    texts::check(&view, &program)?;
    let usual = objects::functions(&view, &program)?;
    instances::check(&view, &program)?;
    frames::check(&view, &program)?;
    limits::check(&view, &program)?;
    let monitors = instruments::check(&view, &program)?;
    let spare = calm(Probe(8), Spare::new(view.host))?;
    let dict_version = texts::versions(&view, &program)?;
    let small_ints = SmallInts::find(&view.api);
    let characters = Characters::find(&view.api);
    let plain = program.get(Probe(4), "Plain")?;
    let dealloc = objects::field(plain.address(), view.layout.type_dealloc);
    let lazy_import = view.host.resolve("PyLazyImport_Type").map_or(0, |found| found as usize);
    let (host, layout, api) = (view.host, view.layout, view.api);
    let runtime = Runtime {
        host,
        layout,
        api,
        usual,
        dealloc,
        small_ints,
        characters,
        dict_version,
        spare,
        monitors,
        lazy_import,
    };
    activation::check(&view, &runtime, &program)?;
    Ok(runtime)
}
