//! The extension module `jitctl._backend`: describes the interpreter, chooses a backend, carries hints to it and keeps
//! what came of them. `python/jitctl/_backend.pyi` states its interface; nothing else in the package talks to backends.

mod api;
mod attached;
mod bridge;
mod introspect;
mod log;
mod made;
mod modules;
mod moving;
mod profile;
mod records;
mod router;
mod sampler;
mod serve;
mod strategy;
mod symbols;
mod text;
mod to_python;

use pyo3::prelude::*;

/// The compiled half of jitctl.
#[pymodule(gil_used = true)]
mod _backend {
    #[pymodule_export]
    use super::api::{
        candidates, chosen, describe, get_strategy, loops, observe, profile, profile_reset, profile_start,
        profile_stop, reasons, record, records, remark, sampling_start, sampling_stop, sampling_taken, start, undo,
        unfriendly, watch_made,
    };
    #[pymodule_export]
    use super::strategy::Strategy;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::modules::prepare_types(module.py());
        super::moving::move_on_with(super::serve::move_on);
        super::profile::apply_hints_with(super::strategy::apply_again);
        super::introspect::interpreter::refuse_subinterpreter()
    }
}
