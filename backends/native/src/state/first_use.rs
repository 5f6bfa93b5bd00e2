//! The moment of the self-test: the first hint, or the first question for what it granted. An import that no hint follows
//! should not pay for it.

use crate::state::context::Engine;
use jitctl_core::{Host, Interpreter, Result};
use jitctl_cpython::Steering;
use jitctl_verdicts::VerdictCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Milliseconds to wait for another thread's self-test. It takes one or two; a finaliser that runs within it and hints a
/// function would wait for itself.
const PATIENCE: u32 = 1_000;

/// The engine, made when it is first needed.
pub struct Start {
    host: Host,
    interpreter: Interpreter,
    version: &'static Steering,
    engine: OnceLock<Arc<Engine>>,
    under_way: AtomicBool,
}

impl Start {
    /// Nothing is tested yet.
    pub fn new(host: Host, interpreter: &Interpreter, version: &'static Steering) -> Self {
        let interpreter = interpreter.clone();
        Self { host, interpreter, version, engine: OnceLock::new(), under_way: AtomicBool::new(false) }
    }

    /// The engine, where there is one already.
    pub fn started(&self) -> Option<&Arc<Engine>> {
        self.engine.get()
    }

    /// The engine; runs the self-test the first time. Another thread that comes meanwhile waits in Python's own way: a
    /// lock of ours could be held by a thread that waits for the GIL.
    pub fn engine(&self) -> Result<&Arc<Engine>> {
        for _ in 0..PATIENCE {
            if let Some(engine) = self.engine.get() {
                return Ok(engine);
            }
            if !self.under_way.swap(true, Ordering::Acquire) {
                let made = Engine::start(self.host, &self.interpreter, self.version).map(Arc::new);
                let kept = made.map(|engine| self.engine.get_or_init(|| engine));
                self.under_way.store(false, Ordering::Release);
                return kept;
            }
            let time = self.host.import("time")?;
            self.host.call_method(time.borrow(), "sleep", &[self.host.float(0.001)?.borrow()])?;
        }
        Err(VerdictCode::SelfTest.error("the self-test has been under way for more than a second"))
    }
}
