//! CPython 3.11: the first that specialises its bytecode.

use crate::{FirstCall, Specialisation, Version};

pub static VERSION: Version = Version {
    minor: 11,
    // Include/internal/pycore_code.h: ADAPTIVE_BACKOFF_BITS 4.
    specialisation: Specialisation::Shown { backoff_bits: 4 },
    // Python/ceval.c: CALL pushes the frame of a Python function without asking its vectorcall field.
    first_call: FirstCall::CodeSwap,
    // Python/pystate.c: new_threadstate() takes PyThread_get_thread_ident(), and runs in the thread that starts the new one.
    new_thread_shares_identity: true,
    jit_build: None,
    traits: None,
    steering: None,
    layout: None,
};
