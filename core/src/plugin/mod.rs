//! What the author of a backend uses.

pub(crate) mod backend;
pub(crate) mod export;
pub(crate) mod facts;
pub(crate) mod python;
