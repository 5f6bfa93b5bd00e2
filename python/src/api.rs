//! The functions of the module, each a line or two over the piece that does the work.

use crate::introspect::unfriendly::{self as judge, table::KINDS};
use crate::introspect::{decode, interpreter as describer, warmth};
use crate::router::discover;
use crate::router::session::{self, Session, Settings, current};
use crate::strategy::{Strategy, refreshed};
use crate::text::Lossy;
use crate::{made, moving, profile as profiler, records as ledger, sampler, to_python};
use jitctl_core::Interpreter;
use jitctl_core::host::registry::{Candidate, Registry};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCode, PyDict, PyFunction, PyList};
use std::path::PathBuf;

/// Chooses the backend of this process.
#[pyfunction]
#[pyo3(signature = (directory, backend, path, disabled, profile = false, log = 0, environment = Vec::new()))]
#[allow(clippy::too_many_arguments)] // one per setting
pub fn start(
    py: Python<'_>,
    directory: PathBuf,
    backend: Option<Lossy>,
    path: Vec<PathBuf>,
    disabled: bool,
    profile: bool,
    log: u8,
    environment: Vec<(Lossy, Lossy)>,
) -> PyResult<()> {
    let backend = backend.map(|name| name.0);
    let environment = environment.into_iter().map(|(name, value)| (name.0, value.0)).collect();
    session::open(py, Settings { directory, backend, path, disabled, profile, log, environment })
}

/// Describes the interpreter.
#[pyfunction]
pub fn describe(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let interpreter: Interpreter = match current() {
        Ok(session) => session.registry(|registry| registry.interpreter().clone()),
        Err(_) => describer::interpreter(py, &[])?,
    };
    to_python::interpreter(py, &interpreter)
}

/// Describes the backend in use.
#[pyfunction]
pub fn chosen(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let session = current()?;
    session.registry(|registry| describe_chosen(py, &session, registry))
}

fn describe_chosen<'py>(py: Python<'py>, session: &Session, registry: &Registry) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    let mut chain = Vec::new();
    let mut notes: Vec<(String, String)> = Vec::new();
    for (candidate, link) in registry.chain().zip(session.chain.links()) {
        let own = link.started.notes();
        chain.push(describe_link(py, candidate, &own)?);
        notes.extend(own);
    }
    let loaded = || registry.chain().filter_map(Candidate::loaded).map(|loaded| &loaded.description);
    let mut versions: Vec<String> = loaded().map(|description| description.version.to_string()).collect();
    versions.dedup();
    let mut descriptions: Vec<String> = loaded().map(|description| description.description.clone()).collect();
    if chain.is_empty() {
        descriptions.push(session.verdict.message.to_string());
    }
    let declined = session.chain.declined.iter();
    let mut remarks: Vec<(String, String)> = Vec::new();
    remarks.extend(declined.map(|(name, reason)| (format!("{name}: passed over"), reason.to_string())));
    if let Err(unknown) = jitctl_cpython::of(registry.interpreter()) {
        let lacks = "how warm functions are and why they gain little is not told; next: a newer jitctl";
        remarks.push(("this interpreter".to_owned(), format!("{unknown}; {lacks}")));
    }
    dict.set_item("name", &*session.name)?;
    dict.set_item("version", versions.join(","))?;
    dict.set_item("file", registry.chosen().map(|candidate| candidate.path.as_os_str()))?;
    dict.set_item("description", descriptions.join("; then "))?;
    dict.set_item("disabled", session.disabled)?;
    notes.extend_from_slice(&remarks);
    dict.set_item("notes", notes)?;
    dict.set_item("chain", chain)?;
    dict.set_item("remarks", remarks)?;
    Ok(dict)
}

/// One backend of the chain.
fn describe_link<'py>(
    py: Python<'py>,
    candidate: &Candidate,
    notes: &[(String, String)],
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    let description = candidate.loaded().map(|loaded| &loaded.description);
    dict.set_item("name", candidate.name())?;
    dict.set_item("version", description.map(|description| description.version.to_string()))?;
    dict.set_item("file", candidate.path.as_os_str())?;
    dict.set_item("description", description.map(|description| description.description.clone()))?;
    dict.set_item("notes", notes.to_vec())?;
    Ok(dict)
}

/// Lists every candidate with its reason.
#[pyfunction]
pub fn candidates(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let session = current()?;
    session.registry(|registry| {
        discover::add_entry_points(py, registry)?;
        registry.examine_all();
        to_python::candidates(py, registry)
    })
}

/// The strategy for a hint.
#[pyfunction]
pub fn get_strategy(hint: &str) -> PyResult<Strategy> {
    Strategy::new(hint)
}

/// A record with its verdict of this moment, and what the profiler did to it.
fn shown<'py>(object: &Bound<'py, PyAny>, record: ledger::Record) -> PyResult<Bound<'py, PyDict>> {
    let record = refreshed(object, record);
    let dict = to_python::record(object, &record, &current()?.chain.declined)?;
    if let Some(verdict) = dict.get_item("verdict")? {
        note_rewarmed(verdict.cast::<PyDict>()?, profiler::rewarmed(object))?;
    }
    Ok(dict)
}

