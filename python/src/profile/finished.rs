//! Profiles of functions that are not profiled now: the last numbers, or why there are none. Functions are held weakly.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyWeakrefMethods, PyWeakrefReference};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

type Map = HashMap<usize, (Py<PyWeakrefReference>, Py<PyDict>)>;

static KEPT: Mutex<Option<Map>> = Mutex::new(None);
/// Fewer than this are not worth looking for dead ones.
const SWEEP_FLOOR: usize = 256;
/// How many make the next look worth while: the dead never outnumber the living for long.
static SWEEP_AT: AtomicUsize = AtomicUsize::new(SWEEP_FLOOR);

/// No Python code may run in `action`: what it takes out is returned, and dropped outside.
fn locked<T>(action: impl FnOnce(&mut Map) -> T) -> T {
    action(KEPT.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// Keeps a profile.
pub fn keep(function: &Bound<'_, PyAny>, profile: &Bound<'_, PyDict>) -> PyResult<()> {
    let py = function.py();
    let entry = (PyWeakrefReference::new(function)?.unbind(), profile.clone().unbind());
    let (old, size) = locked(|map| (map.insert(function.as_ptr() as usize, entry), map.len()));
    drop(old);
    if size >= SWEEP_AT.load(Ordering::Relaxed) {
        sweep(py);
    }
    Ok(())
}

/// The kept profile of this very object.
pub fn get<'py>(function: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    let py = function.py();
    let found = locked(|map| {
        map.get(&(function.as_ptr() as usize)).map(|(owner, profile)| (owner.clone_ref(py), profile.clone_ref(py)))
    });
    let Some((owner, profile)) = found else { return Ok(None) };
    if owner.bind(py).upgrade().is_none_or(|owner| !owner.is(function)) {
        return Ok(None);
    }
    profile.bind(py).copy().map(Some)
}

/// Forgets it; says whether there was one.
pub fn forget(function: &Bound<'_, PyAny>) -> bool {
    let found = get(function).is_ok_and(|found| found.is_some());
    let old = locked(|map| map.remove(&(function.as_ptr() as usize)));
    old.is_some() && found
}

fn sweep(py: Python<'_>) {
    let all: Vec<_> = locked(|map| map.iter().map(|(key, (owner, _))| (*key, owner.clone_ref(py))).collect());
    let dead: Vec<usize> =
        all.iter().filter(|(_, owner)| owner.bind(py).upgrade().is_none()).map(|(key, _)| *key).collect();
    let (removed, left) = locked(|map| {
        let removed: Vec<_> = dead.iter().map(|key| map.remove(key)).collect();
        (removed, map.len())
    });
    SWEEP_AT.store((left * 2).max(SWEEP_FLOOR), Ordering::Relaxed);
    drop(removed);
}
