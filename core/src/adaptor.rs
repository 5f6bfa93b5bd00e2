//! Stands between the trait that an author writes and the one that crosses the ABI: forwards every method, catches panics.

use crate::abi::backend::{Backend as RawBackend, BackendObject, BackendObject_TO};
use crate::abi::backend::{FIT_BY_NAME, FIT_DEFAULT, FIT_NO, RawFit, RawInfo};
use crate::abi::host::HostTableRef;
use crate::abi::values::{Pair, RawError, RawInterpreter, RawObject, RawRequest, RawState, RawVerdict};
use crate::author::{Backend, Fit, Request};
use crate::error::Error;
use crate::host::{Host, Result};
use crate::interpreter::{Interpreter, pairs_to_raw};
use crate::object::Borrowed;
use abi_stable::sabi_trait::TD_Opaque;
use abi_stable::std_types::{ROption, RResult, RVec};
use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs what an author wrote; a panic becomes an error.
pub(crate) fn guard<T>(action: impl FnOnce() -> Result<T>) -> std::result::Result<T, RawError> {
    match catch_unwind(AssertUnwindSafe(action)) {
        Ok(result) => result.map_err(Error::into_raw),
        Err(payload) => Err(Error::Panicked { message: panic_message(&*payload) }.into_raw()),
    }
}

pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

pub(crate) fn info<T: Backend>(panic_abort: bool) -> RawInfo {
    let info = T::info();
    RawInfo {
        name: info.name.into(),
        version: info.version.into(),
        description: info.description.into(),
        implementation: info.implementation.into(),
        requires: info.requires.into(),
        rank: info.rank,
        hints: info.hints.iter().fold(0, |bits, hint| bits | 1 << hint.number()),
        panic_abort,
        extra: RVec::new(),
    }
}

pub(crate) fn fit<T: Backend>(raw: &RawInterpreter) -> Result<RawFit> {
    let (kind, reason) = match T::fit(&interpreter(raw)?) {
        Fit::Default => (FIT_DEFAULT, String::new()),
        Fit::ByName(reason) => (FIT_BY_NAME, reason),
        Fit::No(reason) => (FIT_NO, reason),
    };
    Ok(RawFit { kind, reason: reason.into() })
}

pub(crate) fn create<T: Backend>(table: HostTableRef, raw: &RawInterpreter) -> Result<RawBackend> {
    let host = Host { table };
    let backend = T::create(host, &interpreter(raw)?)?;
    Ok(BackendObject_TO::from_value(Adaptor { backend, host }, TD_Opaque))
}

fn interpreter(raw: &RawInterpreter) -> Result<Interpreter> {
    Interpreter::from_raw(raw).map_err(|error| Error::Other {
        message: format!("the host's version {} is not semantic: {error}", raw.version),
    })
}

struct Adaptor<T> {
    backend: T,
    host: Host,
}

impl<T: Backend> BackendObject for Adaptor<T> {
    fn apply(&self, request: RawRequest) -> RResult<RawVerdict, RawError> {
        guard(|| self.backend.apply(&Request::from_raw(self.host, request)?).map(|verdict| verdict.to_raw())).into()
    }

    fn undo(&self, function: RawObject) -> RResult<bool, RawError> {
        guard(|| self.backend.undo(Borrowed { raw: function, lifetime: PhantomData })).into()
    }

    fn state(&self, function: RawObject) -> RResult<ROption<RawState>, RawError> {
        guard(|| {
            let state = self.backend.state(Borrowed { raw: function, lifetime: PhantomData })?;
            Ok(state.map(|state| state.to_raw()).into())
        })
        .into()
    }

    fn notes(&self) -> RVec<Pair> {
        let notes = guard(|| Ok(self.backend.notes()));
        let failed = |error: RawError| vec![("error".to_owned(), error.message.into())];
        pairs_to_raw(&notes.unwrap_or_else(failed))
    }
}
