//! What the author of a backend writes: one trait, one macro line.

use crate::abi::values::RawRequest;
use crate::error::Error;
use crate::hint::{Hint, Origin};
use crate::host::{Host, Result};
use crate::interpreter::Interpreter;
use crate::object::{Borrowed, Owned};
use crate::state::State;
use crate::verdict::Verdict;
use std::marker::PhantomData;

/// How a backend describes itself.
#[derive(Clone, Debug)]
pub struct Info {
    /// Lower-case letters, digits and hyphens; what `JITCTL_BACKEND` names.
    pub name: &'static str,
    /// The backend's own semantic version.
    pub version: &'static str,
    /// One line for `doctor`.
    pub description: &'static str,
    /// `sys.implementation.name` that it is made for, or `*`.
    pub implementation: &'static str,
    /// The interpreter's versions in semver's terms: `>=3.14, <3.16`.
    pub requires: &'static str,
    /// Among the backends that fit by default, the highest rank is used. Ours: noop 0, warmup 10, native 100.
    pub rank: i32,
    /// The hints that it does something for.
    pub hints: &'static [Hint],
}

/// Does a backend suit an interpreter that is in its range?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Yes, and it may be chosen without being named.
    Default,
    /// Only when the user names it, for this reason.
    ByName(String),
    /// No, for this reason.
    No(String),
}

/// A backend. Its methods are called attached to the interpreter, from any thread; a panic in one becomes an error.
pub trait Backend: Send + Sync + Sized + 'static {
    /// How it describes itself.
    fn info() -> Info;

    /// Does it suit this interpreter, which is in the range that `info` names?
    fn fit(interpreter: &Interpreter) -> Fit {
        let _ = interpreter;
        Fit::Default
    }

    /// Starts it in this process; here it may test what it needs.
    ///
    /// # Errors
    /// [`Error::Refused`] or [`Error::Unsupported`] when it declines; the next candidate is then used.
    fn create(host: Host, interpreter: &Interpreter) -> Result<Self>;

    /// Acts on one hint. The function is a Python function; the object must stay what it is.
    ///
    /// # Errors
    /// Becomes a verdict with the error's code and message.
    fn apply(&self, request: &Request<'_>) -> Result<Verdict>;

    /// Takes back what was done to the function. Says whether there was anything.
    ///
    /// # Errors
    /// When it could not be taken back.
    fn undo(&self, function: Borrowed<'_>) -> Result<bool> {
        let _ = function;
        Ok(false)
    }

    /// What it knows of the function's state beyond what the host observes; reading must change nothing.
    ///
    /// # Errors
    /// When it could not be read.
    fn state(&self, function: Borrowed<'_>) -> Result<Option<State>> {
        let _ = function;
        Ok(None)
    }

    /// The verdict on a hinted function as it is now, asked for whenever somebody reads the function's record; `None` where
    /// the last reported one holds. It takes the place of that one. Reading must change nothing.
    ///
    /// # Errors
    /// When it could not be told; the last reported one is shown then.
    fn verdict(&self, function: Borrowed<'_>) -> Result<Option<Verdict>> {
        let _ = function;
        Ok(None)
    }

    /// What `doctor` should say about it in this process, as names and texts.
    fn notes(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// One hint on one function.
pub struct Request<'a> {
    host: Host,
    raw: RawRequest,
    hint: Hint,
    lifetime: PhantomData<&'a ()>,
}

impl<'a> Request<'a> {
    pub(crate) fn from_raw(host: Host, raw: RawRequest) -> Result<Self> {
        let hint = Hint::by_number(raw.hint).ok_or_else(|| {
            Error::unsupported("unknown-hint", "this hint is newer than the backend; update the backend")
        })?;
        Ok(Self { host, raw, hint, lifetime: PhantomData })
    }

    /// What is asked for.
    #[must_use]
    pub fn hint(&self) -> Hint {
        self.hint
    }

    /// The Python function.
    #[must_use]
    pub fn function(&self) -> Borrowed<'a> {
        Borrowed { raw: self.raw.function, lifetime: PhantomData }
    }

    /// Was the function decorated, or its class?
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::by_number(self.raw.origin)
    }

    /// The hint that this one replaces.
    #[must_use]
    pub fn previous(&self) -> Option<Hint> {
        Hint::by_number(self.raw.previous)
    }

    /// What [`Host::report`] needs to replace the verdict later.
    #[must_use]
    pub fn ticket(&self) -> u64 {
        self.raw.ticket
    }

    /// A keyword that the user gave to the decorator: `sample_args` (a tuple, or a callable that makes one),
    /// `sample_kwargs` (a dict, or a callable), `when` (str), `budget_calls` (int), `budget_ms` (float), `threshold` (int).
    ///
    /// # Errors
    /// [`Error::Python`] when the look-up raised something other than KeyError.
    pub fn option(&self, name: &str) -> Result<Option<Owned>> {
        let Some(options) = Borrowed::from_raw(self.raw.options) else { return Ok(None) };
        let key = self.host.text(name)?;
        match self.host.item(options, key.borrow()) {
            Ok(value) => Ok(Some(value)),
            Err(Error::Python(exception)) if exception.type_name() == "KeyError" => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Exports a backend from a `cdylib`: `jitctl_core::export_backend!(MyBackend);`
#[macro_export]
macro_rules! export_backend {
    ($backend:ty) => {
        // The name is abi_stable's ROOT_MODULE_LOADER_NAME; a test of jitctl-core pins it.
        // SAFETY: no other symbol has this name; abi_stable reserves it for this use.
        #[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
        static JITCTL_BACKEND_ROOT: $crate::abi::exported::Header =
            $crate::abi::exported::Header::new($crate::abi::exported::root::<$backend, { cfg!(panic = "abort") }>);
    };
}
