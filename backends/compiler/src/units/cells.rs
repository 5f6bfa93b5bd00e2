//! The words that machine code reads and writes, at addresses that stay: it carries them as constants.

use std::sync::Arc;

/// One compiled unit.
#[repr(C)]
#[derive(Debug)]
pub struct UnitCell {
    /// What `eval_breaker` is while nothing is pending, no tool sees all code and all assumptions of the unit hold.
    pub expected: u64,
    /// Activations that began in the unit's machine code.
    pub entered: u64,
    /// Activations that ended, less one for whatever else returns into the unit: as many, once nothing does any more.
    pub left: u64,
    /// The address of its boxed entry.
    pub boxed: usize,
    /// The unit's number.
    pub number: u64,
    /// The address of the code object that it was made of.
    pub code: usize,
    /// Activations of a unit that is the function's last, those without a frame included.
    pub calls: u64,
}

impl UnitCell {
    /// What `expected` is for ever once an assumption was spoiled: no `eval_breaker` has all bits set.
    pub const SPOILED: u64 = u64::MAX;

    /// Offset of `expected`.
    pub const EXPECTED: i32 = 0;
    /// Offset of `entered`.
    pub const ENTERED: i32 = 8;
    /// Offset of `left`.
    pub const LEFT: i32 = 16;
    /// Offset of `calls`.
    pub const CALLS: i32 = 48;

    /// Do the unit's assumptions hold no more?
    #[must_use]
    pub fn is_spoiled(&self) -> bool {
        self.expected == Self::SPOILED
    }

    /// Will an activation return into the unit's machine code?
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.entered != self.left
    }
}

/// One function that compiled callers may call without a boxed entry.
#[repr(C)]
#[derive(Debug)]
pub struct FunctionCell {
    /// The address of its direct entry; 0 while it has none of this signature.
    pub direct: usize,
    /// The signature that callers were compiled for.
    pub signature: u64,
}

impl FunctionCell {
    /// Offset of `direct`.
    pub const DIRECT: i32 = 0;
    /// Offset of `signature`; 0 while there is no direct entry.
    pub const SIGNATURE: i32 = 8;
}

/// The words of a function, at an address that stays while anybody refers to them.
pub struct Words(pub std::cell::UnsafeCell<FunctionCell>);

// SAFETY: read and written by whoever holds the GIL.
unsafe impl Send for Words {}
// SAFETY: as above.
unsafe impl Sync for Words {}

impl Words {
    /// Without a direct entry.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(std::cell::UnsafeCell::new(FunctionCell { direct: 0, signature: 0 })))
    }

    /// Sets the direct entry and its signature, which callers compare with theirs at each call.
    pub fn set(&self, direct: Option<(usize, u64)>) {
        let (direct, signature) = direct.unwrap_or((0, 0));
        // SAFETY: the GIL is held.
        unsafe { *self.0.get() = FunctionCell { direct, signature } };
    }

    /// Reads them.
    pub fn get(&self) -> (usize, u64) {
        // SAFETY: the GIL is held.
        unsafe { ((*self.0.get()).direct, (*self.0.get()).signature) }
    }
}
