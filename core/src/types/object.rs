//! References to Python objects, as a backend sees them: borrowed and owned are different types.

use crate::abi::host::HostTableRef;
use crate::abi::values::RawObject;
use std::ffi::c_void;
use std::marker::PhantomData;

/// A reference that somebody else keeps alive for `'a`.
#[derive(Clone, Copy)]
pub struct Borrowed<'a> {
    pub(crate) raw: RawObject,
    pub(crate) lifetime: PhantomData<&'a ()>,
}

impl<'a> Borrowed<'a> {
    /// The `PyObject *`.
    #[must_use]
    pub fn address(self) -> *mut c_void {
        self.raw.0
    }

    /// Takes an address as a borrowed reference.
    ///
    /// # Safety
    /// `address` must be a live Python object for all of `'a`.
    #[must_use]
    pub unsafe fn from_address(address: *mut c_void) -> Self {
        Self { raw: RawObject(address), lifetime: PhantomData }
    }

    pub(crate) fn from_raw(raw: RawObject) -> Option<Self> {
        (!raw.is_null()).then_some(Self { raw, lifetime: PhantomData })
    }
}

/// A reference of one's own; given back when dropped, which must happen while attached to the interpreter.
pub struct Owned {
    pub(crate) raw: RawObject,
    pub(crate) table: HostTableRef,
}

impl Owned {
    /// A borrowed view of it.
    #[must_use]
    pub fn borrow(&self) -> Borrowed<'_> {
        Borrowed { raw: self.raw, lifetime: PhantomData }
    }

    /// The `PyObject *`.
    #[must_use]
    pub fn address(&self) -> *mut c_void {
        self.raw.0
    }

    pub(crate) fn into_raw(self) -> RawObject {
        let raw = self.raw;
        std::mem::forget(self);
        raw
    }
}

impl Clone for Owned {
    fn clone(&self) -> Self {
        self.table.incref()(self.raw);
        Self { raw: self.raw, table: self.table }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.table.decref()(self.raw);
    }
}

impl std::fmt::Debug for Owned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Owned({:p})", self.raw.0)
    }
}
