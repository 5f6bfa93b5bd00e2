//! A reference to the object of a record that does not keep functions alive.

use pyo3::prelude::*;
use pyo3::types::{PyWeakrefMethods, PyWeakrefReference};

/// A reference to the object of a record: weak where the object allows it.
pub(super) enum Reference {
    Weak(Py<PyWeakrefReference>),
    /// Slotted instances and method descriptors, never a function: kept, or the verdict could not be read.
    Strong(Py<PyAny>),
}

impl Reference {
    pub(super) fn to(object: &Bound<'_, PyAny>) -> Self {
        PyWeakrefReference::new(object)
            .map_or_else(|_| Self::Strong(object.clone().unbind()), |reference| Self::Weak(reference.unbind()))
    }

    pub(super) fn get<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        match self {
            Self::Weak(reference) => reference.bind(py).upgrade(),
            Self::Strong(object) => Some(object.bind(py).clone()),
        }
    }

    pub(super) fn clone_ref(&self, py: Python<'_>) -> Self {
        match self {
            Self::Weak(reference) => Self::Weak(reference.clone_ref(py)),
            Self::Strong(object) => Self::Strong(object.clone_ref(py)),
        }
    }
}
