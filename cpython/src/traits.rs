//! What is unfriendly to the JIT of one minor version.
//!
//! Every value was measured (`python benchmarks/unfriendly`, kept in benchmarks/results/unfriendly.json), and
//! tests/python/reasons measures it again on the version at hand. What is often said and did not show (imports, `with`,
//! `try` without a raise, `locals()`, frame access, long jumps ...) is measured there too, and is no trait here.

/// What the traces of one minor version cannot do.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// The entry of a plain function can start compiled code; otherwise loops alone do.
    pub entry: bool,
    /// A trace goes across a `yield` or `await`.
    pub yields: bool,
    /// A trace goes through `async for`.
    pub async_for: bool,
    /// A trace goes through a call with `*args` or `**kwargs` at the call's site.
    pub star_call: bool,
    /// A trace goes into a call of the function by itself.
    pub recursion: bool,
    /// Compiled code survives it when the code of a function that it calls is replaced.
    pub sets_code: bool,
    /// Weight of the longest pass through a loop that one trace was ever seen to hold: an instruction weighs 1, one with
    /// an inline cache 2. Twelve kinds of bodies filled a trace at 178 to 241 (3.14) and 418 to 532 (3.15), those that
    /// call Python functions earlier, so what is longer than this is too long for certain.
    pub longest_body: u32,
    /// Loops of one code object that can have compiled code (`MAX_EXECUTORS_SIZE` in Include/internal/pycore_optimizer.h
    /// or Python/optimizer.c).
    pub most_loops: usize,
    /// Specialised instructions that run Python code in a way that a trace cannot follow, and what the user calls them.
    pub opaque: &'static [(&'static str, &'static str, &'static str)],
}
