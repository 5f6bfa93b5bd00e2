//! The facts of a function's code: numbered questions, so that a new fact is a new number and no new layout.

use super::values::{Pair, RawObject};
use abi_stable::std_types::{RSlice, RStr, RString};
use abi_stable::{StableAbi, sabi_trait};

/// One instruction, with `EXTENDED_ARG` folded into `argument`; `offset` counts two-byte code units.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, StableAbi)]
pub struct RawInstruction {
    pub offset: u32,
    pub argument: u32,
    pub line: u32,
    pub opcode: u16,
    pub caches: u8,
    pub extended: u8,
}

/// One loop: a backward jump at `jump` that goes to `start`, both in code units.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, StableAbi)]
pub struct RawLoop {
    pub start: u32,
    pub jump: u32,
    pub line: u32,
    pub last_line: u32,
    pub extended: u8,
    pub yields: bool,
    #[cfg(not(jitctl_core_variant = "other-layout"))]
    pub depth: u16,
    #[cfg(jitctl_core_variant = "other-layout")]
    pub depth: u32,
}

/// One reason why code gains little or nothing from the JIT; `line` is 0 where there is none.
#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawUnfriendly {
    pub code: RString,
    pub message: RString,
    pub advice: RString,
    pub line: u32,
}

#[sabi_trait]
pub trait FactsObject {
    /// Code objects in it: the function's own is 0, those nested in it follow, parents first.
    fn codes(&self) -> u32;
    /// The code object, borrowed; null when `code` is out of range.
    fn object(&self, code: u32) -> RawObject;
    /// A numeric fact, or -1 where it is unknown.
    fn number(&self, code: u32, what: u16) -> i64;
    /// A text, or an empty one where it is unknown.
    fn text(&self, code: u32, what: u16) -> RStr<'_>;
    /// A list of texts.
    fn texts(&self, code: u32, what: u16) -> RSlice<'_, RString>;
    /// A list of names, each with a text.
    fn pairs(&self, code: u32, what: u16) -> RSlice<'_, Pair>;
    /// What makes the code unfriendly to the JIT.
    fn unfriendly(&self, code: u32) -> RSlice<'_, RawUnfriendly>;
    fn instructions(&self, code: u32) -> RSlice<'_, RawInstruction>;
    #[sabi(last_prefix_field)]
    fn loops(&self, code: u32) -> RSlice<'_, RawLoop>;
}

// Numbers.
pub const PARENT: u16 = 1;
pub const FIRST_LINE: u16 = 2;
pub const ARGUMENTS: u16 = 3;
pub const POSITIONAL_ONLY: u16 = 4;
pub const KEYWORD_ONLY: u16 = 5;
pub const FLAGS: u16 = 6;
pub const STACK_SIZE: u16 = 7;
pub const LOCALS: u16 = 8;
pub const USES: u16 = 9;
pub const CALLS: u16 = 10;
pub const TRY_BLOCKS: u16 = 11;
/// Instructions that can be specialised, those that were when the facts were read, and those that were tried more than
/// once and cannot be.
pub const SPECIALISABLE: u16 = 12;
pub const SPECIALISED: u16 = 13;
pub const FAILED: u16 = 14;

// Texts.
pub const NAME: u16 = 1;
pub const QUALNAME: u16 = 2;
pub const FILE: u16 = 3;

// Lists of texts.
pub const NAMES: u16 = 1;
pub const VARIABLES: u16 = 2;
pub const FREE_VARIABLES: u16 = 3;
pub const CELL_VARIABLES: u16 = 4;

// Lists of pairs.
/// The name of the constant's type, and its repr, cut at 200 characters.
pub const CONSTANTS: u16 = 1;
/// Parameters and `return` with their annotations, of the function itself (code 0) only.
pub const ANNOTATIONS: u16 = 2;
/// Parameters with the repr of their default, of the function itself (code 0) only.
pub const DEFAULTS: u16 = 3;

// Bits of USES.
pub const USES_EVAL: u32 = 1;
pub const USES_EXEC: u32 = 2;
pub const SETS_CODE: u32 = 4;
pub const USES_COMPILE: u32 = 8;
pub const USES_IMPORT: u32 = 16;
pub const USES_LOCALS: u32 = 32;
