//! CPython 3.13: specialisation only. Its experimental JIT is built by nobody who ships it, and is left alone.

use super::{Counter, Version};

pub static VERSION: Version = Version {
    minor: 13,
    // Include/internal/pycore_backoff.h: `uint16_t backoff : 4; uint16_t value : 12`.
    // Include/internal/pycore_code.h: ADAPTIVE_WARMUP_VALUE 1, _BACKOFF 1; ADAPTIVE_COOLDOWN_VALUE 52, _BACKOFF 0.
    counter: Counter { bits: 4, warmup: 1 << 4 | 1, cooldown: 52 << 4 },
    loops: None,
    entry: None,
    compiles_yield: false,
    ignore_events: &[],
    ignore_declared: &[],
    pushes: &[],
    once_events: &[],
    returns_thaw: false,
    switch: None,
    executor: None,
    opt_in_by_default: false,
    known_faults: &[],
};
