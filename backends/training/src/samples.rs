//! The user's sample arguments: values, or callables that make fresh ones for every call.

use crate::python;
use jitctl_core::{Borrowed, Host, Owned, Request, Result};
use jitctl_verdicts::VerdictCode;

enum Source {
    Values(Owned),
    Factory(Owned),
}

/// Where the arguments of a training's calls come from.
pub(crate) struct Samples {
    arguments: Option<Source>,
    keywords: Option<Source>,
}

/// The arguments of one call.
pub(crate) struct Sample {
    pub(crate) arguments: Owned,
    pub(crate) keywords: Option<Owned>,
}

impl Samples {
    pub(crate) fn from_request(host: Host, request: &Request<'_>) -> Result<Option<Self>> {
        let arguments = source(host, request.option("sample_args")?, &["tuple", "list"])?;
        let keywords = source(host, request.option("sample_kwargs")?, &["dict"])?;
        Ok((arguments.is_some() || keywords.is_some()).then_some(Self { arguments, keywords }))
    }

    /// Samples that two callables make: a tuple and a dict.
    pub(crate) fn made_by(arguments: Owned, keywords: Owned) -> Self {
        Self { arguments: Some(Source::Factory(arguments)), keywords: Some(Source::Factory(keywords)) }
    }

    /// The arguments of the next call.
    ///
    /// # Errors
    /// [`Error::Python`] with what the user's callable raised; [`Error::Refused`] where it gave something unfit.
    pub(crate) fn next(&self, host: Host) -> Result<Sample> {
        let arguments = match &self.arguments {
            None => host.tuple(&[])?,
            Some(Source::Values(values)) => values.clone(),
            Some(Source::Factory(factory)) => tuple(host, host.call(factory.borrow(), &[])?)?,
        };
        let keywords = match &self.keywords {
            None => None,
            Some(Source::Values(values)) => Some(values.clone()),
            Some(Source::Factory(factory)) => {
                Some(checked(host, host.call(factory.borrow(), &[])?, "sample_kwargs", "dict")?)
            }
        };
        Ok(Sample { arguments, keywords })
    }
}

fn source(host: Host, value: Option<Owned>, types: &[&str]) -> Result<Option<Source>> {
    let Some(value) = value else { return Ok(None) };
    for name in types {
        if host.type_name(value.borrow()) == *name || python::is_instance(host, value.borrow(), name)? {
            let value = if *name == "list" { tuple(host, value)? } else { value };
            return Ok(Some(Source::Values(value)));
        }
    }
    Ok(Some(Source::Factory(value)))
}

fn tuple(host: Host, value: Owned) -> Result<Owned> {
    if host.type_name(value.borrow()) == "tuple" {
        return Ok(value);
    }
    if python::is_instance(host, value.borrow(), "list")? {
        return host.call(python::builtin(host, "tuple")?.borrow(), &[value.borrow()]);
    }
    checked(host, value, "sample_args", "tuple")
}

fn checked(host: Host, value: Owned, option: &str, wanted: &str) -> Result<Owned> {
    if python::is_instance(host, value.borrow(), wanted)? {
        return Ok(value);
    }
    let found = host.type_name(value.borrow());
    Err(VerdictCode::SamplesFailed.error(format!("{option}() returned {}, not a {wanted}", article(&found))))
}

fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

impl Sample {
    pub(crate) fn call(&self, host: Host, function: Borrowed<'_>) -> Result<Owned> {
        host.call_with(function, self.arguments.borrow(), self.keywords.as_ref().map(Owned::borrow))
    }
}
