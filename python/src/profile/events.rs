//! Generators, coroutines and asynchronous generators: each resumption is timed, by local monitoring events of their code.
//!
//! A generator's body is entered without the function's entry. While its code has events with a callback CPython's JIT
//! leaves it alone (3.14, 3.15), which profiles say. `__init__` is timed so too: CPython makes instances without looking
//! at its entry. Up to 3.14 no local event tells that a frame is left by an exception: resumptions are therefore matched by
//! their frame, and those that nobody ended are found when their frame is no longer running.

use super::{clock, table, thread};
use crate::attached::attached;
use crate::modules;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use std::cell::RefCell;

/// A resumption that is running, or was when last heard of.
struct Open {
    code: usize,
    id: u64,
    frame: usize,
    outermost: bool,
    start: u64,
    silence: u64,
}

thread_local! {
    static OPEN: RefCell<Vec<Open>> = const { RefCell::new(Vec::new()) };
}

/// More open resumptions than this on one thread are worth a look at which frames still run.
const MANY: usize = 32;
const NAME: &str = "jitctl profiler";
/// 0 to 2 are by convention the debugger's, coverage's and the profiler's, 5 is the optimiser's.
const TOOLS: [u8; 2] = [3, 4];
/// Event, whether it begins a resumption, whether an exception ends it.
const EVENTS: [(&str, Act); 6] = [
    ("PY_START", Act::Begin),
    ("PY_RESUME", Act::Begin),
    ("PY_RETURN", Act::End),
    ("PY_YIELD", Act::End),
    ("PY_THROW", Act::Begin),
    ("PY_UNWIND", Act::Raise),
];
/// The last two are local events from 3.15 on.
const EVERYWHERE: usize = 4;

#[derive(Clone, Copy)]
enum Act {
    Begin,
    End,
    Raise,
}

struct Tool {
    id: u8,
    mask: u64,
    /// What a callback returns so as not to be called again from that place.
    disable: Py<PyAny>,
}

static TOOL: std::sync::OnceLock<Tool> = std::sync::OnceLock::new();

fn monitoring(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    modules::import(py, "sys")?.getattr(intern!(py, "monitoring"))
}

/// Takes a tool id and registers the callbacks, once in a process.
fn tool(py: Python<'_>) -> PyResult<&'static Tool> {
    if let Some(tool) = TOOL.get() {
        return Ok(tool);
    }
    let module = monitoring(py)?;
    let id = TOOLS.into_iter().find(|id| module.call_method1("use_tool_id", (*id, NAME)).is_ok());
    let id =
        id.ok_or_else(|| PyRuntimeError::new_err("other tools use the ids of sys.monitoring that jitctl may take"))?;
    let events = module.getattr("events")?;
    let value = |name: &str| events.getattr(name)?.extract::<u64>();
    let mask = |names: &[(&str, Act)]| names.iter().try_fold(0, |mask, (name, _)| PyResult::Ok(mask | value(name)?));
    let probe = py.eval(c"(lambda: None).__code__", None, None)?;
    let set = |mask: u64| module.call_method1("set_local_events", (id, &probe, mask));
    let wide = mask(&EVENTS)?;
    let (mask, names) = match set(wide) {
        Ok(_) => (wide, &EVENTS[..]),
        Err(error) if error.is_instance_of::<PyValueError>(py) => (mask(&EVENTS[..EVERYWHERE])?, &EVENTS[..EVERYWHERE]),
        Err(error) => return Err(error),
    };
    set(0)?;
    for (name, act) in names {
        module.call_method1("register_callback", (id, value(name)?, callback(py, *act)?))?;
    }
    let disable = module.getattr("DISABLE")?.unbind();
    Ok(TOOL.get_or_init(|| Tool { id, mask, disable }))
}

/// Begins to time the resumptions of this code.
pub fn watch(code: &Bound<'_, PyAny>) -> PyResult<()> {
    let tool = tool(code.py())?;
    monitoring(code.py())?.call_method1("set_local_events", (tool.id, code, tool.mask)).map(drop)
}

/// Ends it.
pub fn unwatch(code: &Bound<'_, PyAny>) -> PyResult<()> {
    let Some(tool) = TOOL.get() else { return Ok(()) };
    monitoring(code.py())?.call_method1("set_local_events", (tool.id, code, 0)).map(drop)
}

/// Makes CPython drop everything compiled that contains this code: setting local events does that, and it is supported.
pub fn touch(code: &Bound<'_, PyAny>) -> PyResult<()> {
    if table::find(code.as_ptr() as usize).is_some() {
        return Ok(()); // its events are in use
    }
    let py = code.py();
    let (tool, module) = (tool(py)?, monitoring(py)?);
    let start = module.getattr(intern!(py, "events"))?.getattr(intern!(py, "PY_START"))?;
    let set = module.getattr(intern!(py, "set_local_events"))?;
    set.call1((tool.id, code, start))?;
    set.call1((tool.id, code, 0)).map(drop)
}

/// Forgets resumptions of this thread whose frames do not run any more.
pub fn prune(py: Python<'_>) {
    let mut running = Vec::new();
    // SAFETY: attached; gives a borrowed frame, or null where none runs.
    let mut frame: Option<Bound<'_, PyAny>> =
        unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyEval_GetFrame().cast()) };
    while let Some(current) = frame {
        // A frame that ended can have given its address to another one, of other code.
        let code = current.getattr(intern!(py, "f_code")).map_or(0, |code| code.as_ptr() as usize);
        running.push((current.as_ptr() as usize, code));
        frame = current.getattr(intern!(py, "f_back")).ok().filter(|back| !back.is_none());
    }
    OPEN.with_borrow_mut(|open| {
        open.retain(|one| {
            let alive = running.contains(&(one.frame, one.code));
            if !alive {
                lost(one);
            }
            alive
        });
    });
}

