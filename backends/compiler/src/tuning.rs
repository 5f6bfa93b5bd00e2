//! Thresholds: each with the measurement that set it, or the word *chosen* and the reason where none did.

/// Calls that a function which wants a profile of its loops is left to the interpreter: adaptive instructions specialise at their second
/// execution, and once more where the first attempt failed.
pub const CALLS_FOR_PROFILE: u32 = 2;

/// Units that a function may have because exits showed something new. Chosen, not measured: one for what the profile did not show,
/// and some more for phases of a program; each costs a compilation.
pub const ATTEMPTS: u32 = 4;

/// Units that a function may have at most, those after changes of what was assumed included. Chosen, not measured: so that a program
/// that changes its globals for ever ends in the interpreter.
pub const ATTEMPTS_AFTER_CHANGES: u32 = 12;

/// Exits after which a unit is judged for the first time. Chosen, not measured: one exit may be the end of a loop that ran long.
pub const EXITS_BEFORE_JUDGING: u64 = 4;

/// Exits of a unit that is compiled for the last time before anything is decided: the first few come while its callees are compiled anew.
/// Chosen, not measured.
pub const EXITS_BEFORE_DECIDING: u64 = 24;

/// Exits for each activation that make it worth timing. Chosen well below the least rate at which the functions that are told of at
/// [`EXITS_TOO_MANY`] lost (30 of 100): timing is what decides.
pub const EXITS_WORTH_A_TRIAL: f64 = 0.05;

/// Exits for each activation of a unit without loops that cannot pay: it is given up untimed. Seven operations on ints, with exits at
/// 0, 10, 20, 30, 40 and 50 of 100 calls, were 3.9, 1.6, 1.15, 0.91, 0.74 and 0.65 times as fast as the interpreter on 3.15, and 4.6, 2.2,
/// 1.56, 1.2, 0.94 and 0.81 times on 3.13.
pub const EXITS_TOO_MANY: f64 = 0.25;

/// Classes that one instruction is compiled for; where it meets more, it is left to the interpreter's own functions. Chosen, not
/// measured: each class is one more comparison before, and one more copy of the code behind it.
pub const CLASSES: usize = 4;

/// How often an instruction meets objects of classes that are news before the function is compiled anew for them. Chosen, not
/// measured: a few objects at start-up should not compile it anew.
pub const MEETINGS: u32 = 100;

/// Copies of the rest of a block, one for each class or kind of number, that a function may have. Chosen, not measured: it bounds the
/// size of machine code, which grows with the product of the kinds.
pub const COPIES: u32 = 24;

/// Calls after a change of what was assumed before the function is compiled anew: changes come in groups, at start-up. Chosen, not
/// measured.
pub const CALLS_AFTER_CHANGE: u32 = 4;

/// Calls before a new attempt where a tool was watching, or something changed while the function was compiled. Chosen, not measured: a
/// tool that watches stays for a while, and asking costs a call of the waiting entry.
pub const CALLS_BEFORE_RETRY: u32 = 100;

/// Pairs of calls, one with machine code and one without, that are timed on trial. Chosen, not measured: enough that a few calls that
/// another process interrupted do not decide.
pub const TRIAL_PAIRS: usize = 24;

/// Pairs that are enough where the calls without machine code took [`TRIAL_NANOS`] together. Chosen: calls of many milliseconds differ
/// by less, and the interpreter's half of the trial is what the user waits for.
pub const TRIAL_PAIRS_LONG: usize = 4;

/// Pairs that are enough where all calls of one half were faster than all of the other by [`TRIAL_CLEAR`]. Chosen: the first of them,
/// which fills caches, is not counted, and two are the least that can agree.
pub const TRIAL_PAIRS_CLEAR: usize = 3;

/// See [`TRIAL_PAIRS_CLEAR`]. Chosen well above what another process on the same core changes in a few calls.
pub const TRIAL_CLEAR: f64 = 1.5;

/// Nanoseconds; see [`TRIAL_PAIRS_LONG`].
pub const TRIAL_NANOS: u64 = 200_000_000;

/// Machine code that takes more than this share of the interpreter's time is given up. Chosen: below 2 % a trial cannot tell gain from
/// chance.
pub const WORTH: f64 = 0.98;

/// Callees that are compiled for their callers, within one another. Chosen, not measured: it bounds the time of one first call.
pub const CALLEES: u32 = 8;
