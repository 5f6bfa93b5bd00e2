//! What the table of versions promises to those who ask.
#![allow(clippy::unwrap_used)] // a test may end there

use jitctl_core::Interpreter;
use jitctl_cpython::{FirstCall, Unknown, known, of, range};

fn interpreter(implementation: &str, version: &str) -> Interpreter {
    Interpreter {
        implementation: implementation.to_owned(),
        version: version.parse().unwrap(),
        hexversion: 0,
        debug: false,
        free_threaded: false,
        subinterpreter: false,
        jit_built: true,
        jit_enabled: true,
        platform: "linux-x86_64".to_owned(),
        extra: Vec::new(),
    }
}

#[test]
fn versions_are_in_order_and_each_is_found() {
    let minors: Vec<u64> = known().map(|version| version.minor).collect();
    assert_eq!(minors, [10, 11, 12, 13, 14, 15]);
    for minor in minors {
        assert_eq!(of(&interpreter("cpython", &format!("3.{minor}.7"))).unwrap().minor, minor);
    }
    assert_eq!(range(), "3.10 to 3.15");
}

#[test]
fn what_is_unknown_is_said_and_never_a_number() {
    let said = |implementation: &str, version: &str| of(&interpreter(implementation, version)).unwrap_err().to_string();
    assert_eq!(
        said("cpython", "3.99.0"),
        "CPython 3.99 is not known to this version of jitctl, which knows 3.10 to 3.15"
    );
    // The minor of a known version does not make it known.
    assert!(matches!(of(&interpreter("cpython", "4.15.0")), Err(Unknown::Version { .. })));
    assert_eq!(said("pypy", "3.11.13"), "pypy is not CPython");
}

#[test]
fn a_version_agrees_with_itself() {
    for version in known() {
        let minor = version.minor;
        assert_ne!(version.backoff_bits(), Some(0), "3.{minor}");
        if let Some(steering) = version.steering {
            assert_eq!(version.backoff_bits(), Some(steering.counter.bits), "3.{minor}");
            assert_eq!(version.compiles_entries(), steering.entry.is_some(), "3.{minor}");
            assert_eq!(version.compiles_yields(), steering.compiles_yield, "3.{minor}");
            // Who can be steered has traits, and the other way round.
            assert_eq!(version.traits.is_some(), steering.loops.is_some(), "3.{minor}");
        }
        // Local events came with 3.12; what does without them is bound to its version.
        assert_eq!(version.first_call == FirstCall::Monitoring, minor >= 12, "3.{minor}");
    }
}
