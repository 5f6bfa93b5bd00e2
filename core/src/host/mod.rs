//! The host's side: finds, checks, starts and calls backends. It may change with any version of jitctl, since host and core
//! are shipped together; a backend compiles none of it (cargo feature `host`).

pub mod compat;
mod elf_check;
pub mod facts;
mod load_error;
pub mod loader;
pub mod registry;
pub mod started;
pub mod table;

pub use load_error::LoadError;
