//! The way of a hint through the extension.

use crate::introspect::unfriendly;
use crate::records::{Opening, Origin, Record};
use crate::router::session::{self, Session};
use crate::text::Lossy;
use crate::{profile, records};
use jitctl_core::backend::HintRequest;
use jitctl_core::{Error, Hint, Origin as Nearness, Status, Verdict};
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFunction};
use std::sync::Arc;

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

/// A hint with one of these does not wait for calls to compare with: the backend calls the function itself, or waits by
/// itself.
const AT_ONCE: [&str; 4] = ["sample_args", "sample_kwargs", "infer", "threshold"];

/// What a hint comes with beside its options.
struct Asked {
    origin: Origin,
    /// The hint that the function had before.
    previous: Option<Hint>,
    /// What every verdict says behind its own message.
    remarks: Option<Arc<str>>,
}

impl Strategy {
    /// Gives the hint to the backend and keeps the verdict. With `may_wait` a focus whose effect is measured waits until
    /// some calls were timed without it.
    fn act(
        &self,
        session: &Session,
        function: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
        asked: Asked,
        may_wait: bool,
    ) -> PyResult<()> {
        let Asked { origin, previous, remarks } = asked;
        let replaced = previous.is_some_and(|hint| hint != self.hint);
        let Some(started) = &session.started else {
            let opening = Opening { code: None, hint: self.hint, origin, backend: &session.name, remarks };
            records::open(function, &opening, session.verdict.clone());
            return Ok(());
        };
        if replaced {
            // A backend that cannot take back says so when it meets `previous`; the new hint is what counts.
            let _ = started.undo(function.as_ptr().cast());
        }
        let code = match unfriendly::traits() {
            Some(_) => function.getattr_opt(intern!(function.py(), "__code__"))?,
            None => None, // nobody will ask whether it is still the same
        };
        let code = code.as_ref();
        let opening = Opening { code, hint: self.hint, origin, backend: &session.name, remarks };
        let at_once = |options: &Bound<'_, PyDict>| AT_ONCE.iter().any(|key| options.contains(key).unwrap_or(true));
        let measured = self.hint == Hint::Focus && &*session.name != "noop" && !options.is_some_and(at_once);
        if may_wait && measured && previous != Some(self.hint) && profile::by_entry(function) {
            let message = "a few calls are timed first, so that the effect of the hint can be told; then it is applied";
            let waiting = Verdict::new(Status::Pending, "baseline", message);
            records::open(function, &opening, waiting);
            profile::await_baseline(function);
            return Ok(());
        }
        let waiting = Verdict::new(Status::Pending, "in-progress", "the backend is at work on it");
        let ticket = records::open(function, &opening, waiting);
        let request = HintRequest {
            ticket,
            function: function.as_ptr().cast(),
            options: options.map_or(std::ptr::null_mut(), |options| options.as_ptr().cast()),
            hint: self.hint,
            origin: if origin == Origin::Class { Nearness::Class } else { Nearness::Function },
            previous,
        };
        let answer = started.apply(&request);
        let left = PyErr::take(function.py());
        let (verdict, raised) = match answer {
            _ if left.is_some() => (left_behind(&session.name, function.py(), left), None),
            Ok(verdict) => (verdict, None),
            Err(error) => (verdict_of(&session.name, &error), interruption(function.py(), &error)),
        };
        records::settle(ticket, verdict);
        raised.map_or(Ok(()), Err)
    }
}

