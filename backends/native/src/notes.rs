//! What `doctor` says of this backend in this process.

use crate::control::jit_switch;
use crate::control::obstacle::{self, Obstacle};
use crate::state::context::{Context, Process};
use crate::tuning::MOST_OBJECTS;
use jitctl_core::Result;

/// Names and texts.
pub fn of(context: &Context) -> Vec<(String, String)> {
    let capabilities = context.capabilities();
    let mut notes = vec![("monitoring events".to_owned(), "granted".to_owned())];
    let mut note = |name: &str, text: String| notes.push((name.to_owned(), text));
    note("counters and opcodes", capabilities.code.as_ref().map_or_else(ToString::to_string, granted));
    note("exits of compiled code", capabilities.executors.as_ref().map_or_else(ToString::to_string, granted));
    note("the JIT's switch", capabilities.switch.as_ref().map_or_else(ToString::to_string, granted));
    note("self-test", format!("{:.2} ms", capabilities.micros as f64 / 1_000.0));
    for text in conflicts(context).unwrap_or_default() {
        note("known conflict of this version's JIT", text);
    }
    let (obstacle, hinted) = (obstacle::find(context), context.hints.len());
    let shared = context.shared();
    let process = match shared.process {
        Process::NoJit => "built without",
        Process::Off => "off",
        Process::On => "on for the process",
        Process::OptedIn(_) => "switched on by jitctl, for hinted functions",
        Process::Suspended(_) => match &obstacle {
            Some(Obstacle::Memory(_)) => "switched off by jitctl while the system refuses executable memory",
            Some(Obstacle::Perf) => "switched off by jitctl while the perf trampoline is active",
            Some(Obstacle::Tool) | None => "switched off by jitctl while a tracing tool is active",
        },
    };
    note("JIT", process.to_owned());
    if !matches!(shared.process, Process::NoJit) {
        for fault in context.version.known_faults {
            note("known fault of this version's JIT", (*fault).to_owned());
        }
    }
    if let Some((codes, micros)) = shared.opt_in {
        let part = if shared.scanned_in_part {
            format!("; among the first {MOST_OBJECTS} objects, and what modules and classes define")
        } else {
            String::new()
        };
        note("opt-in", format!("{codes} code objects looked at in {:.2} ms{part}", micros as f64 / 1_000.0));
    }
    note("hinted code objects", hinted.to_string());
    let (steps, micros) = shared.maintenance;
    note("maintenance", format!("{steps} steps in {:.2} ms", micros as f64 / 1_000.0));
    notes
}

/// What is known to crash together with the JIT that is on, or will be with the first hint, and is imported here.
fn conflicts(context: &Context) -> Result<Vec<String>> {
    let is_or_will_be_on = match context.process() {
        Process::NoJit => false,
        Process::Off => jit_switch::forbidden(context).is_none(),
        Process::On | Process::OptedIn(_) | Process::Suspended(_) => true,
    };
    let mut found = Vec::new();
    for (module, text) in context.version.known_conflicts.iter().filter(|_| is_or_will_be_on) {
        let modules = context.host.get(context.host.import("sys")?.borrow(), "modules")?;
        let name = context.host.text(module)?;
        let imported = context.host.call_method(modules.borrow(), "get", &[name.borrow()])?;
        if imported.address() != context.host.none().address() {
            found.push((*text).to_owned());
        }
    }
    Ok(found)
}

fn granted<T>(_: &T) -> String {
    "granted".to_owned()
}
