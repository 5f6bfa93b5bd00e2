//! Is a file what it should be, before the system's loader sees it? A truncated library kills the process inside dlopen.

use crate::error::LoadError;
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, elf};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The ELF header and the program headers lie at the start of a library; this many bytes hold them with room to spare.
const HEAD: u64 = 64 * 1024;

/// Checks that `path` is a whole ELF library for this machine. Other formats are left to the system's loader.
pub(crate) fn check(path: &Path) -> Result<(), LoadError> {
    let metadata = std::fs::metadata(path).map_err(|_| LoadError::NotFound { path: path.to_owned() })?;
    if !metadata.is_file() {
        return Err(not_a_library(path, if metadata.is_dir() { "a folder" } else { "not a regular file" }));
    }
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| not_a_library(path, &error.to_string()))?;
    file.take(HEAD).read_to_end(&mut head).map_err(|error| not_a_library(path, &error.to_string()))?;
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    match head.get(..5) {
        None if head.is_empty() => Err(not_a_library(path, "an empty file")),
        Some([0x7f, b'E', b'L', b'F', 2]) if cfg!(target_pointer_width = "64") => {
            check_elf::<elf::FileHeader64<Endianness>>(path, &head, metadata.len())
        }
        Some([0x7f, b'E', b'L', b'F', 1]) if cfg!(target_pointer_width = "32") => {
            check_elf::<elf::FileHeader32<Endianness>>(path, &head, metadata.len())
        }
        Some([0x7f, b'E', b'L', b'F', _]) => Err(not_a_library(path, "an ELF file of another word size")),
        _ => Err(not_a_library(path, "no ELF file")),
    }
}

fn check_elf<E: FileHeader<Endian = Endianness>>(path: &Path, head: &[u8], size: u64) -> Result<(), LoadError> {
    let truncated = |needs: u64| LoadError::Truncated { path: path.to_owned(), needs, has: size };
    let header = E::parse(head).map_err(|_| truncated(std::mem::size_of::<E>() as u64))?;
    let endian = header.endian().map_err(|_| not_a_library(path, "an ELF file of unknown byte order"))?;
    if header.e_type(endian) != elf::ET_DYN {
        return Err(not_a_library(path, "an ELF file, but not a shared library"));
    }
    let machine = header.e_machine(endian);
    if let Some(expected) = our_machine().filter(|expected| *expected != machine) {
        return Err(not_a_library(path, &format!("an ELF library for machine {machine}, this is machine {expected}")));
    }
    let table_end =
        header.e_phoff(endian).into() + u64::from(header.e_phnum(endian)) * u64::from(header.e_phentsize(endian));
    if table_end > size {
        return Err(truncated(table_end));
    }
    let segments = header
        .program_headers(endian, head)
        .map_err(|_| not_a_library(path, "an ELF file with broken program headers"))?;
    let needs = segments.iter().map(|s| s.p_offset(endian).into().saturating_add(s.p_filesz(endian).into())).max();
    match needs {
        Some(needs) if needs > size => Err(truncated(needs)),
        Some(_) => Ok(()),
        None => Err(not_a_library(path, "an ELF file without program headers")),
    }
}

const fn our_machine() -> Option<u16> {
    if cfg!(target_arch = "x86_64") {
        Some(elf::EM_X86_64)
    } else if cfg!(target_arch = "aarch64") {
        Some(elf::EM_AARCH64)
    } else {
        None
    }
}

fn not_a_library(path: &Path, found: &str) -> LoadError {
    LoadError::NotALibrary { path: path.to_owned(), found: found.to_owned() }
}

/// Refuses a file that any user of the machine could have put there or changed.
#[cfg(unix)]
pub(crate) fn check_writable(path: &Path) -> Result<(), LoadError> {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_WRITE: u32 = 0o002;
    let writable = |p: &Path| std::fs::metadata(p).is_ok_and(|m| m.permissions().mode() & OTHERS_WRITE != 0);
    let refused = |what: String| Err(LoadError::Writable { path: path.to_owned(), what });
    if writable(path) {
        return refused("the file".to_owned());
    }
    match path.parent() {
        Some(folder) if writable(folder) => refused(format!("its folder {}", folder.display())),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(crate) fn check_writable(_path: &Path) -> Result<(), LoadError> {
    Ok(())
}
