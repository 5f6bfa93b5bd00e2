//! The profiler: counts and times the calls of single functions, on demand.
//!
//! Plain functions get another entry (`vectorcall`), generators and their like local monitoring events (`events`);
//! docs/profiler.md has the figures behind that choice. A function that cannot be profiled, or not without a cost that
//! stays, gets a reason instead.

mod after_call;
mod callers;
pub mod capi;
mod clock;
mod control;
mod entry;
mod events;
mod finished;
mod function_version;
mod function_watcher;
mod getter;
mod numbers;
mod report;
mod table;
mod thread;
mod trend;
mod vectorcall;

pub use after_call::apply_hints_with;
pub use control::{await_baseline, by_entry, forget, method, read, reset, rewarmed, start, stop};
pub use thread::Quiet;
pub use trend::Rewarmed;
