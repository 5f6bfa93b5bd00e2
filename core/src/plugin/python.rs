//! The host, as a backend sees it: Python without linking Python.

use crate::abi::host::{CallbackObject, CallbackObject_TO, HostTableRef};
use crate::abi::values::{RawError, RawObject, RawOpcode};
use crate::plugin::facts::Facts;
use crate::types::error::{Error, Exception, Result};
use crate::types::object::{Borrowed, Owned};
use crate::types::panics::{GuardedDrop, catch_panic};
use crate::types::state::State;
use crate::types::verdict::Verdict;
use abi_stable::sabi_trait::TD_Opaque;
use abi_stable::std_types::{RResult, RSlice, RString, RVec};
use std::ffi::c_void;
use std::marker::PhantomData;

/// How urgent a log line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// For the backend's author.
    Debug = 10,
    /// For the curious user.
    Info = 20,
    /// For a user who can act on it.
    Warning = 30,
}

/// One opcode of the running interpreter.
#[derive(Clone, Debug)]
pub struct Opcode {
    /// Its name in CPython's sources.
    pub name: String,
    /// Its number in this build.
    pub number: u16,
    /// The opcode that it is a specialised form of; itself otherwise.
    pub base: u16,
    /// Code units of inline cache behind it.
    pub caches: u8,
    /// The first of these cells is an adaptive counter.
    pub counter: bool,
}

/// The functions that the host lends to a backend. Every one needs the calling thread to be attached to the interpreter
/// (all methods of a backend and all its callbacks are called attached).
#[derive(Clone, Copy)]
pub struct Host {
    pub(crate) table: HostTableRef,
}

impl Host {
    /// For tests of the ABI's evolution.
    #[cfg(jitctl_core_variant = "later")]
    #[must_use]
    pub fn added(self) -> Option<i64> {
        self.table.added().map(|added| added())
    }

    /// `None`.
    #[must_use]
    pub fn none(self) -> Owned {
        Owned { raw: self.table.none()(), table: self.table }
    }

    /// A new reference to what is borrowed.
    #[must_use]
    pub fn own(self, object: Borrowed<'_>) -> Owned {
        self.table.incref()(object.raw);
        Owned { raw: object.raw, table: self.table }
    }

    /// `importlib.import_module(name)`.
    ///
    /// # Errors
    /// [`Error::Python`] with what the import raised.
    pub fn import(self, name: &str) -> Result<Owned> {
        self.owned(self.table.import()(name.into()))
    }

    /// `getattr(object, name)`.
    ///
    /// # Errors
    /// [`Error::Python`] with what it raised.
    pub fn get(self, object: Borrowed<'_>, name: &str) -> Result<Owned> {
        self.owned(self.table.get_attribute()(object.raw, name.into()))
    }

    /// `setattr(object, name, value)`.
    ///
    /// # Errors
    /// [`Error::Python`] with what it raised.
    pub fn set(self, object: Borrowed<'_>, name: &str, value: Borrowed<'_>) -> Result<()> {
        self.done(self.table.set_attribute()(object.raw, name.into(), value.raw))
    }

    /// `container[key]`.
    ///
    /// # Errors
    /// [`Error::Python`] with what it raised.
    pub fn item(self, container: Borrowed<'_>, key: Borrowed<'_>) -> Result<Owned> {
        self.owned(self.table.get_item()(container.raw, key.raw))
    }

