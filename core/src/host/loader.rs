//! Opens a backend's shared library and checks it, step by step, before any of its own code runs.
//!
//! Libraries are never closed again: their vtables and thread-local destructors would dangle.

use crate::abi::ROOT_SYMBOL;
use crate::abi::backend::{FIT_BY_NAME, FIT_DEFAULT};
use crate::abi::module::BackendModuleRef;
use crate::host::compat;
use crate::host::elf_check;
use crate::host::load_error::LoadError;
use crate::host::started::Started;
use crate::host::table::Table;
use crate::plugin::backend::Fit;
use crate::types::error::Error;
use crate::types::hint::Hint;
use crate::types::interpreter::Interpreter;
use crate::types::panics::{one_line, panic_message};
use abi_stable::StableAbi;
use abi_stable::abi_stability::abi_checking::{AbiInstabilityErrors, check_layout_compatibility};
use abi_stable::library::{AbiHeaderRef, LibHeader};
use abi_stable::std_types::RResult;
use abi_stable::type_layout::TLFieldOrFunction;
use semver::{Version, VersionReq};
use std::cmp::Reverse;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Whom a file comes from, and so how much it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Shipped with us, in our own package.
    Own,
    /// Anybody's: refused where others may write to it.
    Foreign,
}

/// A backend's library that passed all checks; nothing of it is started yet.
#[derive(Clone)]
pub struct Loaded {
    path: PathBuf,
    module: BackendModuleRef,
    /// How it describes itself.
    pub description: Description,
}

/// How a loaded backend describes itself.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the fields of `Info`
pub struct Description {
    pub name: String,
    pub version: Version,
    pub description: String,
    pub implementation: String,
    pub requires: VersionReq,
    pub rank: i32,
    pub hints: Vec<Hint>,
    /// The version of jitctl-core that it was built with.
    pub interface: Version,
}

/// Opens the library at `path` and checks it.
///
/// # Errors
/// One [`LoadError`] for each thing that can be wrong with it.
pub fn load(path: &Path, trust: Trust) -> Result<Loaded, LoadError> {
    if trust == Trust::Foreign && path.exists() {
        elf_check::check_writable(path)?;
    }
    elf_check::check(path)?;
    let header = open(path)?;
    let offered = compat::interface();
    let found = interface_of(path, header, &offered)?;
    check_layout(path, header, &found, &offered)?;
    let init = |reason: String| LoadError::Init { path: path.to_owned(), reason };
    // SAFETY: the layout was checked just above.
    let module =
        unsafe { header.unchecked_layout::<BackendModuleRef>() }.map_err(|error| init(one_line(&error.to_string())))?;
    let description = describe(path, module, found)?;
    Ok(Loaded { path: path.to_owned(), module, description })
}

fn open(path: &Path) -> Result<&'static LibHeader, LoadError> {
    let refused = |error: &dyn std::error::Error| LoadError::Open { path: path.to_owned(), reason: causes(error) };
    let library = open_now(path).map_err(|error| refused(&error))?;
    let symbol = format!("{ROOT_SYMBOL}\0");
    // SAFETY: only the magic bytes behind the address are looked at until `is_valid` said what it is.
    let header = match unsafe { library.get::<Option<AbiHeaderRef>>(symbol.as_bytes()) } {
        Ok(found) => *found,
        Err(_) => None,
    };
    let Some(header) = header else {
        return Err(LoadError::NotABackend { path: path.to_owned(), symbol: ROOT_SYMBOL });
    };
    if !header.is_valid() {
        return Err(LoadError::AbiStable {
            path: path.to_owned(),
            found: format!("{}.{}", header.abi_major, header.abi_minor),
            expected: "0.11".to_owned(),
            offered: compat::interface().to_string(),
        });
    }
    std::mem::forget(library);
    header.upgrade().map_err(|error| LoadError::Init { path: path.to_owned(), reason: one_line(&error.to_string()) })
}

/// All symbols are bound at once: with lazy binding a missing one ends the process at its first call. A bare file name
/// would be looked for on the system's search path.
#[cfg(unix)]
fn open_now(path: &Path) -> Result<libloading::Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // SAFETY: loading runs the library's initialisers; PLUGINS.md says that these cannot be contained.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Into::into)
}

#[cfg(not(unix))]
fn open_now(path: &Path) -> Result<libloading::Library, libloading::Error> {
    // SAFETY: as above.
    unsafe { libloading::Library::new(path) }
}

fn interface_of(path: &Path, header: &LibHeader, offered: &Version) -> Result<Version, LoadError> {
    let strings = header.version_strings();
    let text = strings.version.as_str();
    match Version::parse(text) {
        Ok(found) if compat::go_together(&found, offered) => Ok(found),
        _ => Err(LoadError::Interface { path: path.to_owned(), found: one_line(text), offered: offered.to_string() }),
    }
}

