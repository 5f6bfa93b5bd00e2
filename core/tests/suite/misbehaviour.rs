//! Backends that load and then misbehave. Each runs in a process of its own, which must come to its end.

use crate::fixtures::plugin;
use crate::support::{Report, check_message, probe, refused};
use jitctl_core::host::LoadError;
use std::time::{Duration, Instant};

fn run(name: &str) -> Report {
    let report = probe(&plugin(name));
    report.survived();
    report
}

#[test]
fn panics_in_info() {
    assert!(run("panics_in_info").said("refused").starts_with("refused\tinit\t"));
    let error = refused(&plugin("panics_in_info"));
    let LoadError::Init { reason, .. } = error else { panic!("{error:?}") };
    assert_eq!(reason, "panicked: boom in info");
}

#[test]
fn panics_in_fit_and_create() {
    for (name, method) in [("panics_in_fit", "fit"), ("panics_in_create", "create")] {
        let report = run(name);
        let said = report.said("refused");
        assert!(said.starts_with("refused\tpanicked\t"), "{said}");
        assert!(said.ends_with(&format!("declined: panicked: boom in {method}")), "{said}");
    }
}

#[test]
fn panics_in_apply_for_every_hint() {
    let report = run("panics_in_apply");
    let said: Vec<&String> = report.lines.iter().filter(|line| line.starts_with("apply")).collect();
    let expected =
        ["focus", "ignore", "once"].map(|hint| format!("apply\tpanicked\tpanicked: boom in apply of {hint}"));
    assert_eq!(said, expected.iter().collect::<Vec<_>>());
}

#[test]
fn panics_in_the_other_methods() {
    assert_eq!(run("panics_in_undo").said("undo"), "undo\tpanicked\tpanicked: boom in undo");
    assert_eq!(run("panics_in_state").said("state"), "state\tpanicked\tpanicked: boom in state");
    assert_eq!(run("panics_in_notes").said("notes"), "notes\t[(\"error\", \"panicked: boom in notes\")]");
}

#[test]
fn panics_whose_payload_panics() {
    assert_eq!(run("bomb_payload").said("apply"), "apply\tpanicked\tpanicked: no message");
}

#[test]
fn panics_where_it_is_dropped() {
    let report = run("panics_on_drop");
    assert_eq!(report.said("apply"), "apply\tok\tfixture panics-on-drop");
    assert_eq!(report.said("dropped"), "dropped\t0");
}

#[test]
fn a_panic_does_not_spoil_the_next_call() {
    let report = run("panics_in_undo");
    assert_eq!(report.said("state"), "state\tok\tNone");
    assert_eq!(report.said("notes"), "notes\t[]");
}

#[test]
fn starts_slowly() {
    let before = Instant::now();
    assert_eq!(run("slow_constructor").said("apply"), "apply\tok\tfixture slow");
    assert!(before.elapsed() >= Duration::from_millis(300));
}

#[test]
fn prints_to_stdout() {
    let report = run("prints_to_stdout");
    assert!(report.output.contains("LOUD info") && report.output.contains("LOUD apply"), "{report:?}");
    assert_eq!(report.said("apply"), "apply\tok\tfixture loud");
}

#[test]
fn declines() {
    let path = plugin("declines_in_create");
    let loaded = crate::support::loaded("declines_in_create");
    let error = loaded.start(crate::support::mock_table(), &crate::mock::interpreter()).err().unwrap();
    check_message(&error, &path);
    assert_eq!(error.code(), "self-test");
    assert!(error.to_string().ends_with("declined: the self-test found something else"), "{error}");

    let error = crate::support::loaded("fit_no").fit(&crate::mock::interpreter()).unwrap_err();
    check_message(&error, &plugin("fit_no"));
    assert_eq!(error.code(), "does-not-fit");
    assert!(error.to_string().ends_with("declined: no hooks for 3.14.2"), "{error}");
}

#[test]
fn made_for_another_interpreter() {
    let path = plugin("wrong_range");
    let error = crate::support::loaded("wrong_range").fit(&crate::mock::interpreter()).unwrap_err();
    check_message(&error, &path);
    let expected = "made for cpython >=4.1, <4.3, this is cpython 3.14.2 (JIT built, off)";
    assert_eq!(error.to_string(), format!("wrong-range ({}): {expected}", path.display()));
}
