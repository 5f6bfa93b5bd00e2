//! The root module: the one symbol that a backend's library exports.

use super::backend::{Backend, RawFit, RawInfo};
use super::host::HostTableRef;
use super::values::{RawError, RawInterpreter};
use abi_stable::StableAbi;
use abi_stable::library::{__call_root_module_loader, CheckTypeLayout, LibHeader, RootModule, RootModuleResult};
use abi_stable::package_version_strings;
use abi_stable::prefix_type::PrefixTypeTrait;
use abi_stable::sabi_types::VersionStrings;
use abi_stable::std_types::{RErr, ROk, RResult};

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

/// The header that `export_backend!` exports. Public for that macro alone.
#[doc(hidden)]
pub mod exported {
    use super::*;
    use crate::adaptor;
    use crate::author::Backend as Author;

    #[repr(transparent)]
    pub struct Header(#[allow(dead_code)] LibHeader); // read by the host, through the exported symbol

    impl Header {
        pub const fn new(root: extern "C" fn() -> RootModuleResult) -> Self {
            // SAFETY: `root` is `root::<T>` below, which gives a `BackendModuleRef`.
            Self(unsafe { LibHeader::from_constructor::<BackendModuleRef>(root, CheckTypeLayout::Yes) })
        }
    }

    /// Makes the root module of the backend `T`; `panic_abort` is the author's crate's setting.
    pub extern "C" fn root<T: Author, const PANIC_ABORT: bool>() -> RootModuleResult {
        __call_root_module_loader(|| {
            BackendModule { info: info::<T, PANIC_ABORT>, fit: fit::<T>, create: create::<T> }.leak_into_prefix()
        })
    }

    extern "C" fn info<T: Author, const PANIC_ABORT: bool>() -> RResult<RawInfo, RawError> {
        if PANIC_ABORT {
            return ROk(adaptor::aborting()); // nothing of the author's may run: a panic in it would end the process
        }
        adaptor::guard(|| Ok(adaptor::info::<T>())).into()
    }

    extern "C" fn fit<T: Author>(interpreter: &RawInterpreter) -> RResult<RawFit, RawError> {
        adaptor::guard(|| adaptor::fit::<T>(interpreter)).into()
    }

    extern "C" fn create<T: Author>(host: HostTableRef, interpreter: &RawInterpreter) -> RResult<Backend, RawError> {
        match adaptor::guard(|| adaptor::create::<T>(host, interpreter)) {
            Ok(backend) => ROk(backend),
            Err(error) => RErr(error),
        }
    }
}
