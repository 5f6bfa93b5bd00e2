//! When a function is compiled, and its entry.
pub mod cells;
