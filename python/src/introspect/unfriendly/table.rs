//! Which traits are unfriendly to the JIT of which version: data, one entry per minor version, nothing else.
//!
//! Every entry was measured (`python benchmarks/unfriendly`, kept in benchmarks/results/unfriendly.json), and
//! tests/python/reasons measures it again on the version at hand. What is often said and did not show (imports, `with`,
//! `try` without a raise, `locals()`, frame access, long jumps ...) is measured there too, and is no reason here.

use jitctl_core::Interpreter;
use std::sync::OnceLock;

/// What the traces of one minor version cannot do.
#[derive(Debug)]
pub struct Traits {
    /// 14 for CPython 3.14.
    minor: u64,
    /// The entry of a plain function can start compiled code; otherwise loops alone do.
    pub entry: bool,
    /// A trace goes across a `yield` or `await`.
    pub yields: bool,
    /// A trace goes through `async for`.
    pub async_for: bool,
    /// A trace goes through a call with `*args` or `**kwargs` at the call's site.
    pub star_call: bool,
    /// A trace goes into a call of the function by itself.
    pub recursion: bool,
    /// Compiled code survives it when the code of a function that it calls is replaced.
    pub sets_code: bool,
    /// Weight of the longest pass through a loop that one trace was ever seen to hold: an instruction weighs 1, one with
    /// an inline cache 2. Twelve kinds of bodies filled a trace at 178 to 241 (3.14) and 418 to 532 (3.15), those that
    /// call Python functions earlier, so what is longer than this is too long for certain.
    pub longest_body: u32,
    /// Loops of one code object that can have compiled code (`MAX_EXECUTORS_SIZE` in Include/internal/pycore_optimizer.h
    /// or Python/optimizer.c).
    pub most_loops: usize,
    /// Specialised instructions that run Python code in a way that a trace cannot follow, and what the user calls them.
    pub opaque: &'static [(&'static str, &'static str, &'static str)],
}

const PROPERTY: &str = "make it a method, or read the value into a variable before the loop";

static KNOWN: [Traits; 2] = [
    Traits {
        minor: 14,
        entry: false,
        yields: false,
        async_for: false,
        star_call: false,
        recursion: false,
        sets_code: false,
        longest_body: 245,
        most_loops: 256,
        opaque: &[
            (
                "CALL_ALLOC_AND_ENTER_INIT",
                "makes an instance of a class whose __init__ is written in Python",
                "make the instances outside the hot loop, or use a tuple or a class without __init__",
            ),
            ("LOAD_ATTR_PROPERTY", "reads a property", PROPERTY),
            (
                "LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN",
                "reads an attribute through a __getattribute__ written in Python",
                PROPERTY,
            ),
            ("BINARY_OP_SUBSCR_GETITEM", "subscripts through a __getitem__ written in Python", "call a method instead"),
            ("FOR_ITER_GEN", "iterates over a generator", "iterate over a list, or write the loop where the yield is"),
        ],
    },
    Traits {
        minor: 15,
        entry: true,
        yields: true,
        async_for: false,
        star_call: true,
        recursion: true,
        sets_code: true,
        longest_body: 535,
        most_loops: 256,
        opaque: &[],
    },
];

/// What is known of this interpreter; `None` where it has no JIT, or one that nobody measured.
fn of(interpreter: &Interpreter) -> Option<&'static Traits> {
    let version = &interpreter.version;
    let cpython = interpreter.implementation == "cpython" && interpreter.jit_built && version.major == 3;
    KNOWN.iter().find(|known| cpython && known.minor == version.minor)
}

static HERE: OnceLock<Option<&'static Traits>> = OnceLock::new();

/// Keeps what is known of the interpreter of this process, which was described at the start.
pub fn remember(interpreter: &Interpreter) {
    HERE.get_or_init(|| of(interpreter));
}

/// What is known of the interpreter of this process.
#[must_use]
pub fn here() -> Option<&'static Traits> {
    HERE.get().copied().flatten()
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