/// Applies the focus of a function that has one: because it waited, or (`again`) because the function became slower, where
/// the hint had been of use at all. False where there was nothing to do.
pub fn apply_again(function: &Bound<'_, PyAny>, again: bool) -> bool {
    let (Ok(session), Some(record)) = (session::current(), records::find(function)) else { return false };
    let of_use = matches!(record.verdict.status, Status::Applied | Status::Partial);
    if record.hint != Hint::Focus || again && !of_use {
        return false;
    }
    let _quiet = profile::Quiet::start();
    let asked = Asked { origin: record.origin, previous: again.then_some(record.hint), remarks: record.remarks };
    let strategy = Strategy { hint: record.hint };
    if let Err(error) = strategy.act(&session, function, None, asked, false) {
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

    /// Acts on a hint, and records what came of it. `remark` is said behind every verdict.
    #[pyo3(signature = (function, options, origin, remark = None))]
    fn apply(
        &self,
        function: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
        origin: &str,
        remark: Option<Lossy>,
    ) -> PyResult<()> {
        let origin = Origin::by_name(origin)?;
        let session = session::current()?;
        let before = records::find(function);
        if before.as_ref().is_some_and(|record| origin < record.origin) {
            return Ok(()); // the nearer hint wins
        }
        let wanted = options.map(|options| options.get_item(intern!(function.py(), "profile"))).transpose()?.flatten();
        match wanted.map(|wanted| wanted.is_truthy()).transpose()? {
            Some(false) => drop(profile::stop(function)?),
            Some(true) if !session.disabled => profile::start(function, None)?,
            None if session.profile && !session.disabled => profile::start(function, None)?,
            _ => {}
        }
        let previous = before.map(|record| record.hint);
        let replaced = previous.filter(|hint| *hint != self.hint).map(|hint| format!("this hint replaced {hint}"));
        let remarks: Vec<String> = remark.map(|remark| remark.0).into_iter().chain(replaced).collect();
        let remarks = (!remarks.is_empty()).then(|| remarks.join("; ").into());
        self.act(&session, function, options, Asked { origin, previous, remarks }, true)
    }

    /// Records that an object has nothing to act on.
    fn note(&self, obj: &Bound<'_, PyAny>, code: String, message: Lossy, advice: Lossy) -> PyResult<()> {
        let session = session::current()?;
        let verdict = Verdict::new(Status::Unsupported, code, message.0).advise(advice.0);
        let (hint, origin, backend) = (self.hint, Origin::Function, &session.name);
        records::open(obj, &Opening { code: None, hint, origin, backend, remarks: None }, verdict);
        Ok(())
    }
}

/// The record with the verdict as it is at this moment: the backend is asked, and its answer is kept.
pub fn refreshed(object: &Bound<'_, PyAny>, record: Record) -> Record {
    let Ok(session) = session::current() else { return record };
    let Some(started) = &session.started else { return record };
    if !object.is_instance_of::<PyFunction>() || session.name != record.backend {
        return record; // another backend's, or an object that none was asked about
    }
    let answer = started.verdict(object.as_ptr().cast());
    drop(PyErr::take(object.py())); // what a faulty backend left must not be raised in who only reads
    let Ok(Some(verdict)) = answer else { return record };
    records::report(record.ticket, verdict);
    records::find(object).unwrap_or(record)
}

/// A backend that sets an exception and does not say so: Python would raise it at the next unrelated step.
fn left_behind(backend: &str, py: Python<'_>, left: Option<PyErr>) -> Verdict {
    let text =
        left.map_or_else(String::new, |error| error.value(py).repr().map_or_else(|_| String::new(), |r| r.to_string()));
    Verdict::new(
        Status::Refused,
        "exception-left",
        format!("the backend {backend} left a Python exception behind: {text}"),
    )
    .advise("report it to the backend's authors; the function runs as it is")
}

/// What a backend answers instead of a verdict, as a verdict.
fn verdict_of(backend: &str, error: &Error) -> Verdict {
    let code = error.code().to_owned();
    match error {
        Error::Unsupported { message, .. } => Verdict::new(Status::Unsupported, code, message.clone()),
        Error::Refused { message, .. } => Verdict::new(Status::Refused, code, message.clone()),
        Error::Interrupted(by) => {
            Verdict::new(Status::Refused, code, format!("interrupted by {by}, which was passed on"))
        }
        other => Verdict::new(Status::Refused, code, format!("the backend {backend} failed: {other}"))
            .advise("report it to the backend's authors; the function runs as it is"),
    }
}

/// What a backend met while it ran the user's code and that belongs to the user: KeyboardInterrupt, SystemExit and their
/// like, and what the backend itself says was none of its own.
fn interruption(py: Python<'_>, error: &Error) -> Option<PyErr> {
    let (exception, theirs) = match error {
        Error::Python(exception) => (exception, false),
        Error::Interrupted(exception) => (exception, true),
        _ => return None,
    };
    // SAFETY: the exception is alive as long as `error` is.
    let object: Bound<'_, PyAny> = unsafe { Bound::from_borrowed_ptr(py, exception.object().address().cast()) };
    (theirs || !object.is_instance_of::<PyException>()).then(|| PyErr::from_value(object))
}
