//! A library of which an interrupted copy left a part. Inside dlopen such a file can end the process, so each size is tried
//! in a process of its own.

use crate::fixtures;
use crate::support::{Folder, Report, probe_with};
use object::elf::FileHeader64;
use object::read::elf::{FileHeader, ProgramHeader};
use std::path::PathBuf;

fn copies(folder: &Folder, content: &[u8], sizes: impl Iterator<Item = usize>) -> Vec<PathBuf> {
    sizes.map(|size| folder.file(&format!("lib{size}.so"), &content[..size])).collect()
}

fn codes(report: &Report) -> Vec<&str> {
    let refused = report.lines.iter().filter_map(|line| line.strip_prefix("refused\t"));
    refused.map(|rest| rest.split('\t').next().unwrap()).collect()
}

#[test]
fn every_size_is_refused_or_works() {
    let content = std::fs::read(fixtures::plugin("minimal")).unwrap();
    let header = FileHeader64::<object::Endianness>::parse(content.as_slice()).unwrap();
    let endian = header.endian().unwrap();
    let segments = header.program_headers(endian, content.as_slice()).unwrap();
    let needed = segments.iter().map(|one| one.p_offset(endian) + one.p_filesz(endian)).max().unwrap() as usize;

    let folder = Folder::new();
    // Around the headers byte by byte, around each segment's edges, and evenly over the rest.
    let edges = segments.iter().flat_map(|one| [one.p_offset(endian), one.p_offset(endian) + one.p_filesz(endian)]);
    let around = edges.flat_map(|edge| [edge.saturating_sub(1), edge, edge + 1]).map(|size| size as usize);
    let mut sizes: Vec<usize> =
        (1..70).chain(around).chain((1..60).map(|part| needed / 60 * part)).filter(|size| *size < needed).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes.retain(|size| *size > 0);
    let report = probe_with("probe", &copies(&folder, &content, sizes.iter().copied()));
    let codes = codes(report.survived());
    assert_eq!(codes.len(), sizes.len(), "each is refused: {report:?}");
    assert!(codes.iter().all(|code| ["truncated", "not-a-library"].contains(code)), "{codes:?}");
    assert!(sizes.len() > 120, "{}", sizes.len());
}

/// Behind the segments lie only sections, which a loader does not read.
#[test]
fn what_lies_behind_the_segments_is_not_missed() {
    let content = std::fs::read(fixtures::plugin("minimal")).unwrap();
    let folder = Folder::new();
    let report = probe_with("probe", &copies(&folder, &content, [content.len() - 1, content.len() - 64].into_iter()));
    assert_eq!(codes(report.survived()), Vec::<&str>::new());
}
