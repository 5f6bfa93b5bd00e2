//! What units rely on, watched: globals, builtins, classes and functions. Whatever is about to change spoils the units first.
//!
//! CPython has eight identifiers for watchers of each kind in a process, for all tools together; ours are taken when the first unit
//! needs them and kept. A callback runs in the middle of the change: it runs no Python code and gives nothing back.

mod classes;
mod dicts;
mod functions;

use crate::runtime::Runtime;
use crate::units::Assumption;
use crate::units::reliance::{forget, with};
use crate::units::{callers_look_again, table};
use jitctl_core::Result;

pub use functions::start as watch_functions;

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
                table::signature_of(function) == Some(signature)
            }
        };
    }
    if !holds {
        let kept = forget(unit);
        drop(kept);
    }
    Ok(holds)
}

/// A function's direct entry is of another signature now: its compiled callers are spoiled.
pub fn signature_changed(function: usize) {
    callers_look_again(function);
}
