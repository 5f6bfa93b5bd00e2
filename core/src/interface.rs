//! The host's side of the host table: a host implements [`PythonHost`], and [`table`] makes the table of it.
//!
//! A panic in any of these functions is caught here and becomes a failure, so that a backend never meets one.

use crate::abi::facts::FactsObject_TO;
use crate::abi::host::{Callback, Facts, HostTable, HostTableRef};
use crate::abi::values::{ERROR_PANICKED, RawError, RawException, RawObject, RawOpcode, RawState, RawVerdict};
use crate::adaptor::panic_message;
use crate::fact_source::FunctionFacts;
use crate::host::Opcode;
use crate::state::State;
use crate::verdict::Verdict;
use abi_stable::prefix_type::PrefixTypeTrait;
use abi_stable::sabi_trait::TD_Opaque;
use abi_stable::std_types::{RResult, RSlice, RStr, RString, RVec};
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A `PyObject *` in the hands of the host.
pub type Object = *mut c_void;

/// An exception that the host took off the thread state; `object` is owned.
pub struct Taken {
    /// The exception, or null where none was set.
    pub object: Object,
    /// Its class's name.
    pub type_name: String,
    /// `str(exception)`.
    pub message: String,
    /// Is it an `Exception`?
    pub ordinary: bool,
}

/// Why the host cannot answer: a stable code and one sentence.
pub struct Failure {
    /// Stable, lower-case, with hyphens.
    pub code: String,
    /// One sentence.
    pub message: String,
}

/// A backend's function that the host made callable from Python.
pub struct BackendCallback(Callback);

/// What a call of a [`BackendCallback`] gave.
pub enum CallbackResult {
    /// An owned object to return.
    Value(Object),
    /// An owned exception to raise.
    Raise(Object),
    /// A failure without an exception.
    Failed(String),
}

impl BackendCallback {
    /// Calls it with borrowed arguments.
    #[must_use]
    pub fn call(&self, arguments: &[Object]) -> CallbackResult {
        let raw: Vec<RawObject> = arguments.iter().map(|object| RawObject(*object)).collect();
        match self.0.call(RSlice::from_slice(&raw)) {
            RResult::ROk(object) => CallbackResult::Value(object.0),
            RResult::RErr(error) if error.object.is_null() => CallbackResult::Failed(error.reason()),
            RResult::RErr(error) => CallbackResult::Raise(error.object.0),
        }
    }
}

/// What a host must be able to do. Object arguments are borrowed, object results are owned; null, or a number below
/// zero, means that a Python exception is set.
#[allow(missing_docs)] // the wrappers in `host.rs` say what each one does
pub trait PythonHost: 'static {
    fn incref(object: Object);
    fn decref(object: Object);
    fn none() -> Object;
    fn import(name: &str) -> Object;
    fn get_attribute(object: Object, name: &str) -> Object;
    fn set_attribute(object: Object, name: &str, value: Object) -> i32;
    fn get_item(container: Object, key: Object) -> Object;
    fn call(callable: Object, arguments: &[Object]) -> Object;
    fn call_with(callable: Object, tuple: Object, keywords: Object) -> Object;
    fn from_int(value: i64) -> Object;
    fn from_float(value: f64) -> Object;
    fn from_text(value: &str) -> Object;
    fn from_bytes(value: &[u8]) -> Object;
    fn tuple(items: &[Object]) -> Object;
    fn to_int(object: Object) -> Option<i64>;
    fn to_float(object: Object) -> Option<f64>;
    fn to_text(object: Object) -> Option<String>;
    fn to_bytes(object: Object) -> Option<Vec<u8>>;
    fn truth(object: Object) -> i32;
    fn type_name(object: Object) -> String;
    fn take_exception() -> Taken;
    fn callable(name: &str, callback: BackendCallback) -> Object;
    fn resolve(symbol: &str) -> *mut c_void;
    fn log(level: u8, line: &str);
    fn facts(function: Object) -> Result<FunctionFacts, Failure>;
    fn observe(function: Object) -> Result<State, Failure>;
    fn opcodes() -> Result<Vec<Opcode>, Failure>;
    fn report(ticket: u64, verdict: Verdict);
}

/// A host's table, ready to be lent to backends; made once per process and never freed.
#[derive(Clone, Copy)]
pub struct Table(pub(crate) HostTableRef);

/// Makes the table of the host `H`.
#[must_use]
pub fn table<H: PythonHost>() -> Table {
    Table(
        HostTable {
            incref: incref::<H>,
            decref: decref::<H>,
            none: none::<H>,
            import: import::<H>,
            get_attribute: get_attribute::<H>,
            set_attribute: set_attribute::<H>,
            get_item: get_item::<H>,
            call: call::<H>,
            call_with: call_with::<H>,
            from_int: from_int::<H>,
            from_float: from_float::<H>,
            from_text: from_text::<H>,
            from_bytes: from_bytes::<H>,
            tuple: tuple::<H>,
            to_int: to_int::<H>,
            to_float: to_float::<H>,
            to_text: to_text::<H>,
            to_bytes: to_bytes::<H>,
            truth: truth::<H>,
            type_name: type_name::<H>,
            take_exception: take_exception::<H>,
            callable: callable::<H>,
            resolve: resolve::<H>,
            log: log::<H>,
            facts: facts::<H>,
            observe: observe::<H>,
            opcodes: opcodes::<H>,
            report: report::<H>,
        }
        .leak_into_prefix(),
    )
}

pub(crate) fn caught<T>(otherwise: T, action: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(action)).unwrap_or(otherwise)
}

