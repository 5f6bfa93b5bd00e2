//! Keeps hints in force while the program runs.

pub mod clock;
pub mod first_call;
pub mod function_watcher;
mod signals;
pub mod step;
