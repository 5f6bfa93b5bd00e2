//! The backend that calls a function with the user's samples, so that specialisation and, where it is on, compilation
//! happen before real traffic. It uses nothing but what Python offers to everybody.

mod verdicts;

use jitctl_core::{Backend, Borrowed, Fit, Hint, Host, Info, Interpreter, Request, Result, Verdict, export_backend};
use jitctl_training::{End, Infer, Job, Plan, Scheduler, Settling, explained, is_surely_warm};
use std::sync::Arc;

struct Warmup {
    host: Host,
    interpreter: Arc<Interpreter>,
    scheduler: Scheduler,
}

impl Backend for Warmup {
    fn info() -> Info {
        Info {
            name: "warmup",
            version: env!("CARGO_PKG_VERSION"),
            description: "calls functions with your sample arguments until they are specialised",
            implementation: "cpython",
            requires: ">=3.10",
            rank: 10,
            hints: &[Hint::Focus, Hint::Once],
        }
    }

    fn fit(interpreter: &Interpreter) -> Fit {
        if interpreter.jit_built {
            Fit::Default
        } else {
            Fit::ByName(
                "this interpreter has no JIT; JITCTL_BACKEND=warmup specialises functions ahead of traffic".to_owned(),
            )
        }
    }

    fn create(host: Host, interpreter: &Interpreter) -> Result<Self> {
        Ok(Self { host, interpreter: Arc::new(interpreter.clone()), scheduler: Scheduler::new(host, interpreter) })
    }

    fn apply(&self, request: &Request<'_>) -> Result<Verdict> {
        // What an earlier hint left waiting is not wanted any more, whatever this one comes to.
        self.scheduler.cancel(request.function())?;
        if request.hint() == Hint::Ignore {
            return Ok(verdicts::cannot_ignore(&self.interpreter));
        }
        let told = request.option("threshold")?.is_some();
        let infer = if self.scheduler.is_unseen() { Infer::WhereHarmless } else { Infer::WhereAsked };
        let Some(plan) = Plan::from_request(self.host, &self.interpreter, request, infer)? else {
            return Ok(verdicts::without_threshold(verdicts::no_samples(infer), told));
        };
        let state = self.host.observe(request.function())?;
        if is_surely_warm(&self.interpreter, &state) {
            return Ok(verdicts::without_threshold(verdicts::already_warm(&state, 0), told));
        }
        let (when, hint) = (plan.when(), request.hint());
        let interpreter = Arc::clone(&self.interpreter);
        let job: Job = Box::new(move |host, function| {
            let settling = Settling::of(host, &interpreter, function, when)?;
            let state = host.observe(function)?;
            if let Some(warmth) = settling.warmth(host, function, &state)? {
                return Ok(verdicts::without_threshold(verdicts::already_warm(&state, warmth.failed), told));
            }
            let outcome = plan.run(function, |progress| settling.is_settled(progress))?;
            let verdict = verdicts::without_threshold(verdicts::trained(&outcome, settling, plan.budget(), hint), told);
            let uncompiled = interpreter.jit_enabled && outcome.after.regions.is_empty();
            let why = uncompiled && matches!(outcome.end, End::Settled | End::Calls | End::Time);
            Ok(if why { explained(host, function, verdict) } else { verdict })
        });
        self.scheduler.schedule(when, request.function(), request.ticket(), job)
    }

    fn undo(&self, function: Borrowed<'_>) -> Result<bool> {
        self.scheduler.cancel(function)
    }

    fn notes(&self) -> Vec<(String, String)> {
        self.scheduler.notes()
    }
}

export_backend!(Warmup);
