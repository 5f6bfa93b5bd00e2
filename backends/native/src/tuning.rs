//! Thresholds: each with the measurement that set it, or the word *chosen* and the reason where none did.
//!
//! Figures are ratios of speed, unhinted to hinted CPU time of the same function, 3.15.2 release build, JIT off for the
//! process (`python tests/slow_hints` measures such anew, with `--shapes` for the functions in `tests/slow_hints/hard`).

use std::time::Duration;

/// So many traces may begin at one place, each of them for one more type (or callee) there, one after the other; with
/// more of them a function gives up. A loop over N classes of context managers, evenly mixed, CPython's own counters: N 2 1.55, 4 1.63, 6 1.32,
/// 8 1.26, 10 1.17, 12 1.12, 16 0.94, 20 0.77, 30 0.69; with a new class in each call 0.05 to 0.5 and falling.
pub const MOST_VARIANTS: usize = 12;

/// Compiled regions of one function. Functions that gain have few: 12 where five branches follow each other (1.64), 21
/// where there are eleven (1.01), 41 where there are 25 (0.97). CPython has room for 256 in a code object.
pub const MOST_REGIONS: usize = 128;

/// Exits of all regions of one function. The 41 regions above have about 800; chosen, so that [`MOST_BYTES`] ends a function first.
pub const MOST_EXITS: usize = 10_000;

/// Machine code of one function, in bytes. Each region takes at least 4 KiB; 128 full ones take 2 MiB.
pub const MOST_BYTES: usize = 2 << 20;

/// Attempts to arm a loop that CPython gives up on each time. Each stands for some six traces that were recorded and
/// thrown away (its counter backs off from 1 to more than 1,024), 50 to 100 us each: below 0.1 % of the time at one
/// attempt per step.
pub const MOST_ATTEMPTS: u8 = 4;

/// Later attempts wait for up to `2 ** this` steps: one every four minutes where steps come once a second. Chosen: at the cost
/// of an attempt above, that is less than a millionth of the time.
pub const LONGEST_PAUSE: u32 = 8;

/// After so many times dropped, code is not armed again. A step that arms costs a trace, some 100 us every 50 ms: 0.2 %.
/// So this limits what is said, and not what is lost: a function whose code never lasts is better left alone.
pub const MOST_DROPS: u8 = 100;

/// Code that was seen compiled since has so many of them forgiven: in a program that runs for days, code is dropped often. Chosen:
/// half of [`MOST_DROPS`].
pub const FORGIVEN_DROPS: u8 = 50;

/// Trainings of one `once` after its frozen code was dropped. A function that makes a class in each call has its code
/// dropped with the class, for ever: 0.8 while it is trained anew each time.
pub const MOST_TRAININGS: u8 = 8;

/// Iterations of a loop that are interpreted before it compiles, where the user names no other number. Which iteration is
/// traced decides its speed; richards is within 15 % from 2 to 1,000, and no number is best for all.
pub const THRESHOLD: u16 = 2;

/// The highest threshold that can be asked for: with what is added to it, it fits the counters of all versions.
pub const HIGHEST_THRESHOLD: u16 = 4_000;

/// So much later a function's entry compiles, in calls: a loop that calls the function has it in its own trace then. A trace
/// that meets an entry that is compiled already ends there. Chosen, not measured: more than the loop's [`THRESHOLD`] and few calls.
pub const ENTRY_LATER: u16 = 10;

/// So much later the other jumps of the same loop try. Chosen, not measured.
pub const OTHER_JUMPS_LATER: u16 = 16;

/// Function bodies of fewer instructions are slower when they are entered as compiled code: the entry costs more than they do. Seen
/// on 3.15, as `WORTH_COMPILING` of the crate `training` was; no figures were kept.
pub const SMALLEST_ENTRY: usize = 10;

/// What stands under compiled code that was seen: dropped, it is compiled again after so many iterations. Chosen, not
/// measured.
pub const AGAIN_AFTER: u16 = 64;

/// A counter above this that backs off was reset by CPython after an attempt that made no code: CPython's own begin at 4,000,
/// ours at [`HIGHEST_THRESHOLD`] or less without a backoff.
pub const RESET_BY_CPYTHON: u16 = 1_024;

/// Passes through a side exit before it is compiled, in training: more than a specialised instruction's cooldown of 52, so
/// that the bytecode behind it has been specialised anew.
pub const EXIT_PASSES: u16 = 64;

/// Looks in a row without a change after which a function under `once` has settled. Chosen, not measured: one look may fall between
/// two traces.
pub const SETTLED_LOOKS: u16 = 3;

/// As many looks as that where a loop was not compiled, which it may never be. Chosen: a second of real calls at [`STEP_PAUSE`].
pub const SETTLED_LOOKS_UNCOMPILED: u16 = 20;

/// Batches of a training in a row without a change after which the state has settled. As `QUIET_BATCHES` of the crate `training`.
pub const SETTLED_BATCHES: u32 = 2;

/// As many batches as that where a loop was not compiled, which it may never be. Chosen, not measured.
pub const SETTLED_BATCHES_UNCOMPILED: u32 = 4;

/// So often may an instruction that ignore froze meet what its form is not for, before it may be specialised again. Chosen, not
/// measured.
pub const MOST_MISSES: u16 = 512;

/// After so many times it is not frozen any more. Chosen, not measured: each costs a look at full events.
pub const MOST_THAWS: u8 = 4;

/// A general form whose specialisation failed so often stays as it is. Chosen, not measured.
pub const MOST_FAILURES: u16 = 4;

/// Looks at an ignored function after which nothing that is still open is worth a quick next look. Chosen: two seconds at
/// [`STEP_PAUSE`].
pub const OPEN_LOOKS: u16 = 40;

