//! A new minor version is one file and one line: a copy of this crate gets them, is built, and is asked.
#![allow(clippy::unwrap_used)] // a test may end there

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            fs::copy(&path, &copied).unwrap();
        }
    }
}

/// The files below `folder` with what is in them.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, text)| (path.join(inner), text)));
        } else {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(folder).map(Path::to_owned).unwrap_or(path), text))
        .collect()
}

#[test]
fn a_new_version_is_one_file_and_one_line() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap();
    let build = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // The folder between is for cargo, which tells crates apart by their path below the workspace: built into the target
    // folder of this one, the copies must not take the place of their originals.
    let workspace = build.join("workspace");
    let made = workspace.join("invented");
    let _ = fs::remove_dir_all(&workspace);
    copy(&root.join("core/src"), &made.join("core/src"));
    fs::copy(root.join("core/Cargo.toml"), made.join("core/Cargo.toml")).unwrap();
    copy(&here.join("src"), &made.join("cpython/src"));
    fs::copy(here.join("Cargo.toml"), made.join("cpython/Cargo.toml")).unwrap();
    fs::copy(root.join("Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let (before, rest) = manifest.split_once("members = [").unwrap();
    let after = rest.split_once(']').unwrap().1;
    let manifest = format!("{before}members = [\"cpython\"]{after}");
    let manifest =
        manifest.replace("members = [\"", "members = [\"invented/").replace("path = \"", "path = \"invented/");
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();
    // The benchmark of the core is not copied.
    let core = fs::read_to_string(made.join("core/Cargo.toml")).unwrap();
    let core: Vec<&str> = core.split("\n\n").filter(|part| !part.starts_with("[[")).collect();
    fs::write(made.join("core/Cargo.toml"), core.join("\n\n")).unwrap();

    // One file and one line.
    fs::copy(here.join("tests/invented/v3_99.rs"), made.join("cpython/src/v3_99.rs")).unwrap();
    let list = fs::read_to_string(here.join("src/lib.rs")).unwrap();
    let last = list.lines().rfind(|line| line.trim().starts_with("v3_") && line.ends_with(',')).unwrap();
    fs::write(made.join("cpython/src/lib.rs"), list.replace(last, &format!("{last}\n    v3_99,"))).unwrap();

    fs::create_dir_all(made.join("cpython/tests")).unwrap();
    fs::copy(here.join("tests/invented/asks.rs"), made.join("cpython/tests/asks.rs")).unwrap();
    let run = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet", "-p", "jitctl-cpython", "--test", "asks"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", build.parent().unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");

    let (old, new) = (files(&here.join("src")), files(&made.join("cpython/src")));
    let changed: Vec<&Path> = new.iter().filter(|file| !old.contains(file)).map(|(path, _)| path.as_path()).collect();
    assert_eq!(changed, [Path::new("lib.rs"), Path::new("v3_99.rs")]);
    let lines = |files: &[(PathBuf, String)]| {
        files.iter().find(|(path, _)| path == Path::new("lib.rs")).map(|(_, text)| text.lines().count()).unwrap()
    };
    assert_eq!(lines(&new), lines(&old) + 1);
}
