//! Local events of `sys.monitoring` without a callback: the supported way to keep code out of traces.

use jitctl_core::{Borrowed, Error, Host, Owned, Result};

/// `OPTIMIZER_ID` first, then the two that nothing has a claim to.
const TOOLS: [i64; 3] = [5, 4, 3];
const NAME: &str = "jitctl";

/// Our tool id and the functions that use it.
pub struct Monitoring {
    host: Host,
    module: Owned,
    tool: Owned,
    set: Owned,
    get: Owned,
}

impl Monitoring {
    /// Takes a tool id.
    pub fn start(host: Host) -> Result<Self> {
        let module = host.get(host.import("sys")?.borrow(), "monitoring")?;
        let name = host.text(NAME)?;
        for number in TOOLS {
            let tool = host.int(number)?;
            match host.call_method(module.borrow(), "use_tool_id", &[tool.borrow(), name.borrow()]) {
                Ok(_) => {}
                Err(Error::Python(error)) if error.type_name() == "ValueError" => continue,
                Err(error) => return Err(error),
            }
            let set = host.get(module.borrow(), "set_local_events")?;
            let get = host.get(module.borrow(), "get_local_events")?;
            return Ok(Self { host, module, tool, set, get });
        }
        Err(Error::refused(
            "monitoring-ids-taken",
            "other tools use all the ids of sys.monitoring that jitctl may take",
        ))
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

    /// The events of one code object.
    pub fn get(&self, code: Borrowed<'_>) -> Result<i64> {
        self.host.to_int(self.host.call(self.get.borrow(), &[self.tool.borrow(), code])?.borrow())
    }
}
