//! No other crate asks for a version of CPython: whoever did would be forgotten when the next one comes.
#![allow(clippy::unwrap_used)] // a test may end there

use std::fs;
use std::path::{Path, PathBuf};

/// What a version check looks like in Rust.
const CHECKS: [&str; 9] =
    ["version_info", ".minor", ".major", "hexversion ", "Py_3_", "PY_VERSION", "Version::new(3", "since_3_", "<3."];

/// Those who may, and why.
const MAY: [(&str, &str); 3] = [
    ("python/src/introspect/interpreter.rs", "the describer: reads the version, and decides nothing by it"),
    ("core/src/", "knows no Python: versions there are those of the interface, or of a plugin's range"),
    ("backends/cinderx/src/lib.rs", "a package of its own: the range is that of the CinderX it was tried with"),
];

fn asks(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or("");
    // A pair like (3, 12), which is how versions are compared as tuples.
    let pair = code.match_indices("(3, ").any(|(at, _)| {
        let rest = &code[at + 4..];
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        digits == 2 && rest[digits..].starts_with([')', '.'])
    });
    pair || CHECKS.iter().any(|check| code.contains(check))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if path.is_dir() && !["target", "build", "tests"].contains(&name) {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn a_check_is_told_from_other_lines() {
    for line in [
        "if py.version_info() < (3, 13) {",
        "match (version.major, version.minor) {",
        "    (3, 11..=14) => 4,",
        "let since_3_15 = version >= new;",
        "if interpreter.hexversion >= 0x030f_0000 {",
        "requires: \">=3.13, <3.16\",",
    ] {
        assert!(asks(line), "{line}");
    }
    for line in ["// from (3, 12) on", "let pair = (3, 4);", "fields(3, 120)", "requires: \">=3.13\","] {
        assert!(!asks(line), "{line}");
    }
}

#[test]
fn no_other_crate_asks_for_a_version() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for folder in ["core/src", "python/src", "backends"] {
        rust_files(&root.join(folder), &mut files);
    }
    assert!(files.len() > 100, "only {} files were found", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        if MAY.iter().any(|(place, _)| name.starts_with(place)) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().enumerate().filter(|(_, line)| asks(line));
        wrong.extend(lines.map(|(number, line)| format!("{name}:{}: {}", number + 1, line.trim())));
    }
    assert!(wrong.is_empty(), "move what follows from a version to cpython/src:\n{}", wrong.join("\n"));
}
