//! Small things that are said in one word in Python.

use jitctl_core::{Borrowed, Host, Owned, Result};

/// `builtins.name`.
pub(crate) fn builtin(host: Host, name: &str) -> Result<Owned> {
    host.get(host.import("builtins")?.borrow(), name)
}

/// `isinstance(object, builtins.name)`.
pub(crate) fn is_instance(host: Host, object: Borrowed<'_>, name: &str) -> Result<bool> {
    let answer = host.call(builtin(host, "isinstance")?.borrow(), &[object, builtin(host, name)?.borrow()])?;
    host.truth(answer.borrow())
}

/// Are the two the same object?
pub(crate) fn same(one: Borrowed<'_>, other: Borrowed<'_>) -> bool {
    one.address() == other.address()
}

pub(crate) fn is_none(host: Host, object: Borrowed<'_>) -> bool {
    same(object, host.none().borrow())
}

/// A `dict` of these.
pub(crate) fn dict(host: Host, items: &[(&str, Borrowed<'_>)]) -> Result<Owned> {
    let dict = host.call(builtin(host, "dict")?.borrow(), &[])?;
    for (name, value) in items {
        host.call_method(dict.borrow(), "__setitem__", &[host.text(name)?.borrow(), *value])?;
    }
    Ok(dict)
}

/// The object that a weak reference still has.
pub(crate) fn referent(host: Host, reference: Borrowed<'_>) -> Option<Owned> {
    host.call(reference, &[]).ok().filter(|object| !is_none(host, object.borrow()))
}

/// `module` if the process has imported it already.
pub(crate) fn imported(host: Host, module: &str) -> Option<Owned> {
    let modules = host.get(host.import("sys").ok()?.borrow(), "modules").ok()?;
    host.item(modules.borrow(), host.text(module).ok()?.borrow()).ok()
}
