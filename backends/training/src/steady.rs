//! When is a function warm?

use crate::outcome::Progress;
use crate::plan::When;
use crate::tuning::{QUIET_BATCHES, WARM_SHARE, WORTH_COMPILING};
use jitctl_core::{Borrowed, Host, Interpreter, Result, State};
use jitctl_cpython::{Specialisation, Version};

/// Is a function in this state warm for certain? Asks less than [`Settling::is_warm`], and needs no facts of the code.
#[must_use]
pub fn is_surely_warm(interpreter: &Interpreter, state: &State) -> bool {
    has_region(state) || (!interpreter.jit_enabled && is_specialised(state))
}

/// Judges the state of one function on one interpreter.
#[derive(Clone, Copy, Debug)]
pub struct Settling {
    /// Where nothing of the specialisation can be seen: after so many calls it is done.
    blind: Option<u32>,
    /// Nothing is known of what the JIT of this version compiles.
    unknown: bool,
    /// The JIT is on and the function has something that it compiles.
    compiles: bool,
}

impl Settling {
    /// For this function, trained at that moment.
    ///
    /// # Errors
    /// [`jitctl_core::Error::Unsupported`] where it has no bytecode.
    pub fn of(host: Host, interpreter: &Interpreter, function: Borrowed<'_>, when: When) -> Result<Self> {
        let version = jitctl_cpython::of(interpreter).ok();
        let facts = host.facts(function)?;
        let code = facts.code();
        let yields = version.is_some_and(Version::compiles_yields);
        let loops = version.is_some() && code.loops().iter().any(|one| yields || !one.yields);
        // Entries are not compiled from inside the callback of an event, which is where a first call is noticed: there 3.15
        // leaves RESUME as it is.
        let entry = version.is_some_and(Version::compiles_entries)
            && when != When::FirstCall
            && code.loops().is_empty()
            && !code.is_generator()
            && !code.is_coroutine()
            && !code.is_async_generator()
            && code.instructions().len() >= WORTH_COMPILING;
        let blind = version.and_then(|version| match version.specialisation {
            Specialisation::Hidden { calls } => Some(calls),
            Specialisation::Shown { .. } => None,
        });
        let unknown = version.is_none() && interpreter.jit_enabled;
        Ok(Self { blind, unknown, compiles: interpreter.jit_enabled && (loops || entry) })
    }

    /// Does nothing show here of what is specialised?
    #[must_use]
    pub fn is_blind(&self) -> bool {
        self.blind.is_some()
    }

    /// Is the JIT on, and nothing known of what it compiles on this version, so that specialisation is all that is judged?
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// Should the JIT compile a part of the function?
    #[must_use]
    pub fn compiles(&self) -> bool {
        self.compiles
    }

    /// Would further calls with the same samples change nothing? For [`crate::Plan::run`].
    #[must_use]
    pub fn is_settled(&self, progress: &Progress<'_>) -> bool {
        if let Some(calls) = self.blind {
            return progress.calls >= calls;
        }
        progress.quiet_batches >= QUIET_BATCHES && (!self.compiles || has_region(progress.state))
    }

    /// Is a function in this state warm, so that it should be left alone?
    #[must_use]
    pub fn is_warm(&self, state: &State) -> bool {
        has_region(state) || (!self.compiles && is_specialised(state))
    }

    /// The same with what is read of the counters: a function counts as warm, too, where CPython tried in vain, so that it
    /// is as warm as it gets. `None` where it is not.
    ///
    /// # Errors
    /// [`jitctl_core::Error::Unsupported`] where it has no bytecode.
    pub fn warmth(&self, host: Host, function: Borrowed<'_>, state: &State) -> Result<Option<Warmth>> {
        let facts = host.facts(function)?;
        let code = facts.code();
        let warmth =
            Warmth { specialisable: code.specialisable(), specialised: code.specialised(), failed: code.failed() };
        let warm = has_region(state) || (!self.compiles && warmth.share() >= WARM_SHARE);
        Ok(warm.then_some(warmth))
    }
}

/// How far the instructions of a function's own code have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warmth {
    /// Instructions that can be specialised.
    pub specialisable: u32,
    /// Those that are.
    pub specialised: u32,
    /// Those that were tried more than once and cannot be.
    pub failed: u32,
}

impl Warmth {
    /// The share of what can be specialised that is, or was given up; 0 where there is nothing.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.specialisable == 0 {
            return 0.0;
        }
        f64::from(self.specialised + self.failed) / f64::from(self.specialisable)
    }
}

fn is_specialised(state: &State) -> bool {
    state.specialised > 0 && state.share() >= WARM_SHARE
}

fn has_region(state: &State) -> bool {
    state.regions.iter().any(|region| region.valid)
}
