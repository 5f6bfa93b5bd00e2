//! What an exit has to do, described while compiling: machine code only stores raw values.

use crate::ir::{Held, Num};
use crate::python::Object;
use crate::units::UnitCell;
use std::cell::Cell;

/// Why compiled code is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// An operand has another type than it had so far.
    Type,
    /// An int does not fit 64 bits.
    Overflow,
    /// A divisor is 0, or a quotient is a case that the processor traps on.
    Division,
    /// An index is out of range.
    Index,
    /// A local may be unbound.
    Unbound,
    /// An instruction that is not compiled.
    NotCompiled,
    /// An attribute is not where it was.
    Attribute,
    /// An operand is neither an int nor a float.
    Number,
    /// An exception was raised.
    Raised,
    /// A tracer, a signal, or a changed global wants the interpreter to go on.
    Event,
    /// A callee took hold of the frame.
    Frame,
    /// Memory ran out: the interpreter tries again, and raises where it still does.
    Memory,
    /// Another function, or another kind of result, than was compiled for.
    Callee,
    /// Not one of the functions that were called before.
    Function,
}

impl Why {
    /// Does it come from outside of the code, and say nothing about it?
    pub fn is_outside(self) -> bool {
        matches!(self, Self::Event | Self::Frame | Self::Memory)
    }

    /// For verdicts and feedback.
    pub fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Overflow => "overflow",
            Self::Division => "division",
            Self::Index => "index",
            Self::Unbound => "unbound",
            Self::NotCompiled => "not-compiled",
            Self::Attribute => "attribute",
            Self::Number => "number",
            Self::Raised => "raised",
            Self::Event => "event",
            Self::Frame => "frame",
            Self::Memory => "memory",
            Self::Callee => "callee",
            Self::Function => "function",
        }
    }
}

/// What a slot of the frame has to hold, and where it comes from; `at` counts words of the buffer that machine code fills.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// An unboxed local; where `flag` is a word that is 0, the local is unbound.
    Local { num: Num, held: Held, at: u32, flag: Option<u32> },
    /// An unboxed stack entry.
    Raw { num: Num, at: u32 },
    /// The object that another slot holds, which comes earlier in the record.
    SameAs { slot: u32 },
    /// An unboxed stack entry; the word at `boxed` is its box, which is given over, or an empty slot's.
    Moved { num: Num, at: u32, boxed: u32 },
    /// A reference that is given over.
    Owned { at: u32 },
    /// A reference that somebody else owns.
    Borrowed { at: u32 },
    /// An object that the code object keeps, or the reference of which was not taken yet.
    Const(Object),
    /// The same where the stack entry owns a reference.
    ConstOwned(Object),
    /// An empty stack entry.
    Null,
    /// An iterator over a range: next value, end, step.
    RangeIter { at: u32 },
    /// A range: start, stop, step.
    Range { at: u32 },
    /// An iterator over a list, tuple or text: the sequence (owned), the index.
    SequenceIter { at: u32 },
    /// `enumerate` of one: the same, and the number of the first item.
    Enumerate { at: u32 },
    /// `zip` of two: a tuple of both (owned), the index.
    Zip { at: u32 },
}

/// A call that machine code was not made for, with the values that it would have got.
pub struct CallRecord {
    /// Null where the unit serves all functions of its code.
    pub function: Object,
    /// The kind of each unboxed parameter.
    pub params: Vec<Option<Num>>,
    /// How many values a complete call has.
    pub complete: usize,
    pub cell: *mut UnitCell,
    /// Parameters that an activation without a frame borrows from its caller, and cells that its function keeps.
    pub borrowed: Vec<u32>,
}

/// One exit.
pub struct ExitRecord {
    /// How often it was taken.
    pub count: Cell<u64>,
    /// Where the interpreter goes on.
    pub instruction: Object,
    /// The instruction that a traceback names.
    pub raise_at: Object,
    /// The unit's cell.
    pub cell: *const UnitCell,
    /// How the whole call looks, and whether the activation has no frame yet.
    pub call: *const CallRecord,
    pub lazy: bool,
    /// The events that tools have set for the code object alone.
    pub monitors: [usize; 2],
    /// In code units: the instruction that left, and where the interpreter goes on.
    pub offset: u32,
    pub resume: u32,
    pub line: u32,
    pub why: Why,
    /// An exception is set: the interpreter looks for its handler.
    pub throwing: bool,
    /// Slots in use: locals and stack.
    pub depth: i32,
    /// What the slots get; those that are not named are right as they are.
    pub places: Vec<(u32, What)>,
    /// The word that has the object whose class was not expected, and what remembers it.
    pub witness: Option<(u32, *const super::Site)>,
    /// References that the instruction was about to give back.
    pub release: Vec<u32>,
}

// SAFETY: the count is only used by who holds the GIL; the rest never changes.
unsafe impl Send for ExitRecord {}
// SAFETY: as above.
unsafe impl Sync for ExitRecord {}
