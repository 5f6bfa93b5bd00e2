//! What stands in the way of the JIT at this moment, and may go away again.

use crate::cpython::perf;
use crate::cpython::selftest::{self, View};
use crate::state::context::{Engine, Process};
use jitctl_core::Verdict;
use jitctl_verdicts::VerdictCode;

/// Why nothing can be compiled now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The system refuses new executable memory, for this reason.
    Memory(String),
    /// The perf trampoline is active; CPython keeps its JIT off beside it.
    Perf,
    /// A tool rewrites bytecode.
    Tool,
}

impl Obstacle {
    /// Does it stay until somebody changes the process' settings?
    pub fn lasts(&self) -> bool {
        *self != Self::Tool
    }

    /// What it means for a function.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Memory(reason) => {
                let text = format!(
                    "the system refuses new executable memory ({reason}), so nothing can be compiled; the function runs as without the hint"
                );
                VerdictCode::NoExecutableMemory.verdict(text).advise(
                    "allow it (systemd: MemoryDenyWriteExecute=no; SELinux: execmem; a higher RLIMIT_AS), or take the hint out",
                )
            }
            Self::Perf => {
                let text = "the perf trampoline is active, and CPython keeps its JIT off beside it";
                VerdictCode::PerfActive
                    .verdict(text)
                    .advise("run without -X perf, or call sys.deactivate_stack_trampoline(): then it is compiled")
            }
            Self::Tool => {
                let text = "a tracing tool is active; the JIT is used again when it is gone";
                VerdictCode::TracingActive.verdict(text)
            }
        }
    }
}

/// What stands in the way of the JIT that we switched on.
pub fn find(engine: &Engine) -> Option<Obstacle> {
    lasting(engine).or_else(|| {
        let view = View::new(engine.host, engine.python, None);
        selftest::tracing(&view).map(|_| Obstacle::Tool)
    })
}

/// What does not go away by itself: while it is there, nothing is armed and what is armed is silenced.
pub fn lasting(engine: &Engine) -> Option<Obstacle> {
    if matches!(engine.process(), Process::NoJit) {
        return None;
    }
    memory_denied(engine).map(Obstacle::Memory).or_else(|| perf::is_active(engine.host).then_some(Obstacle::Perf))
}

/// The system's reason to refuse executable memory.
pub fn memory_denied(engine: &Engine) -> Option<String> {
    selftest::memory_denied(&View::new(engine.host, engine.python, engine.settings().falsified))
}
