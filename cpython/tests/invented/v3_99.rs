//! A version that nobody released: what a new file looks like. tests/invented.rs adds it.

use crate::{Counter, FirstCall, Specialisation, Steering, Traits, Version};

const COUNTER: Counter = Counter { bits: 7, warmup: 1 << 7 | 1, cooldown: 52 << 7 };

const TRAITS: Traits = Traits {
    entry: true,
    yields: true,
    async_for: true,
    star_call: true,
    recursion: true,
    sets_code: true,
    longest_body: 999,
    most_loops: 999,
    opaque: &[],
};

pub static VERSION: Version = Version {
    minor: 99,
    specialisation: Specialisation::Shown { backoff_bits: COUNTER.bits },
    first_call: FirstCall::Monitoring,
    new_thread_shares_identity: false,
    jit_build: None,
    traits: Some(TRAITS),
    steering: Some(Steering {
        counter: COUNTER,
        loops: None,
        entry: None,
        compiles_yield: TRAITS.yields,
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
    layout: None,
};
