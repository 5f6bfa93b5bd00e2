//! What each hint does.

use crate::cinderx::{CinderX, Compiled};
use crate::pending::{self, LAST_CALL, Waiting};
use crate::samples::Samples;
use crate::vectorcall::Vectorcall;
use crate::verdicts;
use jitctl_core::{Borrowed, Request, Result, Status, Verdict};

/// Focus and once: compiled when CPython has specialised it, or now where the user says so.
pub fn compile(cinderx: &CinderX, vectorcall: Option<&Vectorcall>, request: &Request<'_>) -> Result<Verdict> {
    let (host, function, hint) = (cinderx.host, request.function(), request.hint());
    if cinderx.is_compiled(function)? {
        let bytes = cinderx.size(function);
        return Ok(verdicts::settled(cinderx, function, hint, Compiled::Now { bytes, milliseconds: 0 }));
    }
    if cinderx.is_suppressed(function)? {
        return Ok(verdicts::not_compiled(cinderx, function, "suppressed"));
    }
    let facts = host.facts(function)?;
    let code = facts.code();
    if code.is_async_generator() {
        return Ok(verdicts::not_compiled(cinderx, function, "async generator"));
    }
    // A call only makes the generator or coroutine, and one that is never awaited warns.
    let runs_when_called = !code.is_generator() && !code.is_coroutine();
    let samples = Samples::of(host, request)?.filter(|_| runs_when_called);
    let when = request.option("when")?.map(|value| host.to_text(value.borrow())).transpose()?;
    match (vectorcall, when.as_deref()) {
        (Some(vectorcall), None | Some("first-call" | "background")) => {
            if !vectorcall.is_plain(function) && !vectorcall.is_watched(function) {
                return Ok(now(
                    cinderx,
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
            pending::add(vectorcall, function, Waiting::new(hint, request.ticket(), samples));
            Ok(Verdict::new(Status::Pending, "cinderx-compiles-when-warm", format!("CinderX compiles it at {at}")))
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
            Ok(now(cinderx, request, Some(ran.calls), &note))
        }
    }
}

fn now(cinderx: &CinderX, request: &Request<'_>, calls: Option<i64>, note: &str) -> Verdict {
    let function = request.function();
    let compiled = cinderx.compile(function).unwrap_or_else(|error| Compiled::Failed(error.to_string()));
    let done = matches!(compiled, Compiled::Now { .. });
    let mut verdict = verdicts::settled(cinderx, function, request.hint(), compiled);
    if done {
        verdict.message = format!("{}; {note}", verdict.message).into();
        if calls == Some(0) {
            verdict =
                verdict.advise("give sample_args, or leave `when` out: then it is compiled from specialised code");
        }
    }
    verdict
}

/// Ignore: CinderX must not compile it, nor copy it into a caller.
pub fn ignore(cinderx: &CinderX, vectorcall: Option<&Vectorcall>, request: &Request<'_>) -> Result<Verdict> {
    let function = request.function();
    if let Some(vectorcall) = vectorcall {
        pending::remove(vectorcall, function);
    }
    let uncompiled = cinderx.uncompile(function)?;
    cinderx.suppress(function)?;
    let inlined = cinderx.stop_inlining()?;
    let was = if uncompiled { "its machine code is gone, and " } else { "" };
    if cinderx.other_jit_on {
        let message =
            format!("{was}CinderX does not compile it; CPython's own JIT is on, and this backend cannot stop that");
        return Ok(Verdict::new(Status::Partial, "cinderx-other-jit-on", message)
            .advise("run with PYTHON_JIT=0, or use the backend native"));
    }
    if inlined {
        let message = format!("{was}CinderX does not compile it; a caller compiled before may hold a copy of it");
        return Ok(Verdict::new(Status::Partial, "cinderx-maybe-inlined", message)
            .advise("put the hint `ignore` on it before its callers are compiled"));
    }
    Ok(Verdict::new(
        Status::Applied,
        "cinderx-suppressed",
        format!("{was}CinderX does not compile it, nor copy it into callers"),
    ))
}

/// Takes back what a hint did.
pub fn undo(cinderx: &CinderX, vectorcall: Option<&Vectorcall>, function: Borrowed<'_>) -> Result<bool> {
    let waited = vectorcall.is_some_and(|vectorcall| pending::remove(vectorcall, function));
    let compiled = cinderx.uncompile(function)?;
    let suppressed = cinderx.is_suppressed(function)?;
    if suppressed {
        cinderx.unsuppress(function)?;
    }
    Ok(waited || compiled || suppressed)
}
