//! The exception table of a code object.

/// The instructions in `start..end` (in code units) have this handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub depth: u32,
    pub lasti: bool,
}

/// Reads the table: numbers of six bits a byte, most significant first; bit 7 begins an entry, bit 6 says that more follows.
pub fn parse(table: &[u8]) -> Vec<Handler> {
    let mut bytes = table.iter().copied();
    let mut number = || -> Option<u32> {
        let mut byte = bytes.next()?;
        let mut value = u32::from(byte & 63);
        while byte & 64 != 0 {
            byte = bytes.next()?;
            value = value << 6 | u32::from(byte & 63);
        }
        Some(value)
    };
    let mut found = Vec::new();
    while let (Some(start), Some(length), Some(target), Some(depth)) = (number(), number(), number(), number()) {
        found.push(Handler { start, end: start + length, target, depth: depth >> 1, lasti: depth & 1 != 0 });
    }
    found
}
