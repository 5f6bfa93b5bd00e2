//! The training itself: batches of calls, a look at the state between them, until it settles or the budget is spent.

use crate::budget::{FIRST_BATCH, SLOW_CALL_NS};
use crate::clock::Stopwatch;
use crate::drive::{Driver, Step};
use crate::infer::{self, Answer, Inferred};
use crate::outcome::{End, Outcome};
use crate::plan::{Plan, Source};
use crate::python;
use crate::samples::{Sample, Samples};
use crate::sessions::Session;
use crate::watch::Watch;
use jitctl_core::{Borrowed, Error, Host, Result, State};
use std::time::Duration;

/// Inferring arguments takes 20 ms and less; what takes twice this is stopped.
const INFERENCE: Duration = Duration::from_secs(1);

/// What is known between two batches.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The state now.
    pub state: &'a State,
    /// Calls made so far.
    pub calls: u32,
    /// Batches in a row, up to now, during which the state did not change.
    pub quiet_batches: u32,
}

impl Plan {
    /// Calls the function in batches of 8, 16, 32 ... until `settled` says so, or the budget is spent, or a call raises.
    /// The state is read between batches only: on 3.15, an exception that is raised and caught while a trace is recorded
    /// ends the recording, and reading raises some.
    ///
    /// A generator is driven to 1,000 items and closed; so is an asynchronous one. A coroutine is driven without the
    /// user's event loop until it finishes; where it waits for something it is closed, which ends the training.
    ///
    /// # Errors
    /// [`Error::Python`] with a KeyboardInterrupt or SystemExit, which must reach the user; every other exception is the
    /// outcome's [`End`]. [`Error::Unsupported`] where the function has no bytecode.
    pub fn run(&self, function: Borrowed<'_>, mut settled: impl FnMut(&Progress<'_>) -> bool) -> Result<Outcome> {
        let host = self.host;
        let state = host.observe(function)?;
        let mut outcome = Outcome {
            end: End::Busy,
            calls: 0,
            quiet_batches: 0,
            before: state.clone(),
            after: state,
            ns_before: None,
            ns_after: None,
            spent: Duration::ZERO,
            inferred: None,
        };
        let Some(session) = Session::enter(host, function)? else { return Ok(outcome) };
        let forced = match &self.source {
            Source::Given(samples) => {
                self.train(function, samples, &session, &mut outcome, &mut settled)?;
                return Ok(outcome);
            }
            Source::Inferred { forced } => *forced,
        };
        // Instances are made to be looked at: `__init__` runs, and may go on for ever.
        let (answer, stopped) = {
            let guard = Watch::start(host, INFERENCE, true)?;
            guard.guard(|| infer::ask(host, function, forced))
        };
        match answer {
            Ok(_) if stopped => outcome.end = End::Stopped,
            Ok(Answer::Refusal(refusal)) => outcome.end = End::NotInferred(refusal),
            Ok(Answer::Offers(offers)) => self.try_offers(function, offers, &session, &mut outcome, &mut settled)?,
            Err(error) if stopped => {
                python::contained(host, error)?;
                outcome.end = End::Stopped;
            }
            Err(error) => return Err(error),
        }
        Ok(outcome)
    }

    /// Trains with the first arguments; with the next ones where already the first call raised.
    fn try_offers(
        &self,
        function: Borrowed<'_>,
        offers: Vec<(Samples, Inferred)>,
        session: &Session,
        outcome: &mut Outcome,
        settled: &mut dyn FnMut(&Progress<'_>) -> bool,
    ) -> Result<()> {
        let mut first: Option<Outcome> = None;
        for (samples, inferred) in offers {
            outcome.inferred = Some(inferred);
            self.train(function, &samples, session, outcome, settled)?;
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
        function: Borrowed<'_>,
        samples: &Samples,
        session: &Session,
        outcome: &mut Outcome,
        settled: &mut dyn FnMut(&Progress<'_>) -> bool,
    ) -> Result<()> {
        let host = self.host;
        let driver = Driver::new(host, function)?;
        let guard = match Watch::start(host, self.budget.time, outcome.inferred.is_some()) {
            Ok(guard) => guard,
            Err(error) => {
                driver.restore()?;
                return Err(error);
            }
        };
        let watch = Stopwatch::start();
        let run = Run { plan: self, samples, host, function, driver: &driver, session, watch, guard: &guard };
        let end = run.batches(outcome, settled);
        outcome.spent = watch.end();
        driver.restore()?;
        outcome.end = end?;
        if !matches!(outcome.end, End::Settled) {
            outcome.after = host.observe(function)?;
        }
        Ok(())
    }
}

struct Run<'a> {
    plan: &'a Plan,
    samples: &'a Samples,
    host: Host,
    function: Borrowed<'a>,
    driver: &'a Driver,
    session: &'a Session,
    watch: Stopwatch,
    guard: &'a Watch,
}

impl Run<'_> {
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
            if outcome.ns_before.is_none() {
                outcome.ns_before = Some(mean);
            } else {
                outcome.ns_after = Some(outcome.ns_after.map_or(mean, |least| least.min(mean)));
            }
            let state = self.host.observe(self.function)?;
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
        let size = size.min(self.plan.budget.calls.saturating_sub(outcome.calls));
        let Some(ns) = outcome.ns_after.or(outcome.ns_before) else { return size.max(1) };
        let left = self.plan.budget.time.saturating_sub(self.watch.elapsed());
        // A float beyond the range of u32 becomes its maximum.
        let fits = (left.as_secs_f64() * 1e9 / ns.max(1.0)) as u32;
        size.min(fits).max(1)
    }

    fn spent(&self, calls: u32) -> Option<End> {
        if self.session.is_stopped() {
            Some(End::Cancelled)
        } else if calls >= self.plan.budget.calls {
            Some(End::Calls)
        } else if self.watch.elapsed() >= self.plan.budget.time {
            Some(End::Time)
        } else {
            None
        }
    }

    /// Makes `size` calls; answers the time that they took, without that for making their arguments.
    fn batch(&self, size: u32, outcome: &mut Outcome) -> std::result::Result<Duration, Stopped> {
        let ns = outcome.ns_after.or(outcome.ns_before);
        let stride = if ns.is_some_and(|ns| ns < SLOW_CALL_NS) { 8 } else { 1 };
        let mut busy = Duration::ZERO;
        let mut left = size;
        while left > 0 {
            let chunk = left.min(stride);
            left -= chunk;
            let make = || (0..chunk).map(|_| self.samples.next(self.host)).collect::<Result<Vec<_>>>();
            // The user's own may load something, and take their time.
            let (samples, stopped) = if outcome.inferred.is_some() { self.guard.guard(make) } else { (make(), false) };
            if stopped {
                if let Err(error) = samples {
                    python::contained(self.host, error).map_err(Stopped::Error)?;
                }
                return Err(Stopped::End(End::Stopped));
            }
            let samples = samples.map_err(|error| self.stop(error, End::Samples))?;
            let watch = Stopwatch::start();
            let (end, stopped) = self.guard.guard(|| self.calls(&samples, outcome));
            busy += watch.elapsed();
            match end {
                // Whatever it made of the exception that stopped it. What must reach the user still does.
                Ok(_) if stopped => return Err(Stopped::End(End::Stopped)),
                Ok(None) => {}
                Ok(Some(end)) => return Err(Stopped::End(end)),
                Err(error) => {
                    return Err(match self.stop(error, End::Raised) {
                        Stopped::End(_) if stopped => Stopped::End(End::Stopped),
                        other => other,
                    });
                }
            }
            if left > 0
                && let Some(end) = self.spent(outcome.calls)
            {
                return Err(Stopped::End(end));
            }
        }
        Ok(busy)
    }

    /// Makes one call with each of these.
    fn calls(&self, samples: &[Sample], outcome: &mut Outcome) -> Result<Option<End>> {
        for sample in samples {
            let step = self.driver.call(self.function, sample)?;
            outcome.calls += 1;
            if matches!(step, Step::Suspended) {
                return Ok(Some(End::Suspended));
            }
        }
        Ok(None)
    }

    fn stop(&self, error: Error, end: fn(String) -> End) -> Stopped {
        match python::contained(self.host, error) {
            Ok(reason) => Stopped::End(end(reason)),
            Err(error) => Stopped::Error(error),
        }
    }
}

enum Stopped {
    End(End),
    Error(Error),
}
