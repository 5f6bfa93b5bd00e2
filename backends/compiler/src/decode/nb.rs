//! `BINARY_OP`'s numbers; the order of `NB_ADD` and so on is part of the bytecode's definition.

pub const ADD: u32 = 0;
pub const AND: u32 = 1;
pub const FLOOR_DIVIDE: u32 = 2;
pub const LSHIFT: u32 = 3;
pub const MULTIPLY: u32 = 5;
pub const OR: u32 = 7;
pub const POWER: u32 = 8;
pub const RSHIFT: u32 = 9;
pub const SUBTRACT: u32 = 10;
pub const TRUE_DIVIDE: u32 = 11;
pub const XOR: u32 = 12;
pub const INPLACE: u32 = 13;
/// From 3.14 on.
pub const SUBSCRIPT: u32 = 26;
