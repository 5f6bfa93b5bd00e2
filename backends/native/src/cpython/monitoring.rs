//! Local events of `sys.monitoring` without a callback: the supported way to keep code out of traces.

use jitctl_core::{Borrowed, Error, Host, Owned, Result};
use jitctl_verdicts::VerdictCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

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
    /// The very object that our ids are registered with, by which they are known as ours.
    name: Owned,
    set: Owned,
    get: Owned,
    get_tool: Owned,
    /// The id that we took last, which another tool may have since.
    tool: AtomicI64,
    probe: OnceLock<Owned>,
}

impl Monitoring {
    /// Takes a tool id.
    pub fn start(host: Host) -> Result<Self> {
        let module = host.get(host.import("sys")?.borrow(), "monitoring")?;
        let set = host.get(module.borrow(), "set_local_events")?;
        let get = host.get(module.borrow(), "get_local_events")?;
        let get_tool = host.get(module.borrow(), "get_tool")?;
        let name = host.text(NAME)?;
        let this =
            Self { host, module, name, set, get, get_tool, tool: AtomicI64::new(TOOLS[0]), probe: OnceLock::new() };
        this.own()?;
        Ok(this)
    }

    /// Our tool id, taken again where somebody freed it; another one where another tool has it now.
    fn own(&self) -> Result<Owned> {
        if let Some(tool) = self.held()? {
            return Ok(tool);
        }
        let last = self.tool.load(Ordering::Relaxed);
        let others = TOOLS.into_iter().filter(|number| *number != last);
        let numbers: Vec<i64> = std::iter::once(last).chain(others).collect();
        let Some(number) = take(self.host, self.module.borrow(), self.name.borrow(), &numbers)? else {
            return Err(VerdictCode::MonitoringIdsTaken
                .error("other tools use all the ids of sys.monitoring that jitctl may take"));
        };
        self.tool.store(number, Ordering::Relaxed);
        self.host.int(number)
    }

    /// Our tool id while it is ours: where it is not, we have no events anywhere.
    fn held(&self) -> Result<Option<Owned>> {
        let tool = self.host.int(self.tool.load(Ordering::Relaxed))?;
        let holder = self.host.call(self.get_tool.borrow(), &[tool.borrow()])?;
        Ok((holder.address() == self.name.address()).then_some(tool))
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
        let tool = if mask == 0 { self.held()? } else { Some(self.own()?) };
        let Some(tool) = tool else { return Ok(()) };
        let mask = self.host.int(mask)?;
        self.host.call(self.set.borrow(), &[tool.borrow(), code, mask.borrow()]).map(drop)
    }

    /// Sets the events of one code object so that CPython records them for each instruction by itself: it does so only
    /// where two tools have events. No other tool may have local events here. `false`: there is no second tool id to be
    /// had, and no events may be set now.
    pub fn declare_per_instruction(&self, code: Borrowed<'_>, mask: i64) -> Result<bool> {
        let Some(second) = self.another()? else { return Ok(false) };
        let none = self.host.int(0)?;
        let events = self.host.int(mask)?;
        self.set(code, 0)?;
        // The record of instruction events begins empty, so the other tool has to be there first. No code runs in between,
        // so nothing is told to it.
        self.host.call(self.set.borrow(), &[second.borrow(), code, events.borrow()])?;
        let done = self.set(code, mask);
        self.host.call(self.set.borrow(), &[second.borrow(), code, none.borrow()])?;
        done.map(|()| true)
    }

    /// The id of any other tool; one of our own where there is no other tool. It is kept then: giving an id back drops
    /// all compiled code.
    fn another(&self) -> Result<Option<Owned>> {
        let own = self.host.to_int(self.own()?.borrow())?;
        for number in (0..=HIGHEST).rev().filter(|number| *number != own) {
            let tool = self.host.int(number)?;
            let name = self.host.call(self.get_tool.borrow(), &[tool.borrow()])?;
            if name.address() != self.host.none().address() {
                return Ok(Some(tool));
            }
        }
        let second = take(self.host, self.module.borrow(), self.name.borrow(), &SECOND)?;
        second.map(|number| self.host.int(number)).transpose()
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
        let own = self.host.to_int(self.own()?.borrow())?;
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
        let Some(tool) = self.held()? else { return Ok(0) };
        self.host.to_int(self.host.call(self.get.borrow(), &[tool.borrow(), code])?.borrow())
    }
}

/// One of the ids, where one is free.
fn take(host: Host, module: Borrowed<'_>, name: Borrowed<'_>, numbers: &[i64]) -> Result<Option<i64>> {
    for number in numbers {
        let tool = host.int(*number)?;
        match host.call_method(module, "use_tool_id", &[tool.borrow(), name]) {
            Ok(_) => return Ok(Some(*number)),
            Err(Error::Python(error)) if error.type_name() == "ValueError" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
