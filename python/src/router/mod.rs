//! The backends of this process: where they may be, which are chosen, and what is to be said of the others.

pub mod candidates;
pub mod chain;
pub mod discover;
pub mod named;
pub mod session;
