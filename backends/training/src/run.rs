//! The training itself: batches of calls, a look at the state between them, until it settles or the budget is spent.

use crate::budget::Budget;
use crate::infer::{self, Answer, Inferred};
use crate::interruption::{Baseline, contained};
use crate::one_call::{Driver, Step};
use crate::outcome::{Comparison, End, Outcome, Progress};
use crate::plan::{Plan, Source};
use crate::running::Running;
use crate::samples::{Sample, Samples};
use crate::stopwatch::Stopwatch;
use crate::timeout::Timeout;
use crate::tuning::{
    CALLS_PER_LOOK, COMPARED_CALLS, COMPARED_NS, COMPARED_PAIRS, FIRST_BATCH, INFERENCE_TIME, LEAST_PAIRS, SLOW_CALL_NS,
};
use jitctl_core::{Borrowed, Error, Host, Result, State};
use std::time::Duration;

impl Plan {
    /// Calls the function in batches of 8, 16, 32 ... until `settled` says so, or the budget is spent, or a call raises.
    /// The state is read between batches only: on 3.15, an exception that is raised and caught while a trace is recorded
    /// ends the recording, and reading raises some.
    ///
    /// A generator is driven to 1,000 items and closed; so is an asynchronous one. A coroutine is driven without the
    /// user's event loop until it finishes; where it waits for something it is closed, which ends the training.
    ///
    /// # Errors
    /// [`Error::Interrupted`] with an exception that must reach the caller of the function; every other exception is the
    /// outcome's [`End`]. [`Error::Unsupported`] where the function has no bytecode.
    pub fn run(&self, function: Borrowed<'_>, mut settled: impl FnMut(&Progress<'_>) -> bool) -> Result<Outcome> {
        let host = self.host;
        let mut outcome = Outcome::new(host.observe(function)?);
        let Some(running) = Running::enter(host, function)? else { return Ok(outcome) };
        let run = Run { plan: self, host, function, running: &running, baseline: &Baseline::take(host, function)? };
        match &self.source {
            Source::Given(samples) => run.train(samples, &mut outcome, &mut settled)?,
            Source::Inferred { forced } => match run.infer(*forced)? {
                Ok(offers) => run.try_offers(offers, &mut outcome, &mut settled)?,
                Err(end) => outcome.end = end,
            },
        }
        Ok(outcome)
    }

    /// Times warm calls of a trained function and of its twin in turn, with the user's samples, within what the training
    /// left of the budget. The twin is the same function without the hint. `None` where the samples were inferred, where
    /// too little is left, or where a call raised.
    ///
    /// # Errors
    /// As those of [`Plan::run`].
    pub fn compare(
        &self,
        function: Borrowed<'_>,
        twin: Borrowed<'_>,
        trained: &mut Outcome,
    ) -> Result<Option<Comparison>> {
        let (host, Source::Given(samples)) = (self.host, &self.source) else { return Ok(None) };
        let (calls, time) = (trained.calls, trained.spent);
        let left =
            Budget { calls: self.budget.calls.saturating_sub(calls), time: self.budget.time.saturating_sub(time) };
        let Some(ns) = trained.ns_per_call else { return Ok(None) };
        let size = ((COMPARED_NS / ns.max(1.0)) as u32).clamp(1, COMPARED_CALLS);
        let Some(running) = Running::enter(host, function)? else { return Ok(None) };
        let baseline = &Baseline::take(host, function)?;
        let driver = Driver::new(host, function, baseline)?;
        let watch = Stopwatch::start();
        let timeout = Timeout::start(host, function, left.time, false, self.shares_identity);
        let of = |function| Run { plan: self, host, function, running: &running, baseline };
        let (own, others) = (of(function), of(twin));
        let compared = timeout.and_then(|timeout| {
            let calls = |run| Calls { run, samples, driver: &driver, watch, timeout: &timeout };
            let compared = pairs(&calls(&own), &calls(&others), size, left, trained);
            let quiet = timeout.speak();
            compared.and_then(|compared| quiet.map(|()| compared))
        });
        trained.spent += watch.end();
        driver.restore()?;
        compared
    }
}

