//! What the stack holds while a block is translated.

use crate::ir::{Num, Over, Step, Ty};
use cranelift_codegen::ir::{SigRef, Type, Value};
use std::collections::HashMap;

/// Signatures that were imported already.
pub type Sigs = HashMap<(Vec<Type>, Vec<Type>), SigRef>;

/// Who owns the reference of a stack entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// The entry itself.
    Owned,
    /// The slot of this local.
    Local(u32),
    /// A list or tuple that holds it; nothing that may change or free one may come before it is owned.
    Memory,
    /// The callee of the call that is being made, or the helper, which gives it back.
    Moved,
}

/// A stack entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Val {
    /// Empty.
    Null,
    /// This very object. `fixed`: the code object keeps it; otherwise a namespace does, until it is `owned`.
    Const { object: usize, fixed: bool, owned: bool },
    /// An unboxed number. Entries and locals with the same value are the same object to Python.
    Raw(Num, Value),
    /// An unboxed number that left its local together with its box: `word` owns it, or is empty. No other entry or local has the
    /// number, and only stores and swaps come before it is an object again.
    Moved { num: Num, value: Value, word: Value },
    /// An object.
    Object { value: Value, ty: Ty, own: Own },
    /// An iterator over a range.
    RangeIter { next: Value, stop: Value, by: Value, step: Step },
    /// A range that was not made yet.
    Range { start: Value, stop: Value, by: Value, step: Step },
    /// An iterator over a list, tuple or text, or over a tuple of two of them, which it owns. `start`: the number of its first item,
    /// where it counts them.
    SequenceIter { sequence: Value, index: Value, start: Option<Value>, over: Over },
}
