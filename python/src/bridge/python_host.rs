//! Python, for backends that link none: the functions of the host table.

use super::callable::BackendFunction;
use crate::attached::{attached, may_give_back};
use crate::introspect::{code_facts, opcodes, warmth};
use crate::profile::Quiet;
use crate::{log, modules, records, symbols};
use jitctl_core::host::facts::FunctionFacts;
use jitctl_core::host::table::{BackendCallback, Failure, Object, PythonHost, Taken};
use jitctl_core::{Opcode, State, Verdict};
use jitctl_verdicts::VerdictCode;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyFunction, PyInt, PyString, PyTuple};
use pyo3::{IntoPyObjectExt, ffi};
use std::ffi::c_void;

/// CPython through the stable ABI.
pub struct Cpython;

/// Sees a borrowed pointer as an object.
fn object(py: Python<'_>, pointer: Object) -> Bound<'_, PyAny> {
    // SAFETY: backends hand in live objects only: `Borrowed` and `Owned` of jitctl-core see to it.
    unsafe { Bound::from_borrowed_ptr(py, pointer.cast()) }
}

/// Gives an owned pointer away, or sets the exception and gives null.
fn given<'py>(py: Python<'py>, result: PyResult<Bound<'py, PyAny>>) -> Object {
    match result {
        Ok(value) => value.into_ptr().cast(),
        Err(error) => {
            error.restore(py);
            std::ptr::null_mut()
        }
    }
}

fn done(py: Python<'_>, result: PyResult<()>) -> i32 {
    result.map_or_else(
        |error| {
            error.restore(py);
            -1
        },
        |()| 0,
    )
}

fn read<T>(py: Python<'_>, result: PyResult<T>) -> Option<T> {
    result.map_err(|error| error.restore(py)).ok()
}

/// The characters of a text, without what `str()` does beside.
fn plain(text: &Bound<'_, PyString>) -> String {
    text.to_string_lossy().into_owned()
}

fn list<'py>(py: Python<'py>, pointers: &[Object]) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, pointers.iter().map(|pointer| object(py, *pointer)))
}

fn failure(py: Python<'_>, error: &PyErr) -> Failure {
    Failure {
        code: VerdictCode::NotReadable.name().to_owned(),
        message: format!("its code cannot be read: {}", error.value(py)),
    }
}

