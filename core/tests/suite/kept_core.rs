//! jitctl-core 1.0.0 as it was published: one archive, which `keep.sh` made of its tag, and which never changes again.

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// The archive in tests/fixtures/kept.
const NAME: &str = "jitctl-core-1.0.0.crate";
/// As sha256sum writes it.
const SUMS: &str = "SHA256SUMS";

/// Unpacks it to `folder/core`, unless it is there; refuses one that was changed.
pub fn unpack(folder: &Path) {
    let archive = fs::read(folder.join(NAME)).unwrap();
    let sum = sum(&archive);
    assert_eq!(sum, written_down(folder), "{NAME} is not the one that was kept: git checkout it, and never touch it");
    let (core, stamp) = (folder.join("core"), folder.join("core/unpacked-from"));
    if fs::read_to_string(&stamp).is_ok_and(|before| before == sum) {
        return;
    }
    let _ = fs::remove_dir_all(&core);
    let inner = NAME.trim_end_matches(".crate");
    tar::Archive::new(GzDecoder::new(archive.as_slice())).unpack(folder).unwrap();
    fs::rename(folder.join(inner), &core).unwrap();
    fs::write(stamp, sum).unwrap();
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn written_down(folder: &Path) -> String {
    let sums = fs::read_to_string(folder.join(SUMS)).unwrap();
    let line = sums.lines().find(|line| line.ends_with(NAME)).unwrap_or_else(|| panic!("{SUMS} does not name {NAME}"));
    line.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Each byte counts: one that is another one is found.
#[test]
fn a_changed_copy_is_refused() {
    let folder = crate::fixtures::folder().join("kept");
    let archive = fs::read(folder.join(NAME)).unwrap();
    assert_eq!(sum(&archive), written_down(&folder));
    for place in [0, archive.len() / 2, archive.len() - 1] {
        let mut changed = archive.clone();
        changed[place] ^= 1;
        assert_ne!(sum(&changed), written_down(&folder));
    }
}
