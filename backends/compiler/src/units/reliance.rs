//! Which unit relies on which dict, class and function. `invalidate` has the watchers that look here.

use jitctl_core::Owned;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who relies on what.
#[derive(Default)]
pub struct Watched {
    pub dicts: Dicts,
    pub classes: Classes,
    /// By a function's address, the units that rely on it.
    pub functions: Users,
    /// By a function's address, the units that call its direct entry.
    pub callees: Users,
    pub ids: Ids,
}

/// Units by the address of what they rely on.
#[derive(Default)]
pub struct Users(HashMap<usize, Vec<u64>>);

impl Users {
    /// The unit relies on this.
    pub fn add(&mut self, address: usize, unit: u64) {
        self.0.entry(address).or_default().push(unit);
    }

    /// The units that rely on this.
    pub fn of(&self, address: usize) -> Vec<u64> {
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
pub struct Ids {
    pub dict: Option<i32>,
    pub class: Option<i32>,
}

static WATCHED: Mutex<Option<Watched>> = Mutex::new(None);

/// Runs `work` with the tables, for as long as no Python code runs.
pub fn with<T>(work: impl FnOnce(&mut Watched) -> T) -> T {
    let mut guard: MutexGuard<'_, Option<Watched>> = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    work(guard.get_or_insert_default())
}

/// One class and the units that rely on it.
pub struct Class {
    /// A weak reference whose callback says that the class died.
    pub weak: Owned,
    pub units: Vec<u64>,
}

/// The watched classes, by address.
#[derive(Default)]
pub struct Classes {
    pub all: HashMap<usize, Class>,
}

impl Classes {
    fn len(&self) -> usize {
        self.all.len()
    }

    fn forget(&mut self, unit: u64) -> Vec<Owned> {
        for class in self.all.values_mut() {
            class.units.retain(|user| *user != unit);
        }
        self.all.extract_if(|_, class| class.units.is_empty()).map(|(_, class)| class.weak).collect()
    }
}

/// One key and the units that rely on it.
pub struct Key {
    pub name: Owned,
    pub units: Vec<u64>,
}

/// The watched dicts, by address. A dict that dies says so before.
#[derive(Default)]
pub struct Dicts {
    pub keys: HashMap<usize, Vec<Key>>,
}

impl Dicts {
    fn len(&self) -> usize {
        self.keys.len()
    }

    /// Takes a unit out. Dicts that nobody relies on stay watched until they change: to unwatch one here could meet a dict that
    /// is dying.
    fn forget(&mut self, unit: u64) -> Vec<Owned> {
        let mut kept = Vec::new();
        for keys in self.keys.values_mut() {
            for key in keys.iter_mut() {
                key.units.retain(|user| *user != unit);
            }
            kept.extend(keys.extract_if(.., |key| key.units.is_empty()).map(|key| key.name));
        }
        kept
    }
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

/// How many dicts, classes and functions are watched.
pub fn counts() -> (usize, usize, usize) {
    with(|watched| (watched.dicts.len(), watched.classes.len(), watched.functions.0.len()))
}
