//! The types that authors and hosts share. None of abi_stable's is among them.

pub(crate) mod error;
pub(crate) mod hint;
pub(crate) mod interpreter;
pub(crate) mod object;
pub(crate) mod panics;
pub(crate) mod state;
pub(crate) mod verdict;
