//! Panics stop here: what an author or a host wrote must not unwind across the boundary.

use crate::abi::values::RawError;
use crate::types::error::{Error, Result};
use std::any::Any;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs what an author wrote; a panic becomes an error.
pub(crate) fn catch_panic<T>(action: impl FnOnce() -> Result<T>) -> std::result::Result<T, RawError> {
    match catch_unwind(AssertUnwindSafe(action)) {
        Ok(result) => result.map_err(Error::into_raw),
        Err(payload) => {
            let message = one_line(&panic_message(&*payload));
            std::mem::forget(payload); // its destructor may panic too, and nothing would catch that
            Err(Error::Panicked { message }.into_raw())
        }
    }
}

/// An author's value, the destructor of which may panic.
pub(crate) struct GuardedDrop<T>(ManuallyDrop<T>);

impl<T> GuardedDrop<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(ManuallyDrop::new(value))
    }
}

impl<T> Deref for GuardedDrop<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Drop for GuardedDrop<T> {
    fn drop(&mut self) {
        let _ = catch_panic(|| {
            // SAFETY: dropped here, once, and not used afterwards.
            unsafe { ManuallyDrop::drop(&mut self.0) };
            Ok(())
        });
    }
}

pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

#[cfg(feature = "host")]
/// Runs what a host wrote; a panic becomes the other answer.
pub(crate) fn caught<T>(otherwise: T, action: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(action)).unwrap_or(otherwise)
}
