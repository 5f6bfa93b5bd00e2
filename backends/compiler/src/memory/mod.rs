//! Memory for machine code: pages of its own for each unit, written first and made executable then, never both at once.
//! They go back to the system with the unit.

use crate::runtime::Runtime;
use memmap2::{Mmap, MmapMut};
use std::ffi::{CString, c_void};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What all units together may take, in bytes, unless `JITCTL_CODE_MEMORY` says otherwise.
pub const DEFAULT_LIMIT: usize = 64 << 20;

const PAGE: usize = 4096;

static USED: AtomicUsize = AtomicUsize::new(0);
static BLOCKS: AtomicUsize = AtomicUsize::new(0);
static ANNOUNCED: AtomicBool = AtomicBool::new(false);
static LIMIT: AtomicUsize = AtomicUsize::new(DEFAULT_LIMIT);

/// Machine code that can run.
pub struct Block {
    pages: Mmap,
    length: usize,
}

/// Why there is no memory for machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Full {
    /// The limit of this process.
    Limit { limit: usize, wanted: usize },
    /// The system refused.
    System(String),
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit { limit, wanted } => {
                write!(f, "{wanted} more bytes of machine code would exceed the limit of {limit} bytes")
            }
            Self::System(reason) => write!(f, "the system gives no executable memory: {reason}"),
        }
    }
}

impl Block {
    /// Copies the code into pages of its own and makes them executable.
    ///
    /// # Errors
    /// [`Full`] where the limit or the system forbids it.
    pub fn publish(code: &[u8]) -> Result<Self, Full> {
        let size = code.len().max(1).next_multiple_of(PAGE);
        let limit = LIMIT.load(Ordering::Relaxed);
        let used = USED.fetch_add(size, Ordering::Relaxed);
        if used + size > limit {
            USED.fetch_sub(size, Ordering::Relaxed);
            return Err(Full::Limit { limit, wanted: size });
        }
        match map(code, size) {
            Ok(pages) => {
                BLOCKS.fetch_add(1, Ordering::Relaxed);
                Ok(Self { pages, length: code.len() })
            }
            Err(error) => {
                USED.fetch_sub(size, Ordering::Relaxed);
                Err(Full::System(error.to_string()))
            }
        }
    }

    /// Where the code begins.
    #[must_use]
    pub fn address(&self) -> usize {
        self.pages.as_ptr() as usize
    }

    /// Bytes of code.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        USED.fetch_sub(self.pages.len(), Ordering::Relaxed);
        BLOCKS.fetch_sub(1, Ordering::Relaxed);
    }
}

fn map(code: &[u8], size: usize) -> std::io::Result<Mmap> {
    let mut pages = MmapMut::map_anon(size)?;
    pages[..code.len()].copy_from_slice(code);
    pages.make_exec()
}

/// Sets what all units together may take.
pub fn set_limit(bytes: usize) {
    LIMIT.store(bytes, Ordering::Relaxed);
}

/// Bytes in use, blocks, and the limit.
#[must_use]
pub fn statistics() -> (usize, usize, usize) {
    (USED.load(Ordering::Relaxed), BLOCKS.load(Ordering::Relaxed), LIMIT.load(Ordering::Relaxed))
}

/// Makes every block known to `perf` from now on.
pub fn announce_all() {
    ANNOUNCED.store(true, Ordering::Relaxed);
}

/// Are blocks made known to `perf`?
#[must_use]
pub fn is_announced() -> bool {
    ANNOUNCED.load(Ordering::Relaxed)
}

/// Writes a line of `/tmp/perf-PID.map`, in the interpreter's own way.
pub fn announce(runtime: &Runtime, block: &Block, name: &str) {
    let Ok(name) = CString::new(format!("jitctl:{name}")) else { return };
    let length = u32::try_from(block.length()).unwrap_or(u32::MAX);
    // SAFETY: the block lives, and the name ends with a null.
    unsafe { (runtime.api.PyUnstable_WritePerfMapEntry)(block.address() as *const c_void, length, name.as_ptr()) };
}

/// Reads what `JITCTL_CODE_MEMORY` says: a number of MiB, or a number with K, M or G behind it.
#[must_use]
pub fn parse_limit(text: &str) -> Option<usize> {
    let text = text.trim();
    let (digits, shift) = match text.chars().last()?.to_ascii_uppercase() {
        'K' => (&text[..text.len() - 1], 10),
        'M' => (&text[..text.len() - 1], 20),
        'G' => (&text[..text.len() - 1], 30),
        _ => (text, 20),
    };
    digits.trim().parse::<usize>().ok()?.checked_mul(1 << shift)
}

/// Tries it: a function of machine code that gives 7.
///
/// # Errors
/// The system's reason where memory cannot be written and then executed.
pub fn probe() -> Result<(), String> {
    // mov eax, 7; ret
    const SEVEN: [u8; 6] = [0xB8, 7, 0, 0, 0, 0xC3];
    let pages = map(&SEVEN, PAGE).map_err(|error| error.to_string())?;
    // SAFETY: the pages hold exactly this function, and are executable.
    let seven = unsafe { std::mem::transmute::<*const u8, extern "C" fn() -> i32>(pages.as_ptr()) };
    if seven() == 7 { Ok(()) } else { Err("code that was written does not run as written".to_owned()) }
}
