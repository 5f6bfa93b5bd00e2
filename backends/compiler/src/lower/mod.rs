//! Typed values to Cranelift: what the translation emits, below the level of Python's instructions.

mod emit;
mod refs;

pub use emit::{FLAGS, Sigs};
