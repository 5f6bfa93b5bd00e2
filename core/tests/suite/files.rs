//! What is wrong with a file is found before the system's loader sees it.

use crate::fixtures;
use crate::support::{Folder, compile_c, refused};
use jitctl_core::host::LoadError;
use jitctl_core::host::loader::{Trust, load};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

fn found(error: &LoadError) -> &str {
    match error {
        LoadError::NotALibrary { found, .. } => found,
        other => panic!("expected NotALibrary, got {other:?}"),
    }
}

/// A good library with some bytes replaced.
fn patched(folder: &Folder, offset: usize, bytes: &[u8]) -> PathBuf {
    let mut content = std::fs::read(fixtures::plugin("minimal")).unwrap();
    content[offset..offset + bytes.len()].copy_from_slice(bytes);
    folder.file("libpatched.so", &content)
}

fn allow_others(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_missing_file() {
    let folder = Folder::new();
    assert!(matches!(refused(&folder.path().join("libnone.so")), LoadError::NotFound { .. }));
    assert!(matches!(refused(&folder.path().join("none/libnone.so")), LoadError::NotFound { .. }));
    let dangling = folder.path().join("libdangling.so");
    symlink("nowhere", &dangling).unwrap();
    assert!(matches!(refused(&dangling), LoadError::NotFound { .. }));
}

#[test]
fn what_is_no_library() {
    let folder = Folder::new();
    let inner = folder.path().join("folder.so");
    std::fs::create_dir(&inner).unwrap();
    assert_eq!(found(&refused(&inner)), "a folder");
    assert_eq!(found(&refused(&folder.file("libempty.so", b""))), "an empty file");
    assert_eq!(found(&refused(&folder.file("libtext.so", b"not a library\n"))), "no ELF file");
    assert_eq!(found(&refused(&folder.file("libshort.so", b"\x7f"))), "no ELF file");
    let device = load(Path::new("/dev/null"), Trust::Own).err().unwrap();
    assert_eq!(found(&device), "not a regular file");
}

#[test]
fn a_library_for_another_machine() {
    let folder = Folder::new();
    let error = refused(&patched(&folder, 18, &243u16.to_le_bytes()));
    assert!(found(&error).starts_with("an ELF library for machine 243, this is machine"), "{error}");
    assert_eq!(found(&refused(&patched(&folder, 4, &[1]))), "an ELF file of another word size");
    assert_eq!(found(&refused(&patched(&folder, 4, &[9]))), "an ELF file of another word size");
    assert!(!found(&refused(&patched(&folder, 5, &[2]))).is_empty(), "another byte order");
    assert_eq!(found(&refused(&patched(&folder, 5, &[9]))), "an ELF file with a broken header");
}

#[test]
fn an_elf_file_that_is_no_shared_library() {
    let folder = Folder::new();
    let error = refused(&patched(&folder, 16, &object::elf::ET_REL.to_le_bytes()));
    assert_eq!(found(&error), "an ELF file, but not a shared library");
    let Some(program) = compile_c("main", &folder, &["-no-pie"]) else { return };
    assert_eq!(found(&refused(&program)), "an ELF file, but not a shared library");
}

#[test]
fn an_executable_that_could_be_a_library() {
    let folder = Folder::new();
    let Some(program) = compile_c("main", &folder, &["-pie", "-fPIE"]) else { return };
    assert!(matches!(refused(&program), LoadError::Open { .. } | LoadError::NotALibrary { .. }));
}

#[test]
fn headers_that_point_anywhere() {
    let folder = Folder::new();
    for start in [u64::MAX, u64::MAX - 10, 1 << 40] {
        let error = refused(&patched(&folder, 32, &start.to_le_bytes()));
        assert!(matches!(error, LoadError::Truncated { .. }), "{error:?}");
    }
    assert_eq!(found(&refused(&patched(&folder, 56, &[0, 0]))), "an ELF file without program headers");
    assert!(!found(&refused(&patched(&folder, 54, &[1, 0]))).is_empty(), "headers of one byte");
}

/// Some versions of patchelf, which repairs wheels, leave a library so.
#[test]
fn program_headers_at_the_end_of_the_file() {
    let folder = Folder::new();
    let mut content = std::fs::read(fixtures::plugin("minimal")).unwrap();
    let number = |at: usize, size: usize| {
        content[at..at + size].iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte))
    };
    let (start, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    let headers = content[start..start + size * count].to_vec();
    content.resize(content.len().next_multiple_of(8), 0);
    let end = content.len() as u64;
    content[32..40].copy_from_slice(&end.to_le_bytes());
    content.extend(headers);
    load(&folder.file("libmoved.so", &content), Trust::Foreign).unwrap();
}

#[test]
fn a_file_or_folder_that_others_may_write_to() {
    let folder = Folder::new();
    let content = std::fs::read(fixtures::plugin("minimal")).unwrap();
    let path = folder.file("libopen.so", &content);
    let what = |path: &Path| match refused(path) {
        LoadError::Writable { what, .. } => what,
        other => panic!("expected Writable, got {other:?}"),
    };
    allow_others(&path, 0o757);
    assert_eq!(what(&path), "the file");
    load(&path, Trust::Own).unwrap(); // what we ship lies where the installer put it
    allow_others(&path, 0o755);
    load(&path, Trust::Foreign).unwrap();
    allow_others(folder.path(), 0o777);
    assert_eq!(what(&path), format!("its folder {}", folder.path().display()));
    allow_others(folder.path(), 0o1777); // the sticky bit does not keep others from adding files
    assert_eq!(what(&path), format!("its folder {}", folder.path().display()));

    let other = Folder::new();
    let link = other.path().join("liblink.so");
    symlink(&path, &link).unwrap();
    assert_eq!(what(&link), format!("its folder {}", folder.path().display()));
    allow_others(folder.path(), 0o755);
    load(&link, Trust::Foreign).unwrap();
}

/// dlopen looks for a name without a slash elsewhere than in the working folder.
#[test]
fn a_relative_path() {
    let folder = Folder::new();
    let name = "librelative.so";
    std::fs::copy(fixtures::plugin("minimal"), folder.path().join(name)).unwrap();
    let run = || {
        let mut probe = std::process::Command::new(fixtures::binary("probe"));
        let output = probe.arg(name).current_dir(folder.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run().contains("probe:started"), "{}", run());
}
