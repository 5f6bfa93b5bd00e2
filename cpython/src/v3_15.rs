//! CPython 3.15: a JIT that records a trace while the interpreter runs, from loops and from function entries.
//!
//! Headers are those in Include/internal of 3.15.0 to 3.15.2, which agree; "measured" is CPYTHON_JIT.md.

use crate::{
    ConfigLayout, Counter, ExecutorLayout, FirstCall, FramePushingCall, Specialisation, TraceStarter, Steering, SwitchLayout, Traits, Version,
    When,
};

// Include/internal/pycore_opcode_metadata.h: the expansions that have _PUSH_FRAME, and the general forms that need a guard
// of the instruction pointer. All other calls of Python code go through C and an entry frame, which ends a trace.
// Python/bytecodes.c: TRACE_RECORD stops a trace before the return when the instruction returned to is instrumented. So
// no instruction of the function is part of a trace. Measured: 19 kernels at 0.71 of the plain interpreter with events
// behind all of these, at 0.85 when the last three have settled in a harmless form; with CALL, JUMP and LINE at 0.52.
static FRAME_PUSHING_CALLS: [FramePushingCall; 7] = [
    FramePushingCall { name: "CALL", when: When::Always, forms: &[], jumps: false },
    FramePushingCall { name: "CALL_KW", when: When::Always, forms: &[], jumps: false },
    FramePushingCall { name: "CALL_FUNCTION_EX", when: When::Always, forms: &[], jumps: false },
    FramePushingCall { name: "SEND", when: When::Always, forms: &[], jumps: true },
    // With an odd argument it looks up a method, and is specialised to neither.
    FramePushingCall {
        name: "LOAD_ATTR",
        when: When::Even,
        forms: &["LOAD_ATTR_PROPERTY", "LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN"],
        jumps: false,
    },
    // Include/opcode.h: NB_SUBSCR 26.
    FramePushingCall { name: "BINARY_OP", when: When::Is(26), forms: &["BINARY_OP_SUBSCR_GETITEM"], jumps: false },
    FramePushingCall { name: "FOR_ITER", when: When::Always, forms: &["FOR_ITER_GEN"], jumps: true },
];

// pycore_backoff.h: BACKOFF_BITS 3, UNREACHABLE_BACKOFF 7, MAX_BACKOFF 6.
// pycore_code.h: ADAPTIVE_WARMUP_VALUE 1, _BACKOFF 1; ADAPTIVE_COOLDOWN_VALUE 52, _BACKOFF 0.
const COUNTER: Counter = Counter { bits: 3, warmup: 1 << 3 | 1, cooldown: 52 << 3 };

const TRAITS: Traits = Traits {
    entry: true,
    // Measured: generators' loops compile across their yields.
    yields: true,
    async_for: false,
    star_call: true,
    recursion: true,
    sets_code: true,
    longest_body: 535,
    most_loops: 256,
    opaque: &[],
};

pub static VERSION: Version = Version {
    minor: 15,
    specialisation: Specialisation::Shown { backoff_bits: COUNTER.bits },
    // PEP 669: local events of a code object.
    first_call: FirstCall::Monitoring,
    // Python/pystate.c: bind_tstate() sets it, in the new thread.
    new_thread_shares_identity: false,
    jit_build: None, // sys._jit says it
    traits: Some(TRAITS),
    steering: Some(Steering {
        counter: COUNTER,
        // Python/bytecodes.c: family(JUMP_BACKWARD) = {JUMP_BACKWARD_NO_JIT, JUMP_BACKWARD_JIT}.
        // pycore_backoff.h: JUMP_BACKWARD_INITIAL_VALUE 4000, _BACKOFF 6.
        loops: Some(TraceStarter {
            base: "JUMP_BACKWARD",
            armed: "JUMP_BACKWARD_JIT",
            off: "JUMP_BACKWARD_NO_JIT",
            natural: (4000, 6),
        }),
        // Python/bytecodes.c: family(RESUME) = {RESUME_CHECK, RESUME_CHECK_JIT}; RESUME_INITIAL_VALUE 8190, _BACKOFF 6.
        entry: Some(TraceStarter { base: "RESUME", armed: "RESUME_CHECK_JIT", off: "RESUME_CHECK", natural: (8190, 6) }),
        compiles_yield: TRAITS.yields,
        // In force only where `ignore_declared` cannot be. Measured: without CALL and LINE, the trace of a hot callee returns
        // into the function and goes on there: to the next call, or with CALL alone to an attribute in C on the next line.
        // LINE costs a call-heavy function 50 to 90 ns per iteration. What stays open is the rest of the line on which the
        // callee was called, to its next call.
        ignore_events: &["PY_START", "PY_RESUME", "CALL", "JUMP", "LINE"],
        // Python/instrumentation.c: these rewrite RESUME, JUMP_BACKWARD, what stands behind a push, and the frame_pushing_calls that have
        // harmless forms (of them FOR_ITER has branch events). Measured: see FRAME_PUSHING_CALLS.
        ignore_declared: &["PY_START", "PY_RESUME", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT", "LINE", "INSTRUCTION"],
        frame_pushing_calls: &FRAME_PUSHING_CALLS,
        // Measured: TRACE_RECORD writes the trigger value into the counters of what it inlines; this stops the inlining.
        once_events: &["PY_START", "PY_RESUME"],
        // Measured: TRACE_RECORD again; only a CALL event would stop it, and with it the compilation of own calls.
        returns_thaw: true,
        // pycore_interp_structs.h: `common_consts[NUM_COMMON_CONSTANTS]; bool jit; bool compiling; _PyOptimizationConfig`.
        // The configuration's u16 fields: jump value, backoff; resume value, backoff; side exit value, backoff; fitness.
        switch: Some(SwitchLayout {
            constants: 12,
            config: Some(ConfigLayout { at: 2, entry_backoff: 3, unreachable: 7 }),
        }),
        // pycore_optimizer.h: _PyExecutorObject, _PyExitData { u32 target; u16 flags; u16 temperature; *executor }.
        // SIDE_EXIT_INITIAL_VALUE 4000, _BACKOFF 6.
        executor: Some(ExecutorLayout {
            trace_at: 24,
            exit_count_at: 72,
            exit_size: 16,
            target_at: 0,
            temperature_at: 6,
            next_at: 8,
            natural: (4000, 6),
        }),
        // Measured: geomean 1.46 over 16 kernels, equal to PYTHON_JIT=1.
        opt_in_by_default: true,
        // https://github.com/python/cpython/issues/157740, seen on 3.15.2 without jitctl too.
        known_faults: &[
            "gh-157740: a rare crash where several threads run one function while it is compiled; sample_args with \
             when=\"decoration\" compiles it before threads run it",
            // Seen on 3.15.2 with PYTHON_JIT=1 and without jitctl; the only difference in 8,592 combinations of operation
            // and operands (`python tests/error_messages`: type, text, arguments, notes, lines and columns, causes).
            "x / 0.0 of two floats: compiled code says \"float division by zero\" where the interpreter says \"division by \
             zero\"; the exception's type and place are the same",
            // Seen on 3.15.2 with PYTHON_JIT=1, PR_SET_MDWE and without jitctl.
            "PYTHON_JIT=1 where the system forbids executable memory: CPython ends the process at its first compilation \
             (make_cold_executor); leave PYTHON_JIT unset there",
        ],
        known_conflicts: &[],
    }),
    layout: Some(&crate::layout::V3_15),
};
