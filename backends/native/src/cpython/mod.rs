//! The interpreter of this process: its C interface, its bytecode and what is compiled of it, and the self-test that says
//! which of that may be touched.

pub mod builtin;
pub mod bytecode;
pub mod capi;
pub mod entries;
pub mod executors;
pub mod memory;
pub mod monitoring;
pub mod opcodes;
pub mod perf;
pub mod selftest;
pub mod timing;
pub mod trace_starts;
