//! docs/verdicts.md and python/jitctl/_verdicts.py are what the table says. Written with
//! `JITCTL_WRITE_VERDICTS=1 cargo test -p jitctl-verdicts`.
#![allow(clippy::unwrap_used)] // a test may end there

use jitctl_core::Status;
use jitctl_verdicts::{By, Row, VerdictCode};
use std::collections::HashSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn statuses(row: &Row) -> String {
    row.statuses.iter().map(|status| status.name()).collect::<Vec<_>>().join(", ")
}

fn page() -> String {
    let mut text = "# Verdict codes\n\n\
        Every code that jitctl itself gives, made from `verdicts/src/table.rs`. `stats(f).verdict` has the code with a status, a\n\
        message about this very function, and advice. Where several backends make a chain, `unsupported` and the codes marked\n\
        with → leave the hint to the next one. Codes of third parties' backends begin with the backend's name.\n\n\
        | code | status | given by | meaning | what to do |\n| --- | --- | --- | --- | --- |\n"
        .to_owned();
    for code in VerdictCode::ALL {
        let row = code.row();
        let by = row.by.iter().map(|by| by.name()).collect::<Vec<_>>().join(", ");
        let mark = if row.passes_on { " →" } else { "" };
        writeln!(text, "| `{}`{mark} | {} | {by} | {} | {} |", row.name, statuses(row), row.meaning, row.advice)
            .unwrap();
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn module() -> String {
    let mut text = "\"\"\"The verdict codes, for what the package says itself; made from verdicts/src/table.rs, not by hand.\"\"\"\n\n"
        .to_owned();
    for code in VerdictCode::ALL {
        let name = code.name().to_uppercase().replace('-', "_");
        writeln!(text, "{name} = {}", quoted(code.name())).unwrap();
    }
    text += "\n#: code -> status, sentence and advice, where the package uses the table's own words\nTOLD = {\n";
    for code in [VerdictCode::Disabled, VerdictCode::NoExtension] {
        let row = code.row();
        let (sentence, advice) = (quoted(row.meaning), quoted(row.advice));
        let line = format!("    {}: ({}, {sentence}, {advice}),\n", quoted(row.name), quoted(row.statuses[0].name()));
        if line.trim_end().chars().count() <= 120 {
            text += &line;
        } else {
            writeln!(text, "    {}: (", quoted(row.name)).unwrap();
            for part in [quoted(row.statuses[0].name()), sentence, advice] {
                writeln!(text, "        {part},").unwrap();
            }
            text += "    ),\n";
        }
    }
    text + "}\n"
}

fn compare(path: &str, made: &str) {
    let path = root().join(path);
    if std::env::var_os("JITCTL_WRITE_VERDICTS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept,
        made,
        "{}: write it anew with JITCTL_WRITE_VERDICTS=1 cargo test -p jitctl-verdicts",
        path.display()
    );
}

#[test]
fn the_page_is_the_table() {
    compare("docs/verdicts.md", &page());
}

#[test]
fn the_module_is_the_table() {
    compare("python/jitctl/_verdicts.py", &module());
}

#[test]
fn each_row_can_be_used() {
    let mut names = HashSet::new();
    for code in VerdictCode::ALL {
        let row = code.row();
        assert!(names.insert(row.name), "{} stands twice", row.name);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(!row.name.is_empty() && row.name.chars().all(plain), "{}", row.name);
        assert!(!row.statuses.is_empty() && !row.by.is_empty(), "{}", row.name);
        assert!(
            !row.meaning.is_empty() && !row.meaning.ends_with('.') && !row.meaning.contains(['|', '\n']),
            "{}",
            row.name
        );
        assert!(!row.advice.ends_with('.') && !row.advice.contains(['|', '\n']), "{}", row.name);
        assert_eq!(VerdictCode::by_name(row.name), Some(*code));
        assert!(!row.passes_on || row.statuses[0] == Status::Refused, "{}: unsupported passes on by itself", row.name);
        let verdict = code.told();
        assert_eq!((VerdictCode::of(&verdict), verdict.status), (Some(*code), row.statuses[0]));
        assert_eq!(code.error("").code(), row.name);
    }
    assert!(VerdictCode::ALL.iter().any(|code| code.row().by == [By::Noop]));
    assert_eq!(VerdictCode::by_name("acme-report"), None);
}
