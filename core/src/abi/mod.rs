//! Every type that crosses the boundary between the host and a backend's shared library.
//!
//! Nothing outside this crate sees these types: a backend's author works with the plain types of
//! [`crate::plugin`], the host with those of [`crate::host`]. So abi_stable could be replaced here.
//!
//! What may change: a struct passed by value never; a `sabi_trait` and a prefix type grow at the end, with a default
//! body or an optional field; numbers that stand for kinds (hints, statuses, facts) are open sets.
#![allow(non_local_definitions, missing_docs)] // abi_stable 0.11's derives write such impls, and items without docs
#![allow(clippy::wrong_self_convention)] // the accessors that it makes for the fields `from_int` and their like

pub(crate) mod backend;
pub(crate) mod facts;
pub(crate) mod host;
pub(crate) mod module;
pub(crate) mod values;

pub use module::ROOT_SYMBOL;
