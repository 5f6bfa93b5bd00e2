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
use abi_stable::std_types::{ROption, RResult, RString, RVec};
use std::any::Any;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs what an author wrote; a panic becomes an error.
pub(crate) fn guard<T>(action: impl FnOnce() -> Result<T>) -> std::result::Result<T, RawError> {
    match catch_unwind(AssertUnwindSafe(action)) {
        Ok(result) => result.map_err(Error::into_raw),
        Err(payload) => {
            let message = one_line(&panic_message(&*payload));
            std::mem::forget(payload); // its destructor may panic too, and no guard is left
            Err(Error::Panicked { message }.into_raw())
        }
    }
}

/// An author's value, the destructor of which may panic.
pub(crate) struct GuardedDrop<T>(ManuallyDrop<T>);

impl<T> GuardedDrop<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(ManuallyDrop::new(value))
    }
}

impl<T> Deref for GuardedDrop<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Drop for GuardedDrop<T> {
    fn drop(&mut self) {
        let _ = guard(|| {
            // SAFETY: dropped here, once, and not used afterwards.
            unsafe { ManuallyDrop::drop(&mut self.0) };
            Ok(())
        });
    }
}

pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

/// What a backend says that was built with panic=abort; the host goes no further.
pub(crate) fn aborting() -> RawInfo {
    RawInfo {
        name: RString::new(),
        version: RString::new(),
        description: RString::new(),
        implementation: RString::new(),
        requires: RString::new(),
        rank: 0,
        hints: 0,
        panic_abort: true,
        extra: RVec::new(),
    }
}

pub(crate) fn info<T: Backend>() -> RawInfo {
    let info = T::info();
    RawInfo {
        name: info.name.into(),
        version: info.version.into(),
        description: info.description.into(),
        implementation: info.implementation.into(),
        requires: info.requires.into(),
        rank: info.rank,
        hints: info.hints.iter().fold(0, |bits, hint| bits | 1 << hint.number()),
        panic_abort: false,
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
    Ok(BackendObject_TO::from_value(Adaptor { backend: GuardedDrop::new(backend), host }, TD_Opaque))
}

fn interpreter(raw: &RawInterpreter) -> Result<Interpreter> {
    Interpreter::from_raw(raw).map_err(|error| Error::Other {
        message: format!("the host's version {} is not semantic: {error}", raw.version),
    })
}

struct Adaptor<T> {
    backend: GuardedDrop<T>,
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

    fn verdict(&self, function: RawObject) -> RResult<ROption<RawVerdict>, RawError> {
        guard(|| {
            let verdict = self.backend.verdict(Borrowed { raw: function, lifetime: PhantomData })?;
            Ok(verdict.map(|verdict| verdict.to_raw()).into())
        })
        .into()
    }

    fn notes(&self) -> RVec<Pair> {
        let notes = guard(|| Ok(self.backend.notes()));
        let failed = |error: RawError| vec![("error".to_owned(), error.reason())];
        pairs_to_raw(&notes.unwrap_or_else(failed))
    }
}
