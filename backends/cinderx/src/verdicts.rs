//! Puts CinderX's answers into words. Its own reason is often no more than `PYJIT_RESULT_UNKNOWN_ERROR`; the function's code
//! mostly says what it was.

use crate::cinderx::{CinderX, Compiled};
use jitctl_core::{Borrowed, Hint, Status, Verdict};

const PAUSED: &str = "CinderX is paused while a debugger, tracer or profiler is active";

/// Functions of the frame's locals: CinderX's compiler refuses code that loads one of these names.
const FRAME_READERS: [&str; 3] = ["eval", "exec", "locals"];
const FRAME_READERS_3_15: [&str; 2] = ["vars", "dir"];
/// CinderX gives up somewhere above this; it does not say where.
const LARGE: usize = 10_000;

/// The verdict on a function that CinderX did not compile.
pub fn not_compiled(cinderx: &CinderX, function: Borrowed<'_>, said: &str) -> Verdict {
    let unsupported = |code: &'static str, message: String| Verdict::new(Status::Unsupported, code, message);
    if cinderx.is_suppressed(function).unwrap_or(false) {
        return Verdict::new(
            Status::Refused,
            "cinderx-marked",
            "its code is marked by jit_suppress, so CinderX does not compile it",
        )
        .advise("remove jit_suppress, or the jitctl hint `ignore` on another function with the same code");
    }
    if said.contains("OVER_MAX_CODE_SIZE") {
        return Verdict::new(
            Status::Refused,
            "cinderx-code-memory-full",
            "CinderX has used up its memory for machine code",
        )
        .advise("raise CINDERX_JIT_MAX_CODE_SIZE");
    }
    if said.contains("NOT_ON_JITLIST") {
        return Verdict::new(
            Status::Refused,
            "cinderx-not-on-jit-list",
            "a JIT list is loaded into CinderX and does not name this function",
        );
    }
    let Ok(facts) = cinderx.host.facts(function) else {
        return unsupported("cinderx-error", format!("CinderX did not compile it: {said}"));
    };
    let code = facts.code();
    if code.is_async_generator() {
        return unsupported("cinderx-async-generator", "CinderX compiles no async generators".to_owned());
    }
    let names = code.names();
    let loads = |name: &&str| names.contains(name);
    if let Some(name) = FRAME_READERS.iter().chain(&FRAME_READERS_3_15).find(|name| loads(name)) {
        return unsupported("cinderx-reads-frame", format!("CinderX compiles no function that calls {name}()"))
            .advise("move the hot part into a function of its own");
    }
    if names.contains(&"super") && !code.free_variables().contains(&"__class__") {
        return unsupported("cinderx-super-outside-class", "CinderX compiles no super() outside a class".to_owned());
    }
    let size = code.instructions().len();
    if size > LARGE {
        return unsupported("cinderx-too-large", format!("it has {size} instructions, too many for CinderX"))
            .advise("move the hot part into a function of its own");
    }
    let reason = if said.contains("UNKNOWN_ERROR") || said.contains("CANNOT_SPECIALIZE") {
        format!("CinderX cannot compile it, and names no reason ({said})")
    } else {
        format!("CinderX cannot compile it: {said}")
    };
    unsupported("cinderx-error", reason)
}

/// The verdict once CinderX was asked.
pub fn settled(cinderx: &CinderX, function: Borrowed<'_>, hint: Hint, compiled: Compiled) -> Verdict {
    let (bytes, milliseconds) = match compiled {
        Compiled::Now { bytes, milliseconds } => (bytes, milliseconds),
        Compiled::Paused => {
            return Verdict::new(Status::Refused, "cinderx-paused", PAUSED).advise("hint it again when that is over");
        }
        Compiled::Failed(said) => return not_compiled(cinderx, function, &said),
    };
    let size = format!("CinderX compiled it to {bytes} bytes of machine code");
    let verdict = if hint == Hint::Once {
        let rest = "never again; where a guard fails the interpreter goes on, and that may still specialise";
        Verdict::new(Status::Partial, "cinderx-compiled-once", format!("{size}, {rest}"))
    } else {
        Verdict::new(Status::Applied, "cinderx-compiled", size)
    };
    let share = cinderx.host.observe(function).map_or(0.0, |state| state.share());
    #[allow(clippy::cast_precision_loss)] // sizes and times are small
    verdict.measure("machine_code", bytes as f64, "bytes").measure("compile_time", milliseconds as f64, "ms").measure(
        "specialised",
        share,
        "share",
    )
}
