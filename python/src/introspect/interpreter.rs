//! The describer: reads version and build flags of the running interpreter. What follows from the version stands in the
//! crate `cpython`.

use crate::{modules, symbols};
use jitctl_core::Interpreter;
use jitctl_cpython::Unknown;
use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use semver::{Prerelease, Version};

/// Our own backends that may be chosen without being named: offers, best first. The backends of one offer are a chain, in
/// which each takes what the one before it cannot do.
#[must_use]
pub fn preference(interpreter: &Interpreter) -> &'static [&'static [&'static str]] {
    if interpreter.jit_built { &[&["native"], &["warmup"], &["noop"]] } else { &[&["noop"]] }
}

/// Describes the running interpreter. `environment` has the variables that a backend may heed.
pub fn interpreter(py: Python<'_>, environment: &[(String, String)]) -> PyResult<Interpreter> {
    let mut found = without_jit(py)?;
    (found.jit_built, found.jit_enabled) = jit(py, jitctl_cpython::of(&found).ok(), environment)?;
    found.extra = environment.iter().map(|(name, value)| (format!("env.{name}"), value.clone())).collect();
    Ok(found)
}

/// What is known of the running interpreter's version, or why nothing is.
pub fn known(py: Python<'_>) -> PyResult<Result<&'static jitctl_cpython::Version, Unknown>> {
    Ok(jitctl_cpython::of(&without_jit(py)?))
}

/// All but what concerns a JIT.
fn without_jit(py: Python<'_>) -> PyResult<Interpreter> {
    let sys = modules::import(py, "sys")?;
    let flags: String = sys.getattr_opt("abiflags")?.map_or(Ok(String::new()), |flags| flags.extract())?;
    Ok(Interpreter {
        implementation: sys.getattr("implementation")?.getattr("name")?.extract()?,
        version: version(&sys)?,
        hexversion: sys.getattr("hexversion")?.extract()?,
        debug: sys.hasattr("gettotalrefcount")?,
        free_threaded: flags.contains('t'),
        subinterpreter: false, // the extension refuses to load there; the package then uses its fallback
        jit_built: false,
        jit_enabled: false,
        platform: format!("{}-{}", sys.getattr("platform")?.extract::<String>()?, std::env::consts::ARCH),
        extra: Vec::new(),
    })
}

/// The state of this extension is per process. pyo3 refuses subinterpreters from 3.12 on; before, nothing else does.
pub fn refuse_subinterpreter() -> PyResult<()> {
    // SAFETY: both are called attached, and the state that `Get` gives belongs to this thread.
    let id = unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) };
    if id == 0 {
        return Ok(());
    }
    Err(PyImportError::new_err("the extension does not support loading in subinterpreters"))
}

/// `sys.version_info` as a semantic version.
fn version(sys: &Bound<'_, PyAny>) -> PyResult<Version> {
    let info = sys.getattr("version_info")?;
    let number = |name: &str| info.getattr(name)?.extract::<u64>();
    let mut version = Version::new(number("major")?, number("minor")?, number("micro")?);
    let level: String = info.getattr("releaselevel")?.extract()?;
    if level != "final" {
        let label = format!("{level}.{}", number("serial")?);
        version.pre = Prerelease::new(&label).unwrap_or(Prerelease::EMPTY);
    }
    Ok(version)
}

/// Is a JIT built in, and is it on? `sys._jit` says so where there is one; else the version says how to find out.
fn jit(
    py: Python<'_>,
    known: Option<&jitctl_cpython::Version>,
    environment: &[(String, String)],
) -> PyResult<(bool, bool)> {
    let sys = modules::import(py, "sys")?;
    if let Some(jit) = sys.getattr_opt("_jit")? {
        return Ok((jit.call_method0("is_available")?.extract()?, jit.call_method0("is_enabled")?.extract()?));
    }
    let Some(build) = known.and_then(|version| version.jit_build) else { return Ok((false, false)) };
    if !build.symbols.iter().any(|name| !symbols::address(name).is_null()) {
        return Ok((false, false));
    }
    let flags = build_flags(py, &sys)?;
    if !flags.contains(build.built) {
        return Ok((false, false));
    }
    let default = !flags.contains(build.off);
    let wanted = environment.iter().find(|(name, value)| name == "PYTHON_JIT" && !value.is_empty());
    Ok((true, wanted.map_or(default, |(_, value)| value != "0")))
}

/// The compiler flags of the build. The data module is what `sysconfig` reads; importing it alone costs a tenth.
fn build_flags(py: Python<'_>, sys: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = |object: Bound<'_, PyAny>| object.extract::<String>();
    let multiarch = sys.getattr("implementation")?.getattr_opt("_multiarch")?.map_or(Ok(String::new()), text)?;
    let name =
        format!("_sysconfigdata_{}_{}_{multiarch}", text(sys.getattr("abiflags")?)?, text(sys.getattr("platform")?)?);
    let variables = match modules::import(py, name.as_str()) {
        Ok(module) => module.getattr("build_time_vars")?,
        Err(_) => modules::import(py, "sysconfig")?.call_method0("get_config_vars")?,
    };
    let value = variables.cast::<PyDict>()?.get_item("PY_CORE_CFLAGS")?;
    value.filter(|value| !value.is_none()).map_or(Ok(String::new()), |value| value.extract())
}
