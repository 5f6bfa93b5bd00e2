//! Takes and gives back tool identifiers of `sys.monitoring` (3.12+).
//!
//! There are six. 0, 1 and 2 are by convention the debugger's, coverage's and the profiler's; 5 is for optimisers. The native
//! backend needs another one than trainings: it wants local events for which *no* callback is registered.

use crate::python;
use jitctl_core::{Host, Owned, Result};
use jitctl_verdicts::VerdictCode;

/// For events without a callback, in the order in which they are tried.
pub const QUIET: [i64; 3] = [5, 4, 3];

/// For the callback that notices first calls, in the order in which they are tried.
pub const FIRST_CALL: [i64; 2] = [4, 3];

/// `sys.monitoring`.
///
/// # Errors
/// [`Error::Python`] before 3.12.
pub fn monitoring(host: Host) -> Result<Owned> {
    host.get(host.import("sys")?.borrow(), "monitoring")
}

/// Takes the first of `identifiers` that is free, under `name` (which `sys.monitoring.get_tool` then shows).
///
/// # Errors
/// [`Error::Unsupported`] where none is free, with the names of those who have them; [`Error::Python`] before 3.12.
pub fn claim(host: Host, identifiers: &[i64], name: &str) -> Result<i64> {
    let monitoring = monitoring(host)?;
    let mut holders = Vec::new();
    for &identifier in identifiers {
        let number = host.int(identifier)?;
        let holder = host.call_method(monitoring.borrow(), "get_tool", &[number.borrow()])?;
        if !python::is_none(host, holder.borrow()) {
            holders.push(format!("{identifier} is used by {}", host.to_text(holder.borrow())?));
            continue;
        }
        match host.call_method(monitoring.borrow(), "use_tool_id", &[number.borrow(), host.text(name)?.borrow()]) {
            Ok(_) => return Ok(identifier),
            Err(error) => holders.push(format!("{identifier} could not be taken: {error}")),
        }
    }
    let message = format!("no tool identifier of sys.monitoring is free: {}", holders.join(", "));
    Err(VerdictCode::MonitoringIdsTaken.error(message))
}

/// Does `name` still have this identifier? A tool that was freed by somebody else may belong to another by now.
///
/// # Errors
/// [`Error::Python`] before 3.12.
pub fn has(host: Host, identifier: i64, name: &str) -> Result<bool> {
    let holder = host.call_method(monitoring(host)?.borrow(), "get_tool", &[host.int(identifier)?.borrow()])?;
    Ok(!python::is_none(host, holder.borrow()) && host.to_text(holder.borrow())? == name)
}

/// Gives an identifier back.
///
/// # Errors
/// [`Error::Python`] with what Python raised.
pub fn release(host: Host, identifier: i64) -> Result<()> {
    host.call_method(monitoring(host)?.borrow(), "free_tool_id", &[host.int(identifier)?.borrow()]).map(|_| ())
}
