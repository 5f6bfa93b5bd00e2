//! The words that machine code reads and writes, at addresses that stay: it carries them as constants.

/// One compiled unit.
#[repr(C)]
#[derive(Debug)]
pub struct UnitCell {
    /// What `eval_breaker` is while nothing is pending, no tool sees all code and all assumptions of the unit hold.
    pub expected: u64,
    /// Activations that are in the unit's machine code, or will return into it.
    pub active: i64,
    /// The unit's number, for the helpers.
    pub number: u64,
}

impl UnitCell {
    /// What `expected` is for ever once an assumption was spoiled: no `eval_breaker` has all bits set.
    pub const SPOILED: u64 = u64::MAX;

    /// Offset of `expected`.
    pub const EXPECTED: i32 = 0;
    /// Offset of `active`.
    pub const ACTIVE: i32 = 8;

    /// Do the unit's assumptions hold no more?
    #[must_use]
    pub fn is_spoiled(&self) -> bool {
        self.expected == Self::SPOILED
    }
}

/// One function that compiled callers may call without a boxed entry.
#[repr(C)]
#[derive(Debug)]
pub struct FunctionCell {
    /// The address of its direct entry; 0 while it has none, or one of another signature.
    pub direct: usize,
    /// The signature that callers were compiled for.
    pub signature: u64,
}

impl FunctionCell {
    /// Offset of `direct`.
    pub const DIRECT: i32 = 0;
}
