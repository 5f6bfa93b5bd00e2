//! What several tests need: a folder that vanishes, a host in a process of its own, what every refusal must look like.

use crate::fixtures;
use jitctl_core::host::LoadError;
use jitctl_core::host::loader::{Loaded, Trust, load};
use jitctl_core::host::started::{HintRequest, Started};
use jitctl_core::host::table::{Object, Table, table};
use jitctl_core::{Hint, Origin, Verdict};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of one test, removed at its end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("jitctl-core-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A file in it.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The table of the mock host.
pub fn mock_table() -> Table {
    table::<crate::mock::Mock>()
}

/// Why `path` is refused; the message must be one line that names the file.
pub fn refused(path: &Path) -> LoadError {
    let error = load(path, Trust::Foreign).err().unwrap_or_else(|| panic!("{} was loaded", path.display()));
    check_message(&error, path);
    error
}

/// Every message is one line, names the file, and comes with a code.
pub fn check_message(error: &LoadError, path: &Path) {
    let text = error.to_string();
    assert!(!text.contains(['\n', '\r']), "more than one line: {text}");
    assert!(text.contains(&path.display().to_string()), "{text} does not name {}", path.display());
    assert!(text.len() < 600, "too long: {text}");
    let code = error.code();
    assert!(!code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "code {code:?}");
}

/// A fixture that is as it should be.
pub fn loaded(name: &str) -> Loaded {
    load(&fixtures::plugin(name), Trust::Foreign).unwrap()
}

pub fn started(name: &str) -> Started {
    loaded(name).start(mock_table(), &crate::mock::interpreter()).unwrap()
}

/// A focus hint without options.
pub fn focus(function: Object, options: Object) -> HintRequest {
    HintRequest { ticket: 7, function, options, hint: Hint::Focus, origin: Origin::Function, previous: None }
}

/// The verdict of a backend on a function of its own.
pub fn verdict(backend: &Started) -> Verdict {
    let function = crate::mock::function("f");
    let verdict = backend.apply(&focus(function, std::ptr::null_mut())).unwrap();
    crate::mock::heap::decref(function);
    verdict
}

/// Whether `cc` is there; where it is not, the test says that it was skipped.
pub fn compile_c(name: &str, folder: &Folder, flags: &[&str]) -> Option<PathBuf> {
    let library = folder.path().join(format!("lib{name}.so"));
    let source = fixtures::folder().join(format!("c/{name}.c"));
    match Command::new("cc").args(flags).arg("-o").arg(&library).arg(source).status() {
        Ok(status) => {
            assert!(status.success(), "cc on {name}.c: {status}");
            Some(library)
        }
        Err(error) => {
            eprintln!("skipped: cc cannot be run ({error})");
            None
        }
    }
}

/// What a host in a process of its own said, and how it ended.
pub struct Report {
    pub status: ExitStatus,
    pub lines: Vec<String>,
    pub output: String,
}

impl Report {
    /// The words of the first line that starts with `what`.
    pub fn said(&self, what: &str) -> &str {
        let mut lines = self.lines.iter();
        lines.find(|line| line.split('\t').next() == Some(what)).unwrap_or_else(|| panic!("no {what} in {self:?}"))
    }

    /// It came to its end, and did nothing wrong with references.
    pub fn survived(&self) -> &Self {
        assert!(self.status.success(), "the process ended with {self:?}");
        assert_eq!(self.said("end"), "end\t", "{self:?}");
        self
    }
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}", self.status, self.output)
    }
}

/// Gives `paths` to the host `name` of tests/fixtures.
pub fn probe_with<P: AsRef<Path>>(name: &str, paths: &[P]) -> Report {
    let output = Command::new(fixtures::binary(name)).args(paths.iter().map(AsRef::as_ref)).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter_map(|line| line.strip_prefix("probe:")).map(str::to_owned).collect();
    Report { status: output.status, lines, output: text + &String::from_utf8_lossy(&output.stderr) }
}

/// The same with the host that is built with today's core.
pub fn probe(path: &Path) -> Report {
    probe_with("probe", &[path])
}
