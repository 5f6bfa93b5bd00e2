//! Thresholds, with their measurements.

/// Calls that a function which wants a profile of its loops is left to the interpreter: adaptive instructions specialise at their second
/// execution, and once more where the first attempt failed.
pub const CALLS_FOR_PROFILE: u32 = 2;

/// Units that a function may have because exits showed something new.
pub const ATTEMPTS: u32 = 4;

/// Units that a function may have at most, those after changes of what was assumed included.
pub const ATTEMPTS_AFTER_CHANGES: u32 = 12;

/// Exits after which a unit is judged for the first time.
pub const EXITS_BEFORE_JUDGING: u64 = 4;

/// Exits of a unit that is compiled for the last time before anything is decided: the first few come while its callees are compiled anew.
pub const EXITS_BEFORE_DECIDING: u64 = 24;

/// Exits for each activation that make it worth timing.
pub const EXITS_WORTH_A_TRIAL: f64 = 0.05;

/// Exits for each activation of a unit without loops that cannot pay: it is given up untimed. Seven operations on ints, with exits at
/// 0, 10, 20, 30, 40 and 50 of 100 calls, were 3.9, 1.6, 1.15, 0.91, 0.74 and 0.65 times as fast as the interpreter on 3.15, and 4.6, 2.2,
/// 1.56, 1.2, 0.94 and 0.81 times on 3.13.
pub const EXITS_TOO_MANY: f64 = 0.25;

/// Classes that one instruction is compiled for; where it meets more, it is left to the interpreter's own functions.
pub const CLASSES: usize = 4;

/// How often an instruction meets objects of classes that are news before the function is compiled anew for them.
pub const MEETINGS: u32 = 100;

/// Copies of the rest of a block, one for each class or kind of number, that a function may have.
pub const COPIES: u32 = 24;

/// Calls after a change of what was assumed before the function is compiled anew: changes come in groups, at start-up.
pub const CALLS_AFTER_CHANGE: u32 = 4;

/// Calls before a new attempt where a tool was watching, or something changed while the function was compiled.
pub const CALLS_BEFORE_RETRY: u32 = 100;

/// Pairs of calls, one with machine code and one without, that are timed on trial.
pub const TRIAL_PAIRS: usize = 24;

/// Pairs that are enough where the calls without machine code took this long together.
pub const TRIAL_PAIRS_LONG: usize = 4;

/// See [`TRIAL_PAIRS_LONG`].
pub const TRIAL_NANOS: u64 = 200_000_000;

/// Machine code that takes more than this share of the interpreter's time is given up.
pub const WORTH: f64 = 0.98;

/// Callees that are compiled for their callers, within one another.
pub const CALLEES: u32 = 8;
