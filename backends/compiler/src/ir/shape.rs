//! The shape of a block: the kinds of all locals and stack entries where it begins, and how shapes join.

use super::kind::{Held, Num, Ty};

/// A local (or cell, or free variable) at the border of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// What it holds where it is bound.
    pub kind: LocalKind,
    /// It may be unbound: an object's slot is then empty, an unboxed local's flag is 0.
    pub maybe: bool,
}

/// What a local holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// Nothing; its slot is empty.
    Unbound,
    /// An object, owned by its slot.
    Object(Ty),
    /// An unboxed number.
    Raw(Num, Held),
}

impl Local {
    /// Unbound for certain.
    pub const UNBOUND: Self = Self { kind: LocalKind::Unbound, maybe: false };

    /// Bound for certain.
    pub fn bound(kind: LocalKind) -> Self {
        Self { kind, maybe: false }
    }

    fn join(self, other: Self, type_of: TypeOf<'_>, guess: Guess) -> Self {
        use LocalKind::{Object, Raw, Unbound};
        let maybe = self.maybe || other.maybe || (self.kind == Unbound) != (other.kind == Unbound);
        let kind = match (self.kind, other.kind) {
            (Unbound, Raw(num, Held::Valid)) | (Raw(num, Held::Valid), Unbound) => Raw(num, Held::Maybe),
            (Unbound, kind) | (kind, Unbound) => kind,
            (Raw(a, x), Raw(b, y)) if a == b => Raw(a, x.join(y)),
            (Object(a), Object(b)) => Object(a.join(b)),
            (Object(ty), Raw(num, _)) | (Raw(num, _), Object(ty))
                if !maybe && (ty == type_of(num) && guess != Guess::None || guess == Guess::Any && ty == Ty::Any) =>
            {
                Raw(num, Held::Maybe)
            }
            (Object(ty), Raw(num, _)) | (Raw(num, _), Object(ty)) => Object(ty.join(type_of(num))),
            (Raw(..), Raw(..)) => Object(Ty::Any),
        };
        Self { kind, maybe: maybe && kind != Unbound }
    }
}

/// Gives the type of a boxed number.
pub type TypeOf<'a> = &'a dyn Fn(Num) -> Ty;

/// When an object that meets a number on another edge is unboxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// Never: it went wrong before.
    None,
    /// Where its type is known.
    Known,
    /// Also where its type is not known; the edge leaves where it is another.
    Any,
}

/// The step of an unboxed range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Known while compiling; never 0.
    Known(i64),
    /// More than 0.
    Positive,
}

/// What is iterated over without an iterator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    List,
    Tuple,
    /// All characters are ASCII.
    Text,
}

/// An iterator that is not there: how it goes over its sequences, and what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The items of one.
    Items(Sequence),
    /// The items of one with their numbers, as `enumerate` gives them.
    Numbered(Sequence),
    /// The items of two, as `zip` gives them; a tuple holds both.
    Both(Sequence, Sequence),
}

/// A stack entry at the border of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An empty stack entry.
    Null,
    /// This very object. `cached`: an int of which there is only one object for its value. `owned`: the entry owns a
    /// reference; otherwise the code object keeps it.
    Const { object: usize, ty: Ty, num: Option<Num>, cached: bool, owned: bool },
    /// An unboxed number that was never boxed and has no other copy.
    Raw(Num),
    /// An owned reference, in the entry's slot of the frame.
    Object(Ty),
    /// An iterator over a range, unboxed: the next value, and where it ends.
    RangeIter(Step),
    /// A range that was not made yet.
    Range(Step),
    /// An iterator over lists, tuples or texts, unboxed: the sequence, or the tuple of two, is in the slot.
    SequenceIter(Over),
}

impl Entry {
    fn join(self, other: Self, type_of: TypeOf<'_>) -> Option<Self> {
        use Entry::{Const, Object, Raw};
        if self == other {
            return Some(self);
        }
        let ty = |entry: Self| match entry {
            Const { ty, .. } | Object(ty) => Some(ty),
            Raw(num) => Some(type_of(num)),
            _ => None,
        };
        let fits = |entry: Self, num: Num| match entry {
            Raw(kind) => kind == num,
            Const { num: kind, cached, .. } => kind == Some(num) && (cached || num == Num::Bool),
            _ => false,
        };
        for num in [Num::Int, Num::Float, Num::Bool] {
            if fits(self, num) && fits(other, num) {
                return Some(Raw(num));
            }
        }
        Some(Object(ty(self)?.join(ty(other)?)))
    }
}

/// All locals and the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Locals, cells and free variables.
    pub locals: Vec<Local>,
    /// The stack, bottom first.
    pub stack: Vec<Entry>,
}

impl Shape {
    /// The shape that both can be brought to, and whether some entry of the stack had to be taken from `other`, as both have
    /// nothing in common; `guess` says when an object that meets a number is unboxed. `None` where they differ in size.
    pub fn join(&self, other: &Self, type_of: TypeOf<'_>, guess: Guess) -> Option<(Self, bool)> {
        if self.locals.len() != other.locals.len() || self.stack.len() != other.stack.len() {
            return None;
        }
        let locals = self.locals.iter().zip(&other.locals).map(|(a, b)| a.join(*b, type_of, guess)).collect();
        let mut replaced = false;
        let mut entry = |(a, b): (&Entry, &Entry)| {
            a.join(*b, type_of).unwrap_or_else(|| {
                replaced = true;
                *b
            })
        };
        let stack = self.stack.iter().zip(&other.stack).map(&mut entry).collect();
        Some((Self { locals, stack }, replaced))
    }
}
