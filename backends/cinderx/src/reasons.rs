//! CinderX's answers in words. Its own reason is often no more than `PYJIT_RESULT_UNKNOWN_ERROR`; the function's code
//! mostly says what it was.

use crate::engine::Engine;
use jitctl_core::{Borrowed, Status, Verdict};

/// Functions of the frame's locals: CinderX's compiler refuses code that loads one of these names.
const FRAME_READERS: [&str; 3] = ["eval", "exec", "locals"];
const FRAME_READERS_3_15: [&str; 2] = ["vars", "dir"];
/// CinderX gives up somewhere above this; it does not say where.
const LARGE: usize = 10_000;

/// The verdict on a function that CinderX did not compile.
pub fn verdict(engine: &Engine, function: Borrowed<'_>, said: &str) -> Verdict {
    let unsupported = |code: &'static str, message: String| Verdict::new(Status::Unsupported, code, message);
    if engine.is_suppressed(function).unwrap_or(false) {
        return Verdict::new(
            Status::Refused,
            "suppressed",
            "its code is marked by jit_suppress, so CinderX does not compile it",
        )
        .advise("remove jit_suppress, or the jitctl hint `ignore` on another function with the same code");
    }
    if said.contains("OVER_MAX_CODE_SIZE") {
        return Verdict::new(Status::Refused, "code-memory-full", "CinderX has used up its memory for machine code")
            .advise("raise CINDERX_JIT_MAX_CODE_SIZE");
    }
    if said.contains("NOT_ON_JITLIST") {
        return Verdict::new(
            Status::Refused,
            "not-on-jit-list",
            "a JIT list is loaded into CinderX and does not name this function",
        );
    }
    let Ok(facts) = engine.host.facts(function) else {
        return unsupported("cinderx-error", format!("CinderX did not compile it: {said}"));
    };
    let code = facts.code();
    if code.is_async_generator() {
        return unsupported("async-generator", "CinderX compiles no async generators".to_owned());
    }
    let names = code.names();
    let loads = |name: &&str| names.contains(name);
    if let Some(name) = FRAME_READERS.iter().chain(&FRAME_READERS_3_15).find(|name| loads(name)) {
        return unsupported("reads-frame", format!("CinderX compiles no function that calls {name}()"))
            .advise("move the hot part into a function of its own");
    }
    if names.contains(&"super") && !code.free_variables().contains(&"__class__") {
        return unsupported("super-outside-class", "CinderX compiles no super() outside a class".to_owned());
    }
    let size = code.instructions().len();
    if size > LARGE {
        return unsupported("too-large", format!("it has {size} instructions, too many for CinderX"))
            .advise("move the hot part into a function of its own");
    }
    let reason = if said.contains("UNKNOWN_ERROR") || said.contains("CANNOT_SPECIALIZE") {
        format!("CinderX cannot compile it, and names no reason ({said})")
    } else {
        format!("CinderX cannot compile it: {said}")
    };
    unsupported("cinderx-error", reason)
}
