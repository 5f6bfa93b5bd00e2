//! Typed values to Cranelift: what the translation emits, below the level of Python's instructions.

mod boxed;
mod emit;
mod machine;
mod refs;

pub use boxed::entry;
pub use emit::{FLAGS, Sigs};
pub use machine::{assemble, configure, isa};
