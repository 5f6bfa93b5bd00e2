//! Is a file what it should be, before the system's loader sees it? A truncated library kills the process inside dlopen.

use crate::host::load_error::LoadError;
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, elf};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// No ELF header is longer. The program headers mostly follow it, but some tools move them to the end of the file.
const HEAD: u64 = 64;

/// Checks that `path` is a whole ELF library for this machine. Other formats are left to the system's loader.
pub(crate) fn check(path: &Path) -> Result<(), LoadError> {
    let metadata = std::fs::metadata(path).map_err(|_| LoadError::NotFound { path: path.to_owned() })?;
    if !metadata.is_file() {
        return Err(not_a_library(path, if metadata.is_dir() { "a folder" } else { "not a regular file" }));
    }
    let mut head = Vec::new();
    let mut file = File::open(path).map_err(|error| not_a_library(path, &error.to_string()))?;
    (&mut file).take(HEAD).read_to_end(&mut head).map_err(|error| not_a_library(path, &error.to_string()))?;
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    match head.get(..5) {
        None if head.is_empty() => Err(not_a_library(path, "an empty file")),
        Some([0x7f, b'E', b'L', b'F', 2]) if cfg!(target_pointer_width = "64") => {
            check_elf::<elf::FileHeader64<Endianness>>(path, &mut file, &head, metadata.len())
        }
        Some([0x7f, b'E', b'L', b'F', 1]) if cfg!(target_pointer_width = "32") => {
            check_elf::<elf::FileHeader32<Endianness>>(path, &mut file, &head, metadata.len())
        }
        Some([0x7f, b'E', b'L', b'F', _]) => Err(not_a_library(path, "an ELF file of another word size")),
        _ => Err(not_a_library(path, "no ELF file")),
    }
}

fn check_elf<E>(path: &Path, file: &mut File, head: &[u8], size: u64) -> Result<(), LoadError>
where
    E: FileHeader<Endian = Endianness>,
{
    let truncated = |needs: u64| LoadError::Truncated { path: path.to_owned(), needs, has: size };
    let header_size = std::mem::size_of::<E>() as u64;
    if size < header_size {
        return Err(truncated(header_size));
    }
    let header = E::parse(head).map_err(|_| not_a_library(path, "an ELF file with a broken header"))?;
    let endian = header.endian().map_err(|_| not_a_library(path, "an ELF file of unknown byte order"))?;
    if header.e_type(endian) != elf::ET_DYN {
        return Err(not_a_library(path, "an ELF file, but not a shared library"));
    }
    let machine = header.e_machine(endian);
    if let Some(expected) = our_machine().filter(|expected| *expected != machine) {
        return Err(not_a_library(path, &format!("an ELF library for machine {machine}, this is machine {expected}")));
    }
    let (start, count) = (header.e_phoff(endian).into(), usize::from(header.e_phnum(endian)));
    if count == 0 {
        return Err(not_a_library(path, "an ELF file without program headers"));
    }
    let table_end = start.saturating_add(count as u64 * u64::from(header.e_phentsize(endian)));
    if table_end > size {
        return Err(truncated(table_end));
    }
    let broken = || not_a_library(path, "an ELF file with broken program headers");
    if usize::from(header.e_phentsize(endian)) != std::mem::size_of::<E::ProgramHeader>() {
        return Err(broken());
    }
    let mut table = Vec::new();
    file.seek(SeekFrom::Start(start)).map_err(|_| broken())?;
    file.take(table_end - start).read_to_end(&mut table).map_err(|_| broken())?;
    let (segments, _) = object::pod::slice_from_bytes::<E::ProgramHeader>(&table, count).map_err(|()| broken())?;
    let needs = segments.iter().map(|s| s.p_offset(endian).into().saturating_add(s.p_filesz(endian).into())).max();
    needs.filter(|needs| *needs > size).map_or(Ok(()), |needs| Err(truncated(needs)))
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
    // The folder that was named, and the one in which the file lies when the path is relative or a link.
    let real = std::fs::canonicalize(path).ok();
    for folder in [Some(path), real.as_deref()].into_iter().flatten().filter_map(Path::parent) {
        if writable(folder) {
            return refused(format!("its folder {}", folder.display()));
        }
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn check_writable(_path: &Path) -> Result<(), LoadError> {
    Ok(())
}
