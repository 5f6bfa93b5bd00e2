//! Which versions go together.

use crate::mock::interpreter;
use jitctl_core::host::compat::{go_together, interface, suits};
use semver::{Version, VersionReq};

fn together(one: &str, other: &str) -> bool {
    let (one, other) = (one.parse().unwrap(), other.parse().unwrap());
    let answer = go_together(&one, &other);
    assert_eq!(answer, go_together(&other, &one), "{one} and {other}: the order must not matter");
    answer
}

#[test]
fn the_interface_is_the_version_of_the_crate() {
    assert_eq!(interface().to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn within_a_major_version() {
    assert!(together("1.0.0", "1.0.0"));
    assert!(together("1.0.0", "1.0.7"));
    assert!(together("1.0.0", "1.9.3"));
    assert!(together("1.2.0", "1.10.0"));
    assert!(!together("1.9.0", "2.0.0"));
    assert!(!together("1.0.0", "3.0.0"));
}

#[test]
fn before_the_first_major_version() {
    assert!(together("0.3.1", "0.3.9"));
    assert!(!together("0.3.0", "0.4.0"));
    assert!(!together("0.9.0", "1.0.0"));
    assert!(together("0.0.4", "0.0.4"));
    assert!(!together("0.0.4", "0.0.5"));
}

#[test]
fn pre_releases() {
    assert!(together("1.0.0-rc.1", "1.0.0"));
    assert!(together("1.0.0-rc.1", "1.0.0-rc.2"));
    assert!(!together("1.0.0", "1.1.0-rc.1"), "what is not released yet may still change");
    assert!(together("1.2.0+build.5", "1.2.0"));
}

#[test]
fn interpreters() {
    let on = |version: &str, implementation: &str, requires: &str| {
        let mut interpreter = interpreter();
        interpreter.version = version.parse::<Version>().unwrap();
        suits(implementation, &requires.parse::<VersionReq>().unwrap(), &interpreter)
    };
    assert!(on("3.14.2", "cpython", ">=3.14, <3.16"));
    assert!(on("3.14.2", "*", "*"));
    assert!(!on("3.14.2", "pypy", "*"));
    assert!(!on("3.16.0", "cpython", ">=3.14, <3.16"));
    assert!(on("3.14.0-rc.1", "cpython", ">=3.14"), "a pre-release is of its version");
    assert!(on("3.15.0-alpha.2", "cpython", ">=3.15, <3.16"));
    assert!(!on("3.15.0-alpha.2", "cpython", "<3.15"));
    assert!(on("3.13.99", "cpython", "=3.13"));
}

#[test]
fn summaries() {
    let mut interpreter = interpreter();
    assert_eq!(interpreter.summary(), "cpython 3.14.2 (JIT built, off)");
    interpreter.jit_enabled = true;
    interpreter.debug = true;
    interpreter.free_threaded = true;
    interpreter.subinterpreter = true;
    assert_eq!(interpreter.summary(), "cpython 3.14.2 (debug, free-threaded, subinterpreter, JIT built, on)");
    interpreter.jit_built = false;
    assert_eq!(interpreter.summary(), "cpython 3.14.2 (debug, free-threaded, subinterpreter, no JIT)");
}
