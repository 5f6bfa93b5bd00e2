//! Python through the host's table, against a host that accounts for every reference.

use crate::mock::{function, heap, log, options};
use crate::support::{focus, started};
use jitctl_core::{Error, Verdict};
use std::ptr::null_mut;

/// Runs a task of the fixture `exerciser`; afterwards everything must be as before.
fn task(name: &str) -> Result<Verdict, Error> {
    let backend = started("exerciser");
    let function = function("f");
    let options = options("task", name);
    let before = heap::live();
    let answer = backend.apply(&focus(function, options));
    if answer.is_ok() {
        assert_eq!(heap::live(), before, "{name} leaks or gives back too much");
    }
    assert_eq!(heap::references(function), 1, "{name}");
    assert_eq!(heap::references(options), 1, "{name}");
    heap::decref(function);
    heap::decref(options);
    drop(backend);
    assert_eq!(heap::faults(), Vec::<String>::new(), "{name}");
    answer
}

fn message(name: &str) -> String {
    task(name).unwrap().message.into_owned()
}

#[test]
fn values() {
    assert_eq!(message("values"), "-7 2.5 grün [0, 255] true false tuple function -7");
}

#[test]
fn options_that_are_not_given() {
    let backend = started("exerciser");
    let (function, other) = (function("f"), options("another", "values"));
    for options in [null_mut(), other] {
        let verdict = backend.apply(&focus(function, options)).unwrap();
        assert_eq!((verdict.code.as_ref(), verdict.message.as_ref()), ("exercised", ""));
    }
    heap::decref(function);
    heap::decref(other);
    assert_eq!((heap::live(), heap::faults().len()), (0, 0));
}

#[test]
fn callbacks() {
    let raised = "TypeError: 'str' is no int";
    let expected =
        format!("42 | {raised} | RuntimeError: no argument | RuntimeError: panicked: boom in a callback | 42");
    // the exception of the plugin crosses as the exception itself
    assert_eq!(message("callback"), expected);
}

#[test]
fn an_exception_that_is_let_through() {
    let before = heap::live();
    let error = task("raise").unwrap_err();
    assert_eq!(error.code(), "python-exception");
    let Error::Python(exception) = &error else { panic!("{error:?}") };
    assert_eq!(exception.to_string(), "AttributeError: no attribute 'missing'");
    assert_eq!(heap::references(exception.object().address()), 1);
    assert_eq!(heap::live(), before + 1, "the exception, which the error owns");
    drop(error);
    assert_eq!(heap::live(), before);
}

#[test]
fn an_exception_that_is_dealt_with() {
    assert_eq!(message("catch"), "AttributeError no attribute 'missing' true false");
    assert!(heap::take().is_null(), "nothing is pending");
}

#[test]
fn errors_without_an_exception() {
    for (name, code, text) in [
        ("refuse", "not-now", "it could, and does not"),
        ("unsupported", "not-here", "it cannot"),
        ("other", "backend-error", "something else"),
        ("no such task", "task", "no task no such task"),
    ] {
        let error = task(name).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, text));
    }
    assert!(matches!(task("refuse"), Err(Error::Refused { .. })));
    assert!(matches!(task("unsupported"), Err(Error::Unsupported { .. })));
    assert!(matches!(task("other"), Err(Error::Other { .. })));
}

#[test]
fn facts() {
    assert_eq!(
        message("facts"),
        "sample /a/file.py:10 args 2/1/3 flags true false true stack 6 locals 4 calls 5 tries 1 eval true exec false \
         imports true sets false locals() false compile false names [\"eval\", \"print\"] vars [\"self\", \"n\"] free \
         [\"outer\"] cells [\"inner\"] consts [Constant { kind: \"int\", repr: \"1\" }, Constant { kind: \"str\", repr: \"'x: y=z\\tw'\" }] loops [(0, 1, 10, 1)] ins 2 \
         annotations [(\"n\", \"int\"), (\"return\", \"Literal[':\\t=']\")] defaults [(\"n\", \"1\")] codes \
         [\"Class.sample<None\", \"Class.sample.<lambda><Some(0)\"] object true \
         unfriendly [(\"odd\", Some(7), \"it has a\\ttab\", \"none, or\\ttwo\"), (\"odd\", None, \"it has a\\ttab\", \
         \"none, or\\ttwo\")]"
    );
}

#[test]
fn facts_of_what_has_no_bytecode() {
    let backend = started("exerciser");
    let (number, options) = (heap::make(heap::Value::Int(1)), options("task", "facts"));
    let error = backend.apply(&focus(number, options)).unwrap_err();
    assert_eq!(error.code(), "no-bytecode");
}

/// The second list panics in the host: past the edge of a `sabi_trait` that would end the process.
#[test]
fn a_host_that_panics_in_a_list() {
    assert_eq!(message("lists"), "[2, 0]");
}

#[test]
fn the_rest_of_the_table() {
    assert_eq!(message("observe"), "share 0.75");
    assert_eq!(message("opcodes"), "RESUME JUMP_BACKWARD");
    assert_eq!(message("resolve"), "Some(0x4000) None");
    assert_eq!(message("report"), "");
    assert_eq!(log(), ["report 7 applied later", "30 reported"]);
}
