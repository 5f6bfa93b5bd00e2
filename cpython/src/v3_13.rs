//! CPython 3.13: specialisation only. Its experimental JIT is built by nobody who ships it, and is left alone.

use crate::{Counter, FirstCall, JitBuild, Specialisation, Steering, Version};

// Include/internal/pycore_backoff.h: `uint16_t backoff : 4; uint16_t value : 12`.
// Include/internal/pycore_code.h: ADAPTIVE_WARMUP_VALUE 1, _BACKOFF 1; ADAPTIVE_COOLDOWN_VALUE 52, _BACKOFF 0.
const COUNTER: Counter = Counter { bits: 4, warmup: 1 << 4 | 1, cooldown: 52 << 4 };

pub static VERSION: Version = Version {
    minor: 13,
    specialisation: Specialisation::Shown { backoff_bits: COUNTER.bits },
    // PEP 669: local events of a code object.
    first_call: FirstCall::Monitoring,
    // Python/pystate.c: bind_tstate() sets it, in the new thread.
    new_thread_shares_identity: false,
    // Python/optimizer.c exports the symbols where the second tier is compiled in. configure.ac,
    // --enable-experimental-jit: "yes" defines _Py_TIER2=1, "yes-off" 3; "interpreter", that of micro-operations alone, has
    // no _Py_JIT and is no JIT.
    jit_build: Some(JitBuild {
        symbols: &[
            "PyUnstable_GetExecutor",
            "PyUnstable_Replace_Executor",
            "_PyOptimizer_Optimize",
            "_Py_Executors_InvalidateAll",
        ],
        built: "-D_Py_JIT",
        off: "-D_Py_TIER2=3",
    }),
    traits: None,
    steering: Some(Steering {
        counter: COUNTER,
        loops: None,
        entry: None,
        compiles_yield: false,
        ignore_events: &[],
        ignore_declared: &[],
        frame_pushing_calls: &[],
        once_events: &[],
        returns_thaw: false,
        switch: None,
        executor: None,
        opt_in_by_default: false,
        known_faults: &[],
        known_conflicts: &[],
    }),
    layout: Some(&crate::layout::V3_13),
};
