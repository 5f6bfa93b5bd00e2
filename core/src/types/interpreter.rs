//! The description of the interpreter that hosts and backends decide by.

use crate::abi::values::{Pair, RawInterpreter};
use semver::Version;

/// What the host's describer found out about the running interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// `sys.implementation.name`: `cpython`, `pypy`, ...
    pub implementation: String,
    /// `sys.version_info` as a semantic version; a pre-release keeps its level (`3.15.0-beta.1`).
    pub version: Version,
    /// `sys.hexversion`.
    pub hexversion: u32,
    /// A `Py_DEBUG` build.
    pub debug: bool,
    /// A build without the global interpreter lock.
    pub free_threaded: bool,
    /// Not the main interpreter of its process.
    pub subinterpreter: bool,
    /// The build carries CPython's JIT.
    pub jit_built: bool,
    /// That JIT is switched on in this process.
    pub jit_enabled: bool,
    /// `linux-x86_64` and the like.
    pub platform: String,
    /// Further facts by name, for what later hosts know.
    pub extra: Vec<(String, String)>,
}

impl Interpreter {
    /// The version without pre-release parts, so that `>=3.14` holds for 3.14.0rc1 too.
    #[must_use]
    pub fn release(&self) -> Version {
        Version::new(self.version.major, self.version.minor, self.version.patch)
    }

    /// The value of an environment variable whose name begins with `JITCTL_`, or of `PYTHON_JIT`. The host hands over those
    /// that may be heeded: none where Python ignores its own variables (`python -E`), which a backend need not ask.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        let found = self.extra.iter().find(|(key, _)| key.strip_prefix("env.") == Some(name));
        found.map(|(_, value)| value.as_str())
    }

    /// One line for messages: `cpython 3.14.2 (debug, JIT built, off)`.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        if self.debug {
            parts.push("debug");
        }
        if self.free_threaded {
            parts.push("free-threaded");
        }
        if self.subinterpreter {
            parts.push("subinterpreter");
        }
        parts.push(match (self.jit_built, self.jit_enabled) {
            (false, _) => "no JIT",
            (true, false) => "JIT built, off",
            (true, true) => "JIT built, on",
        });
        format!("{} {} ({})", self.implementation, self.version, parts.join(", "))
    }

    #[cfg(feature = "host")]
    pub(crate) fn to_raw(&self) -> RawInterpreter {
        RawInterpreter {
            implementation: self.implementation.as_str().into(),
            version: self.version.to_string().into(),
            hexversion: self.hexversion,
            debug: self.debug,
            free_threaded: self.free_threaded,
            subinterpreter: self.subinterpreter,
            jit_built: self.jit_built,
            jit_enabled: self.jit_enabled,
            platform: self.platform.as_str().into(),
            extra: pairs_to_raw(&self.extra),
        }
    }

    pub(crate) fn from_raw(raw: &RawInterpreter) -> Result<Self, semver::Error> {
        Ok(Self {
            implementation: raw.implementation.to_string(),
            version: Version::parse(&raw.version)?,
            hexversion: raw.hexversion,
            debug: raw.debug,
            free_threaded: raw.free_threaded,
            subinterpreter: raw.subinterpreter,
            jit_built: raw.jit_built,
            jit_enabled: raw.jit_enabled,
            platform: raw.platform.to_string(),
            extra: pairs_from_raw(&raw.extra),
        })
    }
}

pub(crate) fn pairs_to_raw(pairs: &[(String, String)]) -> abi_stable::std_types::RVec<Pair> {
    pairs.iter().map(|(name, text)| Pair { name: name.as_str().into(), text: text.as_str().into() }).collect()
}

pub(crate) fn pairs_from_raw(pairs: &[Pair]) -> Vec<(String, String)> {
    pairs.iter().map(|pair| (pair.name.to_string(), pair.text.to_string())).collect()
}
