//! What the extension tells Python, as dicts of plain values.

use crate::introspect::unfriendly::{Reason, table::Kind};
use crate::introspect::warmth::Counters;
use crate::modules;
use crate::records::Record;
use crate::router::candidates::standing;
use jitctl_core::host::LoadError;
use jitctl_core::host::loader::Description;
use jitctl_core::host::registry::Registry;
use jitctl_core::{Interpreter, State, Status, Verdict};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

pub fn interpreter<'py>(py: Python<'py>, description: &Interpreter) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("implementation", &description.implementation)?;
    dict.set_item("version", description.version.to_string())?;
    dict.set_item("hexversion", description.hexversion)?;
    dict.set_item("debug", description.debug)?;
    dict.set_item("free_threaded", description.free_threaded)?;
    dict.set_item("subinterpreter", description.subinterpreter)?;
    dict.set_item("jit_built", description.jit_built)?;
    dict.set_item("jit_enabled", description.jit_enabled)?;
    dict.set_item("platform", &description.platform)?;
    dict.set_item("build", modules::import(py, "sys")?.getattr("version")?.str()?.to_string().replace('\n', " "))?;
    dict.set_item("extension", true)?;
    dict.set_item("reason", py.None())?;
    Ok(dict)
}

pub fn candidates<'py>(py: Python<'py>, registry: &Registry) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for candidate in registry.candidates() {
        let dict = PyDict::new(py);
        let chosen = registry.chain().any(|other| other.path == candidate.path);
        let (usable, code, reason) = standing(candidate, chosen, registry);
        dict.set_item("name", candidate.name())?;
        dict.set_item("file", candidate.path.as_os_str())?;
        dict.set_item("source", candidate.source.name())?;
        dict.set_item("usable", usable)?;
        dict.set_item("chosen", chosen)?;
        dict.set_item("code", code)?;
        dict.set_item("reason", reason)?;
        let description = candidate.loaded().map(|loaded| &loaded.description);
        dict.set_item("version", description.map(|d| d.version.to_string()))?;
        dict.set_item("interface", description.map(|d| d.interface.to_string()))?;
        dict.set_item("requires", description.map(requirement))?;
        dict.set_item("rank", description.map(|d| d.rank))?;
        dict.set_item("description", description.map(|d| d.description.clone()))?;
        let hints = description.map(|d| d.hints.iter().map(|hint| hint.name()).collect::<Vec<_>>());
        dict.set_item("hints", hints.unwrap_or_default())?;
        list.append(dict)?;
    }
    Ok(list)
}

fn requirement(description: &Description) -> String {
    let version = description.requires.to_string();
    match (description.implementation.as_str(), version.as_str()) {
        ("*", "*") => "any interpreter".to_owned(),
        (name, "*") => format!("{name}, any version"),
        ("*", version) => format!("any interpreter {version}"),
        (name, version) => format!("{name} {version}"),
    }
}

/// A record. `declined` are the backends of the chain that decline this interpreter: they were passed over, too.
pub fn record<'py>(
    object: &Bound<'py, PyAny>,
    record: &Record,
    declined: &[(String, LoadError)],
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(object.py());
    dict.set_item("object", object)?;
    dict.set_item("hint", record.hint.name())?;
    dict.set_item("origin", record.origin.name())?;
    dict.set_item("backend", &*record.acting.backend)?;
    dict.set_item("verdict", verdict(object.py(), &record.acting.verdict)?)?;
    let others = PyList::empty(object.py());
    for (name, reason) in declined {
        let said = Verdict::new(Status::Unsupported, reason.code().to_owned(), reason.to_string());
        others.append(other(object.py(), name, &said)?)?;
    }
    for attempt in record.others() {
        others.append(other(object.py(), &attempt.backend, &attempt.verdict)?)?;
    }
    dict.set_item("others", others)?;
    Ok(dict)
}

fn other<'py>(py: Python<'py>, backend: &str, said: &Verdict) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("backend", backend)?;
    dict.set_item("verdict", verdict(py, said)?)?;
    Ok(dict)
}

fn verdict<'py>(py: Python<'py>, verdict: &Verdict) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("status", verdict.status.name())?;
    dict.set_item("code", &*verdict.code)?;
    dict.set_item("message", &*verdict.message)?;
    dict.set_item("advice", &*verdict.advice)?;
    let measures: Vec<(&str, f64, &str)> = verdict.measures.iter().map(|m| (&*m.name, m.value, &*m.unit)).collect();
    dict.set_item("measures", measures)?;
    Ok(dict)
}

pub fn reasons<'py>(py: Python<'py>, reasons: &[Reason]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for reason in reasons {
        let dict = PyDict::new(py);
        dict.set_item("code", reason.code)?;
        dict.set_item("line", (reason.line > 0).then_some(reason.line))?;
        dict.set_item("message", &*reason.message)?;
        dict.set_item("advice", &*reason.advice)?;
        list.append(dict)?;
    }
    Ok(list)
}

pub fn kinds<'a, 'py>(py: Python<'py>, kinds: impl Iterator<Item = &'a Kind>) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for kind in kinds {
        let dict = PyDict::new(py);
        dict.set_item("code", kind.code)?;
        dict.set_item("summary", kind.summary)?;
        dict.set_item("advice", kind.advice)?;
        list.append(dict)?;
    }
    Ok(list)
}

pub fn state<'py>(py: Python<'py>, state: &State, counters: Option<&Counters>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("instructions", state.instructions)?;
    dict.set_item("specialisable", state.specialisable)?;
    dict.set_item("specialised", state.specialised)?;
    dict.set_item("failed", counters.map(|counters| counters.failed))?;
    dict.set_item("settled", counters.map(|counters| counters.settled))?;
    let regions = PyList::empty(py);
    for region in &state.regions {
        let entry = PyDict::new(py);
        entry.set_item("offset", region.offset * 2)?; // in bytes, as `dis` counts
        entry.set_item("line", region.line)?;
        entry.set_item("last_line", region.last_line)?;
        entry.set_item("kind", region.kind.name())?;
        entry.set_item("micro_ops", region.micro_ops)?;
        entry.set_item("machine_code_bytes", region.machine_code_bytes)?;
        entry.set_item("exits", region.exits)?;
        entry.set_item("valid", region.valid)?;
        regions.append(entry)?;
    }
    dict.set_item("regions", regions)?;
    let exits = PyList::empty(py);
    for exit in &state.exits {
        let entry = PyDict::new(py);
        entry.set_item("line", exit.line)?;
        entry.set_item("code", &*exit.code)?;
        entry.set_item("message", &*exit.message)?;
        entry.set_item("count", exit.count)?;
        exits.append(entry)?;
    }
    dict.set_item("exits", exits)?;
    Ok(dict)
}
