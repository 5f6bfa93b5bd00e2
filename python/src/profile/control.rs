//! Starts and ends the profile of a function, by the means that fits it.

use super::callers::Callers;
use super::capi::Capi;
use super::entry::{Entry, Method};
use super::function_version::Versions;
use super::function_watcher::{self, running};
use super::trend::Rewarmed;
use super::{after_call, capi, clock, events, finished, getter, report, table, vectorcall};
use crate::introspect::{opcodes, warmth};
use crate::modules;
use crate::text::lossy;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFunction};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

static VERSIONS: OnceLock<Versions> = OnceLock::new();
static NEXT: AtomicU64 = AtomicU64::new(1);

const GENERATORS: u32 = 0x20 | 0x80 | 0x200; // CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR

/// Starts to profile a function; one that is profiled already goes on. Where it cannot be, the reason is kept instead.
pub fn start(function: &Bound<'_, PyAny>, method: Option<Method>) -> PyResult<()> {
    if !function.is_instance_of::<PyFunction>() {
        return report::refuse(function, "only functions with Python bytecode can be profiled");
    }
    if running(function).is_some() {
        return Ok(());
    }
    if let Err(reason) = begin(function, method)? {
        return report::refuse(function, &reason);
    }
    finished::forget(function);
    Ok(())
}

/// The method for a name, for the benchmark that compares them.
pub fn method(name: &str) -> Option<Method> {
    match name {
        "entry" => Some(Method::Entry),
        "events" => Some(Method::Events),
        _ => None,
    }
}

/// Says whether calls are counted through the function's entry.
pub fn by_entry(function: &Bound<'_, PyAny>) -> bool {
    table::find(function.as_ptr() as usize).is_some()
}

/// Lets a hint wait until there are calls to compare with.
pub fn await_baseline(function: &Bound<'_, PyAny>) {
    if let Some(entry) = table::find(function.as_ptr() as usize) {
        entry.baseline = true;
    }
}

/// How often warming the function again helped, and whether it was tried for the last time.
pub fn rewarmed(function: &Bound<'_, PyAny>) -> (Rewarmed, bool) {
    running(function).map_or_else(Default::default, |entry| (entry.trend.rewarmed, !entry.trend.may_warm()))
}

/// Stops profiling, keeps the numbers. False where it was not profiled.
pub fn stop(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    let key = function.as_ptr() as usize;
    if let Some(code) = function_watcher::code_of(key) {
        report::keep(function)?;
        function_watcher::unlink(key);
        if table::find(code).is_none() {
            events::unwatch(&function.getattr(intern!(function.py(), "__code__"))?)?;
        }
        function_watcher::rest();
        return Ok(true);
    }
    if table::find(key).is_none() {
        return Ok(false);
    }
    report::keep(function)?;
    let Some(mut entry) = table::remove(key) else { return Ok(false) };
    if let (Some(versions), Ok(capi)) = (VERSIONS.get(), capi::capi()) {
        // SAFETY: a function.
        let ours = unsafe { (capi.get_entry)(function.as_ptr()) };
        if ours.is_some_and(|now| now as usize == vectorcall::profiled as *const () as usize) {
            // SAFETY: a function, and the entry that it had.
            unsafe { (capi.set_entry)(function.as_ptr(), versions.usual) };
        }
        // SAFETY: a function.
        let now = unsafe { (capi.get_entry)(function.as_ptr()) };
        if !entry.changed && now.is_some_and(|now| now as usize == versions.usual as usize) {
            versions.give_back(capi, function, entry.version);
        }
    }
    if let Some(callers) = entry.callers.take()
        && jit(function.py(), "is_enabled")?
    {
        drop_compiled(&callers, function.py());
    }
    function_watcher::rest();
    Ok(true)
}

/// Drops what was compiled of a function's callers. It comes back, better, with their next iterations.
fn drop_compiled(callers: &Callers, py: Python<'_>) {
    for code in callers.living(py) {
        // Where no tool id is free their code stays; nothing is wrong with it but the speed of this call.
        let _ = events::touch(&code);
    }
}

/// Stops, and forgets the numbers.
pub fn forget(function: &Bound<'_, PyAny>) -> PyResult<()> {
    stop(function)?;
    finished::forget(function);
    Ok(())
}

/// Sets the numbers back to nothing. False where there are none.
pub fn reset(function: &Bound<'_, PyAny>) -> bool {
    let live = running(function).map(Entry::reset).is_some();
    finished::forget(function) || live
}