/// abi_stable's check is one-way: the implementation may have more than the interface. Which of the two is the
/// interface depends on which is older.
fn check_layout(path: &Path, header: &LibHeader, found: &Version, offered: &Version) -> Result<(), LoadError> {
    let refused = |detail: String| LoadError::Layout { path: path.to_owned(), detail, offered: offered.to_string() };
    let ours = <BackendModuleRef as StableAbi>::LAYOUT;
    let theirs = header.layout().ok_or_else(|| refused("it carries no layout".to_owned()))?;
    let checked = if found >= offered {
        check_layout_compatibility(ours, theirs)
    } else {
        check_layout_compatibility(theirs, ours)
    };
    checked.map_err(|errors| refused(first_difference(&errors)))
}

fn describe(path: &Path, module: BackendModuleRef, interface: Version) -> Result<Description, LoadError> {
    let info = match module.info()() {
        RResult::ROk(info) => info,
        RResult::RErr(error) => {
            return Err(LoadError::Init { path: path.to_owned(), reason: one_line(&error.reason()) });
        }
    };
    if info.panic_abort {
        return Err(LoadError::PanicAbort { path: path.to_owned() });
    }
    let wrong = |detail: String| LoadError::Description { path: path.to_owned(), detail };
    let name = info.name.to_string();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(wrong(format!("name {name:?}; expected lower-case letters, digits and hyphens")));
    }
    let version =
        Version::parse(&info.version).map_err(|e| wrong(format!("version {:?}: {e}", info.version.as_str())))?;
    let requires =
        VersionReq::parse(&info.requires).map_err(|e| wrong(format!("requires {:?}: {e}", info.requires.as_str())))?;
    Ok(Description {
        name,
        version,
        description: info.description.into(),
        implementation: info.implementation.into(),
        requires,
        rank: info.rank,
        hints: Hint::ALL.into_iter().filter(|hint| info.hints >> hint.number() & 1 == 1).collect(),
        interface,
    })
}

impl Loaded {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Does it suit the interpreter: its range first, then its own word.
    ///
    /// # Errors
    /// [`LoadError::Interpreter`] when it is out of range, [`LoadError::Declined`] when it says no.
    pub fn fit(&self, interpreter: &Interpreter) -> Result<Fit, LoadError> {
        let description = &self.description;
        if !compat::suits(&description.implementation, &description.requires, interpreter) {
            return Err(LoadError::Interpreter {
                name: description.name.clone(),
                path: self.path.clone(),
                requires: format!("{} {}", description.implementation, description.requires),
                found: interpreter.summary(),
            });
        }
        match self.module.fit()(&interpreter.to_raw()) {
            RResult::ROk(fit) if fit.kind == FIT_DEFAULT => Ok(Fit::Default),
            RResult::ROk(fit) if fit.kind == FIT_BY_NAME => Ok(Fit::ByName(fit.reason.into())),
            RResult::ROk(fit) => Err(self.declined("does-not-fit", fit.reason.to_string())),
            RResult::RErr(error) => Err(self.declined(&error.code, error.reason())),
        }
    }

    /// Starts it.
    ///
    /// # Errors
    /// [`LoadError::Declined`] with the backend's reason.
    pub fn start(&self, table: Table, interpreter: &Interpreter) -> Result<Started, LoadError> {
        match self.module.create()(table.0, &interpreter.to_raw()) {
            RResult::ROk(raw) => Ok(Started { raw, table: table.0 }),
            RResult::RErr(error) => {
                let error = Error::from_raw(error, table.0);
                Err(self.declined(error.code(), error.to_string()))
            }
        }
    }

    fn declined(&self, code: &str, reason: String) -> LoadError {
        LoadError::Declined {
            name: self.description.name.clone(),
            path: self.path.clone(),
            code: code.to_owned(),
            reason: one_line(&reason),
        }
    }
}

/// libloading says "dlopen failed"; the useful words stand in the source of the error.
fn causes(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    one_line(&innermost.to_string())
}

/// The way to the first difference, and what abi_stable says of it. Its own text runs over hundreds of lines.
fn first_difference(errors: &AbiInstabilityErrors) -> String {
    let shortened = catch_unwind(AssertUnwindSafe(|| {
        // Every type on the way to the difference counts as different; the longest way leads there.
        let told = errors.errors.iter().filter(|error| !error.errs.is_empty());
        let first = told.min_by_key(|error| Reverse(error.stack_trace.len()))?;
        let named = |name: &String| name.contains(char::is_alphabetic);
        let names = first.stack_trace.iter().map(|step| step_name(&step.expected)).filter(named);
        let way = names.collect::<Vec<_>>().join(".");
        let text = first.to_string();
        let reason = text.split_once("\nError:").map_or("", |(_, rest)| rest);
        let reason: String = one_line(reason).chars().take(160).collect();
        Some(format!("at {way}: {reason}"))
    }));
    match shortened {
        Ok(Some(text)) => text,
        Ok(None) => "unknown difference".to_owned(),
        Err(payload) => panic_message(&*payload),
    }
}

fn step_name(step: &TLFieldOrFunction) -> String {
    match step {
        TLFieldOrFunction::Field(field) => field.name().to_owned(),
        TLFieldOrFunction::Function(function) => format!("{}()", function.name.as_str()),
    }
}
