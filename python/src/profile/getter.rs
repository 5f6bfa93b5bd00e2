//! Is a function the getter of a property? Decided from the class's own dict, without running code of the user's.

use crate::modules;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyAnyMethods, PyDict, PyType};

const FREE_ARGUMENTS: u32 = 0x04 | 0x08; // CO_VARARGS, CO_VARKEYWORDS

/// Could it be one? A getter takes self and nothing else.
pub fn possible(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = function.py();
    let code = function.getattr(intern!(py, "__code__"))?;
    let number = |name| code.getattr(name)?.extract::<u32>();
    Ok(number(intern!(py, "co_argcount"))? == 1
        && number(intern!(py, "co_kwonlyargcount"))? == 0
        && number(intern!(py, "co_flags"))? & FREE_ARGUMENTS == 0)
}

/// Is it one of the class that its qualified name says, as far as that can be found?
pub fn of_its_class(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = function.py();
    if !possible(function)? {
        return Ok(false);
    }
    let (Ok(module), Ok(path)) = (
        function.getattr(intern!(py, "__module__"))?.extract::<String>(),
        function.getattr(intern!(py, "__qualname__"))?.extract::<String>(),
    ) else {
        return Ok(false);
    };
    let modules = modules::import(py, "sys")?.getattr(intern!(py, "modules"))?.cast_into::<PyDict>()?;
    let Some(module) = modules.get_item(module)? else { return Ok(false) };
    let Some((owner, _)) = path.rsplit_once('.') else { return Ok(false) };
    let Some(mut names) = module.getattr_opt(intern!(py, "__dict__"))? else { return Ok(false) };
    let mut class = None;
    for part in owner.split('.') {
        let Ok(found) = names.get_item(part) else { return Ok(false) };
        let Ok(found) = found.cast_into::<PyType>() else { return Ok(false) };
        names = own_names(&found)?;
        class = Some(found);
    }
    class.map_or(Ok(false), |class| in_class(function, &class))
}

/// Is it one of the class of this object?
pub fn of_object(function: &Bound<'_, PyAny>, object: &Bound<'_, PyAny>) -> PyResult<bool> {
    for class in object.get_type().mro().iter() {
        if in_class(function, &class.cast_into::<PyType>()?)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The class's own dict, whatever its metaclass answers.
fn own_names<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let slot = py.get_type::<PyType>().getattr(intern!(py, "__dict__"))?.get_item(intern!(py, "__dict__"))?;
    slot.call_method1(intern!(py, "__get__"), (class,))
}

fn in_class(function: &Bound<'_, PyAny>, class: &Bound<'_, PyType>) -> PyResult<bool> {
    let py = class.py();
    // SAFETY: a type object that lives as long as the interpreter.
    let property = unsafe { Bound::from_borrowed_ptr(py, (&raw mut ffi::PyProperty_Type).cast()) };
    let property = property.cast_into::<PyType>()?;
    for value in own_names(class)?.call_method0(intern!(py, "values"))?.try_iter()? {
        let value = value?;
        if value.get_type().is_subclass(&property)? && value.getattr(intern!(py, "fget"))?.is(function) {
            return Ok(true);
        }
    }
    Ok(false)
}
