//! The self-test: nothing of the crate `cpython` is believed before it agrees with this process.

use super::eyes::{Address, Eyes, read};
use crate::introspect::interpreter;
use crate::modules;
use crate::symbols::address as symbol;
use jitctl_cpython::{ERROR_STACK_ITEM, Layout};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyFunction};
use std::ffi::{CStr, c_void};
use std::sync::{Arc, Mutex, PoisonError};

/// Iterations after which every version's JIT has compiled a loop: the most it counts to is 4,096.
const ITERATIONS: u32 = 6_000;
const SOURCE: &CStr = c"
def inner(look):
    return look()
def outer(look):
    return inner(look)
def loop(look, count):
    for number in range(count):
        look()
";

impl Eyes {
    /// Compares everything with this process. The inner error says why there can be no sampler.
    pub fn open(py: Python<'_>, falsified: Option<&str>) -> PyResult<Result<Self, String>> {
        let known = match interpreter::known(py)? {
            Ok(known) => known,
            Err(unknown) => return Ok(Err(unknown.to_string())),
        };
        let Some(layout) = known.layout else {
            return Ok(Err("the frames of this version of CPython are not known to it".to_owned()));
        };
        let layout = falsified.map_or(layout, |what| misplaced(layout, what));
        if let Err(reason) = check_table(py, layout)? {
            return Ok(Err(reason));
        }
        let mut eyes = match Self::resolve(py, layout)? {
            Ok(eyes) => eyes,
            Err(missing) => return Ok(Err(format!("the interpreter does not export {missing}"))),
        };
        let namespace = PyDict::new(py);
        py.run(SOURCE, Some(&namespace), None)?;
        let found = eyes.check_frames(py, &namespace)?;
        eyes.blind = eyes.check_executor(py, &namespace)?;
        namespace.clear(); // its functions refer to it
        Ok(found.map(|()| eyes))
    }

    /// Looks, as the handler does, from a call that known functions make, and compares.
    fn check_frames(&self, py: Python<'_>, namespace: &Bound<'_, PyDict>) -> PyResult<Result<(), String>> {
        let (inner, outer) = (function(namespace, "inner")?, function(namespace, "outer")?);
        let (code, behind) = (code_of(&inner)?, code_of(&outer)?);
        let layout = self.layout;
        let tag = usize::from(layout.tagged_refs);
        let (usual_entry, callee) = (self.usual_entry, inner.as_ptr() as Address);
        let seen = seen_within(py, &outer, None, move || {
            // SAFETY: attached; the fields were compared with the table of the process.
            unsafe {
                let thread = ffi::PyThreadState_Get() as Address;
                let frame: Address = read(thread, layout.ts_current_frame);
                let caller: Address = read(frame, layout.frame_previous);
                let entry: Address = read(caller, layout.frame_previous);
                let at =
                    read::<Address>(frame, layout.frame_instr_ptr).wrapping_sub(code + layout.code_adaptive as usize);
                let pairs = [
                    (
                        "the interpreter",
                        read::<Address>(thread, layout.ts_interp),
                        ffi::PyInterpreterState_Get() as Address,
                    ),
                    ("the code of a frame", read::<Address>(frame, layout.frame_executable) & !tag, code),
                    (
                        "the code of the frame behind it",
                        read::<Address>(caller, layout.frame_executable) & !tag,
                        behind,
                    ),
                    ("the function of a frame", read::<Address>(frame, layout.frame_funcobj) & !tag, callee),
                    ("the entry of a function", read(callee, layout.func_vectorcall), usual_entry),
                    (
                        "a frame's being an entry frame",
                        usize::from(Layout::is_entry_frame(read(frame, layout.frame_owner))),
                        0,
                    ),
                    (
                        "an entry frame's being one",
                        usize::from(Layout::is_entry_frame(read(entry, layout.frame_owner))),
                        1,
                    ),
                    (
                        "an instruction's being in its code",
                        usize::from(at < 2 * read::<usize>(code, layout.var_size)),
                        1,
                    ),
                ];
                pairs
                    .iter()
                    .find(|(_, found, expected)| found != expected)
                    .map(|(what, found, expected)| format!("self-test: {what} is {found:#x}, not {expected:#x}"))
            }
        })?;
        Ok(match seen.first() {
            None => Err("self-test: the probe was not called".to_owned()),
            Some(Some(wrong)) => Err(wrong.clone()),
            Some(None) => Ok(()),
        })
    }

    /// Says why the current executor cannot be told.
    fn check_executor(&self, py: Python<'_>, namespace: &Bound<'_, PyDict>) -> PyResult<Option<String>> {
        let layout = self.layout;
        let Some(jit) = modules::import(py, "sys")?.getattr_opt("_jit")? else { return Ok(None) };
        if layout.ts_current_executor < 0 || !jit.call_method0("is_available")?.is_truthy()? {
            return Ok(None);
        }
        // SAFETY: attached; the last item of the stack of exceptions is a part of the thread's state.
        let behind = unsafe {
            let thread = ffi::PyThreadState_Get() as Address;
            let mut item: Address = read(thread, layout.ts_exc_info);
            while let before @ 1.. = read::<Address>(item, 8) {
                item = before;
            }
            item.wrapping_sub(thread).wrapping_add(ERROR_STACK_ITEM as usize)
        };
        if behind != layout.ts_current_executor as usize {
            return Ok(Some(format!("self-test: the current executor would be at {behind} of the thread's state")));
        }
        if !jit.call_method0("is_enabled")?.is_truthy()? {
            return Ok(None); // none can be seen now; where it stands is known
        }
        let loop_ = function(namespace, "loop")?;
        let words = seen_within(py, &loop_, Some(ITERATIONS), move || {
            // SAFETY: attached, and the field is inside the thread's state, as was just seen.
            unsafe { read::<Address>(ffi::PyThreadState_Get() as Address, layout.ts_current_executor) }
        })?;
        let executors = executors_of(py, &loop_)?;
        if executors.is_empty() {
            return Ok(Some(
                "self-test: the JIT compiled nothing, as it does while a tracing tool is active".to_owned(),
            ));
        }
        let seen = words.iter().any(|word| executors.contains(word)) && words.first() == Some(&0);
        Ok((!seen).then(|| "self-test: the current executor is not where it should be".to_owned()))
    }
}

