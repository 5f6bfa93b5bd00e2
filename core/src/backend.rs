//! A started backend, as a host holds it.

use crate::abi::backend::Backend as RawBackend;
use crate::abi::host::HostTableRef;
use crate::abi::values::{RawObject, RawRequest};
use crate::error::Error;
use crate::hint::{Hint, Origin};
use crate::host::Result;
use crate::interface::Object;
use crate::interpreter::pairs_from_raw;
use crate::state::State;
use crate::verdict::Verdict;
use abi_stable::std_types::RResult;

/// A started backend. Call its methods attached to the interpreter.
pub struct Started {
    pub(crate) raw: RawBackend,
    pub(crate) table: HostTableRef,
}

/// One hint, as a host hands it over.
pub struct HintRequest {
    /// Names the request in later reports.
    pub ticket: u64,
    /// The Python function, borrowed.
    pub function: Object,
    /// A dict of the keywords that the user gave, borrowed, or null.
    pub options: Object,
    /// What is asked for.
    pub hint: Hint,
    /// Where it came from.
    pub origin: Origin,
    /// The hint that it replaces.
    pub previous: Option<Hint>,
}

impl Started {
    /// Acts on a hint.
    ///
    /// # Errors
    /// What the backend answered instead of a verdict.
    pub fn apply(&self, request: &HintRequest) -> Result<Verdict> {
        let raw = RawRequest {
            ticket: request.ticket,
            function: RawObject(request.function),
            options: RawObject(request.options),
            hint: request.hint.number(),
            origin: request.origin.number(),
            previous: request.previous.map_or(0, Hint::number),
        };
        self.converted(self.raw.apply(raw), Verdict::from_raw)
    }

    /// Takes back what was done to a function.
    ///
    /// # Errors
    /// What the backend answered.
    pub fn undo(&self, function: Object) -> Result<bool> {
        self.converted(self.raw.undo(RawObject(function)), |done| done)
    }

    /// What the backend knows of a function's state beyond what the host observes.
    ///
    /// # Errors
    /// What the backend answered.
    pub fn state(&self, function: Object) -> Result<Option<State>> {
        self.converted(self.raw.state(RawObject(function)), |state| state.into_option().map(State::from_raw))
    }

    /// What it wants `doctor` to say.
    #[must_use]
    pub fn notes(&self) -> Vec<(String, String)> {
        pairs_from_raw(&self.raw.notes())
    }

    /// The verdict on a hinted function as it is now, where it may differ from the last reported one.
    ///
    /// # Errors
    /// What the backend answered.
    pub fn verdict(&self, function: Object) -> Result<Option<Verdict>> {
        self.converted(self.raw.verdict(RawObject(function)), |verdict| verdict.into_option().map(Verdict::from_raw))
    }

    fn converted<T, R>(
        &self,
        result: RResult<T, crate::abi::values::RawError>,
        convert: impl FnOnce(T) -> R,
    ) -> Result<R> {
        match result {
            RResult::ROk(value) => Ok(convert(value)),
            RResult::RErr(error) => Err(Error::from_raw(error, self.table)),
        }
    }
}