fn answered<T, R>(action: impl FnOnce() -> Result<T, Failure>, convert: impl FnOnce(T) -> R) -> RResult<R, RawError> {
    match catch_unwind(AssertUnwindSafe(|| action().map(convert))) {
        Ok(Ok(value)) => RResult::ROk(value),
        Ok(Err(failure)) => RResult::RErr(crate::Error::unsupported(failure.code, failure.message).into_raw()),
        Err(payload) => RResult::RErr(RawError {
            kind: ERROR_PANICKED,
            code: "panicked".into(),
            message: format!("the host panicked: {}", panic_message(&*payload)).into(),
            object: RawObject::NULL,
        }),
    }
}

fn filled<T>(slot: &mut T, value: Option<impl Into<T>>) -> i32 {
    value.map_or(-1, |value| {
        *slot = value.into();
        0
    })
}

fn pointers(objects: RSlice<'_, RawObject>) -> Vec<Object> {
    objects.iter().map(|object| object.0).collect()
}

extern "C" fn incref<H: PythonHost>(object: RawObject) {
    caught((), || H::incref(object.0));
}
extern "C" fn decref<H: PythonHost>(object: RawObject) {
    caught((), || H::decref(object.0));
}
extern "C" fn none<H: PythonHost>() -> RawObject {
    caught(RawObject::NULL, || RawObject(H::none()))
}
extern "C" fn import<H: PythonHost>(name: RStr<'_>) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::import(name.as_str())))
}
extern "C" fn get_attribute<H: PythonHost>(object: RawObject, name: RStr<'_>) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::get_attribute(object.0, name.as_str())))
}
extern "C" fn set_attribute<H: PythonHost>(object: RawObject, name: RStr<'_>, value: RawObject) -> i32 {
    caught(-1, || H::set_attribute(object.0, name.as_str(), value.0))
}
extern "C" fn get_item<H: PythonHost>(container: RawObject, key: RawObject) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::get_item(container.0, key.0)))
}
extern "C" fn call<H: PythonHost>(callable: RawObject, arguments: RSlice<'_, RawObject>) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::call(callable.0, &pointers(arguments))))
}
extern "C" fn call_with<H: PythonHost>(callable: RawObject, tuple: RawObject, keywords: RawObject) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::call_with(callable.0, tuple.0, keywords.0)))
}
extern "C" fn from_int<H: PythonHost>(value: i64) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::from_int(value)))
}
extern "C" fn from_float<H: PythonHost>(value: f64) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::from_float(value)))
}
extern "C" fn from_text<H: PythonHost>(value: RStr<'_>) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::from_text(value.as_str())))
}
extern "C" fn from_bytes<H: PythonHost>(value: RSlice<'_, u8>) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::from_bytes(value.as_slice())))
}
extern "C" fn tuple<H: PythonHost>(items: RSlice<'_, RawObject>) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::tuple(&pointers(items))))
}
extern "C" fn to_int<H: PythonHost>(object: RawObject, value: &mut i64) -> i32 {
    caught(-1, || filled(value, H::to_int(object.0)))
}
extern "C" fn to_float<H: PythonHost>(object: RawObject, value: &mut f64) -> i32 {
    caught(-1, || filled(value, H::to_float(object.0)))
}
extern "C" fn to_text<H: PythonHost>(object: RawObject, value: &mut RString) -> i32 {
    caught(-1, || filled(value, H::to_text(object.0)))
}
extern "C" fn to_bytes<H: PythonHost>(object: RawObject, value: &mut RVec<u8>) -> i32 {
    caught(-1, || filled(value, H::to_bytes(object.0)))
}
extern "C" fn truth<H: PythonHost>(object: RawObject) -> i32 {
    caught(-1, || H::truth(object.0))
}
extern "C" fn type_name<H: PythonHost>(object: RawObject) -> RString {
    caught(RString::new(), || H::type_name(object.0).into())
}
extern "C" fn take_exception<H: PythonHost>() -> RawException {
    let nothing =
        RawException { object: RawObject::NULL, type_name: RString::new(), message: RString::new(), ordinary: true };
    caught(nothing, || {
        let taken = H::take_exception();
        RawException {
            object: RawObject(taken.object),
            type_name: taken.type_name.into(),
            message: taken.message.into(),
            ordinary: taken.ordinary,
        }
    })
}
extern "C" fn callable<H: PythonHost>(name: RStr<'_>, callback: Callback) -> RawObject {
    caught(RawObject::NULL, || RawObject(H::callable(name.as_str(), BackendCallback(callback))))
}
extern "C" fn resolve<H: PythonHost>(symbol: RStr<'_>) -> *mut c_void {
    caught(std::ptr::null_mut(), || H::resolve(symbol.as_str()))
}
extern "C" fn log<H: PythonHost>(level: u8, line: RStr<'_>) {
    caught((), || H::log(level, line.as_str()));
}
extern "C" fn facts<H: PythonHost>(function: RawObject) -> RResult<Facts, RawError> {
    answered(|| H::facts(function.0), |facts| FactsObject_TO::from_value(facts, TD_Opaque))
}
extern "C" fn observe<H: PythonHost>(function: RawObject) -> RResult<RawState, RawError> {
    answered(|| H::observe(function.0), |state| state.to_raw())
}
extern "C" fn opcodes<H: PythonHost>() -> RResult<RVec<RawOpcode>, RawError> {
    answered(H::opcodes, |opcodes| {
        let raw = |opcode: Opcode| RawOpcode {
            name: opcode.name.into(),
            number: opcode.number,
            base: opcode.base,
            caches: opcode.caches,
            counter: opcode.counter,
        };
        opcodes.into_iter().map(raw).collect()
    })
}
extern "C" fn report<H: PythonHost>(ticket: u64, verdict: RawVerdict) {
    caught((), || H::report(ticket, Verdict::from_raw(verdict)));
}
