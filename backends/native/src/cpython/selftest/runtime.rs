//! T1: the debug offsets that every CPython carries for debuggers, in the exported `_PyRuntime`.

use super::outcome::{Found, Probe, View, need};
use jitctl_core::Interpreter;

/// Words of the debug offsets that are read.
const WORDS: usize = 80;

/// The debug offsets, as words.
pub struct Offsets {
    words: [u64; WORDS],
}

impl Offsets {
    /// The size of the interpreter's state.
    pub fn interpreter_size(&self) -> usize {
        usize::try_from(self.words[6]).unwrap_or(0)
    }

    /// Does any of the offsets have this value?
    pub fn mention(&self, value: usize) -> bool {
        self.words.iter().any(|word| usize::try_from(*word) == Ok(value))
    }
}

/// Reads and checks them.
pub fn offsets(view: &View, interpreter: &Interpreter) -> Found<Offsets> {
    const T1: Probe = Probe(1);
    let address = view.host.resolve("_PyRuntime");
    need(T1, address.is_some(), || "_PyRuntime is not exported".to_owned())?;
    let mut words = [0_u64; WORDS];
    if let Some(address) = address {
        // SAFETY: _PyRuntime is far larger than this, and its first 640 bytes never change after start-up.
        unsafe { std::ptr::copy_nonoverlapping(address.cast::<u64>(), words.as_mut_ptr(), WORDS) };
    }
    let cookie = words[0].to_le_bytes();
    need(T1, &cookie == b"xdebugpy", || "no debug offsets in _PyRuntime".to_owned())?;
    let version = view.see(T1, words[1]);
    need(T1, version == u64::from(interpreter.hexversion), || {
        format!("the debug offsets are those of version {version:#x}, not {:#x}", interpreter.hexversion)
    })?;
    need(T1, words[2] == 0, || "the debug offsets are those of a free-threaded build".to_owned())?;
    let size = words[6];
    need(T1, (0x8000..0x10_0000).contains(&size), || format!("an interpreter state of {size} bytes"))?;
    Ok(Offsets { words })
}
