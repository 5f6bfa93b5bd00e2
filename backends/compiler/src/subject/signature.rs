//! What a direct entry takes and gives.

use crate::ir::Num;

/// The kind of a function's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// No return was seen yet.
    Never,
    /// Always an unboxed number of this kind.
    Raw(Num),
    /// An object.
    Object,
}

/// How a unit's body takes a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// Unboxed, with its box or null behind.
    Raw(Num),
    /// An object, borrowed.
    Object,
}

/// What a direct entry takes and gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub params: Vec<Param>,
    pub returns: Returns,
    /// It has a frame from its begin, and its callers must have one.
    pub framed: bool,
    /// Objects that it does not own: their callers keep them until it is over. One bit each.
    pub borrowed: u32,
    /// The function is passed along: the unit serves all functions of its code.
    pub shared: bool,
}

impl Signature {
    /// Functions with more parameters have no direct entry.
    pub const LIMIT: usize = 24;

    /// As one number; none where there are too many parameters.
    pub fn encode(&self) -> Option<u64> {
        if self.params.len() > Self::LIMIT {
            return None;
        }
        let kind = |num: Option<Num>| match num {
            None => 0,
            Some(Num::Int) => 1,
            Some(Num::Float) => 2,
            Some(Num::Bool) => 3,
        };
        let mut word = self.params.len() as u64;
        for (index, param) in self.params.iter().enumerate() {
            let num = if let Param::Raw(num) = param { Some(*num) } else { None };
            // No parameter is an unboxed bool.
            let bits = if self.borrows(index) { 3 } else { kind(num) };
            word |= bits << (8 + 2 * index);
        }
        let returns = if let Returns::Raw(num) = self.returns { Some(num) } else { None };
        let shared = u64::from(self.shared) << 56;
        Some(word | shared | kind(returns) << 60 | u64::from(self.framed) << 62 | 1 << 63)
    }

    /// Is this parameter an object that the caller keeps?
    pub fn borrows(&self, index: usize) -> bool {
        index < Self::LIMIT && self.borrowed >> index & 1 != 0
    }

    /// Back from the number.
    pub fn decode(word: u64) -> Self {
        let kind = |bits: u64| match bits & 3 {
            1 => Some(Num::Int),
            2 => Some(Num::Float),
            3 => Some(Num::Bool),
            _ => None,
        };
        let count = (word & 0xff) as usize;
        let borrows = |index: usize| word >> (8 + 2 * index) & 3 == 3;
        let param = |index: usize| match kind(word >> (8 + 2 * index)) {
            Some(num) if !borrows(index) => Param::Raw(num),
            _ => Param::Object,
        };
        Self {
            params: (0..count).map(param).collect(),
            returns: kind(word >> 60).map_or(Returns::Object, Returns::Raw),
            framed: word >> 62 & 1 != 0,
            shared: word >> 56 & 1 != 0,
            borrowed: (0..count).filter(|index| borrows(*index)).fold(0, |bits, index| bits | 1 << index),
        }
    }
}
