//! What there is to know of one minor version.

use crate::layout::Layout;
use crate::steering::Steering;
use crate::traits::Traits;

/// Everything that differs between minor versions.
#[derive(Debug)]
pub struct Version {
    /// 14 for CPython 3.14.
    pub minor: u64,
    /// What shows of the specialisation of its bytecode.
    pub specialisation: Specialisation,
    /// How the first call of a function is noticed without a wrapper around it.
    pub first_call: FirstCall,
    /// Does a new thread have the identity of the one that started it until it runs? An exception that is set for the
    /// latter (`PyThreadState_SetAsyncExc`) meanwhile arrives in the former.
    pub new_thread_shares_identity: bool,
    /// How to find out whether a JIT is built in, where `sys._jit` does not say it.
    pub jit_build: Option<JitBuild>,
    /// What its JIT cannot do, where that was measured.
    pub traits: Option<Traits>,
    /// What is needed to steer its JIT, or to freeze specialised code.
    pub steering: Option<Steering>,
    /// Where fields are, for compiled code.
    pub layout: Option<&'static Layout>,
}

impl Version {
    /// Bits of an adaptive counter that hold its backoff, which grows each time an instruction could not be specialised.
    /// `None` where nothing of the specialisation shows.
    #[must_use]
    pub const fn backoff_bits(&self) -> Option<u32> {
        match self.specialisation {
            Specialisation::Shown { backoff_bits } => Some(backoff_bits),
            Specialisation::Hidden { .. } => None,
        }
    }

    /// Can a trace start at the entry of a function, so that one without a loop is compiled?
    #[must_use]
    pub fn compiles_entries(&self) -> bool {
        self.traits.is_some_and(|traits| traits.entry)
    }

    /// Is a loop compiled that contains a `yield`?
    #[must_use]
    pub fn compiles_yields(&self) -> bool {
        self.traits.is_some_and(|traits| traits.yields)
    }
}

/// What shows of the specialisation of bytecode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specialisation {
    /// Nothing: after this many calls of a function all its caches are filled.
    Hidden {
        /// Calls.
        calls: u32,
    },
    /// Specialised instructions, with an adaptive counter in their first inline cache.
    Shown {
        /// The low bits of the counter that hold its backoff.
        backoff_bits: u32,
    },
}

/// How the first call of a function is noticed without a wrapper around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstCall {
    /// By the vectorcall field of the function, which every call asks.
    Vectorcall,
    /// By other code in the function's place until then: the field is not asked by all calls.
    CodeSwap,
    /// By a local event of `sys.monitoring`.
    Monitoring,
}

/// How to find out whether a JIT is built in.
#[derive(Clone, Copy, Debug)]
pub struct JitBuild {
    /// Exported where the second tier is compiled in: only then need the build configuration be read, which takes
    /// milliseconds to import.
    pub symbols: &'static [&'static str],
    /// In the compiler flags of a build with a JIT.
    pub built: &'static str,
    /// In those of a build whose JIT is off until `PYTHON_JIT=1`.
    pub off: &'static str,
}
