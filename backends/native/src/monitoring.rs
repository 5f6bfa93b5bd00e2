//! Local events of `sys.monitoring` without a callback: the supported way to keep code out of traces.

use jitctl_core::{Borrowed, Error, Host, Owned, Result};
use std::sync::OnceLock;

/// `OPTIMIZER_ID` first, then the two that nothing has a claim to.
const TOOLS: [i64; 3] = [5, 4, 3];
/// The id that is taken beside it where no other tool has one.
const SECOND: [i64; 2] = [4, 5];
/// The ids that tools may use are 0 to this.
const HIGHEST: i64 = 5;
const NAME: &str = "jitctl";

/// Our tool id and the functions that use it.
pub struct Monitoring {
    host: Host,
    module: Owned,
    tool: Owned,
    set: Owned,
    get: Owned,
    probe: OnceLock<Owned>,
}

impl Monitoring {
    /// Takes a tool id.
    pub fn start(host: Host) -> Result<Self> {
        let module = host.get(host.import("sys")?.borrow(), "monitoring")?;
        let Some(tool) = take(host, module.borrow(), &TOOLS)? else {
            return Err(Error::refused(
                "monitoring-ids-taken",
                "other tools use all the ids of sys.monitoring that jitctl may take",
            ));
        };
        let set = host.get(module.borrow(), "set_local_events")?;
        let get = host.get(module.borrow(), "get_local_events")?;
        Ok(Self { host, module, tool, set, get, probe: OnceLock::new() })
    }

    /// The sum of the events of these names.
    pub fn mask(&self, names: &[&str]) -> Result<i64> {
        let events = self.host.get(self.module.borrow(), "events")?;
        names
            .iter()
            .try_fold(0, |mask, name| Ok(mask | self.host.to_int(self.host.get(events.borrow(), name)?.borrow())?))
    }

    /// Sets the events of one code object and of no other.
    pub fn set(&self, code: Borrowed<'_>, mask: i64) -> Result<()> {
        let mask = self.host.int(mask)?;
        match self.host.call(self.set.borrow(), &[self.tool.borrow(), code, mask.borrow()]) {
            Ok(_) => Ok(()),
            Err(Error::Python(error)) if error.type_name() == "ValueError" => {
                // Somebody freed the id; take it back, once.
                let name = self.host.text(NAME)?;
                self.host.call_method(self.module.borrow(), "use_tool_id", &[self.tool.borrow(), name.borrow()])?;
                self.host.call(self.set.borrow(), &[self.tool.borrow(), code, mask.borrow()]).map(drop)
            }
            Err(error) => Err(error),
        }
    }

    /// Sets the events of one code object so that CPython books them for each instruction by itself: it does so only
    /// where two tools have events. No other tool may have local events here. `false`: there is no second tool id to be
    /// had, and no events may be set now.
    pub fn book(&self, code: Borrowed<'_>, mask: i64) -> Result<bool> {
        let Some(second) = self.another()? else { return Ok(false) };
        let none = self.host.int(0)?;
        let events = self.host.int(mask)?;
        self.set(code, 0)?;
        // The book for instruction events begins empty, so the other tool has to be there first. No code runs in between,
        // so nothing is told to it.
        self.host.call(self.set.borrow(), &[second.borrow(), code, events.borrow()])?;
        let done = self.set(code, mask);
        self.host.call(self.set.borrow(), &[second.borrow(), code, none.borrow()])?;
        done.map(|()| true)
    }

    /// The id of any other tool; one of our own where there is no other tool. It is kept then: giving an id back drops
    /// all compiled code.
    fn another(&self) -> Result<Option<Owned>> {
        let own = self.host.to_int(self.tool.borrow())?;
        let none = self.host.none();
        for number in (0..=HIGHEST).rev().filter(|number| *number != own) {
            let tool = self.host.int(number)?;
            let name = self.host.call_method(self.module.borrow(), "get_tool", &[tool.borrow()])?;
            if name.address() != none.address() {
                return Ok(Some(tool));
            }
        }
        take(self.host, self.module.borrow(), &SECOND)
    }

    /// Code that never runs, instrumented with the global events of this moment.
    pub fn probe(&self) -> Result<&Owned> {
        let probe = match self.probe.get() {
            Some(probe) => probe,
            None => {
                let compile = self.host.get(self.host.import("builtins")?.borrow(), "compile")?;
                let [source, file, mode] = ["f()", "<jitctl>", "exec"].map(|text| self.host.text(text));
                let code = self.host.call(compile.borrow(), &[source?.borrow(), file?.borrow(), mode?.borrow()])?;
                self.probe.get_or_init(|| code)
            }
        };
        self.set(probe.borrow(), self.mask(&["PY_RETURN"])?)?;
        self.set(probe.borrow(), 0)?;
        Ok(probe)
    }

    /// Does no other tool have local events here?
    pub fn alone(&self, code: Borrowed<'_>) -> Result<bool> {
        let own = self.host.to_int(self.tool.borrow())?;
        for number in (0..=HIGHEST).filter(|number| *number != own) {
            let tool = self.host.int(number)?;
            match self.host.call(self.get.borrow(), &[tool.borrow(), code]) {
                Ok(events) if self.host.to_int(events.borrow())? != 0 => return Ok(false),
                // The id is not in use.
                Err(Error::Python(error)) if error.type_name() == "ValueError" => {}
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// The events of one code object.
    pub fn get(&self, code: Borrowed<'_>) -> Result<i64> {
        self.host.to_int(self.host.call(self.get.borrow(), &[self.tool.borrow(), code])?.borrow())
    }
}

/// One of the ids, where one is free.
fn take(host: Host, module: Borrowed<'_>, numbers: &[i64]) -> Result<Option<Owned>> {
    let name = host.text(NAME)?;
    for number in numbers {
        let tool = host.int(*number)?;
        match host.call_method(module, "use_tool_id", &[tool.borrow(), name.borrow()]) {
            Ok(_) => return Ok(Some(tool)),
            Err(Error::Python(error)) if error.type_name() == "ValueError" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
