//! What can be done to code: arming, keeping out, freezing, and switching the JIT. Nothing here knows a hint or a verdict.

pub mod events;
pub mod jit_switch;
pub mod obstacle;
pub mod regions;
