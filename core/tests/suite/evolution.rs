//! Old plugins in new hosts, new plugins in old hosts. Old is jitctl-core 1.0.0 as it was published (`kept_core.rs`). New
//! is tests/fixtures/next/core: today's sources in a variant that appends a method to the trait and a function to the host's
//! table (`jitctl_core_variant = "later"`).

use crate::fixtures::{folder, library, plugin};
use crate::mock::{function, heap, interpreter};
use crate::support::{Report, mock_table, probe, probe_with};
use jitctl_core::host::loader::{Trust, load};
use std::path::Path;

const TODAY: &str = env!("CARGO_PKG_VERSION");

/// The version of the later core; it has to be the next minor one of today's.
fn later() -> String {
    let manifest = std::fs::read_to_string(folder().join("next/core/Cargo.toml")).unwrap();
    let version =
        manifest.lines().find_map(|line| line.strip_prefix("version = ")).unwrap().trim_matches('"').to_owned();
    let (today, later): (semver::Version, semver::Version) = (TODAY.parse().unwrap(), version.parse().unwrap());
    assert_eq!((later.major, later.minor, later.patch), (today.major, today.minor + 1, 0), "next/core/Cargo.toml");
    version
}

fn run(host: &str, path: &Path) -> Report {
    let report = probe_with(host, &[path]);
    report.survived();
    report
}

#[test]
fn a_kept_plugin_in_todays_host() {
    let report = probe(&library("kept_plugin"));
    assert_eq!(report.survived().said("loaded"), "loaded\tkept\t1.0.0");
    assert_eq!(report.said("apply"), "apply\tok\tkept sample has 1 loops");
}

#[test]
fn a_kept_plugin_has_no_verdict_of_the_moment() {
    let loaded = load(&library("kept_plugin"), Trust::Foreign).unwrap();
    let backend = loaded.start(mock_table(), &interpreter()).unwrap();
    let function = function("f");
    assert!(backend.verdict(function).unwrap().is_none());
    heap::decref(function);
}

#[test]
fn todays_plugin_in_a_kept_host() {
    let report = run("kept_host", &plugin("forwarding"));
    assert_eq!(report.said("loaded"), format!("loaded\tforwarding\t{TODAY}"));
    assert!(report.said("apply").starts_with("apply\tok\tforwarded focus on"), "{report:?}");
    assert!(report.said("state").contains("machine_code_bytes: 800"), "{report:?}");
}

#[test]
fn a_later_plugin_in_todays_and_in_a_kept_host() {
    for host in ["probe", "kept_host"] {
        let report = run(host, &library("next_plugin"));
        assert_eq!(report.said("loaded"), format!("loaded\tnext\t{}", later()));
        assert_eq!(report.said("apply"), "apply\tok\tnext works without the added host function");
    }
}

#[test]
fn todays_and_a_kept_plugin_in_a_later_host() {
    for (path, name) in [(plugin("minimal"), "minimal"), (library("kept_plugin"), "kept")] {
        let report = run("next_host", &path);
        assert!(report.said("loaded").starts_with(&format!("loaded\t{name}\t")), "{report:?}");
        assert_eq!(report.said("added"), "added\tthe default body");
    }
}

#[test]
fn a_later_plugin_in_a_later_host() {
    let report = run("next_host", &library("next_plugin"));
    assert_eq!(report.said("apply"), "apply\tok\tnext works with 42 from the added host function");
    assert_eq!(report.said("added"), "added\tthe plugin's own");
}

/// A later host refuses what it must: it does not take every older layout for a compatible one.
#[test]
fn another_layout_in_every_host() {
    for host in ["probe", "kept_host", "next_host"] {
        let report = run(host, &library("changed_plugin"));
        assert!(report.said("refused").starts_with("refused\tlayout\t"), "{report:?}");
    }
}