fn lost(one: &Open) {
    if let Some(entry) = table::find(one.code).filter(|entry| entry.id == one.id) {
        entry.interpreted.lost += 1;
    }
}

fn callback(py: Python<'_>, act: Act) -> PyResult<Bound<'_, PyAny>> {
    let function = match act {
        Act::Begin => begin,
        Act::End => end,
        Act::Raise => raise,
    };
    let definition = ffi::PyMethodDef {
        ml_name: c"jitctl_profile".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionFast: function },
        ml_flags: ffi::METH_FASTCALL,
        ml_doc: std::ptr::null(),
    };
    // CPython keeps the pointer: the definition lives as long as the process, and there are six at most.
    let definition = Box::leak(Box::new(definition));
    // SAFETY: a definition that stays, no self, no module.
    unsafe {
        let made = ffi::PyCFunction_NewEx(definition, std::ptr::null_mut(), std::ptr::null_mut());
        Bound::from_owned_ptr_or_err(py, made)
    }
}

/// What a callback answers.
fn answer(known: bool) -> *mut ffi::PyObject {
    // SAFETY: attached; both objects live as long as the process.
    unsafe {
        let object = match TOOL.get() {
            Some(tool) if !known => tool.disable.as_ptr(),
            _ => ffi::Py_None(),
        };
        ffi::Py_IncRef(object);
        object
    }
}

unsafe extern "C" fn begin(
    _: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    if count < 1 {
        return answer(true);
    }
    // SAFETY: CPython hands over that many arguments; the first is the code.
    let code = unsafe { *arguments } as usize;
    let Some(id) = table::find(code).map(|entry| entry.id) else { return answer(false) };
    // SAFETY: this thread's own state.
    let (quiet, silence) = unsafe { ((*thread::current()).is_quiet(), (*thread::current()).quiet_ticks) };
    if quiet {
        return answer(true);
    }
    if OPEN.with_borrow(Vec::len) >= MANY && OPEN.with_borrow(|open| open.len().is_power_of_two()) {
        attached(prune);
    }
    // SAFETY: attached; borrowed, and only its address is used.
    let frame = unsafe { ffi::PyEval_GetFrame() } as usize;
    OPEN.with_borrow_mut(|open| {
        if let Some(stale) = open.iter().position(|one| one.frame == frame) {
            // The frame begins anew, or another one has its address: whatever it did before has ended.
            open.drain(stale..).for_each(|one| lost(&one));
        }
        let outermost = !open.iter().any(|one| one.code == code);
        open.push(Open { code, id, frame, outermost, start: clock::ticks(), silence });
    });
    answer(true)
}

unsafe extern "C" fn end(
    _: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: as CPython called it.
    unsafe { finish(arguments, count, false) }
}

unsafe extern "C" fn raise(
    _: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: as CPython called it.
    unsafe { finish(arguments, count, true) }
}

/// # Safety
/// `arguments` are `count` live objects.
unsafe fn finish(arguments: *mut *mut ffi::PyObject, count: ffi::Py_ssize_t, raised: bool) -> *mut ffi::PyObject {
    let now = clock::ticks();
    if count < 1 {
        return answer(true);
    }
    // SAFETY: the first argument is the code.
    let code = unsafe { *arguments } as usize;
    if table::find(code).is_none() {
        // An event that tells of an exception cannot be disabled.
        return answer(raised);
    }
    // SAFETY: attached; borrowed, and only its address is used.
    let frame = unsafe { ffi::PyEval_GetFrame() } as usize;
    // SAFETY: this thread's own state.
    let silence = unsafe { (*thread::current()).quiet_ticks };
    let found = OPEN.with_borrow_mut(|open| {
        let position = open.iter().rposition(|one| one.frame == frame)?;
        open.drain(position + 1..).for_each(|one| lost(&one));
        open.pop()
    });
    if let Some(one) = found.filter(|one| one.code == code)
        && let Some(entry) = table::find(code).filter(|entry| entry.id == one.id)
    {
        let ticks = now.saturating_sub(one.start).saturating_sub(silence.wrapping_sub(one.silence));
        entry.countdown = u32::MAX; // nothing is due: code with events is not compiled
        entry.add(ticks, false, one.outermost, raised);
    }
    answer(true)
}
