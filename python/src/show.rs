//! What the extension tells Python, as dicts of plain values.

use crate::modules;
use crate::observe::Counters;
use crate::profile::Rewarmed;
use crate::records::Record;
use crate::session::Session;
use crate::unfriendly::{Reason, table::Kind};
use jitctl_core::loader::Description;
use jitctl_core::registry::{Candidate, Registry};
use jitctl_core::{Fit, Interpreter, State, Verdict};
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

pub fn chosen<'py>(py: Python<'py>, session: &Session, registry: &Registry) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    let loaded = registry.chosen().and_then(Candidate::loaded);
    dict.set_item("name", &*session.name)?;
    dict.set_item("version", loaded.map_or(String::new(), |l| l.description.version.to_string()))?;
    dict.set_item("file", registry.chosen().map(|candidate| candidate.path.to_string_lossy().into_owned()))?;
    let description = loaded.map_or_else(|| session.verdict.message.to_string(), |l| l.description.description.clone());
    dict.set_item("description", description)?;
    dict.set_item("disabled", session.disabled)?;
    let notes = session.started.as_ref().map(jitctl_core::backend::Started::notes).unwrap_or_default();
    dict.set_item("notes", notes)?;
    Ok(dict)
}

pub fn candidates<'py>(py: Python<'py>, registry: &Registry) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for candidate in registry.candidates() {
        let dict = PyDict::new(py);
        let chosen = registry.chosen().is_some_and(|other| other.path == candidate.path);
        let (usable, code, reason) = standing(candidate, chosen, registry);
        dict.set_item("name", candidate.name())?;
        dict.set_item("file", candidate.path.to_string_lossy())?;
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

/// Can it be used, and why is it used or not? One code, one sentence.
pub fn standing(candidate: &Candidate, chosen: bool, registry: &Registry) -> (bool, String, String) {
    match candidate.outcome() {
        _ if chosen => (true, "chosen".to_owned(), "in use".to_owned()),
        None => (false, "not-examined".to_owned(), "not looked at".to_owned()),
        Some(Err(error)) => (false, error.code().to_owned(), error.to_string()),
        Some(Ok(Fit::ByName(reason))) => (true, "by-name".to_owned(), format!("only when named: {reason}")),
        Some(Ok(_)) => {
            let other = registry.chosen().map_or("nothing", Candidate::name);
            (true, "outranked".to_owned(), format!("would fit; {other} is used"))
        }
    }
}

/// All candidates in one line, for an error's message.
pub fn one_line(registry: &Registry) -> String {
    let each = registry.candidates().iter().map(|candidate| {
        let (usable, _, reason) = standing(candidate, false, registry);
        match (usable, candidate.outcome()) {
            (true, Some(Ok(Fit::ByName(_)))) => format!("{} (usable by name)", candidate.name()),
            (true, _) => format!("{} (usable)", candidate.name()),
            (false, _) => format!("{} ({reason})", candidate.name()),
        }
    });
    each.collect::<Vec<_>>().join("; ")
}

pub fn record<'py>(object: &Bound<'py, PyAny>, record: &Record) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(object.py());
    dict.set_item("object", object)?;
    dict.set_item("hint", record.hint.name())?;
    dict.set_item("origin", if record.origin == jitctl_core::Origin::Class { "class" } else { "function" })?;
    dict.set_item("backend", &*record.backend)?;
    let verdict = verdict(object.py(), &record.verdict)?;
    note_rewarmed(&verdict, crate::profile::rewarmed(object))?;
    dict.set_item("verdict", verdict)?;
    Ok(dict)
}

/// Says in the verdict that the profiler had the hint applied again, where that was measured to have helped.
fn note_rewarmed(verdict: &Bound<'_, PyDict>, (rewarmed, last): (Rewarmed, bool)) -> PyResult<()> {
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
    Ok(dict)
}
