//! Kinds, shapes of blocks, and the verifier over every edge.

pub mod kind;
pub mod shape;
pub mod verify;

pub use kind::{Held, Num, Ty};
pub use shape::{Entry, Guess, Local, LocalKind, Over, Sequence, Shape, Step};
