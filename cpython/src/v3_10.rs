//! CPython 3.10: no specialisation but per-opcode caches of globals and attributes, which nothing shows.

use crate::{FirstCall, Specialisation, Version};

pub static VERSION: Version = Version {
    minor: 10,
    // Python/ceval.c: OPCACHE_MIN_RUNS 1024 calls before a code object gets caches. Measured (docs/thresholds.md): 1,024 to
    // 1,040 calls until a function is as fast as it gets.
    specialisation: Specialisation::Hidden { calls: 1_300 },
    // Python/ceval.c: call_function() goes through PyObject_Vectorcall for Python functions too.
    first_call: FirstCall::Vectorcall,
    // Python/pystate.c: new_threadstate() takes PyThread_get_thread_ident(), and runs in the thread that starts the new one.
    new_thread_shares_identity: true,
    jit_build: None,
    traits: None,
    steering: None,
    layout: None,
};
