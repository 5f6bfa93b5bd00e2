//! The describer: the only place that looks at versions and build flags of the running interpreter.

use crate::{modules, symbols};
use jitctl_core::Interpreter;
use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use semver::{Prerelease, Version};

/// Our own backends, best first, that may be chosen without being named.
#[must_use]
pub fn preference(interpreter: &Interpreter) -> &'static [&'static str] {
    if interpreter.jit_built { &["native", "warmup", "noop"] } else { &["noop"] }
}

/// Describes the running interpreter. `environment` has the variables that a backend may heed.
pub fn interpreter(py: Python<'_>, environment: &[(String, String)]) -> PyResult<Interpreter> {
    let sys = modules::import(py, "sys")?;
    let (jit_built, jit_enabled) = jit(py, &sys, environment)?;
    let flags: String = sys.getattr_opt("abiflags")?.map_or(Ok(String::new()), |flags| flags.extract())?;
    Ok(Interpreter {
        implementation: sys.getattr("implementation")?.getattr("name")?.extract()?,
        version: version(&sys)?,
        hexversion: sys.getattr("hexversion")?.extract()?,
        debug: sys.hasattr("gettotalrefcount")?,
        free_threaded: flags.contains('t'),
        subinterpreter: false, // the extension refuses to load there; the package then uses its fallback
        jit_built,
        jit_enabled,
        platform: format!("{}-{}", sys.getattr("platform")?.extract::<String>()?, std::env::consts::ARCH),
        extra: environment.iter().map(|(name, value)| (format!("env.{name}"), value.clone())).collect(),
    })
}

/// The low bits of an adaptive counter that hold its backoff, which grows each time an instruction could not be
/// specialised. Include/internal/pycore_code.h (3.11, 3.12: `ADAPTIVE_BACKOFF_BITS`) and pycore_backoff.h (from 3.13 on:
/// `BACKOFF_BITS`); tests/python/reasons/test_warmth.py looks at every version. 0 where there are no such counters, or
/// nobody looked.
#[must_use]
pub fn backoff_bits(py: Python<'_>) -> u32 {
    let version = py.version_info();
    match (version.major, version.minor) {
        (3, 11..=14) => 4,
        (3, 15) => 3,
        _ => 0,
    }
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

/// Exported by 3.13 where its second tier is compiled in (Python/optimizer.c), so that the build configuration, which
/// takes milliseconds to import, need be read only there.
const TIER_2_SYMBOLS: [&str; 4] =
    ["PyUnstable_GetExecutor", "PyUnstable_Replace_Executor", "_PyOptimizer_Optimize", "_Py_Executors_InvalidateAll"];

/// Is a JIT built in, and is it on? `sys._jit` says so from 3.14 on; 3.13 is read from its build configuration.
fn jit(py: Python<'_>, sys: &Bound<'_, PyAny>, environment: &[(String, String)]) -> PyResult<(bool, bool)> {
    if let Some(jit) = sys.getattr_opt("_jit")? {
        return Ok((jit.call_method0("is_available")?.extract()?, jit.call_method0("is_enabled")?.extract()?));
    }
    if py.version_info() < (3, 13) || sys.getattr("implementation")?.getattr("name")?.extract::<String>()? != "cpython"
    {
        return Ok((false, false));
    }
    if !TIER_2_SYMBOLS.iter().any(|name| !symbols::address(name).is_null()) {
        return Ok((false, false));
    }
    let flags = build_flags(py, sys)?;
    // configure's --enable-experimental-jit: yes is 1, yes-off is 3; the interpreter of micro-operations alone is no JIT.
    if !flags.contains("-D_Py_JIT") {
        return Ok((false, false));
    }
    let default = !flags.contains("-D_Py_TIER2=3");
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