/// Pairs of batches while the budget lasts, after one that warms the twin.
fn pairs(
    own: &Calls<'_>,
    others: &Calls<'_>,
    size: u32,
    budget: Budget,
    trained: &mut Outcome,
) -> Result<Option<Comparison>> {
    let mut counted = Outcome::new(State::default());
    let (mut hinted, mut plain) = (Vec::new(), Vec::new());
    let affordable = |counted: &Outcome, batches: u32, watch: Stopwatch| {
        counted.calls + batches * size <= budget.calls && watch.elapsed() < budget.time
    };
    let batch = |calls: &Calls<'_>, counted: &mut Outcome| match calls.batch(size, counted) {
        Ok(busy) => Ok(Some(busy.as_secs_f64() * 1e9 / f64::from(size))),
        Err(Stopped::End(_)) => Ok(None),
        Err(Stopped::Error(error)) => Err(error),
    };
    let mut warm = 0;
    while hinted.len() < COMPARED_PAIRS && affordable(&counted, 2, own.watch) {
        let Some(theirs) = batch(others, &mut counted)? else { break };
        warm += size;
        if warm < FIRST_BATCH {
            continue; // its instructions are specialised in its first calls
        }
        let Some(ours) = batch(own, &mut counted)? else { break };
        hinted.push(ours);
        plain.push(theirs);
    }
    trained.calls += counted.calls;
    Ok((hinted.len() >= LEAST_PAIRS).then(|| Comparison { hinted: median(hinted), plain: median(plain) }))
}

/// The middle one, without the first, which filled caches.
fn median(mut times: Vec<f64>) -> f64 {
    times.swap_remove(0);
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// One training, apart from its arguments.
struct Run<'a> {
    plan: &'a Plan,
    host: Host,
    function: Borrowed<'a>,
    running: &'a Running,
    baseline: &'a Baseline,
}

impl Run<'_> {
    /// Finds arguments, or says why nothing can be called. An instance may be made on the way: `__init__` runs, and may go
    /// on for ever.
    fn infer(&self, forced: bool) -> Result<std::result::Result<Vec<(Samples, Inferred)>, End>> {
        let timeout = Timeout::start(self.host, self.function, INFERENCE_TIME, true, self.plan.shares_identity)?;
        let (answer, stopped) = timeout.guard(|| infer::ask(self.host, self.function, forced, self.baseline));
        let answer = match answer {
            Err(error) => contained(self.host, Some(self.baseline), error)
                .map(|reason| Err(if stopped { End::Stopped } else { End::Samples(reason) })),
            Ok(_) if stopped => Ok(Err(End::Stopped)),
            Ok(Answer::Refusal(refusal)) => Ok(Err(End::NotInferred(refusal))),
            Ok(Answer::Offers(offers)) => Ok(Ok(offers)),
        };
        let quiet = timeout.speak();
        answer.and_then(|answer| quiet.map(|()| answer))
    }

    /// Trains with the first arguments; with the next ones where already the first call raised.
    fn try_offers(
        &self,
        offers: Vec<(Samples, Inferred)>,
        outcome: &mut Outcome,
        settled: &mut dyn FnMut(&Progress<'_>) -> bool,
    ) -> Result<()> {
        let mut first: Option<Outcome> = None;
        for (samples, inferred) in offers {
            outcome.inferred = Some(inferred);
            self.train(&samples, outcome, settled)?;
            if outcome.calls > 0 || !matches!(outcome.end, End::Raised(_)) {
                return Ok(());
            }
            first.get_or_insert_with(|| outcome.clone());
        }
        // What the likeliest arguments came to says most.
        if let Some(first) = first {
            *outcome = first;
        }
        Ok(())
    }

    fn train(
        &self,
        samples: &Samples,
        outcome: &mut Outcome,
        settled: &mut dyn FnMut(&Progress<'_>) -> bool,
    ) -> Result<()> {
        let (host, function) = (self.host, self.function);
        let driver = Driver::new(host, function, self.baseline)?;
        let (time, limited) = (self.plan.budget.time, outcome.inferred.is_some());
        let timeout = match Timeout::start(host, function, time, limited, self.plan.shares_identity) {
            Ok(timeout) => timeout,
            Err(error) => {
                driver.restore()?;
                return Err(error);
            }
        };
        let watch = Stopwatch::start();
        let end = Calls { run: self, samples, driver: &driver, watch, timeout: &timeout }.batches(outcome, settled);
        outcome.spent = watch.end();
        driver.restore()?;
        let quiet = timeout.speak();
        outcome.end = end?;
        quiet?;
        if !matches!(outcome.end, End::Settled) {
            outcome.after = host.observe(function)?;
        }
        Ok(())
    }
}

/// The calls of one training with the same samples.
struct Calls<'a> {
    run: &'a Run<'a>,
    samples: &'a Samples,
    driver: &'a Driver<'a>,
    watch: Stopwatch,
    timeout: &'a Timeout,
}

