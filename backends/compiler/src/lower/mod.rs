//! To machine code: the boxed entry, and what Cranelift makes of it and of the body.

mod boxed;
mod machine;

pub use boxed::entry;
pub use machine::{assemble, configure, isa};
