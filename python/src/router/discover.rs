//! Where backends may be: our own folder, `JITCTL_BACKEND_PATH`, and what installed packages name.

use crate::modules;
use crate::text::Lossy;
use jitctl_core::host::registry::{Registry, Source};
use pyo3::prelude::*;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Our own backends.
const BUILT_IN: [&str; 4] = ["native", "compiler", "warmup", "noop"];
const PREFIX: &str = "libjitctl_backend_";
const SUFFIXES: [&str; 4] = ["so", "dylib", "dll", "pyd"];

/// A file's name; what is not UTF-8 in it is replaced.
fn file_name(path: &Path) -> Cow<'_, str> {
    path.file_name().map_or(Cow::Borrowed(""), |name| name.to_string_lossy())
}

/// The part of a file's name before its first dot: builds for one interpreter put more than one suffix behind it.
fn stem(path: &Path) -> String {
    file_name(path).split('.').next().unwrap_or("").to_owned()
}

fn is_library(path: &Path) -> bool {
    file_name(path).split('.').skip(1).any(|part| SUFFIXES.contains(&part))
}

fn libraries_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_library(path)).collect();
    files.sort();
    files
}

/// Adds our own; one that is missing is a candidate too, so that `doctor` can say so.
pub fn add_built_in(registry: &mut Registry, folder: &Path) {
    let files = libraries_in(folder);
    for name in BUILT_IN {
        let expected = format!("{PREFIX}{name}");
        let file = files.iter().find(|file| stem(file) == expected);
        let missing = || folder.join(format!("{expected}.abi3.so"));
        registry.add(name, &file.cloned().unwrap_or_else(missing), Source::BuiltIn);
    }
}

/// Adds the files and folders of `JITCTL_BACKEND_PATH`, in their order.
pub fn add_path(registry: &mut Registry, parts: &[PathBuf]) {
    for path in parts {
        if path.is_dir() {
            for file in libraries_in(path) {
                registry.add(&expected_name(&file), &file, Source::Path);
            }
        } else {
            registry.add(&expected_name(path), path, Source::Path);
        }
    }
}

/// Adds what installed packages name in the entry-point group; asks only when somebody needs to know.
pub fn add_entry_points(py: Python<'_>, registry: &mut Registry) -> PyResult<()> {
    let found = modules::import(py, "jitctl._entry_points")?.call_method0("libraries")?;
    for (name, file) in found.extract::<Vec<(Lossy, PathBuf)>>()? {
        registry.add(&name.0, &file, Source::EntryPoint);
    }
    Ok(())
}

/// What a library's file name says of the backend in it, for the order of looking; its own word holds once it is loaded.
fn expected_name(path: &Path) -> String {
    let stem = stem(path);
    let stem = stem.strip_prefix("lib").unwrap_or(&stem);
    stem.strip_prefix("jitctl_backend_").or_else(|| stem.strip_prefix("jitctl_")).unwrap_or(stem).replace('_', "-")
}