impl Calls<'_> {
    fn batches(&self, outcome: &mut Outcome, settled: &mut dyn FnMut(&Progress<'_>) -> bool) -> Result<End> {
        let mut size = FIRST_BATCH;
        loop {
            let size_now = self.affordable(size, outcome);
            let busy = match self.batch(size_now, outcome) {
                Ok(busy) => busy,
                Err(Stopped::End(end)) => return Ok(end),
                Err(Stopped::Error(error)) => return Err(error),
            };
            let mean = busy.as_secs_f64() * 1e9 / f64::from(size_now);
            outcome.ns_per_call = Some(outcome.ns_per_call.map_or(mean, |least| least.min(mean)));
            outcome.batches += 1;
            let state = self.run.host.observe(self.run.function)?;
            outcome.quiet_batches = if state == outcome.after { outcome.quiet_batches + 1 } else { 0 };
            outcome.after = state;
            let Outcome { calls, quiet_batches, .. } = *outcome;
            if settled(&Progress { state: &outcome.after, calls, quiet_batches }) {
                return Ok(End::Settled);
            }
            if let Some(end) = self.spent(outcome.calls) {
                return Ok(end);
            }
            size = size.saturating_mul(2);
        }
    }

    /// At most `size` calls: no more than the budget has, nor than what is left of its time will do.
    fn affordable(&self, size: u32, outcome: &Outcome) -> u32 {
        let size = size.min(self.run.plan.budget.calls.saturating_sub(outcome.calls));
        let Some(ns) = outcome.ns_per_call else { return size.max(1) };
        let left = self.run.plan.budget.time.saturating_sub(self.watch.elapsed());
        // A float beyond the range of u32 becomes its maximum.
        let fits = (left.as_secs_f64() * 1e9 / ns.max(1.0)) as u32;
        size.min(fits).max(1)
    }

    fn spent(&self, calls: u32) -> Option<End> {
        if self.run.running.is_stopped() {
            Some(End::Cancelled)
        } else if calls >= self.run.plan.budget.calls {
            Some(End::Calls)
        } else if self.watch.elapsed() >= self.run.plan.budget.time {
            Some(End::Time)
        } else {
            None
        }
    }

    /// Makes `size` calls; answers the time that they took, without that for making their arguments.
    fn batch(&self, size: u32, outcome: &mut Outcome) -> std::result::Result<Duration, Stopped> {
        let ns = outcome.ns_per_call;
        let stride = if ns.is_some_and(|ns| ns < SLOW_CALL_NS) { CALLS_PER_LOOK } else { 1 };
        let mut busy = Duration::ZERO;
        let mut left = size;
        while left > 0 {
            let chunk = left.min(stride);
            left -= chunk;
            let samples = self.make(chunk, outcome)?;
            let watch = Stopwatch::start();
            let (end, stopped) = self.timeout.guard(|| self.calls(&samples, outcome));
            busy += watch.elapsed();
            match end {
                // Whatever it made of the exception that stopped it. What must reach the user still does.
                Ok(_) if stopped => return Err(Stopped::End(End::Stopped)),
                Ok(None) => {}
                Ok(Some(end)) => return Err(Stopped::End(end)),
                Err(error) => return Err(self.stop(error, stopped, End::Raised)),
            }
            if left > 0
                && let Some(end) = self.spent(outcome.calls)
            {
                return Err(Stopped::End(end));
            }
        }
        Ok(busy)
    }

    /// Makes the arguments of so many calls. The user's own may load something, and take their time.
    fn make(&self, count: u32, outcome: &Outcome) -> std::result::Result<Vec<Sample>, Stopped> {
        let make = || (0..count).map(|_| self.samples.next(self.run.host)).collect::<Result<Vec<_>>>();
        let (samples, stopped) = if outcome.inferred.is_some() { self.timeout.guard(make) } else { (make(), false) };
        match samples {
            Ok(_) if stopped => Err(Stopped::End(End::Stopped)),
            Ok(samples) => Ok(samples),
            Err(error) => Err(self.stop(error, stopped, End::Samples)),
        }
    }

    /// Makes one call with each of these.
    fn calls(&self, samples: &[Sample], outcome: &mut Outcome) -> Result<Option<End>> {
        for sample in samples {
            let step = self.driver.call(self.run.function, sample)?;
            outcome.calls += 1;
            if matches!(step, Step::Suspended) {
                return Ok(Some(End::Suspended));
            }
        }
        Ok(None)
    }

    fn stop(&self, error: Error, stopped: bool, end: fn(String) -> End) -> Stopped {
        match contained(self.run.host, Some(self.run.baseline), error) {
            Ok(_) if stopped => Stopped::End(End::Stopped),
            Ok(reason) => Stopped::End(end(reason)),
            Err(error) => Stopped::Error(error),
        }
    }
}

enum Stopped {
    End(End),
    Error(Error),
}
