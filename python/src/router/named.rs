//! Hints that say which backends of the chain may serve them: the keyword `backend`.

use super::chain::{Chain, Link};
use crate::records::{PlainValue, Record};
use jitctl_core::Verdict;
use jitctl_verdicts::VerdictCode;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The keyword.
pub const BACKEND: &str = "backend";

/// The names that a hint gives, with commas; None where it may go to all.
pub fn by_keyword(options: Option<&Bound<'_, PyDict>>) -> PyResult<Option<String>> {
    options.map(|options| options.get_item(BACKEND)).transpose()?.flatten().map(|names| names.extract()).transpose()
}

/// Those that the hint of a record gave.
pub fn of_record(record: &Record) -> Option<String> {
    record.options().iter().find(|option| option.name == BACKEND).and_then(|option| match &option.value {
        PlainValue::Text(names) => Some(names.clone()),
        _ => None,
    })
}

/// Those of the chain that are named, in the order of the chain; all without names.
pub fn among<'a>(links: &'a [Link], names: Option<&str>) -> Vec<&'a Link> {
    let named = |link: &&Link| names.is_none_or(|names| names.split(',').any(|name| name.trim() == &*link.name));
    links.iter().filter(named).collect()
}

/// The verdict of a hint that none of the chain is named by.
pub fn nobody(names: &str, chain: &Chain) -> Verdict {
    let chain = chain.name();
    VerdictCode::OtherBackend.verdict(format!("the hint is for {names}, and the backends of this process are {chain}"))
}
