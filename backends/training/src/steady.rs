//! When is a function warm?

use crate::outcome::Progress;
use crate::plan::When;
use crate::tuning::{CALLS_3_10, QUIET_BATCHES, WARM_SHARE, WORTH_COMPILING};
use jitctl_core::{Borrowed, Host, Interpreter, Result, State};

/// Is a function in this state warm for certain? Asks less than [`Settling::is_warm`], and needs no facts of the code.
#[must_use]
pub fn is_surely_warm(interpreter: &Interpreter, state: &State) -> bool {
    has_region(state) || (!interpreter.jit_enabled && is_specialised(state))
}

/// Judges the state of one function on one interpreter.
#[derive(Clone, Copy, Debug)]
pub struct Settling {
    /// 3.10 specialises nothing that can be seen.
    blind: bool,
    /// The JIT is on and the function has something that it compiles.
    compiles: bool,
}

impl Settling {
    /// For this function, trained at that moment.
    ///
    /// # Errors
    /// [`jitctl_core::Error::Unsupported`] where it has no bytecode.
    pub fn of(host: Host, interpreter: &Interpreter, function: Borrowed<'_>, when: When) -> Result<Self> {
        let version = (interpreter.version.major, interpreter.version.minor);
        let facts = host.facts(function)?;
        let code = facts.code();
        let since_3_15 = version >= (3, 15);
        // Traces of 3.14 and before cannot go across a yield; 3.15 compiles entries of functions, too,
        // but not from inside the callback of an event, which is where a first call is noticed: there it leaves RESUME as it is.
        let loops = code.loops().iter().any(|one| since_3_15 || !one.yields);
        let entry = since_3_15
            && when != When::FirstCall
            && code.loops().is_empty()
            && !code.is_generator()
            && !code.is_coroutine()
            && !code.is_async_generator()
            && code.instructions().len() >= WORTH_COMPILING;
        Ok(Self { blind: version <= (3, 10), compiles: interpreter.jit_enabled && (loops || entry) })
    }

    /// Is nothing visible specialised here, so that times are all there is to judge by?
    #[must_use]
    pub fn is_blind(&self) -> bool {
        self.blind
    }

    /// Should the JIT compile a part of the function?
    #[must_use]
    pub fn compiles(&self) -> bool {
        self.compiles
    }

    /// Would further calls with the same samples change nothing? For [`crate::Plan::run`].
    #[must_use]
    pub fn is_settled(&self, progress: &Progress<'_>) -> bool {
        if self.blind {
            return progress.calls >= CALLS_3_10;
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
