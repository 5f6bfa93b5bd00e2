//! CPython 3.12: `sys.monitoring`.

use crate::{FirstCall, Specialisation, Version};

pub static VERSION: Version = Version {
    minor: 12,
    // Include/internal/pycore_code.h: ADAPTIVE_BACKOFF_BITS 4.
    specialisation: Specialisation::Shown { backoff_bits: 4 },
    // PEP 669: local events of a code object.
    first_call: FirstCall::Monitoring,
    // Python/pystate.c: bind_tstate() sets it, in the new thread.
    new_thread_shares_identity: false,
    jit_build: None,
    traits: None,
    steering: None,
    layout: None,
};
