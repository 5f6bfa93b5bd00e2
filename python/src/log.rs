//! Lines on standard error, where JITCTL_LOG asks for them.

use std::sync::atomic::{AtomicU8, Ordering};

/// Lines below this level are not written; above all levels until `start` says what the user asked for.
static LEAST: AtomicU8 = AtomicU8::new(u8::MAX);

/// Sets the least level that is written: 10 (debug), 20 (info), 30 (warning); 0 stands for none at all.
pub fn set_level(level: u8) {
    LEAST.store(if level == 0 { u8::MAX } else { level }, Ordering::Relaxed);
}

/// Writes a backend's line to standard error where it is at or above the level that was asked for.
pub fn write(level: u8, line: &str) {
    if level >= LEAST.load(Ordering::Relaxed) {
        eprintln!("jitctl: {line}");
    }
}
