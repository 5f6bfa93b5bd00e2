//! What is wanted of a function: each hint, what keeps it in force, and the words for what came of it.

pub mod current;
pub mod dispatch;
pub mod focus;
pub mod ignore;
pub mod in_force;
pub mod keep_up;
pub mod limits;
pub mod once;
pub mod siblings;
pub mod switching;
pub mod trial;
pub mod verdicts;
pub mod warm_up;
