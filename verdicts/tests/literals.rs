//! No code stands as text beside the table: one that did would be missing from docs/verdicts.md, or mean something else.
#![allow(clippy::unwrap_used)] // a test may end there

use jitctl_verdicts::VerdictCode;
use std::fs;
use std::path::{Path, PathBuf};

/// Where verdicts of our own are made.
const RUST: [&str; 6] = [
    "python/src",
    "backends/noop/src",
    "backends/warmup/src",
    "backends/training/src",
    "backends/native/src",
    "backends/compiler/src",
];

/// Words that are something else as well: (file, text). A moment of a training, a note of doctor, a reason of `stats(f).unfriendly`.
const ALSO: [(&str, &str); 10] = [
    ("training/src/plan.rs", "first-call"),
    ("native/src/lib.rs", "self-test"),
    ("native/src/notes.rs", "self-test"),
    ("compiler/src/lib.rs", "self-test"),
    ("introspect/unfriendly/", "code-replaced"),
    ("introspect/unfriendly/", "tracing-active"),
    ("_keywords.py", "first-call"),
    ("_conformance/checks.py", "first-call"),
    ("jitctl/__init__.py", "first-call"),
    ("compiler/src/settings.rs", "code-memory"),
];

fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target" && name != "backends") {
            files(&path, end, found);
        } else if path.extension().is_some_and(|own| own == end) {
            found.push(path);
        }
    }
}

fn is_code(text: &str) -> bool {
    VerdictCode::by_name(text).is_some()
}

/// Texts in quotes that have a hyphen and are a code.
fn hyphenated(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = text.split('"').collect();
    let between = parts.iter().enumerate().filter(|(index, _)| index % 2 == 1).map(|(_, part)| *part);
    between.filter(|part| part.contains('-') && is_code(part)).collect()
}

/// The text behind an opening, up to its end, where it begins with a quote: a code that is given as text.
fn given<'a>(text: &'a str, opening: &str, skipped: usize) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(opening) {
        let arguments = text[at + opening.len()..].splitn(skipped + 2, ',').nth(skipped).unwrap_or("");
        if let Some(code) = arguments.trim_start().strip_prefix('"') {
            found.push(code.split('"').next().unwrap_or(""));
        }
    }
    found
}

#[test]
fn what_is_looked_for_is_found() {
    assert_eq!(given("Verdict::new(\n  Status::Applied,\n  \"acme\", text)", "Verdict::new(", 1), ["acme"]);
    assert_eq!(given("Error::refused(\"acme\", text)", "Error::refused(", 0), ["acme"]);
    assert!(given("Verdict::new(Status::Applied, code, \"text\")", "Verdict::new(", 1).is_empty());
    assert_eq!(hyphenated("if code == \"gave-up\" || other == \"gave up\""), ["gave-up"]);
}

#[test]
fn rust_has_codes_from_the_table_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = Vec::new();
    RUST.iter().for_each(|folder| files(&root.join(folder), "rs", &mut all));
    assert!(all.len() > 100, "only {} files were found", all.len());
    let mut wrong = Vec::new();
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let lines: String =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let mut found = given(&lines, "Verdict::new(", 1);
        found.extend(given(&lines, "Error::unsupported(", 0));
        found.extend(given(&lines, "Error::refused(", 0));
        // The compiler names its refusals in many places; its verdicts.rs looks each up in the table.
        let refusals = name.starts_with("backends/compiler/");
        let named: Vec<&str> = if refusals {
            given(&lines, "refuse(", 0).into_iter().chain(given(&lines, "code: ", 0)).collect()
        } else {
            found.extend(lines.lines().flat_map(hyphenated));
            Vec::new()
        };
        let also = |code: &&str| !ALSO.iter().any(|(file, text)| name.contains(file) && text == code);
        wrong.extend(found.into_iter().filter(also).map(|code| format!("{name}: \"{code}\" as text")));
        wrong.extend(
            named.into_iter().filter(|code| !is_code(code)).map(|code| format!("{name}: no row for \"{code}\"")),
        );
    }
    assert!(wrong.is_empty(), "use VerdictCode, and give it a row in verdicts/src/table.rs:\n{}", wrong.join("\n"));
}

#[test]
fn python_has_codes_from_the_table_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = Vec::new();
    files(&root.join("python/jitctl"), "py", &mut all);
    assert!(all.len() > 20, "only {} files were found", all.len());
    let mut wrong = Vec::new();
    for path in all.iter().filter(|path| !path.ends_with("_verdicts.py")) {
        let text = fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let also = |code: &&str| !ALSO.iter().any(|(file, text)| name.contains(file) && text == code);
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        wrong.extend(lines.flat_map(hyphenated).filter(also).map(|code| format!("{name}: \"{code}\" as text")));
    }
    assert!(wrong.is_empty(), "use jitctl._verdicts:\n{}", wrong.join("\n"));
}
