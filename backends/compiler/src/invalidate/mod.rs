//! What units rely on, watched: globals, builtins, classes and functions. Whatever is about to change spoils the units first.
//!
//! CPython has eight identifiers for watchers of each kind in a process, for all tools together; ours are taken when the first unit
//! needs them and kept. A callback runs in the middle of the change: it runs no Python code and gives nothing back.

mod classes;
mod dicts;
mod functions;

use crate::entry::Assumption;
use crate::runtime::Runtime;
use jitctl_core::{Owned, Result};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use functions::start as watch_functions;

/// Who relies on what.
#[derive(Default)]
struct Watched {
    dicts: dicts::Dicts,
    classes: classes::Classes,
    /// By a function's address, the units that rely on it.
    functions: Users,
    /// By a function's address, the units that call its direct entry.
    callees: Users,
    ids: Ids,
}

/// Units by the address of what they rely on.
#[derive(Default)]
struct Users(HashMap<usize, Vec<u64>>);

impl Users {
    fn add(&mut self, address: usize, unit: u64) {
        self.0.entry(address).or_default().push(unit);
    }

    fn of(&self, address: usize) -> Vec<u64> {
        self.0.get(&address).cloned().unwrap_or_default()
    }

    fn forget(&mut self, unit: u64) {
        self.0.retain(|_, users| {
            users.retain(|user| *user != unit);
            !users.is_empty()
        });
    }
}

/// Our identifiers.
#[derive(Default)]
struct Ids {
    dict: Option<i32>,
    class: Option<i32>,
}

static WATCHED: Mutex<Option<Watched>> = Mutex::new(None);

/// Runs `work` with the tables, for as long as no Python code runs.
fn with<T>(work: impl FnOnce(&mut Watched) -> T) -> T {
    let mut guard: MutexGuard<'_, Option<Watched>> = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    work(guard.get_or_insert_default())
}

/// Watches everything that a unit relies on. False: something of it is otherwise already.
///
/// # Errors
/// [`jitctl_core::Error::Refused`] where other tools have all identifiers.
pub fn watch(runtime: &'static Runtime, unit: u64, assumptions: Vec<Assumption>) -> Result<bool> {
    let mut holds = true;
    for assumption in assumptions {
        holds &= match assumption {
            Assumption::Dict { dict, key, value } => dicts::watch(runtime, unit, dict, key, value)?,
            Assumption::Type { class } => classes::watch(runtime, unit, &class)?,
            Assumption::Function { function } => {
                with(|watched| watched.functions.add(function.address() as usize, unit));
                true
            }
            Assumption::Callee { function, signature } => {
                with(|watched| watched.callees.add(function, unit));
                crate::entry::signature_of(function) == Some(signature)
            }
        };
    }
    if !holds {
        let kept = forget(unit);
        drop(kept);
    }
    Ok(holds)
}

/// The unit relies on nothing any more. What it kept is given back, to be dropped where Python code may run.
#[must_use]
pub fn forget(unit: u64) -> Vec<Owned> {
    with(|watched| {
        watched.functions.forget(unit);
        watched.callees.forget(unit);
        let mut kept = watched.dicts.forget(unit);
        kept.extend(watched.classes.forget(unit));
        kept
    })
}

/// A function's direct entry is of another signature now: its compiled callers are spoiled.
pub fn signature_changed(function: usize) {
    let Some(runtime) = crate::runtime::get() else { return };
    let users = with(|watched| watched.callees.of(function));
    crate::entry::spoiled(runtime, &users);
}

/// How many dicts, classes and functions are watched.
pub fn counts() -> (usize, usize, usize) {
    with(|watched| (watched.dicts.len(), watched.classes.len(), watched.functions.0.len()))
}
