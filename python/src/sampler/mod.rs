//! The sampler: which function the process spends its processor time in, at which instruction, and whether in compiled code.
//!
//! A timer of the process's processor time (`timer_create`, not `setitimer`: a program may use that one itself, and it would
//! live on in what the process executes in its place) signals the thread that runs. The handler looks at that thread's
//! topmost frame and counts it in a table; it allocates nothing, locks nothing and calls nothing but reads of thread-local
//! variables and the clock. So time in C counts for the Python function that called it.
//!
//! - `eyes.rs`: where the fields are that the handler reads; `self_test.rs` compares them with the running process first;
//! - `table.rs`: counts by code object, instruction and kind of code;
//! - `timeline.rs`: the same over time;
//! - `text.rs`: which machine code was loaded from a file, and is no function that was compiled here;
//! - `signal.rs`: timer and handler, and what is done where somebody else uses the signal;
//! - `state.rs`: all of these together;
//! - `freed.rs`: code objects that die while they have samples;
//! - `harvest.rs`: start, stop, and what Python gets.

#[cfg(target_os = "linux")]
mod eyes;
#[cfg(target_os = "linux")]
mod freed;
#[cfg(target_os = "linux")]
mod harvest;
#[cfg(target_os = "linux")]
mod self_test;
#[cfg(target_os = "linux")]
mod signal;
#[cfg(target_os = "linux")]
mod state;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
mod text;
#[cfg(target_os = "linux")]
mod timeline;

#[cfg(target_os = "linux")]
pub use harvest::{start, stop, taken};

/// Other systems have no timer that could be used: the package then samples with a handler in Python.
#[cfg(not(target_os = "linux"))]
pub fn start(_: pyo3::Python<'_>, _: u64, _: Option<&str>) -> pyo3::PyResult<Option<String>> {
    Ok(Some("the sampler of the extension is for Linux".to_owned()))
}

/// Nothing was sampled.
#[cfg(not(target_os = "linux"))]
pub fn stop(_: pyo3::Python<'_>) -> pyo3::PyResult<Option<pyo3::Bound<'_, pyo3::types::PyDict>>> {
    Ok(None)
}

/// There are none.
#[cfg(not(target_os = "linux"))]
pub fn taken() -> u64 {
    0
}
