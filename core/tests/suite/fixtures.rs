//! Builds tests/fixtures once for this test binary, and says where its libraries lie. The benchmark uses it too.
#![allow(dead_code)] // each user of it needs a part

use crate::kept_core;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A backend of tests/fixtures/plugins/examples.
pub fn plugin(name: &str) -> PathBuf {
    existing(built().join("examples").join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}")))
}

/// A backend that is a package of its own.
pub fn library(name: &str) -> PathBuf {
    existing(built().join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}")))
}

/// One of the hosts.
pub fn binary(name: &str) -> PathBuf {
    existing(built().join(format!("{name}{EXE_SUFFIX}")))
}

/// A backend of tests/fixtures/plugins/examples, built for speed.
pub fn released(name: &str) -> PathBuf {
    let target = target();
    cargo(&target, ".", &["build", "--release", "--package", "fixture-plugins", "--example", name])
        .unwrap_or_else(|reason| panic!("{reason}"));
    existing(target.join("release/examples").join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}")))
}

/// tests/fixtures.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").canonicalize().unwrap()
}

fn existing(path: PathBuf) -> PathBuf {
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

/// The folder of the debug builds: the target folder is shared with the workspace, so that abi_stable is built once.
fn built() -> &'static Path {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT.get_or_init(build).as_deref().unwrap_or_else(|reason| panic!("{reason}"))
}

fn target() -> PathBuf {
    // target/<profile>/deps/<this test>
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

fn build() -> Result<PathBuf, String> {
    kept_core::unpack(&folder().join("kept"));
    let target = target();
    // One lock file for all: two of these workspaces differ in nothing but which jitctl-core they use.
    for workspace in ["kept", "changed"] {
        std::fs::copy(folder().join("Cargo.lock"), folder().join(workspace).join("Cargo.lock")).unwrap();
    }
    let everything = ["build", "--workspace", "--exclude", "panic_abort", "--lib", "--bins", "--examples"];
    cargo(&target, ".", &everything)?;
    // Its dependencies unwind, as std does; the crate itself, which says how it was built, aborts.
    cargo(&target, ".", &["rustc", "--package", "panic_abort", "--lib", "--", "-C", "panic=abort"])?;
    cargo(&target, "kept", &["build", "--workspace"])?;
    cargo(&target, "changed", &["build"])?;
    Ok(target.join("debug"))
}

fn cargo(target: &Path, workspace: &str, arguments: &[&str]) -> Result<(), String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg("--quiet").args(arguments).current_dir(folder().join(workspace)).env("CARGO_TARGET_DIR", target);
    let output = cargo.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let failed = || format!("cargo {arguments:?} in tests/fixtures/{workspace}: {}\n{told}", output.status);
    if output.status.success() { Ok(()) } else { Err(failed()) }
}
