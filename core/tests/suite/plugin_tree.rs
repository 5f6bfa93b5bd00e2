//! What a backend compiles: none of what only a host needs.

use crate::fixtures::folder;
use std::process::Command;

/// The crates below a package of tests/fixtures, each as `name vX.Y.Z`.
fn tree(package: &str) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", package]);
    let output = cargo.current_dir(folder()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let name = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| !line.is_empty()).map(name).collect()
}

fn only_a_host_needs(name: &str) -> bool {
    // abi_stable has a libloading of its own, of another version.
    name.starts_with("object v") || name.starts_with("libloading v0.9")
}

#[test]
fn a_backend_compiles_neither_libloading_nor_object() {
    let (backend, host) = (tree("fixture-plugins"), tree("probe"));
    for all in [&backend, &host] {
        assert!(all.iter().any(|name| name.starts_with("jitctl-core v")), "{all:?}");
    }
    assert_eq!(host.iter().filter(|name| only_a_host_needs(name)).count(), 2, "{host:?}");
    assert_eq!(backend.iter().find(|name| only_a_host_needs(name)), None);
}
