//! What all errors have in common. Each one is met with a real file elsewhere; here is the account of it.

use std::collections::BTreeSet;

const ERRORS: &str = include_str!("../../src/host/load_error.rs");
const TESTS: [&str; 5] = [
    include_str!("files.rs"),
    include_str!("libraries.rs"),
    include_str!("misbehaviour.rs"),
    include_str!("registry.rs"),
    include_str!("truncation.rs"),
];

/// The variants of `LoadError` with their codes, as error.rs lists them.
fn variants() -> Vec<(&'static str, &'static str)> {
    let (_, rest) = ERRORS.split_once("pub fn code(&self)").unwrap();
    let (body, _) = rest.split_once("\n    }\n").unwrap();
    let arms = body.lines().filter_map(|line| line.trim().strip_prefix("Self::")?.split_once(" { .. } => \""));
    arms.map(|(variant, rest)| (variant, rest.trim_end_matches("\","))).collect()
}

#[test]
fn every_error_is_met_by_a_test() {
    let variants = variants();
    assert!(variants.len() >= 14, "{variants:?}");
    for (variant, code) in variants {
        let met = TESTS.iter().any(|test| test.contains(&format!("LoadError::{variant}")) || test.contains(code));
        assert!(met, "no test meets LoadError::{variant}");
    }
}

#[test]
fn codes_are_distinct_and_documented() {
    let variants = variants();
    let codes: BTreeSet<&str> = variants.iter().map(|(_, code)| *code).collect();
    assert_eq!(codes.len(), variants.len());
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../PLUGINS.md")).unwrap();
    for code in codes {
        assert!(guide.contains(&format!("`{code}`")), "PLUGINS.md does not explain `{code}`");
    }
}

#[test]
fn every_variant_says_what_to_do() {
    let (_, rest) = ERRORS.split_once("pub enum LoadError {").unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let variants = body.matches("    #[error(").count();
    assert_eq!(body.matches("    /// Resolution: ").count(), variants);
}
