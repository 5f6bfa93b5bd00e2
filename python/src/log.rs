//! Lines on standard error, where JITCTL_LOG asks for them.

/// Writes a backend's line to standard error where JITCTL_LOG (debug, info or warning) asks for it.
pub fn write(level: u8, line: &str) {
    let wanted = match std::env::var("JITCTL_LOG").as_deref() {
        Ok("debug") => 10,
        Ok("info") => 20,
        Ok("warning") => 30,
        _ => return,
    };
    if level >= wanted {
        eprintln!("jitctl: {line}");
    }
}
