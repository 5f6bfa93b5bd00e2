//! Classes: what they and their bases define, and that they live.

use crate::python::Object;
use crate::runtime::{self, Runtime};
use crate::units::reliance::{Class, with};
use jitctl_core::{Owned, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::c_int;
use std::sync::OnceLock;

/// Watches a class for a unit. False: it cannot be watched.
pub fn watch(runtime: &'static Runtime, unit: u64, class: &Owned) -> Result<bool> {
    let id = identifier(runtime)?;
    let address = class.address();
    // SAFETY: a live class, and an identifier of ours. Only a class with a version tag tells of changes.
    let watched = unsafe {
        (runtime.api.PyUnstable_Type_AssignVersionTag)(address) == 1 && (runtime.api.PyType_Watch)(id, address) == 0
    };
    if !watched {
        // SAFETY: the thread is attached.
        unsafe { (runtime.api.PyErr_Clear)() };
        return Ok(false);
    }
    if with(|watched| watched.classes.all.get_mut(&(address as usize)).map(|one| one.units.push(unit))).is_some() {
        return Ok(true);
    }
    let host = runtime.host;
    let reference = host.get(host.import("weakref")?.borrow(), "ref")?;
    let weak = host.call(reference.borrow(), &[class.borrow(), died(runtime)?.borrow()])?;
    let doubled = with(|watched| {
        let class = watched.classes.all.entry(address as usize);
        let mut spare = None;
        let class = match class {
            std::collections::hash_map::Entry::Occupied(entry) => {
                spare = Some(weak);
                entry.into_mut()
            }
            std::collections::hash_map::Entry::Vacant(entry) => entry.insert(Class { weak, units: Vec::new() }),
        };
        class.units.push(unit);
        spare
    });
    drop(doubled);
    Ok(true)
}

/// The callback of all weak references.
fn died(runtime: &'static Runtime) -> Result<&'static Owned> {
    static DIED: OnceLock<Owned> = OnceLock::new();
    if let Some(died) = DIED.get() {
        return Ok(died);
    }
    let made = runtime.host.callable("jitctl_class_died", move |host, arguments| {
        let reference = arguments.first().map_or(0, |reference| reference.address() as usize);
        let gone = with(|watched| {
            let address = watched
                .classes
                .all
                .iter()
                .find(|(_, class)| class.weak.address() as usize == reference)
                .map(|(at, _)| *at);
            address.and_then(|address| watched.classes.all.remove(&address))
        });
        if let Some(gone) = gone {
            crate::units::spoiled(runtime, &gone.units);
        }
        Ok(host.none())
    })?;
    Ok(DIED.get_or_init(|| made))
}

fn identifier(runtime: &Runtime) -> Result<c_int> {
    if let Some(id) = with(|watched| watched.ids.class) {
        return Ok(id);
    }
    // SAFETY: the thread is attached; the library is never unloaded, so the callback stays.
    let id = unsafe { (runtime.api.PyType_AddWatcher)(changed) };
    if id < 0 {
        // SAFETY: the thread is attached.
        unsafe { (runtime.api.PyErr_Clear)() };
        return Err(VerdictCode::WatchersTaken.error("other tools use all of the interpreter's type watchers"));
    }
    with(|watched| watched.ids.class = Some(id));
    Ok(id)
}

/// The interpreter calls this when a class or a base of it was changed. It must not panic, and must run no Python code.
unsafe extern "C" fn changed(class: Object) -> c_int {
    let Some(runtime) = runtime::get() else { return 0 };
    let users = with(|watched| watched.classes.all.get(&(class as usize)).map(|class| class.units.clone()));
    if let Some(users) = users.filter(|users| !users.is_empty()) {
        crate::units::spoiled(runtime, &users);
    }
    0
}