    /// `callable(*arguments)`.
    ///
    /// # Errors
    /// [`Error::Python`] with what it raised.
    pub fn call(self, callable: Borrowed<'_>, arguments: &[Borrowed<'_>]) -> Result<Owned> {
        let raw: Vec<RawObject> = arguments.iter().map(|argument| argument.raw).collect();
        self.owned(self.table.call()(callable.raw, RSlice::from_slice(&raw)))
    }

    /// `object.name(*arguments)`.
    ///
    /// # Errors
    /// [`Error::Python`] with what it raised.
    pub fn call_method(self, object: Borrowed<'_>, name: &str, arguments: &[Borrowed<'_>]) -> Result<Owned> {
        self.call(self.get(object, name)?.borrow(), arguments)
    }

    /// `callable(*arguments, **keywords)` with a tuple and, maybe, a dict.
    ///
    /// # Errors
    /// [`Error::Python`] with what it raised.
    pub fn call_with(
        self,
        callable: Borrowed<'_>,
        tuple: Borrowed<'_>,
        keywords: Option<Borrowed<'_>>,
    ) -> Result<Owned> {
        let keywords = keywords.map_or(RawObject::NULL, |dict| dict.raw);
        self.owned(self.table.call_with()(callable.raw, tuple.raw, keywords))
    }

    /// An `int`.
    ///
    /// # Errors
    /// [`Error::Python`] when memory ran out.
    pub fn int(self, value: i64) -> Result<Owned> {
        self.owned(self.table.from_int()(value))
    }

    /// A `float`.
    ///
    /// # Errors
    /// [`Error::Python`] when memory ran out.
    pub fn float(self, value: f64) -> Result<Owned> {
        self.owned(self.table.from_float()(value))
    }

    /// A `str`.
    ///
    /// # Errors
    /// [`Error::Python`] when memory ran out.
    pub fn text(self, value: &str) -> Result<Owned> {
        self.owned(self.table.from_text()(value.into()))
    }

    /// A `bytes`.
    ///
    /// # Errors
    /// [`Error::Python`] when memory ran out.
    pub fn bytes(self, value: &[u8]) -> Result<Owned> {
        self.owned(self.table.from_bytes()(RSlice::from_slice(value)))
    }

    /// A `tuple` of these.
    ///
    /// # Errors
    /// [`Error::Python`] when memory ran out.
    pub fn tuple(self, items: &[Borrowed<'_>]) -> Result<Owned> {
        let raw: Vec<RawObject> = items.iter().map(|item| item.raw).collect();
        self.owned(self.table.tuple()(RSlice::from_slice(&raw)))
    }

    /// An `int`'s value.
    ///
    /// # Errors
    /// [`Error::Python`] where it is no int or does not fit.
    pub fn to_int(self, object: Borrowed<'_>) -> Result<i64> {
        let mut value = 0;
        self.done(self.table.to_int()(object.raw, &mut value)).map(|()| value)
    }

    /// A number's value as a float.
    ///
    /// # Errors
    /// [`Error::Python`] where it is no number.
    pub fn to_float(self, object: Borrowed<'_>) -> Result<f64> {
        let mut value = 0.0;
        self.done(self.table.to_float()(object.raw, &mut value)).map(|()| value)
    }

    /// `str(object)`.
    ///
    /// # Errors
    /// [`Error::Python`] with what `str` raised.
    pub fn to_text(self, object: Borrowed<'_>) -> Result<String> {
        let mut value = RString::new();
        self.done(self.table.to_text()(object.raw, &mut value)).map(|()| value.into())
    }

    /// The content of a `bytes`.
    ///
    /// # Errors
    /// [`Error::Python`] where it is no bytes.
    pub fn to_bytes(self, object: Borrowed<'_>) -> Result<Vec<u8>> {
        let mut value = RVec::new();
        self.done(self.table.to_bytes()(object.raw, &mut value)).map(|()| value.into())
    }

    /// `bool(object)`.
    ///
    /// # Errors
    /// [`Error::Python`] with what `bool` raised.
    pub fn truth(self, object: Borrowed<'_>) -> Result<bool> {
        let answer = self.table.truth()(object.raw);
        if answer < 0 { Err(self.raised()) } else { Ok(answer > 0) }
    }

    /// `type(object).__name__`.
    #[must_use]
    pub fn type_name(self, object: Borrowed<'_>) -> String {
        self.table.type_name()(object.raw).into()
    }

    /// A Python callable that runs `function`; positional arguments only. A panic in it becomes a RuntimeError, an
    /// [`Error::Python`] raises that exception.
    ///
    /// # Errors
    /// [`Error::Python`] when memory ran out.
    pub fn callable<F>(self, name: &str, function: F) -> Result<Owned>
    where
        F: Fn(Host, &[Borrowed<'_>]) -> Result<Owned> + Send + Sync + 'static,
    {
        let callback =
            CallbackObject_TO::from_value(Closure { host: self, function: GuardedDrop::new(function) }, TD_Opaque);
        self.owned(self.table.callable()(name.into(), callback))
    }

    /// The address of a symbol that the running interpreter exports; `None` where it does not.
    #[must_use]
    pub fn resolve(self, symbol: &str) -> Option<*mut c_void> {
        let address = self.table.resolve()(symbol.into());
        (!address.is_null()).then_some(address)
    }

    /// Writes a line where `JITCTL_LOG` asks for it.
    pub fn log(self, level: Level, line: &str) {
        self.table.log()(level as u8, line.into());
    }

    /// The facts of a function's code, nested code included.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where it has no bytecode.
    pub fn facts(self, function: Borrowed<'_>) -> Result<Facts> {
        match self.table.facts()(function.raw) {
            RResult::ROk(facts) => Ok(Facts { object: facts }),
            RResult::RErr(error) => Err(Error::from_raw(error, self.table)),
        }
    }

    /// What the function's code looks like at this moment: specialised instructions and compiled regions.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where it has no bytecode.
    pub fn observe(self, function: Borrowed<'_>) -> Result<State> {
        match self.table.observe()(function.raw) {
            RResult::ROk(state) => Ok(State::from_raw(state)),
            RResult::RErr(error) => Err(Error::from_raw(error, self.table)),
        }
    }

    /// The opcodes of the running interpreter, specialised forms included.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on an interpreter that does not tell.
    pub fn opcodes(self) -> Result<Vec<Opcode>> {
        match self.table.opcodes()() {
            RResult::ROk(opcodes) => Ok(opcodes.into_iter().map(Opcode::from_raw).collect()),
            RResult::RErr(error) => Err(Error::from_raw(error, self.table)),
        }
    }

    /// Replaces the verdict of the request with that ticket, for what is known only later.
    pub fn report(self, ticket: u64, verdict: &Verdict) {
        self.table.report()(ticket, verdict.to_raw());
    }

    fn owned(self, raw: RawObject) -> Result<Owned> {
        if raw.is_null() { Err(self.raised()) } else { Ok(Owned { raw, table: self.table }) }
    }

    fn done(self, status: i32) -> Result<()> {
        if status < 0 { Err(self.raised()) } else { Ok(()) }
    }

    fn raised(self) -> Error {
        let raw = self.table.take_exception()();
        if raw.object.is_null() {
            return Error::Other { message: "the host answered with a failure and set no exception".to_owned() };
        }
        Error::Python(Exception {
            object: Owned { raw: raw.object, table: self.table },
            type_name: raw.type_name.into(),
            message: raw.message.into(),
            ordinary: raw.ordinary,
        })
    }
}

struct Closure<F> {
    host: Host,
    function: GuardedDrop<F>,
}

impl<F> CallbackObject for Closure<F>
where
    F: Fn(Host, &[Borrowed<'_>]) -> Result<Owned> + Send + Sync + 'static,
{
    fn call(&self, arguments: RSlice<'_, RawObject>) -> RResult<RawObject, RawError> {
        let borrowed: Vec<Borrowed<'_>> =
            arguments.iter().map(|raw| Borrowed { raw: *raw, lifetime: PhantomData }).collect();
        catch_panic(|| (self.function)(self.host, &borrowed).map(Owned::into_raw)).into()
    }
}

impl Opcode {
    fn from_raw(raw: RawOpcode) -> Self {
        Self { name: raw.name.into(), number: raw.number, base: raw.base, caches: raw.caches, counter: raw.counter }
    }
}
