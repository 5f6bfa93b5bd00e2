//! What the interpreter and its functions look like: read once, read here alone, and nothing is changed by reading.

pub mod code_facts;
pub mod decode;
pub mod interpreter;
pub mod opcodes;
pub mod unfriendly;
pub mod warmth;
