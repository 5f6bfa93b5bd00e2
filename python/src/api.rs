//! The functions of the module, each a line or two over the piece that does the work.

use crate::session::current;
use crate::strategy::Strategy;
use crate::unfriendly::{self as judge, table::KINDS};
use crate::{
    describe as describer, discover, observe as observer, profile as profiler, records as ledger, session, show,
};
use jitctl_core::Interpreter;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFunction, PyList};

/// Chooses the backend of this process.
#[pyfunction]
#[pyo3(signature = (directory, backend, path, disabled, profile = false))]
#[allow(clippy::needless_pass_by_value)] // pyo3 hands over what it converted
pub fn start(
    py: Python<'_>,
    directory: &str,
    backend: Option<&str>,
    path: Vec<String>,
    disabled: bool,
    profile: bool,
) -> PyResult<()> {
    session::open(py, directory, backend, &path, disabled, profile)
}

/// Describes the interpreter.
#[pyfunction]
pub fn describe(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let interpreter: Interpreter = match current() {
        Ok(session) => session.registry(|registry| registry.interpreter().clone()),
        Err(_) => describer::interpreter(py)?,
    };
    show::interpreter(py, &interpreter)
}

/// Describes the backend in use.
#[pyfunction]
pub fn chosen(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let session = current()?;
    session.registry(|registry| show::chosen(py, &session, registry))
}

/// Lists every candidate with its reason.
#[pyfunction]
pub fn candidates(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let session = current()?;
    session.registry(|registry| {
        discover::add_entry_points(py, registry)?;
        registry.examine_all();
        show::candidates(py, registry)
    })
}

/// The strategy for a hint.
#[pyfunction]
pub fn get_strategy(hint: &str) -> PyResult<Strategy> {
    Strategy::new(hint)
}

/// The record of this object.
#[pyfunction]
pub fn record<'py>(obj: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    ledger::find(obj).map(|record| show::record(obj, &record)).transpose()
}

/// The records of all living objects.
#[pyfunction]
pub fn records(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    ledger::all(py).iter().map(|(object, record)| show::record(object, record)).collect()
}

/// The state of a function's code now.
#[pyfunction]
pub fn observe<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let py = function.py();
    if !function.is_instance_of::<PyFunction>() {
        return show::state(py, &jitctl_core::State::default(), None);
    }
    let session = current()?;
    let known = session.started.as_ref().and_then(|started| started.state(function.as_ptr().cast()).ok().flatten());
    let state = known.map_or_else(|| observer::state(function), Ok)?;
    let counters = observer::counters(function, &state)?;
    show::state(py, &state, counters.as_ref())
}

/// What makes a function unfriendly to this interpreter's JIT, now.
#[pyfunction]
pub fn unfriendly<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let py = function.py();
    let traits = current()?.traits.filter(|_| function.is_instance_of::<PyFunction>());
    let Some(traits) = traits else { return Ok(PyList::empty(py)) };
    let mut found = judge::of_function(function, traits)?;
    if ledger::is_replaced(function)? {
        found.insert(0, judge::replaced(function)?);
    }
    show::reasons(py, &found)
}

/// The reasons that there can be on this interpreter.
#[pyfunction]
pub fn reasons(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let traits = current()?.traits;
    let holding = KINDS.iter().filter(|kind| traits.is_some_and(kind.holds));
    show::kinds(py, holding)
}

/// Takes a hint back.
#[pyfunction]
pub fn undo(obj: &Bound<'_, PyAny>) -> PyResult<bool> {
    let session = current()?;
    if let Some(started) = session.started.as_ref().filter(|_| ledger::find(obj).is_some()) {
        started.undo(obj.as_ptr().cast()).map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
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
