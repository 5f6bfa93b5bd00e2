//! CPython 3.14: a JIT that projects a trace from a hot loop's backward jump, by the specialised bytecode.
//!
//! Headers are those in Include/internal of 3.14.8 to 3.14.10, which agree; "measured" is CPYTHON_JIT.md.

use crate::{
    Counter, ExecutorLayout, FirstCall, Specialisation, TraceStarter, Steering, SwitchLayout, Traits, Version,
};

const PROPERTY: &str = "make it a method, or read the value into a variable before the loop";

// pycore_backoff.h: BACKOFF_BITS 4, UNREACHABLE_BACKOFF 15.
// pycore_code.h: ADAPTIVE_WARMUP_VALUE 1, _BACKOFF 1; ADAPTIVE_COOLDOWN_VALUE 52, _BACKOFF 0.
const COUNTER: Counter = Counter { bits: 4, warmup: 1 << 4 | 1, cooldown: 52 << 4 };

const TRAITS: Traits = Traits {
    entry: false,
    // Measured: translate_bytecode_to_trace() gives up at YIELD_VALUE.
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
};

pub static VERSION: Version = Version {
    minor: 14,
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
        // pycore_backoff.h: JUMP_BACKWARD_INITIAL_VALUE 4095, _BACKOFF 12.
        loops: Some(TraceStarter {
            base: "JUMP_BACKWARD",
            armed: "JUMP_BACKWARD_JIT",
            off: "JUMP_BACKWARD_NO_JIT",
            natural: (4095, 12),
        }),
        entry: None,
        compiles_yield: TRAITS.yields,
        // Measured: with these three nothing enters the function, early or late, on an adversarial set. Traces are
        // projected, never through the return of an outer frame, so CALL is not needed.
        ignore_events: &["PY_START", "PY_RESUME", "JUMP"],
        // Python/instrumentation.c: these rewrite RESUME and JUMP_BACKWARD. Measured: 19 kernels at 0.95 of the plain
        // interpreter, with JUMP in force at 0.79.
        ignore_declared: &["PY_START", "PY_RESUME", "JUMP", "LINE", "INSTRUCTION"],
        frame_pushing_calls: &[],
        // A projected trace does not reset the counters of what it inlines.
        once_events: &[],
        returns_thaw: false,
        // pycore_interp_structs.h: `PyObject *common_consts[NUM_COMMON_CONSTANTS]; bool jit;`, five constants.
        switch: Some(SwitchLayout { constants: 5, config: None }),
        // pycore_optimizer.h: _PyExecutorObject, _PyExitData { u32 target; u16 temperature; *executor }.
        // SIDE_EXIT_INITIAL_VALUE 4095, _BACKOFF 12.
        executor: Some(ExecutorLayout {
            trace_at: 24,
            exit_count_at: 96,
            exit_size: 16,
            target_at: 0,
            temperature_at: 4,
            next_at: 8,
            natural: (4095, 12),
        }),
        // Measured: geomean 1.05 over 16 kernels, some of them slower.
        opt_in_by_default: false,
        known_faults: &[],
        // https://github.com/python-greenlet/greenlet/issues/460
        known_conflicts: &[(
            "greenlet",
            "greenlet and the JIT of CPython 3.14 crash together, with or without jitctl (greenlet issue 460): keep the JIT off \
             where greenlets switch, that is, set neither PYTHON_JIT=1 nor JITCTL_OPT_IN=1",
        )],
    }),
    layout: Some(&crate::layout::V3_14),
};
