//! The moment of the self-test: the first hint, or the first question for what it granted. An import that no hint follows
//! should not pay for it.

use super::context::Context;
use crate::tuning::SELF_TEST_PATIENCE;
use jitctl_core::{Host, Interpreter, Result};
use jitctl_cpython::Steering;
use jitctl_verdicts::VerdictCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// The context, made when it is first needed.
pub struct Start {
    host: Host,
    interpreter: Interpreter,
    version: &'static Steering,
    context: OnceLock<Arc<Context>>,
    under_way: AtomicBool,
}

impl Start {
    /// Nothing is tested yet.
    pub fn new(host: Host, interpreter: &Interpreter, version: &'static Steering) -> Self {
        let interpreter = interpreter.clone();
        Self { host, interpreter, version, context: OnceLock::new(), under_way: AtomicBool::new(false) }
    }

    /// The context, where there is one already.
    pub fn started(&self) -> Option<&Arc<Context>> {
        self.context.get()
    }

    /// The context; runs the self-test the first time. Another thread that comes meanwhile waits in Python's own way: a
    /// lock of ours could be held by a thread that waits for the GIL.
    pub fn context(&self) -> Result<&Arc<Context>> {
        for _ in 0..SELF_TEST_PATIENCE {
            if let Some(context) = self.context.get() {
                return Ok(context);
            }
            if !self.under_way.swap(true, Ordering::Acquire) {
                let made = Context::start(self.host, &self.interpreter, self.version).map(Arc::new);
                let kept = made.map(|context| self.context.get_or_init(|| context));
                self.under_way.store(false, Ordering::Release);
                return kept;
            }
            let time = self.host.import("time")?;
            self.host.call_method(time.borrow(), "sleep", &[self.host.float(0.001)?.borrow()])?;
        }
        Err(VerdictCode::SelfTest.error("the self-test has been under way for more than a second"))
    }
}
