//! The table of functions that the host lends to a backend. All of them need the calling thread to be attached to the
//! interpreter; each that can fail answers null, or less than zero, with a Python exception set.

use super::facts::FactsObject_TO;
use super::values::{RawError, RawException, RawObject, RawOpcode, RawState, RawVerdict};
use abi_stable::std_types::{RBox, RResult, RSlice, RStr, RString, RVec};
use abi_stable::{StableAbi, sabi_trait};
use std::ffi::c_void;

/// A backend's function that Python may call; gets borrowed arguments, gives an owned object.
#[sabi_trait]
pub trait CallbackObject: Send + Sync {
    #[sabi(last_prefix_field)]
    fn call(&self, arguments: RSlice<'_, RawObject>) -> RResult<RawObject, RawError>;
}

pub type Facts = FactsObject_TO<'static, RBox<()>>;
pub type Callback = CallbackObject_TO<'static, RBox<()>>;

#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = HostTableRef)))]
#[sabi(missing_field(option))]
pub struct HostTable {
    pub incref: extern "C" fn(RawObject),
    pub decref: extern "C" fn(RawObject),
    pub none: extern "C" fn() -> RawObject,
    pub import: extern "C" fn(RStr<'_>) -> RawObject,
    pub get_attribute: extern "C" fn(RawObject, RStr<'_>) -> RawObject,
    pub set_attribute: extern "C" fn(RawObject, RStr<'_>, RawObject) -> i32,
    pub get_item: extern "C" fn(RawObject, RawObject) -> RawObject,
    pub call: extern "C" fn(RawObject, RSlice<'_, RawObject>) -> RawObject,
    pub call_with: extern "C" fn(RawObject, RawObject, RawObject) -> RawObject,
    pub from_int: extern "C" fn(i64) -> RawObject,
    pub from_float: extern "C" fn(f64) -> RawObject,
    pub from_text: extern "C" fn(RStr<'_>) -> RawObject,
    pub from_bytes: extern "C" fn(RSlice<'_, u8>) -> RawObject,
    pub tuple: extern "C" fn(RSlice<'_, RawObject>) -> RawObject,
    pub to_int: extern "C" fn(RawObject, &mut i64) -> i32,
    pub to_float: extern "C" fn(RawObject, &mut f64) -> i32,
    pub to_text: extern "C" fn(RawObject, &mut RString) -> i32,
    pub to_bytes: extern "C" fn(RawObject, &mut RVec<u8>) -> i32,
    pub truth: extern "C" fn(RawObject) -> i32,
    pub type_name: extern "C" fn(RawObject) -> RString,
    pub take_exception: extern "C" fn() -> RawException,
    pub callable: extern "C" fn(RStr<'_>, Callback) -> RawObject,
    pub resolve: extern "C" fn(RStr<'_>) -> *mut c_void,
    pub log: extern "C" fn(u8, RStr<'_>),
    pub facts: extern "C" fn(RawObject) -> RResult<Facts, RawError>,
    pub observe: extern "C" fn(RawObject) -> RResult<RawState, RawError>,
    pub opcodes: extern "C" fn() -> RResult<RVec<RawOpcode>, RawError>,
    #[sabi(last_prefix_field)]
    pub report: extern "C" fn(u64, RawVerdict),
    #[cfg(jitctl_core_variant = "later")]
    pub added: extern "C" fn() -> i64,
}
