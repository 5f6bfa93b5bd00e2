//! What is known of a value while compiling: its kind, and where its box is.

/// The type of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    /// Nothing is known.
    Any,
    /// Exactly this type (the address of the type object), not a subclass.
    Exact(usize),
    /// The type has this version, which no other type has or will have, and which it loses when it or a base is changed.
    Version(u32),
}

impl Ty {
    /// What holds of a value that comes from either of two edges.
    pub fn join(self, other: Self) -> Self {
        if self == other { self } else { Self::Any }
    }
}

/// Where the box of an unboxed local is: its slot in the frame holds it, or not.
///
/// A value is boxed at most once, so that every name for it leads to the same object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The slot is empty; the value was never boxed.
    Empty,
    /// The slot holds the value's box.
    Valid,
    /// The slot is empty, or holds the value's box.
    Maybe,
    /// The slot is empty, or holds a number that the local had before; the value was never boxed.
    Stale,
}

impl Held {
    /// The state behind an edge that comes with `self` and one that comes with `other`.
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Empty, Self::Stale) | (Self::Stale, Self::Empty) => Self::Stale,
            _ => Self::Maybe,
        }
    }

    /// The state once the local got another unboxed value.
    pub fn overwritten(self) -> Self {
        if self == Self::Empty { Self::Empty } else { Self::Stale }
    }

    /// Is it certain that nobody else holds the value's box?
    pub fn is_fresh(self) -> bool {
        matches!(self, Self::Empty | Self::Stale)
    }
}

/// An unboxed kind of number. Each keeps its Python type: a bool is never an int here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Num {
    /// `int` within 64 bits.
    Int,
    /// `float`.
    Float,
    /// `bool`.
    Bool,
}
