//! The table. A new code is a row here, its use, and `JITCTL_WRITE_VERDICTS=1 cargo test -p jitctl-verdicts`, which writes
//! docs/verdicts.md and python/jitctl/_verdicts.py anew.

use crate::row::{By, Row};
use jitctl_core::Status;

/// Declares the codes with their rows.
macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $name:literal [$($status:ident)*] by [$($by:ident)*] $($passes:ident)?: $meaning:literal; $advice:literal)*) => {
        /// A verdict code of jitctl's own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum VerdictCode {
            $(#[doc = $meaning] $code,)*
        }

        impl VerdictCode {
            /// All of them, as docs/verdicts.md lists them.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// Its row.
            #[must_use]
            pub const fn row(self) -> &'static Row {
                match self {
                    $(Self::$code => &Row {
                        name: $name,
                        statuses: &[$(Status::$status),*],
                        by: &[$(By::$by),*],
                        passes_on: codes!(@passes $($passes)?),
                        meaning: $meaning,
                        advice: $advice,
                    },)*
                }
            }
        }
    };
    (@passes) => { false };
    (@passes passes_on) => { true };
}

codes! {
    // The extension, for every backend.
    InProgress = "in-progress" [Pending] by [Extension]:
        "the backend is at work on it";
        ""
    Baseline = "baseline" [Pending] by [Extension]:
        "a few calls are timed first, so that the effect of the hint can be told; then it is applied";
        ""
    Disabled = "disabled" [Unsupported] by [Extension Package]:
        "jitctl is switched off by JITCTL_DISABLE";
        "unset JITCTL_DISABLE"
    NoBackend = "no-backend" [Unsupported] by [Extension]:
        "no backend could be started";
        "run `python -m jitctl doctor` to see why, and install jitctl again"
    OtherBackend = "other-backend" [Unsupported] by [Extension]:
        "the hint names backends that are not in use in this process";
        "name one of those in use, or list it in JITCTL_BACKEND or in `backend` of the rules file"
    ExceptionLeft = "exception-left" [Refused] by [Extension]:
        "the backend left a Python exception behind";
        "report it to the backend's authors; the function runs as it is"
    NotReadable = "not-readable" [Unsupported] by [Extension]:
        "the function's code cannot be read";
        ""
    NoBytecode = "no-bytecode" [Unsupported] by [Extension Native]:
        "it has no Python bytecode";
        ""

    PythonException = "python-exception" [Refused] by [Extension]:
        "Python code that the backend ran raised";
        "report it to the backend's authors; the function runs as it is"
    Panicked = "panicked" [Refused] by [Extension]:
        "the backend panicked, and was stopped there";
        "report it to the backend's authors; the function runs as it is"
    BackendError = "backend-error" [Refused] by [Extension]:
        "the backend failed";
        "report it to the backend's authors; the function runs as it is"

    // The package: what has no bytecode, where there is no extension.
    NoExtension = "no-extension" [Unsupported] by [Package]:
        "no backend can act here";
        "nothing to do: the function runs as it is; to know more, run `python -m jitctl doctor`"
    NoFunctions = "no-functions" [Unsupported] by [Package]:
        "the class or property defines no function of its own";
        "hint the class whose body holds the methods; hints are not inherited"
    LeftOut = "left-out" [Unsupported] by [Package]:
        "functions that other objects in the class hold have no hint";
        "put the decorator on each, nearest to its def"
    Numba = "numba" [Unsupported] by [Package]:
        "it is compiled by Numba: its calls do not run its bytecode";
        "leave the hint out, or hint its py_func where that is called"
    PartialObject = "partial" [Unsupported] by [Package]:
        "a functools.partial has no bytecode of its own";
        "hint the function inside the partial instead"
    LruCache = "lru-cache" [Unsupported] by [Package]:
        "it is a cache in front of a function and has no bytecode";
        "put the decorator below lru_cache or cache, nearest to the def"
    Builtin = "builtin" [Unsupported] by [Package]:
        "it is built into the interpreter or an extension and has no bytecode";
        "leave the hint out; there is nothing to compile"
    CFunction = "c-function" [Unsupported] by [Package]:
        "it is implemented outside Python and has no bytecode";
        "hint the Python function that calls it, or the one it calls"
    CClass = "c-class" [Unsupported] by [Package]:
        "the class is implemented outside Python and has no bytecode";
        "leave the hint out; a subclass's own Python methods can have it"
    Wrapper = "wrapper" [Unsupported] by [Package]:
        "the wrapper has no bytecode of its own";
        "hint the function in it instead"
    CallableInstance = "callable-instance" [Unsupported] by [Package]:
        "an instance can be called but is not a function";
        "hint the __call__ of its class, or the whole class"

    // noop.
    Noop = "noop" [Unsupported] by [Noop]:
        "the backend noop leaves every function as it is";
        "run `python -m jitctl doctor` to see what other backends could do here"

    // Trainings, for warmup and native.
    FirstCall = "first-call" [Pending] by [Training Compiler]:
        "it is trained, or compiled, when it is called for the first time";
        ""
    Background = "background" [Pending] by [Training]:
        "it is being trained in a thread of its own";
        ""
    Interrupted = "interrupted" [Refused] by [Extension Training]:
        "the training was interrupted";
        ""
    CodeReplaced = "code-replaced" [Refused] by [Training Compiler]:
        "the function got other code after the hint";
        "hint the function again"
    UnknownWhen = "unknown-when" [Unsupported] by [Training]:
        "the backend does not know this moment (`when=`)";
        "update the backend"
    FirstCallUnavailable = "first-call-unavailable" [Unsupported] by [Training]:
        "its first call cannot be noticed here";
        ""
    SampleRaised = "sample-raised" [Refused Partial] by [Training Warmup Native]:
        "a call with the samples raised";
        "pass sample arguments with which the function returns"
    SamplesFailed = "samples-failed" [Refused Partial] by [Training Warmup Native Compiler]:
        "the samples could not be made";
        "correct the callable that makes the samples"
    NoSamples = "no-samples" [Unsupported Partial] by [Package Warmup Native]:
        "nothing was called: there are no sample arguments, and none were inferred";
        "pass sample_args=(...) or infer=True, or sample_args=() where the function takes no arguments"
    HasEffects = "has-effects" [Unsupported Partial] by [Package Warmup Native]:
        "nothing was called, since a call may have effects";
        "pass sample_args=(...), or infer=True where calls with made-up arguments do no harm"
    Stopped = "stopped" [Partial] by [Training Warmup Native]:
        "a call ran for more than twice the budget and was stopped";
        "pass samples with which a call returns sooner, or raise budget_ms"
    Suspended = "suspended" [Partial] by [Training Warmup Native]:
        "the coroutine waited for something that needs an event loop, and was closed";
        "pass sample arguments with which it finishes without waiting"
    Cancelled = "cancelled" [Refused Partial] by [Training Warmup Native]:
        "the training was stopped";
        ""
    Busy = "busy" [Refused Partial] by [Training Warmup Native]:
        "it is being trained already, or the interpreter is closing";
        ""

    // warmup.
    CannotIgnore = "cannot-ignore" [Unsupported] by [Warmup]:
        "calling a function cannot keep it out of the JIT; it is left as it is";
        ""
    AlreadyWarm = "already-warm" [Applied] by [Warmup]:
        "it was warm already";
        ""
    Warm = "warm" [Applied] by [Warmup]:
        "it is as warm as it gets with these samples";
        ""
    BudgetSpent = "budget-spent" [Partial] by [Warmup]:
        "the budget ended the training before its state had settled";
        "raise budget_calls or budget_ms"
    Ended = "ended" [Partial] by [Warmup]:
        "the training ended";
        ""

    // native.
    NotCompiled = "not-compiled" [Partial Unsupported] by [Warmup Native]:
        "the JIT compiled nothing of it";
        ""
    Compiled = "compiled" [Applied] by [Native Compiler]:
        "all that can be compiled of it is";
        ""
    Armed = "armed" [Applied] by [Native]:
        "it is compiled when it runs next";
        ""
    ArmedByEvents = "armed-by-events" [Applied Partial] by [Native]:
        "it is compiled when it runs next; counters could not be set, so events drive it there";
        ""
    YieldingLoops = "yielding-loops" [Partial Unsupported] by [Native]:
        "its loops contain a yield, which this version cannot compile";
        ""
    TooSmall = "too-small" [Unsupported] by [Native]:
        "it has no loop and is so small that entering compiled code would cost more";
        ""
    NoLoops = "no-loops" [Unsupported] by [Native]:
        "it has no loop, and nothing else in it starts compiled code here";
        "hint the function whose loop calls it"
    SharedCode = "shared-code" [Unsupported] by [Native]:
        "another function of the same code has a hint that stays";
        ""
    Excluded = "excluded" [Applied] by [Native Compiler]:
        "it is kept out of compiled code";
        ""
    NothingCompiles = "nothing-compiles" [Applied] by [Native]:
        "this interpreter has no JIT, so nothing is compiled";
        ""
    Training = "training" [Pending] by [Native]:
        "it is trained by real calls, or taken back for some of them, to measure whether it pays";
        ""
    Frozen = "frozen" [Applied] by [Native]:
        "its specialised and compiled code stays as it is";
        ""
    PartlyFrozen = "partly-frozen" [Partial] by [Native]:
        "a part of its specialised and compiled code stays as it is";
        ""
    Refrozen = "refrozen" [Partial] by [Native]:
        "something had reset its counters, and it is frozen again";
        ""
    NoJit = "no-jit" [Unsupported] by [Native]:
        "the interpreter has no JIT";
        ""
    JitOff = "jit-off" [Unsupported Applied] by [Native]:
        "the JIT is off, so nothing is compiled";
        ""
    TracingActive = "tracing-active" [Pending Refused] by [Native]:
        "a tool traces or monitors all code, so nothing is compiled meanwhile";
        "switch the tool off (sys.settrace(None), sys.setprofile(None), sys.monitoring.set_events(tool, 0))"
    NoExecutableMemory = "no-executable-memory" [Refused] by [Native]:
        "the system gives no executable memory";
        ""
    PerfActive = "perf-active" [Unsupported] by [Native]:
        "perf's trampoline is active, with which CPython compiles nothing";
        ""
    GaveUp = "gave-up" [Refused] by [Native Compiler] passes_on:
        "compiled code did not last, and the function is left to the interpreter";
        "keep the types the same from call to call, or take the hint away"
    MonitoringIdsTaken = "monitoring-ids-taken" [Refused] by [Training Native]:
        "other tools use all ids of sys.monitoring that jitctl may take";
        ""
    WatchersTaken = "watchers-taken" [Refused] by [Native Compiler]:
        "other tools use all of the interpreter's watchers";
        ""
    SelfTest = "self-test" [Refused Unsupported] by [Native Compiler] passes_on:
        "the running interpreter is not laid out as expected, so its memory is left alone";
        "report it with the output of `python -m jitctl doctor`"
    SymbolMissing = "symbol-missing" [Unsupported] by [Native Compiler]:
        "the interpreter does not export a function that is needed";
        ""
    OpcodeMissing = "opcode-missing" [Unsupported] by [Native]:
        "the interpreter has no such opcode";
        ""
    UnknownHint = "unknown-hint" [Unsupported] by [Native Compiler]:
        "the backend does not know the hint";
        "update the backend"
    UnknownVersion = "unknown-version" [Unsupported] by [Native Compiler]:
        "nothing is known of this version of CPython";
        "install a newer jitctl"

    // compiler: the last are the reasons for which a function is not compiled as a whole.
    Profiling = "profiling" [Pending] by [Compiler]:
        "it will be compiled after more calls, which show with which types it is used";
        ""
    Later = "later" [Pending] by [Compiler]:
        "a tool watches all code, or a global changed just now; it is tried again later";
        ""
    Recompiling = "recompiling" [Pending] by [Compiler]:
        "it will be compiled anew";
        ""
    NoGain = "no-gain" [Refused Unsupported] by [Compiler] passes_on:
        "machine code was not faster than the interpreter, and was undone";
        "hint the function in which the time is spent: those that it calls, or the loop that does the arithmetic"
    AssumptionChanged = "assumption-changed" [Refused] by [Compiler] passes_on:
        "what compiled code relied on has changed";
        "do not rebind globals, builtins or methods that the function uses while it is in use"
    CodeMemory = "code-memory" [Refused] by [Compiler] passes_on:
        "there is no more memory for machine code";
        "hint fewer functions, or raise JITCTL_CODE_MEMORY (in MiB)"
    Generator = "generator" [Unsupported] by [Compiler]:
        "generators are not compiled";
        "move the hot loop into a plain function that the generator calls"
    Coroutine = "coroutine" [Unsupported] by [Compiler]:
        "coroutines are not compiled";
        "move the hot loop into a plain function that the coroutine calls"
    Varargs = "varargs" [Unsupported] by [Compiler]:
        "functions with *args are not compiled";
        "take a fixed number of parameters, or one list"
    Varkeywords = "varkeywords" [Unsupported] by [Compiler]:
        "functions with **kwargs are not compiled";
        "take named parameters, or one dict"
    ArgumentCell = "argument-cell" [Unsupported] by [Compiler]:
        "an inner function uses one of its parameters";
        "copy the parameter to another local before an inner function uses it"
    UsesLocals = "uses-locals" [Unsupported] by [Compiler]:
        "it may read or change its own locals from outside";
        "take the call of exec, eval, locals, vars, globals, dir or super() out of the hot function"
    WithBlock = "with-block" [Unsupported] by [Compiler]:
        "it has a with block";
        "put the hot loop inside the with block into a function of its own"
    ExceptStar = "except-star" [Unsupported] by [Compiler]:
        "it has an except*";
        "put the hot loop into a function of its own, outside the try"
    ClassBody = "class-body" [Unsupported] by [Compiler]:
        "code that is no function's is not compiled";
        "define the class outside the hot function"
    Import = "import" [Unsupported] by [Compiler]:
        "it imports when it runs";
        "import at the top of the module"
    MatchClass = "match-class" [Unsupported] by [Compiler]:
        "it matches patterns of classes";
        "use if and isinstance in the hot function"
    Async = "async" [Unsupported] by [Compiler]:
        "it awaits or loops asynchronously";
        "move the hot loop into a plain function"
    TooLarge = "too-large" [Unsupported] by [Compiler]:
        "it is too large";
        "split the function: the hot loop in one of its own"
    TooManyLocals = "too-many-locals" [Unsupported] by [Compiler]:
        "it has too many variables";
        "split the function: the hot loop in one of its own"
    ExceptionTable = "exception-table" [Unsupported] by [Compiler]:
        "its try blocks are nested in a way that is not compiled";
        "move the hot loop out of the nested try blocks"
    UnknownBytecode = "unknown-bytecode" [Unsupported] by [Compiler]:
        "it has an instruction that the compiler does not know";
        "report it with the function's source; the interpreter runs it as before"
    Opaque = "opaque" [Unsupported] by [Compiler]:
        "nothing here can be done without the interpreter";
        "take the hint away"
    Internal = "internal" [Unsupported] by [Compiler]:
        "a fault of the compiler, which was contained";
        "report it with the function's source; the interpreter runs it as before"
    NoMachineCode = "no-machine-code" [Unsupported] by [Compiler]:
        "no machine code can be made for this processor";
        "this processor is not supported; use another backend"
    NoProfile = "no-profile" [Unsupported] by [Compiler]:
        "the interpreter has not seen enough of it yet";
        ""
    NoFixpoint = "no-fixpoint" [Unsupported] by [Compiler]:
        "the kinds of its variables never settle";
        "use one variable for one kind of value; the interpreter runs it as before"
    Empty = "empty" [Unsupported] by [Compiler]:
        "it has no code";
        ""
    NotSupported = "unsupported" [Unsupported] by [Compiler]:
        "a part of it is not compiled";
        "take the part that the message names out of the hot function"
}
