//! Calls with the user's own sample arguments, so that CPython specialises the function before it is compiled.

use jitctl_core::{Borrowed, Error, Host, Owned, Request, Result};
use std::time::{Duration, Instant};

const CALLS: i64 = 64;
const MILLISECONDS: f64 = 100.0;
/// So many calls in a row without a change of the specialised share are enough.
const STEADY: u32 = 8;

/// What the user gave.
pub struct Samples {
    arguments: Option<Owned>,
    keywords: Option<Owned>,
    calls: i64,
    time: Duration,
}

/// How the sample calls ended.
#[derive(Default)]
pub struct Ran {
    pub calls: i64,
    /// What an exception said that ended them.
    pub error: Option<String>,
    /// KeyboardInterrupt and its like.
    pub interruption: Option<Error>,
}

impl Samples {
    /// `None` where the user gave none.
    pub fn of(host: Host, request: &Request<'_>) -> Result<Option<Self>> {
        let (arguments, keywords) = (request.option("sample_args")?, request.option("sample_kwargs")?);
        if arguments.is_none() && keywords.is_none() {
            return Ok(None);
        }
        let calls = request.option("budget_calls")?.map_or(Ok(CALLS), |value| host.to_int(value.borrow()))?;
        let time = request.option("budget_ms")?.map_or(Ok(MILLISECONDS), |value| host.to_float(value.borrow()))?;
        let time = Duration::try_from_secs_f64(time / 1e3).unwrap_or(Duration::MAX);
        Ok(Some(Self { arguments, keywords, calls, time }))
    }

    /// Calls the function until its specialised share stops changing or the budget is spent.
    pub fn run(&self, host: Host, function: Borrowed<'_>) -> Ran {
        let started = Instant::now();
        let (mut ran, mut share, mut steady) = (Ran::default(), -1.0, 0);
        while ran.calls < self.calls && started.elapsed() < self.time && steady < STEADY {
            if let Err(error) = self.call(host, function) {
                ran.error = Some(error.to_string());
                let ordinary = !matches!(&error, Error::Python(exception) if !exception.is_ordinary());
                ran.interruption = (!ordinary).then_some(error);
                break;
            }
            ran.calls += 1;
            let now = host.observe(function).map_or(1.0, |state| state.share());
            steady = if (now - share).abs() < f64::EPSILON { steady + 1 } else { 0 };
            share = now;
        }
        ran
    }

    fn call(&self, host: Host, function: Borrowed<'_>) -> Result<()> {
        let arguments = match &self.arguments {
            Some(given) => fresh(host, given, "tuple")?,
            None => host.tuple(&[])?,
        };
        let keywords = self.keywords.as_ref().map(|given| fresh(host, given, "dict")).transpose()?;
        host.call_with(function, arguments.borrow(), keywords.as_ref().map(Owned::borrow)).map(drop)
    }
}

/// The value itself, or what the user's callable makes for this one call.
fn fresh(host: Host, given: &Owned, plain: &str) -> Result<Owned> {
    let name = host.type_name(given.borrow());
    if name == plain {
        return Ok(given.clone());
    }
    let callable = host.get(given.borrow(), "__call__").is_ok();
    let made = if callable { host.call(given.borrow(), &[])? } else { given.clone() };
    if host.type_name(made.borrow()) == plain {
        return Ok(made);
    }
    let class = host.get(host.import("builtins")?.borrow(), plain)?;
    host.call(class.borrow(), &[made.borrow()])
}
