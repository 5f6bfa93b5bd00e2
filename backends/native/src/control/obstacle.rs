//! What stands in the way of the JIT at this moment, and may go away again.

use crate::cpython::perf;
use crate::cpython::selftest::{self, View};
use crate::state::context::{Context, Process};

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
}

/// What stands in the way of the JIT that we switched on.
pub fn find(context: &Context) -> Option<Obstacle> {
    lasting(context).or_else(|| {
        let view = View::new(context.host, context.python, None);
        selftest::tracing(&view).map(|_| Obstacle::Tool)
    })
}

/// What does not go away by itself: while it is there, nothing is armed and what is armed is silenced.
pub fn lasting(context: &Context) -> Option<Obstacle> {
    if matches!(context.process(), Process::NoJit) {
        return None;
    }
    context.memory_denied().map(Obstacle::Memory).or_else(|| perf::is_active(context.host).then_some(Obstacle::Perf))
}
