//! The throw-away functions that the probes run.

use super::outcome::{Found, Probe, View, expect_no_error};
use jitctl_core::{Host, Owned, Result};

const SOURCE: &str = "\
def count(n):
    t = 0
    for i in range(n):
        t += i
    return t
def look(n):
    a = 0
    for i in range(n):
        a += active()
    return a
";

/// Functions that nobody else has; they are gone with this value.
pub struct Functions {
    host: Host,
    namespace: Owned,
    function_type: Owned,
    replace: [Owned; 2],
}

/// A fresh function and its code object.
pub struct Fresh {
    pub function: Owned,
    pub code: Owned,
}

/// Which of the two functions.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Adds integers in a loop.
    Count,
    /// Counts how often it runs as compiled code.
    StartState,
}

/// A tracer, profiler or monitoring tool that rewrites bytecode right now.
pub fn tracing(view: &View) -> Option<&'static str> {
    let host = view.host;
    let active = || -> Result<bool> {
        let sys = host.import("sys")?;
        for name in ["gettrace", "getprofile"] {
            let tool = host.call_method(sys.borrow(), name, &[])?;
            if tool.address() != host.none().address() {
                return Ok(true);
            }
        }
        let monitoring = host.get(sys.borrow(), "monitoring")?;
        let events = host.get(monitoring.borrow(), "get_events")?;
        for tool in 0..6 {
            let number = host.int(tool)?;
            if matches!(host.call(events.borrow(), &[number.borrow()]), Ok(set) if host.to_int(set.borrow())? != 0) {
                return Ok(true);
            }
        }
        Ok(false)
    };
    active().unwrap_or(true).then_some("a tracing tool is active; looked at again when it is gone")
}

impl Functions {
    /// Compiles them.
    pub fn make(view: &View, jit: bool) -> Found<Self> {
        const T2: Probe = Probe(2);
        let host = view.host;
        let make = || -> Result<Self> {
            let builtins = host.import("builtins")?;
            let namespace = host.call_method(builtins.borrow(), "dict", &[])?;
            let set = |name: &str, value: &Owned| -> Result<()> {
                let key = host.text(name)?;
                host.call_method(namespace.borrow(), "__setitem__", &[key.borrow(), value.borrow()]).map(drop)
            };
            set("range", &host.get(builtins.borrow(), "range")?)?;
            if jit {
                let sys = host.import("sys")?;
                set("active", &host.get(host.get(sys.borrow(), "_jit")?.borrow(), "is_active")?)?;
            }
            let (source, file, mode) = (host.text(SOURCE)?, host.text("<jitctl self-test>")?, host.text("exec")?);
            let code =
                host.call_method(builtins.borrow(), "compile", &[source.borrow(), file.borrow(), mode.borrow()])?;
            host.call_method(builtins.borrow(), "exec", &[code.borrow(), namespace.borrow()])?;
            let function = |name: &str| host.item(namespace.borrow(), host.text(name)?.borrow());
            let (count, look) = (function("count")?, function("look")?);
            let replace = |function: &Owned| host.get(host.get(function.borrow(), "__code__")?.borrow(), "replace");
            Ok(Self {
                host,
                function_type: host.get(count.borrow(), "__class__")?,
                replace: [replace(&count)?, replace(&look)?],
                namespace,
            })
        };
        expect_no_error(T2, make())
    }

    /// A copy that was never run.
    pub fn fresh(&self, view: &View, kind: Kind) -> Found<Fresh> {
        let host = view.host;
        let make = || -> Result<Fresh> {
            let replace = match kind {
                Kind::Count => &self.replace[0],
                Kind::StartState => &self.replace[1],
            };
            let code = host.call(replace.borrow(), &[])?;
            let function = host.call(self.function_type.borrow(), &[code.borrow(), self.namespace.borrow()])?;
            Ok(Fresh { function, code })
        };
        expect_no_error(Probe(2), make())
    }
}

impl Fresh {
    /// Calls it and gives its result.
    pub fn run(&self, view: &View, iterations: i64) -> Found<i64> {
        let host = view.host;
        let call = || host.to_int(host.call(self.function.borrow(), &[host.int(iterations)?.borrow()])?.borrow());
        expect_no_error(Probe(3), call())
    }
}

impl Drop for Functions {
    fn drop(&mut self) {
        // The functions and their namespace refer to each other; otherwise they would wait for the collector.
        let _ = self.host.call_method(self.namespace.borrow(), "clear", &[]);
    }
}
