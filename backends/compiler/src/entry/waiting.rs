//! The entry of a function that waits to be compiled.

use super::{install, samples};
use crate::python::Object;
use crate::runtime::{self, Runtime};
use crate::units::table::{Phase, entries};
use crate::units::{Hold, OFFSET_FLAG, bind, is_stack_short, usual, without_entry};
use jitctl_core::{Borrowed, Error, Owned};
use jitctl_verdicts::VerdictCode;
use std::ptr::null_mut;

/// Counts the call; compiles the function where it is the right one. The call itself then goes where the function's entry leads.
///
/// # Safety
/// CPython calls it as the entry of a hinted function.
pub unsafe extern "C" fn entry(function: Object, arguments: *const Object, count: usize, keywords: Object) -> Object {
    let Some(runtime) = runtime::get() else { return null_mut() };
    // SAFETY: CPython's arguments, alive for the call.
    unsafe {
        if is_stack_short(runtime, runtime.thread()) {
            return without_entry(runtime, function, arguments, count, keywords);
        }
        let hold = Hold::begin(runtime, arguments, count, keywords);
        if !train(runtime, function) {
            hold.end(runtime);
            return null_mut();
        }
        if is_due(function as usize) {
            let values = bind(runtime, function, arguments, count & !OFFSET_FLAG, keywords);
            let held = values.map(|values| own(runtime, &values));
            install::compile(runtime, function, held);
        }
        hold.lend();
        let next = Runtime::read::<crate::layout::Vectorcall>(function, runtime.layout.func_vectorcall);
        if next as usize == entry as *const () as usize {
            return usual(runtime, function, arguments, count, keywords);
        }
        next(function, arguments, count, keywords)
    }
}

/// Makes the calls with samples that wait for the first real call. False: an exception is set that must reach the user.
///
/// # Safety
/// A live function.
unsafe fn train(runtime: &Runtime, function: Object) -> bool {
    // A tracer would see the calls; they wait until it is gone.
    if runtime.is_monitored() {
        return true;
    }
    let Some((job, ticket)) = samples::take(function as usize) else { return true };
    // SAFETY: a live function.
    match job(runtime.host, unsafe { Borrowed::from_address(function) }) {
        Ok(verdict) => runtime.host.report(ticket, &verdict),
        Err(Error::Python(exception) | Error::Interrupted(exception)) => {
            let object = exception.object().address();
            // SAFETY: a live exception, of which a reference is given away.
            unsafe {
                (runtime.api.Py_IncRef)(object);
                (runtime.api.PyErr_SetRaisedException)(object);
            }
            return false;
        }
        Err(error) => runtime.host.report(ticket, &VerdictCode::SamplesFailed.verdict(error.to_string())),
    }
    true
}

/// Counts one call.
fn is_due(function: usize) -> bool {
    let mut entries = entries();
    match entries.functions.get_mut(&function).map(|hinted| &mut hinted.phase) {
        Some(Phase::Waiting { calls: 0, .. }) => true,
        Some(Phase::Waiting { calls, .. }) => {
            *calls -= 1;
            false
        }
        _ => false,
    }
}

/// New references to live objects.
///
/// # Safety
/// All of them are live objects.
pub unsafe fn own(runtime: &Runtime, values: &[Object]) -> Vec<Owned> {
    // SAFETY: the caller's promise.
    values.iter().map(|value| runtime.host.own(unsafe { Borrowed::from_address(*value) })).collect()
}
