//! The constant that a stand-in's prologue calls.
//!
//! It is an instance of a small class and not a bare callable, for the sake of those who pickle code by value
//! (cloudpickle): it is pickled as the class `int`, whose call does nothing.

use crate::python;
use jitctl_core::{Borrowed, Host, Owned, Result};
use std::sync::OnceLock;

#[derive(Default)]
pub(crate) struct Triggers {
    class: OnceLock<Owned>,
}

impl Triggers {
    /// An object that calls `run` when it is called.
    pub(crate) fn make(&self, host: Host, run: Borrowed<'_>) -> Result<Owned> {
        let trigger = host.call(self.class(host)?.borrow(), &[])?;
        host.set(trigger.borrow(), "run", run)?;
        Ok(trigger)
    }

    fn class(&self, host: Host) -> Result<&Owned> {
        match self.class.get() {
            Some(class) => Ok(class),
            None => {
                let class = class(host)?;
                Ok(self.class.get_or_init(|| class))
            }
        }
    }
}

/// ```python
/// class first_call:
///     __slots__ = ("run",)
///     __call__ = property(operator.attrgetter("run"))
///     __reduce__ = staticmethod(lambda: (type, (0,)))
/// ```
fn class(host: Host) -> Result<Owned> {
    let run = host.text("run")?;
    let getter = host.call_method(host.import("operator")?.borrow(), "attrgetter", &[run.borrow()])?;
    let call = host.call(python::builtin(host, "property")?.borrow(), &[getter.borrow()])?;
    let reduce = host.callable("__reduce__", |host, _| {
        let arguments = host.tuple(&[host.int(0)?.borrow()])?;
        host.tuple(&[python::builtin(host, "type")?.borrow(), arguments.borrow()])
    })?;
    let (slots, module) = (host.tuple(&[run.borrow()])?, host.text("jitctl")?);
    let body = python::dict(
        host,
        &[
            ("__slots__", slots.borrow()),
            ("__module__", module.borrow()),
            ("__call__", call.borrow()),
            ("__reduce__", reduce.borrow()),
        ],
    )?;
    let bases = host.tuple(&[python::builtin(host, "object")?.borrow()])?;
    let name = host.text("first_call")?;
    host.call(python::builtin(host, "type")?.borrow(), &[name.borrow(), bases.borrow(), body.borrow()])
}
