//! The way of a hint through the extension.

use crate::records::{Origin, Record};
use crate::router::session;
use crate::serve::{self, Asked};
use crate::text::Lossy;
use crate::{moving, profile, records};
use jitctl_core::{Hint, Status, Verdict};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFunction};

/// What carries out one kind of hint in this process.
#[pyclass(frozen, module = "jitctl._backend")]
pub struct Strategy {
    hint: Hint,
}

impl Strategy {
    pub fn new(name: &str) -> PyResult<Self> {
        let hint = Hint::by_name(name).ok_or_else(|| {
            PyValueError::new_err(format!("there is no hint {name:?}; there are: focus, ignore, once"))
        })?;
        Ok(Self { hint })
    }
}

/// Applies the focus of a function that has one: because it waited, or (`again`) because the function became slower, where
/// the hint had been of use at all. False where there was nothing to do.
pub fn apply_again(function: &Bound<'_, PyAny>, again: bool) -> bool {
    let (Ok(session), Some(record)) = (session::current(), records::find(function)) else { return false };
    let of_use = matches!(record.acting.verdict.status, Status::Applied | Status::Partial);
    if record.hint != Hint::Focus || again && !of_use {
        return false;
    }
    let _quiet = profile::Quiet::start();
    let given = serve::as_before(function.py(), &record).and_then(|options| {
        let asked = Asked { origin: record.origin, previous: again.then_some(record.hint), remarks: record.remarks };
        serve::give(&session, function, record.hint, options.as_ref(), asked, false)
    });
    if let Err(error) = given {
        error.write_unraisable(function.py(), Some(function)); // no frame of the user's to raise it in
    }
    true
}

#[pymethods]
impl Strategy {
    #[getter]
    fn hint(&self) -> &'static str {
        self.hint.name()
    }

    #[getter]
    fn backend(&self) -> PyResult<String> {
        Ok(session::current()?.name.to_string())
    }

    /// Acts on a hint, and records what came of it. False where a nearer hint stays.
    fn apply(&self, function: &Bound<'_, PyAny>, options: Option<&Bound<'_, PyDict>>, origin: &str) -> PyResult<bool> {
        let origin = Origin::by_name(origin)?;
        moving::run(function.py());
        let session = session::current()?;
        let before = records::find(function);
        if before.as_ref().is_some_and(|record| origin < record.origin) {
            return Ok(false);
        }
        let wanted = options.map(|options| options.get_item(intern!(function.py(), "profile"))).transpose()?.flatten();
        match wanted.map(|wanted| wanted.is_truthy()).transpose()? {
            Some(false) => drop(profile::stop(function)?),
            Some(true) if !session.disabled => profile::start(function, None)?,
            None if session.profile && !session.disabled => profile::start(function, None)?,
            _ => {}
        }
        let previous = before.map(|record| record.hint);
        let replaced = previous.filter(|hint| *hint != self.hint);
        let remarks = replaced.map(|hint| format!("this hint replaced {hint}").into());
        serve::give(&session, function, self.hint, options, Asked { origin, previous, remarks }, true)?;
        Ok(true)
    }

    /// Records that an object has nothing to act on.
    fn note(&self, obj: &Bound<'_, PyAny>, code: String, message: Lossy, advice: Lossy) -> PyResult<()> {
        let session = session::current()?;
        let verdict = Verdict::new(Status::Unsupported, code, message.0).advise(advice.0);
        records::open(obj, serve::without_backend(&session, self.hint, Origin::Function, None), verdict);
        Ok(())
    }
}

/// The record with the verdict as it is at this moment: the backend is asked, and its answer is kept.
pub fn refreshed(object: &Bound<'_, PyAny>, record: Record) -> Record {
    let Ok(session) = session::current() else { return record };
    let Some(index) = session.chain.position(&record.acting.backend) else { return record };
    if !object.is_instance_of::<PyFunction>() {
        return record; // an object that no backend was asked about
    }
    let answer = session.chain.links()[index].started.verdict(object.as_ptr().cast());
    drop(PyErr::take(object.py())); // what a faulty backend left must not be raised in who only reads
    let Ok(Some(verdict)) = answer else { return record };
    records::report(record.acting.ticket, verdict);
    records::find(object).unwrap_or(record)
}
