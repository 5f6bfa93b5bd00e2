//! Writes two crates named jitctl-core, made of today's sources: one of the next minor version, which appends a method to
//! the backend's trait and a function to the host's table, and one of the same version with another layout.

use std::fs;
use std::path::Path;

/// A file in core/src, a text that stands in it once, and what to put in its place.
type Edit = (&'static str, &'static str, &'static str);

const NEXT: &[Edit] = &[
    (
        "abi/backend.rs",
        "    fn notes(&self) -> RVec<Pair>;\n",
        "    fn notes(&self) -> RVec<Pair>;\n    fn added_method(&self) -> RString {\n        \"the default body\".into()\n    }\n",
    ),
    (
        "adaptor.rs",
        "    fn notes(&self) -> RVec<Pair> {\n",
        "    fn added_method(&self) -> abi_stable::std_types::RString {\n        self.backend.added_method().into()\n    }\n\n    fn notes(&self) -> RVec<Pair> {\n",
    ),
    (
        "author.rs",
        "    fn notes(&self) -> Vec<(String, String)> {\n",
        "    fn added_method(&self) -> String {\n        String::new()\n    }\n\n    fn notes(&self) -> Vec<(String, String)> {\n",
    ),
    (
        "backend.rs",
        "    pub fn notes(&self) -> Vec<(String, String)> {\n",
        "    pub fn added_method(&self) -> String {\n        self.raw.added_method().into()\n    }\n\n    pub fn notes(&self) -> Vec<(String, String)> {\n",
    ),
    (
        "abi/host.rs",
        "    pub report: extern \"C\" fn(u64, RawVerdict),\n",
        "    pub report: extern \"C\" fn(u64, RawVerdict),\n    pub added: extern \"C\" fn() -> i64,\n",
    ),
    (
        "interface.rs",
        "    fn report(ticket: u64, verdict: Verdict);\n",
        "    fn report(ticket: u64, verdict: Verdict);\n    fn added() -> i64 {\n        42\n    }\n",
    ),
    (
        "interface.rs",
        "            report: report::<H>,\n",
        "            report: report::<H>,\n            added: added::<H>,\n",
    ),
    (
        "interface.rs",
        "extern \"C\" fn incref<H: PythonHost>",
        "extern \"C\" fn added<H: PythonHost>() -> i64 {\n    H::added()\n}\nextern \"C\" fn incref<H: PythonHost>",
    ),
    (
        "host.rs",
        "    pub fn none(self) -> Owned {\n",
        "    pub fn added(self) -> Option<i64> {\n        self.table.added().map(|added| added())\n    }\n\n    /// `None`.\n    pub fn none(self) -> Owned {\n",
    ),
];

const CHANGED: &[Edit] = &[
    ("abi/values.rs", "    pub caches: u8,\n", "    pub caches: u16,\n"),
    ("interface.rs", "caches: opcode.caches,", "caches: opcode.caches.into(),"),
    ("host.rs", "caches: raw.caches,", "caches: raw.caches as u8,"),
];

/// Writes them to `folder/next` and `folder/changed`; files that are right already are left alone.
pub fn generate(folder: &Path) {
    let version = env!("CARGO_PKG_VERSION");
    write_core(&folder.join("next"), &next_minor(version), NEXT);
    write_core(&folder.join("changed"), version, CHANGED);
}

/// The version that `generate` gives to the later core.
pub fn next_minor(version: &str) -> String {
    let mut version: semver::Version = version.parse().unwrap();
    version.minor += 1;
    version.patch = 0;
    version.to_string()
}

fn write_core(folder: &Path, version: &str, edits: &[Edit]) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut left: Vec<&Edit> = edits.iter().collect();
    for file in files(&source) {
        let name = file.strip_prefix(&source).unwrap();
        let mut text = fs::read_to_string(&file).unwrap();
        left.retain(|(place, old, new)| {
            if Path::new(place) != name {
                return true;
            }
            assert_eq!(text.matches(old).count(), 1, "later_core.rs: core/src/{place} should hold this once: {old}");
            text = text.replace(old, new);
            false
        });
        write(&folder.join("src").join(name), &text);
    }
    assert!(left.is_empty(), "later_core.rs: no such file: {}", left[0].0);
    let kept = crate::fixtures::folder().join("cores/1.0.0/Cargo.toml");
    let manifest = fs::read_to_string(kept).unwrap();
    let lines = manifest.lines().map(|line| match line {
        line if line.starts_with('#') => "# Written by core/tests/suite/later_core.rs.".to_owned(),
        line if line.starts_with("version = ") => format!("version = \"{version}\""),
        line => line.to_owned(),
    });
    write(&folder.join("Cargo.toml"), &(lines.collect::<Vec<_>>().join("\n") + "\n"));
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