/// What is known, or None where nobody asked for a profile.
pub fn read<'py>(function: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    events::prune(function.py());
    report::of(function)
}

/// Starts for good, or says why not.
fn begin(function: &Bound<'_, PyAny>, method: Option<Method>) -> PyResult<Result<(), String>> {
    let py = function.py();
    let capi = match capi::capi() {
        Ok(capi) => capi,
        Err(missing) => return Ok(Err(format!("this interpreter lacks {missing} (CPython has it from 3.12 on)"))),
    };
    let code = function.getattr(intern!(py, "__code__"))?;
    let versions = match VERSIONS.get() {
        Some(versions) => versions,
        None => match Versions::find(py, capi)? {
            Ok(found) => VERSIONS.get_or_init(|| found),
            Err(doubt) => return Ok(Err(format!("the self-test of function versions failed: {doubt}"))),
        },
    };
    let needed = if passes_by(versions, function, &code)? { Method::Events } else { Method::Entry };
    if let Err(reason) = function_watcher::start(py, capi)? {
        return Ok(Err(reason));
    }
    clock::prepare();
    let answer = match method.unwrap_or(needed) {
        Method::Events => by_events(function, &code),
        Method::Entry => replace_entry(function, capi, versions),
    };
    function_watcher::rest();
    answer
}

fn by_events(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<Result<(), String>> {
    let (key, code_key) = (function.as_ptr() as usize, code.as_ptr() as usize);
    match table::find(code_key) {
        Some(entry) => entry.users += 1,
        None => {
            if let Err(error) = events::watch(code) {
                return Ok(Err(error.value(code.py()).to_string()));
            }
            table::insert(code_key, Box::new(Entry::new(NEXT.fetch_add(1, Ordering::Relaxed), Method::Events, 0)));
        }
    }
    function_watcher::link(key, code_key);
    Ok(Ok(()))
}

/// Is this function called without its entry?
fn passes_by(versions: &Versions, function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<bool> {
    let flags: u32 = code.getattr(intern!(code.py(), "co_flags"))?.extract()?;
    if flags & GENERATORS != 0 {
        return Ok(true);
    }
    let name = lossy(&code.getattr(intern!(code.py(), "co_name"))?)?;
    Ok(!versions.init_passes && name == "__init__" || !versions.getters_pass && getter::of_its_class(function)?)
}

/// A getter is told from a method at its first call, where its class was not known before: goes on with events then.
fn change_to_events(function: &Bound<'_, PyAny>) -> PyResult<()> {
    let Some(before) = table::find(function.as_ptr() as usize).map(|entry| entry.interpreted) else { return Ok(()) };
    stop(function)?;
    start(function, Some(Method::Events))?;
    if let Some(entry) = running(function) {
        entry.interpreted = before;
    }
    Ok(())
}

/// What CPython says of its JIT: `is_available` or `is_enabled`; the native backend may switch it on at any time.
fn jit(py: Python<'_>, question: &str) -> PyResult<bool> {
    let Some(jit) = modules::import(py, "sys")?.getattr_opt(intern!(py, "_jit"))? else { return Ok(false) };
    jit.call_method0(question)?.is_truthy()
}

fn replace_entry(
    function: &Bound<'_, PyAny>,
    capi: &'static Capi,
    versions: &'static Versions,
) -> PyResult<Result<(), String>> {
    let py = function.py();
    // SAFETY: a function.
    let now = unsafe { (capi.get_entry)(function.as_ptr()) };
    if now.is_none_or(|now| now as usize != versions.usual as usize) {
        return Ok(Err("another tool has replaced this function's entry".to_owned()));
    }
    after_call::change_with(change_to_events);
    vectorcall::USUAL.get_or_init(|| vectorcall::Usual { entry: versions.usual, set: capi.set_entry });
    let compiles = opcodes::table(py)?.enter_executor().is_some() && jit(py, "is_available")?;
    let mut entry = Entry::new(NEXT.fetch_add(1, Ordering::Relaxed), Method::Entry, versions.read(function));
    entry.looked_at(warmth::compiled_parts(function)?);
    entry.callers = compiles.then(Callers::default);
    entry.may_be_getter = !versions.getters_pass && getter::possible(function)?;
    table::insert(function.as_ptr() as usize, Box::new(entry));
    // SAFETY: a function, and an entry that knows it.
    unsafe { (capi.set_entry)(function.as_ptr(), vectorcall::profiled) };
    Ok(Ok(()))
}
