//! The tests of the whole crate, in one binary so that it is linked once and the fixtures are built once.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking
#![allow(clippy::undocumented_unsafe_blocks)] // of the three here, each stands beside what makes it sound

mod fixtures;
mod kept_core;
mod mock;
mod support;

mod abi_layout;
mod adaptor;
mod compat;
mod errors;
mod evolution;
mod files;
mod libraries;
mod misbehaviour;
mod objects;
mod plugin_tree;
mod registry;
mod truncation;
