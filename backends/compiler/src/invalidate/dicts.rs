//! Keys of dicts: globals and builtins.

use crate::python::Object;
use crate::runtime::{self, Runtime};
use crate::units::reliance::{Key, with};
use crate::units::{spoiled, table};
use jitctl_core::{Owned, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::c_int;

// `PyDict_WatchEvent` of Include/cpython/dictobject.h.
const ADDED: c_int = 0;
const MODIFIED: c_int = 1;
const DELETED: c_int = 2;

/// Watches one key of a dict for a unit. False: it has another value now.
pub fn watch(runtime: &'static Runtime, unit: u64, dict: Owned, key: Owned, value: Option<usize>) -> Result<bool> {
    let id = identifier(runtime)?;
    let address = dict.address();
    // SAFETY: a live dict, and an identifier of ours.
    if unsafe { (runtime.api.PyDict_Watch)(id, address) } != 0 {
        // SAFETY: the thread is attached.
        unsafe { (runtime.api.PyErr_Clear)() };
        return Err(VerdictCode::WatchersTaken.error("a dict cannot be watched"));
    }
    // SAFETY: a live dict and a string.
    let now = unsafe { (runtime.api.PyDict_GetItemWithError)(address, key.address()) };
    if now.is_null() {
        // SAFETY: the thread is attached.
        unsafe { (runtime.api.PyErr_Clear)() };
    }
    let holds = now as usize == value.unwrap_or(0);
    let spare = with(|watched| {
        let keys = watched.dicts.keys.entry(address as usize).or_default();
        match keys.iter_mut().find(|one| one.name.address() == key.address()) {
            Some(one) => {
                one.units.push(unit);
                Some(key)
            }
            None => {
                keys.push(Key { name: key, units: vec![unit] });
                None
            }
        }
    });
    drop((spare, dict));
    Ok(holds)
}

fn identifier(runtime: &Runtime) -> Result<c_int> {
    if let Some(id) = with(|watched| watched.ids.dict) {
        return Ok(id);
    }
    // SAFETY: the thread is attached; the library is never unloaded, so the callback stays.
    let id = unsafe { (runtime.api.PyDict_AddWatcher)(changed) };
    if id < 0 {
        // SAFETY: the thread is attached.
        unsafe { (runtime.api.PyErr_Clear)() };
        return Err(VerdictCode::WatchersTaken.error("other tools use all of the interpreter's dict watchers"));
    }
    with(|watched| watched.ids.dict = Some(id));
    Ok(id)
}

/// The interpreter calls this before it makes the change. It must not panic, and must run no Python code.
unsafe extern "C" fn changed(event: c_int, dict: Object, key: Object, _: Object) -> c_int {
    let Some(runtime) = runtime::get() else { return 0 };
    let one_key = matches!(event, ADDED | MODIFIED | DELETED);
    let users = with(|watched| {
        let Some(keys) = watched.dicts.keys.get(&(dict as usize)) else { return Vec::new() };
        // SAFETY: the key lives for this call; the names are strings.
        let concerned = |name: &Owned| !one_key || unsafe { may_equal(runtime, name.address(), key) };
        keys.iter().filter(|one| concerned(&one.name)).flat_map(|one| one.units.iter().copied()).collect()
    });
    if !users.is_empty() {
        spoiled(runtime, &users);
    }
    if !one_key {
        // Cloned over, cleared or dying: whoever relied on it is spoiled, and its address may be another dict's soon.
        let gone = with(|watched| watched.dicts.keys.remove(&(dict as usize)));
        table::discard(gone.into_iter().flatten().map(|key| key.name));
    }
    0
}

/// May the key be equal to the name? Only plain strings are compared; of anything else nobody knows.
///
/// # Safety
/// Live objects; `name` is a string.
unsafe fn may_equal(runtime: &Runtime, name: Object, key: Object) -> bool {
    if name == key || key.is_null() {
        return true;
    }
    // SAFETY: the caller's promise; comparing two strings runs no other code.
    unsafe {
        let plain = Runtime::read::<usize>(key, runtime.layout.object_type) == runtime.api.PyUnicode_Type;
        !plain || (runtime.api.PyUnicode_Compare)(name, key) == 0
    }
}
