//! Gives a hint to the backends of the chain: to the first that can serve it, or, an ignore, to all.

use crate::introspect::unfriendly;
use crate::records::{Opening, Origin, Plain, PlainValue, Record};
use crate::router::chain::Link;
use crate::router::named::{self, BACKEND};
use crate::router::session::{self, Session};
use crate::{modules, profile, records};
use jitctl_core::host::started::HintRequest;
use jitctl_core::{Error, Hint, Origin as Nearness, Status, Verdict};
use jitctl_verdicts::VerdictCode;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};
use std::sync::Arc;

/// Is there a keyword with which a hint does not wait for calls to compare with, since the backend calls the function
/// itself, or waits by itself? The table of keywords says which these are.
fn at_once(options: &Bound<'_, PyDict>) -> PyResult<bool> {
    for key in modules::import(options.py(), "jitctl._keywords")?.getattr("AT_ONCE")?.try_iter()? {
        if options.contains(key?)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a hint comes with beside its options.
pub struct Asked {
    pub origin: Origin,
    /// The hint that the function had before.
    pub previous: Option<Hint>,
    /// What every verdict says behind its own message.
    pub remarks: Option<Arc<str>>,
}

/// One hint on one function, as every backend of the chain gets it.
struct Wish<'a, 'py> {
    function: &'a Bound<'py, PyAny>,
    hint: Hint,
    options: Option<&'a Bound<'py, PyDict>>,
    origin: Origin,
    previous: Option<Hint>,
}

/// What a record begins with that no backend serves.
pub fn without_backend(session: &Session, hint: Hint, origin: Origin, remarks: Option<Arc<str>>) -> Opening<'_> {
    Opening { code: None, hint, origin, backend: &session.name, behind: None, more: false, remarks }
}

/// Gives the hint to the chain and keeps what each backend says. With `may_wait` a focus whose effect is measured waits
/// until some calls were timed without it.
pub fn give(
    session: &Session,
    function: &Bound<'_, PyAny>,
    hint: Hint,
    options: Option<&Bound<'_, PyDict>>,
    asked: Asked,
    may_wait: bool,
) -> PyResult<()> {
    let Asked { origin, previous, remarks } = asked;
    let names = named::by_keyword(options)?;
    let links = named::among(session.chain.links(), names.as_deref());
    let Some(first) = links.first() else {
        let verdict = names
            .filter(|_| !session.chain.links().is_empty())
            .map_or_else(|| session.verdict.clone(), |names| named::nobody(&names, &session.chain));
        records::open(function, without_backend(session, hint, origin, remarks), verdict);
        return Ok(());
    };
    if previous.is_some_and(|previous| previous != hint)
        || previous.is_some() && goes_elsewhere(function, names.as_deref())
    {
        // A backend that cannot take back says so when it meets `previous`; the new hint is what counts.
        let _ = session.chain.undo(function);
    }
    let code = match unfriendly::traits() {
        Some(_) => function.getattr_opt(intern!(function.py(), "__code__"))?,
        None => None, // nobody will ask whether it is still the same
    };
    let behind = if session.chain.links().len() > 1 { Some(plain(options)?) } else { None };
    let more = links.len() > 1;
    let backend = &first.name;
    let opening = Opening { code: code.as_ref(), hint, origin, backend, behind, more, remarks };
    let acts = links.iter().any(|link| &*link.name != "noop");
    let measured = hint == Hint::Focus && acts && !options.is_some_and(|options| at_once(options).unwrap_or(true));
    if may_wait && measured && previous != Some(hint) && profile::by_entry(function) {
        records::open(function, opening, VerdictCode::Baseline.told());
        profile::await_baseline(function);
        return Ok(());
    }
    let ticket = records::open(function, opening, records::in_progress());
    offer(&links, 0, ticket, &Wish { function, hint, options, origin, previous })
}

/// Has the function a hint that went to other backends than those that are named now? They have to take it back.
fn goes_elsewhere(function: &Bound<'_, PyAny>, names: Option<&str>) -> bool {
    records::find(function).is_some_and(|record| named::of_record(&record).as_deref() != names)
}

/// The keyword with which a hint goes to the backends that it went to before.
pub fn as_before<'py>(py: Python<'py>, record: &Record) -> PyResult<Option<Bound<'py, PyDict>>> {
    let kept = record.options().iter().filter(|option| option.name == BACKEND);
    let kept = dict(py, kept)?;
    Ok((!kept.is_empty()).then_some(kept))
}