/// Between two steps of maintenance while something changes. With steps of 1 ms at most that is 2 % of the time.
pub const STEP_PAUSE: Duration = Duration::from_millis(50);

/// Between two steps while nothing changes. Chosen: what was dropped is back within a second.
pub const LONGEST_STEP_PAUSE: Duration = Duration::from_secs(1);

/// After this time the rest waits for the next step. Chosen: far below what a caller of the main thread notices.
pub const LONGEST_STEP: Duration = Duration::from_millis(1);

/// Hinted code objects that one step looks at. Chosen: most programs have fewer; [`LONGEST_STEP`] is what bounds the time.
pub const STEP_CODES: usize = 256;

/// The time is looked at after so many of them. Chosen: a look at the clock is small beside sixteen looks at code.
pub const STEP_SLICE: usize = 16;

/// Records that each hint looks at on its way, so that those of dead code cannot pile up between two steps. Chosen: more than one,
/// so that the table shrinks where every hint's code dies.
pub const SWEPT_PER_HINT: usize = 3;

/// The JIT that jitctl switched on stays on for so long after the last hint: hints that come and go should not look through
/// all code each time. Chosen: [`LONGEST_STEP_PAUSE`].
pub const JIT_STAYS_ON: Duration = Duration::from_secs(1);

/// A further look through all code takes at most one part in so many of the time. Chosen: 5 %.
pub const SCANS_ARE_RARE: u32 = 20;

/// Milliseconds to wait for another thread's self-test, which takes one or two; a finaliser that runs within it and hints a
/// function would wait for itself.
pub const SELF_TEST_PATIENCE: u32 = 1_000;

/// A focus that makes a function slower than this part of the interpreter is given up. Chosen above it: what is measured in the
/// first calls says too little about the rest to be stricter.
pub const LEAST_SPEED: f64 = 0.9;

/// A focus that was measured at less than this part of the interpreter's speed, and is not given up, says so. Chosen as for `once`.
pub const COSTS_BELOW: f64 = 0.95;

/// The same for `once`, which freezes what was measured. Chosen between [`LEAST_SPEED`] and 1: what is frozen does not get better.
pub const LEAST_SPEED_ONCE: f64 = 0.95;

/// Calls that are timed with the hint, and as many without: so many, or fewer where they take [`TIMED_TIME`] or
/// [`TIMED_LONG`] together. These five are chosen: short enough that nobody waits for the plain half.
pub const TIMED_CALLS: usize = 256;

/// So many of them between two looks. All in a row, 256 calls of 0.2 us lie within 50 us, and one slow moment of a busy machine is
/// all that is measured: 351 ns where all other trials of the same loop found 203 to 221.
pub const TIMED_CALLS_A_LOOK: usize = 32;

/// See [`TIMED_CALLS`].
pub const TIMED_CALLS_LEAST: usize = 24;

/// See [`TIMED_CALLS`].
pub const TIMED_CALLS_LONG: usize = 4;

/// See [`TIMED_CALLS`].
pub const TIMED_TIME: Duration = Duration::from_millis(2);

/// See [`TIMED_CALLS`].
pub const TIMED_LONG: Duration = Duration::from_millis(100);

/// Functions of one code object whose calls are timed at a time. Chosen: they are looked through in each timed call.
pub const TIMED_FUNCTIONS: usize = 32;

/// So long is waited at most until the clock's thread runs. Chosen: it takes some 50 us, and on a busy machine a turn or two of
/// its scheduler.
pub const THREAD_START: Duration = Duration::from_millis(100);

/// Looks at compiled code before its calls are timed: its side exits are compiled in its first calls. Chosen, not measured.
pub const LOOKS_BEFORE_TIMED: u16 = 6;

/// Looks at a function without its hint before its calls are timed: with fewer, the misses of what had been frozen were timed
/// as well (a function that makes a class in each call, 3.14: 13 us in place of 9).
pub const LOOKS_BEFORE_PLAIN: u16 = 3;

/// The same where the JIT is on for the process: CPython's own thresholds are 4,000 iterations of a loop, and as many passes
/// through each side exit, which a function that is worth a trial has in a second. Twice as many changed nothing: what its
/// callees became under the hint stays (`gen_many` of tests/slow_hints: 9.6 to 9.9 us a call, and 8.5 where it never had one).
pub const LOOKS_BEFORE_PLAIN_ON: u16 = 20;

/// Looks after which a function that is called too rarely to be timed without its hint gets it back. Chosen: two seconds at
/// [`STEP_PAUSE`].
pub const LOOKS_WHILE_PLAIN: u16 = 40;

/// Trials of one function: a further one where its compiled code has changed much since the last. Chosen, as what counts as much.
pub const MOST_TRIALS: u8 = 3;

/// Rounds of one trial. Two say that a hint costs; a further one follows where what was compiled after them is slower than the
/// interpreter. Chosen: each takes about a second.
pub const MOST_ROUNDS: u8 = 4;

/// Compiled code has changed much where it was dropped so often since the last trial, times the trials so far: code that a
/// program drops a few times while it starts is none of it.
pub const CHANGED_AFTER_DROPS: u8 = 25;

/// Or where it has more regions than so many times those of the last trial.
pub const CHANGED_BY_GROWTH: u32 = 2;

/// Regions that count as nothing here: a loop whose code is dropped now and then has 2 to 6 from one moment to the next.
pub const REGIONS_THAT_VARY: u32 = 4;

/// Objects that a look through the heap visits: 10 to 27 ms for a million of them, where ten million took 0.1 to 0.3 s.
pub const MOST_OBJECTS: usize = 1_000_000;

/// Items of a container among which code objects are looked for. Such containers are tables of a module, and small. Chosen.
pub const MOST_ITEMS: usize = 1_000;
