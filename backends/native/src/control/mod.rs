//! What can be done to code: arming, keeping out, freezing, and switching the JIT. Nothing here knows a hint or a verdict.

pub mod arming;
pub mod events;
pub mod freezing;
pub mod growth;
pub mod jit_switch;
pub mod obstacle;
pub mod regions;
