//! The root module: the one symbol that a backend's library exports.
#![cfg_attr(not(feature = "host"), allow(dead_code))] // only a host reads what the derive makes accessors for

use super::backend::{Backend, RawFit, RawInfo};
use super::host::HostTableRef;
use super::values::{RawError, RawInterpreter};
use abi_stable::StableAbi;
use abi_stable::library::RootModule;
use abi_stable::package_version_strings;
use abi_stable::sabi_types::VersionStrings;
use abi_stable::std_types::RResult;

#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = BackendModuleRef)))]
#[sabi(missing_field(option))]
pub struct BackendModule {
    pub info: extern "C" fn() -> RResult<RawInfo, RawError>,
    pub fit: extern "C" fn(&RawInterpreter) -> RResult<RawFit, RawError>,
    #[sabi(last_prefix_field)]
    pub create: extern "C" fn(HostTableRef, &RawInterpreter) -> RResult<Backend, RawError>,
}

impl RootModule for BackendModuleRef {
    abi_stable::declare_root_module_statics! {BackendModuleRef}
    const BASE_NAME: &'static str = "jitctl_backend";
    const NAME: &'static str = "jitctl_backend";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}

/// The name under which abi_stable 0.11 looks for the root module; `export_backend!` has to spell it as a literal.
pub const ROOT_SYMBOL: &str = abi_stable::library::ROOT_MODULE_LOADER_NAME;
