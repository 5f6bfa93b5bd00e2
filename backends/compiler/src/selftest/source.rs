//! The throw-away program that the probes run.

use super::view::{Found, Probe, calm};
use jitctl_core::{Borrowed, Host, Owned, Result};

const SOURCE: &str = "\
def inner(probe, what):
    return probe(what)
def outer(probe):
    a = None
    b = object()
    r = inner(probe, b)
    if 0:
        c = 1
    return a, b, r
def apply(probe):
    return partial(inner, probe, 7)()
def gen(probe):
    yield probe(0)
def give(a, b):
    c = [a, b]
    return c, b
def fail(a, b):
    c = a / 0
    return c
def made(x, y=1, *, z=2):
    return lambda: x
class Plain:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def method(self):
        return self.x
class Final(Plain):
    def __del__(self):
        pass
";

/// Functions and classes that nobody else has; they are gone with this value.
pub struct Program {
    host: Host,
    pub namespace: Owned,
}

impl Program {
    /// Compiles and runs it.
    pub fn make(host: Host) -> Found<Self> {
        let make = || -> Result<Self> {
            let builtins = host.import("builtins")?;
            let namespace = host.call_method(builtins.borrow(), "dict", &[])?;
            let partial = host.get(host.import("functools")?.borrow(), "partial")?;
            let key = host.text("partial")?;
            host.call_method(namespace.borrow(), "__setitem__", &[key.borrow(), partial.borrow()])?;
            let (source, file, mode) = (host.text(SOURCE)?, host.text("<jitctl self-test>")?, host.text("exec")?);
            let code =
                host.call_method(builtins.borrow(), "compile", &[source.borrow(), file.borrow(), mode.borrow()])?;
            host.call_method(builtins.borrow(), "exec", &[code.borrow(), namespace.borrow()])?;
            Ok(Self { host, namespace })
        };
        calm(Probe(2), make())
    }

    /// One of its functions or classes.
    pub fn get(&self, probe: Probe, name: &str) -> Found<Owned> {
        calm(probe, self.host.text(name).and_then(|name| self.host.item(self.namespace.borrow(), name.borrow())))
    }

    /// Evaluates an expression in it.
    pub fn eval(&self, probe: Probe, text: &str) -> Found<Owned> {
        let eval = || -> Result<Owned> {
            let builtins = self.host.import("builtins")?;
            let text = self.host.text(text)?;
            self.host.call_method(builtins.borrow(), "eval", &[text.borrow(), self.namespace.borrow()])
        };
        calm(probe, eval())
    }

    /// Calls one of its functions.
    pub fn call(&self, probe: Probe, name: &str, arguments: &[Borrowed<'_>]) -> Found<Owned> {
        let function = self.get(probe, name)?;
        calm(probe, self.host.call(function.borrow(), arguments))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The functions and their namespace refer to each other; otherwise they would wait for the collector.
        let _ = self.host.call_method(self.namespace.borrow(), "clear", &[]);
    }
}