/// The layout with one field in the place of its neighbour.
fn misplaced(layout: &Layout, what: &str) -> &'static Layout {
    let mut wrong = *layout;
    match what {
        "frames" => wrong.frame_funcobj = layout.frame_globals,
        "executor" => wrong.ts_current_executor += 8,
        _ => {}
    }
    Box::leak(Box::new(wrong))
}

fn function<'py>(namespace: &Bound<'py, PyDict>, name: &str) -> PyResult<Bound<'py, PyFunction>> {
    Ok(namespace.as_any().get_item(name)?.cast_into()?)
}

fn code_of(function: &Bound<'_, PyFunction>) -> PyResult<Address> {
    Ok(function.getattr("__code__")?.as_ptr() as Address)
}

/// Calls a function of the probe's with a callable that looks, unseen by tracers, and gives what was seen.
fn seen_within<T: Send + 'static>(
    py: Python<'_>,
    function: &Bound<'_, PyFunction>,
    count: Option<u32>,
    look: impl Fn() -> T + Send + Sync + 'static,
) -> PyResult<Vec<T>> {
    let kept: Arc<Mutex<Vec<T>>> = Arc::default();
    let seen = Arc::clone(&kept);
    let callable = PyCFunction::new_closure(py, None, None, move |_, _| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(look());
    })?;
    let quiet = Untraced::begin();
    let called = match count {
        Some(count) => function.call1((&callable, count)),
        None => function.call1((&callable,)),
    };
    drop(quiet);
    called?;
    let found = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(found)
}

/// While this lives, nothing that this thread runs is told to tracers.
struct Untraced(Option<unsafe extern "C" fn(*mut ffi::PyThreadState)>);

impl Untraced {
    fn begin() -> Self {
        let (enter, leave) = (symbol("PyThreadState_EnterTracing"), symbol("PyThreadState_LeaveTracing"));
        if enter.is_null() || leave.is_null() {
            return Self(None);
        }
        type Switch = unsafe extern "C" fn(*mut ffi::PyThreadState);
        // SAFETY: the functions of these names (pystate.h, from 3.11 on), called attached and in pairs.
        unsafe {
            std::mem::transmute::<*mut c_void, Switch>(enter)(ffi::PyThreadState_Get());
            Self(Some(std::mem::transmute::<*mut c_void, Switch>(leave)))
        }
    }
}

impl Drop for Untraced {
    fn drop(&mut self) {
        if let Some(leave) = self.0 {
            // SAFETY: the pair of the call in `begin`.
            unsafe { leave(ffi::PyThreadState_Get()) };
        }
    }
}

/// The addresses of a function's executors.
fn executors_of(py: Python<'_>, function: &Bound<'_, PyFunction>) -> PyResult<Vec<Address>> {
    let Some(get) = modules::import(py, "_opcode")?.getattr_opt("get_executor")? else { return Ok(Vec::new()) };
    let code = function.getattr("__code__")?;
    let length = code.getattr("co_code")?.len()?;
    // It raises ValueError where there is none.
    let found = (0..length).step_by(2).filter_map(|offset| get.call1((&code, offset)).ok());
    Ok(found.filter(|executor| !executor.is_none()).map(|executor| executor.as_ptr() as Address).collect())
}

/// Compares the offsets with the table that every CPython carries for debuggers.
fn check_table(py: Python<'_>, layout: &Layout) -> PyResult<Result<(), String>> {
    const WORDS: usize = 80;
    let table = symbol("_PyRuntime").cast::<u64>();
    if table.is_null() {
        return Ok(Err("the interpreter does not export _PyRuntime".to_owned()));
    }
    // SAFETY: _PyRuntime is far larger than this, and its beginning never changes after start-up.
    let words = unsafe { std::slice::from_raw_parts(table, WORDS) };
    let version: u64 = modules::import(py, "sys")?.getattr("hexversion")?.extract()?;
    let places = &layout.debug_table;
    let expected = [
        ("the mark of _PyRuntime", 0, u64::from_le_bytes(*b"xdebugpy")),
        ("the version of _PyRuntime", 1, version),
        ("its flag of free threading", 2, 0),
        ("PyThreadState.interp", places.thread[0], layout.ts_interp as u64),
        ("PyThreadState.current_frame", places.thread[1], layout.ts_current_frame as u64),
        ("the frame's previous", places.frame[0], layout.frame_previous as u64),
        ("the frame's executable", places.frame[1], layout.frame_executable as u64),
        ("the frame's instr_ptr", places.frame[2], layout.frame_instr_ptr as u64),
        ("the frame's owner", places.frame[4], layout.frame_owner as u64),
        ("co_code_adaptive", places.code[1], layout.code_adaptive as u64),
    ];
    let wrong = expected.iter().find(|(_, place, value)| words[*place] != *value);
    Ok(match wrong {
        Some((what, place, value)) => Err(format!("self-test: {what} is {:#x}, not {value:#x}", words[*place])),
        None => Ok(()),
    })
}