/// Offers the hint of a record, whose backend gave it up, to those behind it.
pub fn move_on(py: Python<'_>, ticket: u64) {
    let (Ok(session), Some((function, record))) = (session::current(), records::by_ticket(py, ticket)) else { return };
    let links = named::among(session.chain.links(), named::of_record(&record).as_deref());
    let acting = links.iter().position(|link| link.name == record.acting.backend);
    let Some(next) = acting.map(|index| index + 1) else { return };
    let Some(link) = links.get(next) else { return };
    let Some(ticket) = records::pass_on(ticket, &link.name, next + 1 < links.len()) else { return };
    let _quiet = profile::Quiet::start();
    let options = Some(record.options()).filter(|options| !options.is_empty());
    let given = options.map(|options| dict(py, options)).transpose().and_then(|options| {
        let (hint, origin) = (record.hint, record.origin);
        let wish = Wish { function: &function, hint, options: options.as_ref(), origin, previous: None };
        offer(&links, next, ticket, &wish)
    });
    if let Err(error) = given {
        error.write_unraisable(py, Some(&function)); // no frame of the user's to raise it in
    }
}

/// Asks the backends from `start` on; the record with this ticket is that of the first of them.
fn offer(links: &[&Link], start: usize, ticket: u64, wish: &Wish<'_, '_>) -> PyResult<()> {
    let mut ticket = ticket;
    for (index, link) in links.iter().enumerate().skip(start) {
        if index > start {
            let Some(next) = records::pass_on(ticket, &link.name, index + 1 < links.len()) else { return Ok(()) };
            ticket = next;
        }
        let (verdict, raised) = ask(link, ticket, wish);
        let passes_on = records::settle(ticket, verdict);
        if raised.is_some() || passes_on.is_none() || passes_on == Some(false) && wish.hint != Hint::Ignore {
            return raised.map_or(Ok(()), Err);
        }
    }
    if wish.hint == Hint::Ignore && links.len() > 1 {
        records::elect(ticket);
    }
    Ok(())
}

/// What one backend says, and what it lets through of the user's code.
fn ask(link: &Link, ticket: u64, wish: &Wish<'_, '_>) -> (Verdict, Option<PyErr>) {
    let py = wish.function.py();
    let request = HintRequest {
        ticket,
        function: wish.function.as_ptr().cast(),
        options: wish.options.map_or(std::ptr::null_mut(), |options| options.as_ptr().cast()),
        hint: wish.hint,
        origin: if wish.origin == Origin::Class { Nearness::Class } else { Nearness::Function },
        previous: wish.previous,
    };
    let answer = link.started.apply(&request);
    let left = PyErr::take(py);
    match answer {
        _ if left.is_some() => (left_behind(&link.name, py, left), None),
        Ok(verdict) => (verdict, None),
        Err(error) => (verdict_of(&link.name, &error), interruption(py, &error)),
    }
}

/// The options that may be kept: numbers, switches and words. Samples are not: they would be kept alive, and with them a
/// function that they refer to; and whoever gave the hint up has called the function with them.
fn plain(options: Option<&Bound<'_, PyDict>>) -> PyResult<Arc<[Plain]>> {
    let mut kept = Vec::new();
    for (name, value) in options.into_iter().flatten() {
        let value = if let Ok(switch) = value.cast_exact::<PyBool>() {
            PlainValue::Bool(switch.is_true())
        } else if value.is_exact_instance_of::<PyInt>() {
            PlainValue::Int(value.extract()?)
        } else if let Ok(number) = value.cast_exact::<PyFloat>() {
            PlainValue::Float(number.value())
        } else if value.is_exact_instance_of::<PyString>() {
            PlainValue::Text(value.extract()?)
        } else {
            continue;
        };
        kept.push(Plain { name: name.extract()?, value });
    }
    Ok(kept.into())
}

fn dict<'py, 'a>(py: Python<'py>, options: impl IntoIterator<Item = &'a Plain>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for option in options {
        match &option.value {
            PlainValue::Bool(value) => dict.set_item(&option.name, value)?,
            PlainValue::Int(value) => dict.set_item(&option.name, value)?,
            PlainValue::Float(value) => dict.set_item(&option.name, value)?,
            PlainValue::Text(value) => dict.set_item(&option.name, value)?,
        }
    }
    Ok(dict)
}

/// A backend that sets an exception and does not say so: Python would raise it at the next unrelated step.
fn left_behind(backend: &str, py: Python<'_>, left: Option<PyErr>) -> Verdict {
    let text =
        left.map_or_else(String::new, |error| error.value(py).repr().map_or_else(|_| String::new(), |r| r.to_string()));
    VerdictCode::ExceptionLeft.verdict(format!("the backend {backend} left a Python exception behind: {text}"))
}

/// What a backend answers instead of a verdict, as a verdict.
fn verdict_of(backend: &str, error: &Error) -> Verdict {
    let verdict = match error {
        Error::Unsupported { code, message } => Verdict::new(Status::Unsupported, code.clone(), message.clone()),
        Error::Refused { code, message } => Verdict::new(Status::Refused, code.clone(), message.clone()),
        Error::Interrupted(by) => {
            let message = format!("interrupted by {by}, which was passed on");
            Verdict::new(Status::Refused, error.code().to_owned(), message)
        }
        other => {
            let message = format!("the backend {backend} failed: {other}");
            Verdict::new(Status::Refused, other.code().to_owned(), message)
        }
    };
    let advice = VerdictCode::of(&verdict).map_or("", |code| code.row().advice);
    verdict.advise(advice)
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
