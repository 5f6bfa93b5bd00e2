//! What each hint does.

use crate::engine::{Compiled, Engine};
use crate::pending::{self, LAST_CALL, Waiting};
use crate::reasons;
use crate::samples::Samples;
use jitctl_core::{Borrowed, Hint, Request, Result, Status, Verdict};

const PAUSED: &str = "CinderX is paused while a debugger, tracer or profiler is active";

/// Focus and once: compiled when CPython has specialised it, or now where the user says so.
pub fn compile(engine: &Engine, request: &Request<'_>) -> Result<Verdict> {
    let (host, function, hint) = (engine.host, request.function(), request.hint());
    if engine.is_compiled(function)? {
        let bytes = engine.size(function);
        return Ok(settled(engine, function, hint, Compiled::Now { bytes, milliseconds: 0 }));
    }
    if engine.is_suppressed(function)? {
        return Ok(reasons::verdict(engine, function, "suppressed"));
    }
    let facts = host.facts(function)?;
    let code = facts.code();
    if code.is_async_generator() {
        return Ok(reasons::verdict(engine, function, "async generator"));
    }
    // A call only makes the generator or coroutine, and one that is never awaited warns.
    let runs_when_called = !code.is_generator() && !code.is_coroutine();
    let samples = Samples::of(host, request)?.filter(|_| runs_when_called);
    let when = request.option("when")?.map(|value| host.to_text(value.borrow())).transpose()?;
    match (&engine.hook, when.as_deref()) {
        (Some(hook), None | Some("first-call" | "background")) => {
            if !hook.is_plain(function) && !hook.is_watched(function) {
                return Ok(now(
                    engine,
                    request,
                    None,
                    "its entry belongs to somebody else, so it was compiled at once",
                ));
            }
            let at = if samples.is_some() {
                "its first call, after the sample calls".to_owned()
            } else {
                let told = request.option("threshold")?.is_some();
                let vain = if told { "; threshold means nothing to CinderX" } else { "" };
                format!("one of its calls 3 to {LAST_CALL}, when CPython has specialised it{vain}")
            };
            pending::add(hook, function, Waiting::new(hint, request.ticket(), samples));
            Ok(Verdict::new(Status::Pending, "compiles-when-warm", format!("CinderX compiles it at {at}")))
        }
        _ => {
            let ran = samples.as_ref().map(|samples| samples.run(host, function)).unwrap_or_default();
            if let Some(interruption) = ran.interruption {
                return Err(interruption);
            }
            let note = match (&ran.error, ran.calls) {
                (Some(error), calls) => format!("the sample calls ended after {calls}: {error}"),
                (None, 0) => "compiled before it ever ran, which is often slower than interpreting".to_owned(),
                (None, calls) => format!("compiled after {calls} sample calls"),
            };
            Ok(now(engine, request, Some(ran.calls), &note))
        }
    }
}

fn now(engine: &Engine, request: &Request<'_>, calls: Option<i64>, note: &str) -> Verdict {
    let function = request.function();
    let compiled = engine.compile(function).unwrap_or_else(|error| Compiled::Failed(error.to_string()));
    let done = matches!(compiled, Compiled::Now { .. });
    let mut verdict = settled(engine, function, request.hint(), compiled);
    if done {
        verdict.message = format!("{}; {note}", verdict.message).into();
        if calls == Some(0) {
            verdict =
                verdict.advise("give sample_args, or leave `when` out: then it is compiled from specialised code");
        }
    }
    verdict
}

/// The verdict once CinderX was asked.
pub fn settled(engine: &Engine, function: Borrowed<'_>, hint: Hint, compiled: Compiled) -> Verdict {
    let (bytes, milliseconds) = match compiled {
        Compiled::Now { bytes, milliseconds } => (bytes, milliseconds),
        Compiled::Paused => {
            return Verdict::new(Status::Refused, "paused", PAUSED).advise("hint it again when that is over");
        }
        Compiled::Failed(said) => return reasons::verdict(engine, function, &said),
    };
    let size = format!("CinderX compiled it to {bytes} bytes of machine code");
    let verdict = if hint == Hint::Once {
        let rest = "never again; where a guard fails the interpreter goes on, and that may still specialise";
        Verdict::new(Status::Partial, "compiled-once", format!("{size}, {rest}"))
    } else {
        Verdict::new(Status::Applied, "compiled", size)
    };
    let share = engine.host.observe(function).map_or(0.0, |state| state.share());
    #[allow(clippy::cast_precision_loss)] // sizes and times are small
    verdict.measure("machine_code", bytes as f64, "bytes").measure("compile_time", milliseconds as f64, "ms").measure(
        "specialised",
        share,
        "share",
    )
}

/// Ignore: CinderX must not compile it, nor copy it into a caller.
pub fn ignore(engine: &Engine, request: &Request<'_>) -> Result<Verdict> {
    let function = request.function();
    if let Some(hook) = &engine.hook {
        pending::remove(hook, function);
    }
    let uncompiled = engine.uncompile(function)?;
    engine.suppress(function)?;
    let inlined = engine.stop_inlining()?;
    let was = if uncompiled { "its machine code is gone, and " } else { "" };
    if engine.other_jit_on {
        let message =
            format!("{was}CinderX does not compile it; CPython's own JIT is on, and this backend cannot stop that");
        return Ok(Verdict::new(Status::Partial, "other-jit-on", message)
            .advise("run with PYTHON_JIT=0, or use the backend native"));
    }
    if inlined {
        let message = format!("{was}CinderX does not compile it; a caller compiled before may hold a copy of it");
        return Ok(Verdict::new(Status::Partial, "maybe-inlined", message)
            .advise("put the hint `ignore` on it before its callers are compiled"));
    }
    Ok(Verdict::new(
        Status::Applied,
        "suppressed",
        format!("{was}CinderX does not compile it, nor copy it into callers"),
    ))
}

/// Takes back what a hint did.
pub fn undo(engine: &Engine, function: Borrowed<'_>) -> Result<bool> {
    let waited = engine.hook.as_ref().is_some_and(|hook| pending::remove(hook, function));
    let compiled = engine.uncompile(function)?;
    let suppressed = engine.is_suppressed(function)?;
    if suppressed {
        engine.unsuppress(function)?;
    }
    Ok(waited || compiled || suppressed)
}
