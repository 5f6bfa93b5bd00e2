//! Stands between the trait that an author writes and the one that crosses the ABI: forwards every method, catches panics.

use crate::abi::backend::{Backend as RawBackend, BackendObject, BackendObject_TO};
use crate::abi::backend::{FIT_BY_NAME, FIT_DEFAULT, FIT_NO, RawFit, RawInfo};
use crate::abi::host::HostTableRef;
use crate::abi::values::{Pair, RawError, RawInterpreter, RawObject, RawRequest, RawState, RawVerdict};
use crate::plugin::backend::{Backend, Fit, Request};
use crate::plugin::python::Host;
use crate::types::error::{Error, Result};
use crate::types::interpreter::{Interpreter, pairs_to_raw};
use crate::types::object::Borrowed;
use crate::types::panics::{GuardedDrop, catch_panic};
use abi_stable::sabi_trait::TD_Opaque;
use abi_stable::std_types::{ROption, RResult, RString, RVec};
use std::marker::PhantomData;

/// What a backend says that was built with panic=abort; the host goes no further.
pub(crate) fn aborting() -> RawInfo {
    RawInfo {
        name: RString::new(),
        version: RString::new(),
        description: RString::new(),
        implementation: RString::new(),
        requires: RString::new(),
        rank: 0,
        hints: 0,
        panic_abort: true,
        extra: RVec::new(),
    }
}

pub(crate) fn info<T: Backend>() -> RawInfo {
    let info = T::info();
    RawInfo {
        name: info.name.into(),
        version: info.version.into(),
        description: info.description.into(),
        implementation: info.implementation.into(),
        requires: info.requires.into(),
        rank: info.rank,
        hints: info.hints.iter().fold(0, |bits, hint| bits | 1 << hint.number()),
        panic_abort: false,
        extra: RVec::new(),
    }
}

pub(crate) fn fit<T: Backend>(raw: &RawInterpreter) -> Result<RawFit> {
    let (kind, reason) = match T::fit(&interpreter(raw)?) {
        Fit::Default => (FIT_DEFAULT, String::new()),
        Fit::ByName(reason) => (FIT_BY_NAME, reason),
        Fit::No(reason) => (FIT_NO, reason),
    };
    Ok(RawFit { kind, reason: reason.into() })
}

pub(crate) fn create<T: Backend>(table: HostTableRef, raw: &RawInterpreter) -> Result<RawBackend> {
    let host = Host { table };
    let backend = T::create(host, &interpreter(raw)?)?;
    Ok(BackendObject_TO::from_value(Adaptor { backend: GuardedDrop::new(backend), host }, TD_Opaque))
}

fn interpreter(raw: &RawInterpreter) -> Result<Interpreter> {
    Interpreter::from_raw(raw).map_err(|error| Error::Other {
        message: format!("the host's version {} is not semantic: {error}", raw.version),
    })
}

struct Adaptor<T> {
    backend: GuardedDrop<T>,
    host: Host,
}

impl<T: Backend> BackendObject for Adaptor<T> {
    fn apply(&self, request: RawRequest) -> RResult<RawVerdict, RawError> {
        catch_panic(|| self.backend.apply(&Request::from_raw(self.host, request)?).map(|verdict| verdict.to_raw()))
            .into()
    }

    fn undo(&self, function: RawObject) -> RResult<bool, RawError> {
        catch_panic(|| self.backend.undo(Borrowed { raw: function, lifetime: PhantomData })).into()
    }

    fn state(&self, function: RawObject) -> RResult<ROption<RawState>, RawError> {
        catch_panic(|| {
            let state = self.backend.state(Borrowed { raw: function, lifetime: PhantomData })?;
            Ok(state.map(|state| state.to_raw()).into())
        })
        .into()
    }

    fn verdict(&self, function: RawObject) -> RResult<ROption<RawVerdict>, RawError> {
        catch_panic(|| {
            let verdict = self.backend.verdict(Borrowed { raw: function, lifetime: PhantomData })?;
            Ok(verdict.map(|verdict| verdict.to_raw()).into())
        })
        .into()
    }

    #[cfg(jitctl_core_variant = "later")]
    fn added_method(&self) -> RString {
        self.backend.added_method().into()
    }

    fn notes(&self) -> RVec<Pair> {
        let notes = catch_panic(|| Ok(self.backend.notes()));
        let failed = |error: RawError| vec![("error".to_owned(), error.reason())];
        pairs_to_raw(&notes.unwrap_or_else(failed))
    }
}

/// The header that `export_backend!` exports. Public for that macro alone.
#[doc(hidden)]
pub mod exported {
    use super::*;
    use crate::abi::module::{BackendModule, BackendModuleRef};
    use crate::plugin::backend::Backend as Author;
    use abi_stable::library::{__call_root_module_loader, CheckTypeLayout, LibHeader, RootModuleResult};
    use abi_stable::prefix_type::PrefixTypeTrait;
    use abi_stable::std_types::{RErr, ROk};

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
            return ROk(super::aborting()); // nothing of the author's may run: a panic in it would end the process
        }
        super::catch_panic(|| Ok(super::info::<T>())).into()
    }

    extern "C" fn fit<T: Author>(interpreter: &RawInterpreter) -> RResult<RawFit, RawError> {
        super::catch_panic(|| super::fit::<T>(interpreter)).into()
    }

    extern "C" fn create<T: Author>(host: HostTableRef, interpreter: &RawInterpreter) -> RResult<RawBackend, RawError> {
        match super::catch_panic(|| super::create::<T>(host, interpreter)) {
            Ok(backend) => ROk(backend),
            Err(error) => RErr(error),
        }
    }
}

/// Exports a backend from a `cdylib`: `jitctl_core::export_backend!(MyBackend);`
#[macro_export]
macro_rules! export_backend {
    ($backend:ty) => {
        // The name is abi_stable's ROOT_MODULE_LOADER_NAME; a test of jitctl-core pins it.
        // SAFETY: no other symbol has this name; abi_stable reserves it for this use.
        #[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
        static JITCTL_BACKEND_ROOT: $crate::exported::Header =
            $crate::exported::Header::new($crate::exported::root::<$backend, { cfg!(panic = "abort") }>);
    };
}
