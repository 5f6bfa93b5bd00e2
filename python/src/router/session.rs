//! The backends of this process: chosen once at import, asked ever after.

use super::chain::Chain;
use super::discover;
use crate::bridge::Cpython;
use crate::introspect::{interpreter as describer, unfriendly};
use crate::log;
use jitctl_core::Verdict;
use jitctl_core::host::registry::Registry;
use jitctl_core::host::table::{Table, table as table_of};
use jitctl_verdicts::VerdictCode;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What the package read from the environment; the variables, their values and their meaning stand in `_settings.py`.
#[derive(PartialEq, Eq)]
pub struct Settings {
    /// The folder of our own backends.
    pub directory: PathBuf,
    /// The backends that were named, with commas between them.
    pub backend: Option<String>,
    /// Further files and folders with backends.
    pub path: Vec<PathBuf>,
    pub disabled: bool,
    pub profile: bool,
    /// See [`log::set_level`].
    pub log: u8,
    /// The variables that a backend may heed; none where Python ignores its own.
    pub environment: Vec<(String, String)>,
}

/// What was chosen, and what hints come to where nothing was.
pub struct Session {
    /// The names of the chain, or a word for why it is empty.
    pub name: Arc<str>,
    pub chain: Chain,
    pub disabled: bool,
    /// Every hinted function is profiled.
    pub profile: bool,
    /// The verdict where the chain is empty.
    pub verdict: Verdict,
    settings: Settings,
    registry: Mutex<Registry>,
}

static SESSION: RwLock<Option<Arc<Session>>> = RwLock::new(None);

/// The session, once `start` made it.
pub fn current() -> PyResult<Arc<Session>> {
    let session = SESSION.read().unwrap_or_else(PoisonError::into_inner);
    session
        .clone()
        .ok_or_else(|| PyRuntimeError::new_err("jitctl._backend.start() was not called yet; import jitctl calls it"))
}

impl Session {
    /// Works with the candidates.
    pub fn registry<T>(&self, action: impl FnOnce(&mut Registry) -> T) -> T {
        action(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn table() -> Table {
    static TABLE: std::sync::OnceLock<Table> = std::sync::OnceLock::new();
    *TABLE.get_or_init(table_of::<Cpython>)
}

/// Chooses the backend of this process, and starts it. A package that is imported anew, with the same settings, finds the
/// session as it was, and with it all hints.
pub fn open(py: Python<'_>, settings: Settings) -> PyResult<()> {
    if current().is_ok_and(|session| session.settings == settings) {
        return Ok(());
    }
    log::set_level(settings.log);
    let interpreter = describer::interpreter(py, &settings.environment)?;
    let offers = describer::preference(&interpreter);
    unfriendly::table::remember(&interpreter);
    let mut registry = Registry::new(interpreter);
    discover::add_built_in(&mut registry, &settings.directory);
    discover::add_path(&mut registry, &settings.path);
    let chain = match (settings.disabled, settings.backend.as_deref()) {
        (true, _) => Chain::default(),
        (false, Some(names)) => Chain::named(py, &mut registry, names, table())?,
        (false, None) => Chain::by_default(&mut registry, offers, table()),
    };
    let verdict = if settings.disabled { VerdictCode::Disabled.told() } else { VerdictCode::NoBackend.told() };
    let name: Arc<str> = match chain.links() {
        [_, ..] => chain.name().into(),
        [] if settings.disabled => "disabled".into(),
        [] => "none".into(),
    };
    let (disabled, profile) = (settings.disabled, settings.profile);
    let registry = Mutex::new(registry);
    let session = Session { name, chain, disabled, profile, verdict, settings, registry };
    *SESSION.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(session));
    Ok(())
}
