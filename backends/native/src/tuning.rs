//! Thresholds, each with the measurement that set it.
//!
//! Figures are ratios of speed, unhinted to hinted CPU time of the same function, 3.15.2 release build, JIT off for the
//! process (`python tests/fuzz --slow` and `tests/fuzz/shapes.py` measure them anew).

/// So many traces may begin at one place, each of them for one more type (or callee) there, one after the other; with
/// more of them a function gives up. A loop over N classes of context managers, evenly mixed, CPython's own counters: N 2 1.55, 4 1.63, 6 1.32,
/// 8 1.26, 10 1.17, 12 1.12, 16 0.94, 20 0.77, 30 0.69; with a new class in each call 0.05 to 0.5 and falling.
pub const MOST_VARIANTS: usize = 12;

/// Compiled regions of one function. Functions that gain have few: 12 where five branches follow each other (1.64), 21
/// where there are eleven (1.01), 41 where there are 25 (0.97). CPython has room for 256 in a code object.
pub const MOST_REGIONS: usize = 128;

/// Exits of all regions of one function. The 41 regions above have about 800.
pub const MOST_EXITS: usize = 10_000;

/// Machine code of one function, in bytes. Each region takes at least 4 KiB; 128 full ones take 2 MiB.
pub const MOST_BYTES: usize = 2 << 20;

/// Attempts to arm a loop that CPython gives up on each time. Each stands for some six traces that were recorded and
/// thrown away (its counter backs off from 1 to more than 1,024), 50 to 100 us each: below 0.1 % of the time at one
/// attempt per step.
pub const MOST_ATTEMPTS: u8 = 4;

/// Later attempts wait for up to `2 ** this` steps: one every four minutes where steps come once a second.
pub const LONGEST_PAUSE: u32 = 8;

/// After so many times dropped, code is not armed again. A step that arms costs a trace, some 100 us every 50 ms: 0.2 %.
/// So this limits what is said, and not what is lost: a function whose code never lasts is better left alone.
pub const MOST_DROPS: u8 = 100;

/// Code that was seen compiled since has so many of them forgiven: in a program that runs for days, code is dropped often.
pub const FORGIVEN_DROPS: u8 = 50;

/// Trainings of one `once` after its frozen code was dropped. A function that makes a class in each call has its code
/// dropped with the class, for ever: 0.8 while it is trained anew each time.
pub const MOST_TRAININGS: u8 = 8;
