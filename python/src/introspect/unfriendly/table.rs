//! The reasons why a function gains little or nothing from the JIT: a closed list. Which of them hold on a version follows
//! from its [`Traits`].

use jitctl_core::Interpreter;
use jitctl_cpython::Traits;
use std::sync::OnceLock;

static HERE: OnceLock<Option<Traits>> = OnceLock::new();

/// Keeps what is known of the interpreter of this process, which was described at the start: nothing where it has no JIT, or
/// one that nobody measured.
pub fn remember(interpreter: &Interpreter) {
    let known = || jitctl_cpython::of(interpreter).ok().and_then(|version| version.traits);
    HERE.get_or_init(|| known().filter(|_| interpreter.jit_built));
}

/// What is known of the interpreter of this process.
#[must_use]
pub fn here() -> Option<&'static Traits> {
    HERE.get().and_then(Option::as_ref)
}

/// A reason as such, whatever function it is found in.
#[derive(Debug)]
pub struct Kind {
    /// Stable, for programs.
    pub code: &'static str,
    /// What is the matter, in general.
    pub summary: &'static str,
    /// What to do about it.
    pub advice: &'static str,
    /// Is it a reason on this version?
    pub holds: fn(&Traits) -> bool,
}

/// The closed list.
pub static KINDS: [Kind; 14] = [
    Kind {
        code: "no-loop",
        summary: "nothing in it starts compiled code",
        advice: "hint the function whose loop calls it: what is called from compiled code is compiled with it",
        holds: |_| true,
    },
    Kind {
        code: "yield-in-loop",
        summary: "a loop that contains a yield or an await is not compiled",
        advice: "collect what the loop makes in a list, or move the work between two yields into a function",
        holds: |traits| !traits.yields,
    },
    Kind {
        code: "async-for",
        summary: "a trace ends at each step of async for, so that the body of the loop is not compiled",
        advice: "let the asynchronous generator give batches, and loop over each batch with a plain for",
        holds: |traits| !traits.async_for,
    },
    Kind {
        code: "raise-in-loop",
        summary: "an exception that is raised and caught within a loop leaves compiled code every time",
        advice: "say it with a condition or a return value instead; a try in which nothing is raised costs nothing",
        holds: |_| true,
    },
    Kind {
        code: "large-body",
        summary: "one pass through the loop is longer than a trace can be",
        advice: "split the body: hot inner loops into functions of their own",
        holds: |_| true,
    },
    Kind {
        code: "many-loops",
        summary: "it has more loops than one code object can have compiled code for",
        advice: "split the function",
        holds: |_| true,
    },
    Kind {
        code: "recursion-in-loop",
        summary: "a trace ends where the function calls itself, and what follows is not compiled",
        advice: "keep what is still to be done in a list, and loop over that",
        holds: |traits| !traits.recursion,
    },
    Kind {
        code: "global-store",
        summary: "a loop that assigns a global and reads globals loses its compiled code with the first assignments",
        advice: "use a local variable in the loop, and assign the global behind it",
        holds: |_| true,
    },
    Kind {
        code: "exec-text",
        summary: "text that exec or eval runs becomes new code at every call, which is never warm",
        advice: "compile the text once (compile(text, name, \"exec\")) and run the code object",
        holds: |_| true,
    },
    Kind {
        code: "sets-code",
        summary: "assigning the __code__ of a function ends the traces that call it",
        advice: "choose between two functions instead of replacing the code of one",
        holds: |traits| !traits.sets_code,
    },
    Kind {
        code: "opaque-call",
        summary: "a loop calls in a way that a trace cannot follow, and is not compiled, or not beyond that call",
        advice: "call a function or method, or do it outside the hot loop",
        holds: |traits| !traits.opaque.is_empty() || !traits.star_call,
    },
    Kind {
        code: "tracing-active",
        summary: "a debugger, profiler or coverage tool watches all code: nothing is compiled meanwhile",
        advice: "switch the tool off (sys.settrace(None), sys.setprofile(None), sys.monitoring.set_events(tool, 0))",
        holds: |_| true,
    },
    Kind {
        code: "events-on-code",
        summary: "a tool has put monitoring events on its code, which cannot be compiled with them",
        advice: "take the tool's events off this function (sys.monitoring.set_local_events(tool, code, 0))",
        holds: |_| true,
    },
    Kind {
        code: "code-replaced",
        summary: "the function's code was replaced after the hint: what was compiled belonged to the old code",
        advice: "hint the function again",
        holds: |_| true,
    },
];

/// The kind with this code.
#[must_use]
pub fn kind(code: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.code == code).unwrap_or(&KINDS[0])
}
