//! Python, for backends that link none.

mod callable;
mod python_host;

pub use python_host::Cpython;
