//! Whoever calls others is trained after them.
//!
//! CPython delivers no event from inside a callback. A function that waits for its own event would therefore not be
//! trained when the training of another calls it, and the other's compiled code would end at the event, for good. So the
//! functions that wait and that a function names among its globals are trained before it.

use crate::pending::{Pending, Waiting, Way};
use jitctl_core::{Borrowed, Host, Owned, Result};

/// Runs what waits for `one`, after what waits for the functions that it names. `off` turns the event of a code object off.
pub(crate) fn run_in_order(host: Host, pending: &Pending, one: Waiting, off: &dyn Fn(Borrowed<'_>)) -> Result<()> {
    if let Some(function) = one.function(host) {
        // Nothing of this may keep the training itself from its moment.
        for callee in named(host, pending, function.borrow()).unwrap_or_default() {
            let Some(inner) = pending.take_event_of(callee.borrow()) else { continue };
            if let Way::Event { code } = &inner.way
                && !pending.has_code(code.borrow())
            {
                off(code.borrow());
            }
            if let Err(error) = run_in_order(host, pending, inner, off) {
                one.interrupt(host);
                return Err(error);
            }
        }
    }
    one.run(host)
}

fn named(host: Host, pending: &Pending, function: Borrowed<'_>) -> Result<Vec<Owned>> {
    if pending.len() == 0 {
        return Ok(Vec::new());
    }
    let globals = host.get(function, "__globals__")?;
    let facts = host.facts(function)?;
    let mut found = Vec::new();
    for name in facts.code().names() {
        // Attributes are among the names, too; a KeyError says that this is one.
        let Ok(value) = host.item(globals.borrow(), host.text(name)?.borrow()) else { continue };
        if pending.waits_for(value.borrow()) {
            found.push(value);
        }
    }
    Ok(found)
}
