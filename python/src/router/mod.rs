//! The backend of this process: where it may be, which one is chosen, and what is to be said of the others.

pub mod candidates;
pub mod discover;
pub mod session;