fn function(py: Python<'_>, pointer: Object) -> Result<Bound<'_, PyAny>, Failure> {
    let object = object(py, pointer);
    if object.is_instance_of::<PyFunction>() {
        return Ok(object);
    }
    let name = object.get_type().name().map_or_else(|_| "an object".to_owned(), |name| name.to_string());
    Err(Failure { code: VerdictCode::NoBytecode.name().to_owned(), message: format!("{name} has no Python bytecode") })
}

impl PythonHost for Cpython {
    fn incref(object: Object) {
        // SAFETY: a live object, attached.
        unsafe { ffi::Py_IncRef(object.cast()) }
    }
    fn decref(object: Object) {
        // Leaked otherwise, as all else is that the interpreter leaves behind.
        if may_give_back() {
            // SAFETY: an owned reference that is given back, attached.
            unsafe { ffi::Py_DecRef(object.cast()) }
        }
    }
    fn none() -> Object {
        attached(|py| py.None().into_ptr().cast())
    }
    fn import(name: &str) -> Object {
        attached(|py| given(py, modules::import(py, name).map(Bound::into_any)))
    }
    fn get_attribute(owner: Object, name: &str) -> Object {
        attached(|py| given(py, object(py, owner).getattr(name)))
    }
    fn set_attribute(owner: Object, name: &str, value: Object) -> i32 {
        attached(|py| done(py, object(py, owner).setattr(name, object(py, value))))
    }
    fn get_item(container: Object, key: Object) -> Object {
        attached(|py| given(py, object(py, container).get_item(object(py, key))))
    }
    fn call(callable: Object, arguments: &[Object]) -> Object {
        let _quiet = Quiet::start();
        attached(|py| given(py, list(py, arguments).and_then(|tuple| object(py, callable).call1(tuple))))
    }
    fn call_with(callable: Object, tuple: Object, keywords: Object) -> Object {
        let _quiet = Quiet::start();
        attached(|py| {
            let arguments = object(py, tuple).cast_into::<PyTuple>().map_err(PyErr::from);
            let keywords = if keywords.is_null() {
                Ok(None)
            } else {
                object(py, keywords).cast_into::<PyDict>().map(Some).map_err(PyErr::from)
            };
            let result = arguments.and_then(|arguments| {
                keywords.and_then(|keywords| object(py, callable).call(arguments, keywords.as_ref()))
            });
            given(py, result)
        })
    }
    fn from_int(value: i64) -> Object {
        attached(|py| given(py, value.into_bound_py_any(py)))
    }
    fn from_float(value: f64) -> Object {
        attached(|py| PyFloat::new(py, value).into_any().into_ptr().cast())
    }
    fn from_text(value: &str) -> Object {
        attached(|py| PyString::new(py, value).into_any().into_ptr().cast())
    }
    fn from_bytes(value: &[u8]) -> Object {
        attached(|py| PyBytes::new(py, value).into_any().into_ptr().cast())
    }
    fn tuple(items: &[Object]) -> Object {
        attached(|py| given(py, list(py, items).map(Bound::into_any)))
    }
    fn to_int(value: Object) -> Option<i64> {
        attached(|py| {
            read(py, object(py, value).cast::<PyInt>().map_err(PyErr::from).and_then(|value| value.extract()))
        })
    }
    fn to_float(value: Object) -> Option<f64> {
        attached(|py| read(py, object(py, value).extract()))
    }
    fn to_text(value: Object) -> Option<String> {
        attached(|py| {
            let value = object(py, value);
            // `str()` also looks for signals and other threads' exceptions, which must not come up where a text is only read.
            match value.cast_exact::<PyString>() {
                Ok(text) => Some(plain(text)),
                Err(_) => read(py, value.str().map(|text| plain(&text))),
            }
        })
    }
    fn to_bytes(value: Object) -> Option<Vec<u8>> {
        attached(|py| {
            let value = object(py, value);
            read(py, value.cast::<PyBytes>().map(|bytes| bytes.as_bytes().to_vec()).map_err(PyErr::from))
        })
    }
    fn truth(value: Object) -> i32 {
        attached(|py| read(py, object(py, value).is_truthy()).map_or(-1, i32::from))
    }
    fn type_name(value: Object) -> String {
        attached(|py| object(py, value).get_type().name().map_or_else(|_| String::new(), |name| plain(&name)))
    }
    fn take_exception() -> Taken {
        attached(|py| match PyErr::take(py) {
            Some(error) => {
                let value = error.value(py);
                Taken {
                    type_name: error.get_type(py).name().map_or_else(|_| String::new(), |name| plain(&name)),
                    message: value.str().map_or_else(|_| String::new(), |text| plain(&text)),
                    ordinary: error.is_instance_of::<PyException>(py),
                    object: error.into_value(py).into_ptr().cast(),
                }
            }
            None => {
                Taken { object: std::ptr::null_mut(), type_name: String::new(), message: String::new(), ordinary: true }
            }
        })
    }
    fn callable(name: &str, callback: BackendCallback) -> Object {
        attached(|py| given(py, Bound::new(py, BackendFunction::new(name, callback)).map(Bound::into_any)))
    }
    fn resolve(symbol: &str) -> *mut c_void {
        symbols::address(symbol)
    }
    fn log(level: u8, line: &str) {
        log::write(level, line);
    }
    fn facts(pointer: Object) -> Result<FunctionFacts, Failure> {
        attached(|py| code_facts::of_function(&function(py, pointer)?).map_err(|error| failure(py, &error)))
    }
    fn observe(pointer: Object) -> Result<State, Failure> {
        attached(|py| warmth::state(&function(py, pointer)?).map_err(|error| failure(py, &error)))
    }
    fn opcodes() -> Result<Vec<Opcode>, Failure> {
        attached(|py| opcodes::table(py).map(opcodes::Table::known).map_err(|error| failure(py, &error)))
    }
    fn report(ticket: u64, verdict: Verdict) {
        records::report(ticket, verdict);
    }
}