/// Says in the verdict that the profiler had the hint applied again, where that was measured to have helped.
fn note_rewarmed(verdict: &Bound<'_, PyDict>, (rewarmed, last): (profiler::Rewarmed, bool)) -> PyResult<()> {
    let times = rewarmed.times;
    if times == 0 {
        return Ok(());
    }
    let py = verdict.py();
    if let (Some(message), Some(measures)) = (verdict.get_item("message")?, verdict.get_item("measures")?) {
        let often = if times == 1 { "once".to_owned() } else { format!("{times} times") };
        let end = if last { "; it will not be warmed again" } else { "" };
        let share = |percent: u64| format!("{}.{:02}", percent / 100, percent % 100);
        let text = format!(
            "{message}; warmed again {often}: it had lost compiled code and its calls took {} times as long as at best, {} \
             times since{end}",
            share(rewarmed.before),
            share(rewarmed.since)
        );
        verdict.set_item("message", text)?;
        let entry = ("warmed_again", f64::from(times), "times").into_pyobject(py)?;
        measures.call_method1("append", (entry,))?;
    }
    Ok(())
}

/// The record of this object.
#[pyfunction]
pub fn record<'py>(obj: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    moving::run(obj.py());
    ledger::find(obj).map(|record| shown(obj, record)).transpose()
}

/// Adds a remark to the record of this object; every verdict says it behind its own message.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // pyo3 hands over what it converted
pub fn remark(obj: &Bound<'_, PyAny>, text: Lossy) {
    ledger::remark(obj, &text.0);
}

/// The records of all living objects.
#[pyfunction]
pub fn records(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    moving::run(py);
    ledger::all(py).into_iter().map(|(object, record)| shown(&object, record)).collect()
}

/// The state of a function's code now.
#[pyfunction]
pub fn observe<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let py = function.py();
    if !function.is_instance_of::<PyFunction>() {
        return to_python::state(py, &jitctl_core::State::default(), None);
    }
    let session = current()?;
    let record = ledger::find(function);
    let known = session.chain.state(function, record.as_ref().map(|record| &*record.acting.backend));
    let state = known.map_or_else(|| warmth::state(function), Ok)?;
    let counters = warmth::counters(function, &state)?;
    to_python::state(py, &state, counters.as_ref())
}

/// What makes a function unfriendly to this interpreter's JIT, now.
#[pyfunction]
pub fn unfriendly<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let py = function.py();
    current()?;
    let traits = judge::traits().filter(|_| function.is_instance_of::<PyFunction>());
    let Some(traits) = traits else { return Ok(PyList::empty(py)) };
    let mut found = judge::of_function(function, traits)?;
    if ledger::is_replaced(function)? {
        found.insert(0, judge::replaced(function)?);
    }
    to_python::reasons(py, &found)
}

/// The reasons that there can be on this interpreter.
#[pyfunction]
pub fn reasons(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    current()?;
    let traits = judge::traits();
    let holding = KINDS.iter().filter(|kind| traits.is_some_and(kind.holds));
    to_python::kinds(py, holding)
}

/// Takes a hint back.
#[pyfunction]
pub fn undo(obj: &Bound<'_, PyAny>) -> PyResult<bool> {
    let session = current()?;
    if ledger::find(obj).is_some() {
        session.chain.undo(obj).map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    }
    profiler::forget(obj)?;
    Ok(ledger::forget(obj))
}

/// Starts to profile a function.
#[pyfunction]
#[pyo3(signature = (function, method = None))]
pub fn profile_start(function: &Bound<'_, PyAny>, method: Option<&str>) -> PyResult<()> {
    let named = method.map(|name| {
        let unknown = || PyValueError::new_err(format!("there is no method {name:?}; there are: entry, events"));
        profiler::method(name).ok_or_else(unknown)
    });
    profiler::start(function, named.transpose()?)
}

/// Stops profiling a function, and keeps its numbers.
#[pyfunction]
pub fn profile_stop(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    profiler::stop(function)
}

/// Sets a function's numbers back.
#[pyfunction]
pub fn profile_reset(function: &Bound<'_, PyAny>) -> bool {
    profiler::reset(function)
}

/// The profile of a function.
#[pyfunction]
pub fn profile<'py>(function: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    profiler::read(function)
}

/// Calls `told` with each function that is made of one of these code objects; replaces what was watched before.
#[pyfunction]
pub fn watch_made(py: Python<'_>, codes: Vec<Py<PyCode>>, told: Option<Py<PyAny>>) -> PyResult<()> {
    made::watch(py, codes, told)
}

/// How many loops a code object has.
#[pyfunction]
pub fn loops(code: &Bound<'_, PyCode>) -> PyResult<Option<usize>> {
    decode::count_loops(code).map(Some)
}

/// For tests: what the sampler's self-test is to look for in a wrong place.
const FALSIFY: &str = "JITCTL_SAMPLER_FALSIFY";

/// Starts to take samples, `interval_ns` nanoseconds of processor time apart; gives the reason where that is not possible.
#[pyfunction]
pub fn sampling_start(py: Python<'_>, interval_ns: u64) -> PyResult<Option<String>> {
    let falsified = current()?.registry(|registry| registry.interpreter().variable(FALSIFY).map(str::to_owned));
    sampler::start(py, interval_ns, falsified.as_deref())
}

/// How many samples were taken since it started.
#[pyfunction]
pub fn sampling_taken() -> u64 {
    sampler::taken()
}

/// Ends it, and gives what was counted.
#[pyfunction]
pub fn sampling_stop(py: Python<'_>) -> PyResult<Option<Bound<'_, PyDict>>> {
    sampler::stop(py)
}
