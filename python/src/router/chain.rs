//! The backends of this process, in the order in which a hint is offered to them.

use super::{candidates, discover};
use crate::modules;
use jitctl_core::State;
use jitctl_core::host::LoadError;
use jitctl_core::host::registry::Registry;
use jitctl_core::host::started::Started;
use jitctl_core::host::table::Table;
use pyo3::prelude::*;
use std::sync::Arc;

/// One started backend.
pub struct Link {
    pub name: Arc<str>,
    pub started: Started,
}

/// All of them; empty where hints do nothing.
#[derive(Default)]
pub struct Chain {
    links: Vec<Link>,
    /// Backends that were named and decline this interpreter, with their reason.
    pub declined: Vec<(String, LoadError)>,
}

impl Chain {
    /// The backends that `names` lists, first in, first asked. One that declines this interpreter leaves its place to the
    /// others; everything else that is wrong with one is an error.
    pub fn named(py: Python<'_>, registry: &mut Registry, names: &str, table: Table) -> PyResult<Self> {
        let mut chain = Self::default();
        let mut listed = Vec::new();
        for name in names.split(',').map(str::trim) {
            if name.is_empty() || listed.contains(&name) {
                let reason =
                    if name.is_empty() { "a name is empty".to_owned() } else { format!("{name} stands twice") };
                return Err(unusable(py, registry, names, &reason)?);
            }
            listed.push(name);
            match start(py, registry, name, table)? {
                Ok(started) => chain.links.push(Link { name: name.into(), started }),
                Err(reasons) if declines(&reasons) => {
                    chain.declined.extend(reasons.into_iter().map(|reason| (name.to_owned(), reason)));
                }
                Err(reasons) => return Err(unusable(py, registry, names, &because(name, names, &reasons))?),
            }
        }
        if chain.links.is_empty() {
            let reasons = chain.declined.iter().map(|(_, reason)| reason.to_string()).collect::<Vec<_>>().join("; ");
            return Err(unusable(py, registry, names, &reasons)?);
        }
        Ok(chain)
    }

    /// The first of `offers` that fits this interpreter, unless something on the path ranks higher.
    pub fn by_default(registry: &mut Registry, offers: &[&[&str]], table: Table) -> Self {
        let firsts: Vec<&str> = offers.iter().filter_map(|offer| offer.first().copied()).collect();
        let mut links = Vec::new();
        let mut add = |registry: &Registry, started: Started| {
            let name = registry.chain().nth(links.len()).map_or("", |candidate| candidate.name());
            links.push(Link { name: name.into(), started });
        };
        if let Some(started) = registry.start_default(&firsts, table) {
            add(registry, started);
            for offer in offers {
                for started in registry.start_behind(offer, table) {
                    add(registry, started);
                }
            }
        }
        Self { links, declined: Vec::new() }
    }

    /// Its backends, first asked first.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The place of a backend.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.links.iter().position(|link| &*link.name == name)
    }

    /// Their names, as `JITCTL_BACKEND` would list them.
    pub fn name(&self) -> String {
        self.links.iter().map(|link| &*link.name).collect::<Vec<_>>().join(",")
    }

    /// Takes back what any of them did to the function: says whether there was anything, or what went wrong first.
    pub fn undo(&self, function: &Bound<'_, PyAny>) -> Result<bool, jitctl_core::Error> {
        let answers: Vec<_> = self.links.iter().map(|link| link.started.undo(function.as_ptr().cast())).collect();
        answers.into_iter().try_fold(false, |any, answer| Ok(any | answer?))
    }

    /// What a backend knows of the function's state beyond what shows: that of the one that acts, else the first that knows.
    pub fn state(&self, function: &Bound<'_, PyAny>, acting: Option<&str>) -> Option<State> {
        let acting = acting.and_then(|name| self.position(name));
        let state = |index: usize| self.links.get(index)?.started.state(function.as_ptr().cast()).ok().flatten();
        let others = (0..self.links.len()).filter(|index| Some(*index) != acting);
        acting.into_iter().chain(others).find_map(state)
    }
}

fn start(
    py: Python<'_>,
    registry: &mut Registry,
    name: &str,
    table: Table,
) -> PyResult<Result<Started, Vec<LoadError>>> {
    let tried = registry.start_named(name, table);
    if !matches!(&tried, Err(reasons) if reasons.is_empty()) {
        return Ok(tried);
    }
    discover::add_entry_points(py, registry)?;
    Ok(registry.start_named(name, table))
}

/// Is it that the backend is not for this interpreter, and nothing is wrong with it?
fn declines(reasons: &[LoadError]) -> bool {
    let declines = |reason: &LoadError| matches!(reason, LoadError::Interpreter { .. } | LoadError::Declined { .. });
    !reasons.is_empty() && reasons.iter().all(declines)
}

fn because(name: &str, names: &str, reasons: &[LoadError]) -> String {
    if !reasons.is_empty() {
        return reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    }
    if name == names {
        return "no backend of that name was found".to_owned();
    }
    format!("no backend of the name {name} was found")
}

/// The error for a named chain that cannot be used.
fn unusable(py: Python<'_>, registry: &mut Registry, names: &str, reason: &str) -> PyResult<PyErr> {
    registry.examine_all();
    let list = candidates::one_line(registry);
    let message = format!("JITCTL_BACKEND={names} cannot be used: {reason}; there is: {list}");
    let class = modules::import(py, "jitctl._errors")?.getattr("BackendError")?;
    Ok(PyErr::from_value(class.call1((message,))?))
}
