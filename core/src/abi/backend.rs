//! What a backend's library answers.

use super::values::{Pair, RawError, RawObject, RawRequest, RawState, RawVerdict};
use abi_stable::std_types::{RBox, ROption, RResult, RString, RVec};
use abi_stable::{StableAbi, sabi_trait};

#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawInfo {
    pub name: RString,
    pub version: RString,
    pub description: RString,
    pub implementation: RString,
    pub requires: RString,
    pub rank: i32,
    pub hints: u32,
    pub panic_abort: bool,
    pub extra: RVec<Pair>,
}

/// Does it suit an interpreter? `kind` is one of the `FIT_` numbers.
#[repr(C)]
#[derive(Clone, StableAbi)]
pub struct RawFit {
    pub kind: u8,
    pub reason: RString,
}

pub const FIT_DEFAULT: u8 = 1;
pub const FIT_BY_NAME: u8 = 2;
pub const FIT_NO: u8 = 3;

/// The trait, with what a later version appends: abi_stable's macro takes no `cfg` inside.
macro_rules! backend_object {
    ($($later:tt)*) => {
        #[sabi_trait]
        pub trait BackendObject: Send + Sync {
            fn apply(&self, request: RawRequest) -> RResult<RawVerdict, RawError>;
            fn undo(&self, function: RawObject) -> RResult<bool, RawError>;
            fn state(&self, function: RawObject) -> RResult<ROption<RawState>, RawError>;
            fn verdict(&self, function: RawObject) -> RResult<ROption<RawVerdict>, RawError>;
            #[sabi(last_prefix_field)]
            fn notes(&self) -> RVec<Pair>;
            $($later)*
        }
    };
}

#[cfg(not(jitctl_core_variant = "later"))]
backend_object!();
#[cfg(jitctl_core_variant = "later")]
backend_object! {
    fn added_method(&self) -> RString {
        "the default body".into()
    }
}

pub type Backend = BackendObject_TO<'static, RBox<()>>;
