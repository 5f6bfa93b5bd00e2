//! What functions of one code object have in common, and the key by which the table knows them.

use crate::python::Object;
use jitctl_core::Owned;

/// What the functions have in common.
pub struct Def {
    /// Their code object, which leads to no function.
    pub code: Owned,
    /// The version that the interpreter gives functions of this code.
    pub version: u32,
    /// Where the hinted function that makes them looks names up; it keeps both dicts.
    pub globals: usize,
    pub builtins: usize,
}

/// The key of a code object's functions.
pub fn key(code: Object) -> usize {
    code as usize | 1
}

/// Is it such a key, and no function?
pub fn is_key(key: usize) -> bool {
    key & 1 != 0
}
