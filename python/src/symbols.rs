//! Addresses of what this process exports, by name.

use std::ffi::c_void;

/// The address of a symbol that this process exports.
#[cfg(unix)]
pub fn address(name: &str) -> *mut c_void {
    let library = libloading::os::unix::Library::this();
    // SAFETY: only the address is taken; what it may be used for is the backend's concern.
    unsafe { library.get::<*mut c_void>(name.as_bytes()) }.map_or(std::ptr::null_mut(), |symbol| symbol.into_raw())
}

#[cfg(not(unix))]
pub fn address(_name: &str) -> *mut c_void {
    std::ptr::null_mut()
}
