//! Calls a function with the user's sample arguments, at the right moment and within a budget; shared by our backends.
//!
//! The way through the crate, from what a backend uses down to what everything stands on:
//!
//! ```text
//! Scheduler::schedule   scheduler.rs    now, at the first call (first_call/), or in a thread (background.rs)
//! Plan::run             run.rs          batches of calls until the state settles or the budget is spent
//!                       infer.rs        before them, arguments where nobody gave any
//!                       one_call.rs     each call; timeout.rs stops it, interruption.rs judges what it raised
//!                       moment.rs      where the thread stands, before an exception is raised in it
//!                       main_thread.rs how it is raised in the thread that runs signal handlers
//! Settling              steady.rs       when further calls would change nothing
//! Plan::from_request    plan.rs         what the user gave: samples.rs, when, budget.rs
//! Outcome               outcome.rs      how it ended and what was measured; becomes the backend's verdict
//! Job                   job.rs          what a backend does when the moment has come
//! tuning.rs                             every number, with the measurement that set it
//! ```
//!
//! A backend keeps one [`Scheduler`], and says in a [`Job`] what a training of its own looks like:
//!
//! ```ignore
//! let Some(plan) = Plan::from_request(host, &interpreter, request, Infer::WhereAsked)? else { return Ok(no_samples()) };
//! let when = plan.when();
//! let job: Job = Box::new(move |host, function| {
//!     let settling = Settling::of(host, &interpreter, function, when)?;
//!     let outcome = plan.run(function, |progress| settling.is_settled(progress))?;
//!     Ok(outcome.measured(my_verdict(&outcome)))
//! });
//! self.scheduler.schedule(when, request.function(), request.ticket(), job)
//! ```

mod async_exception;
mod background;
mod budget;
mod explain;
mod first_call;
mod infer;
mod interruption;
mod job;
mod main_thread;
mod moment;
mod one_call;
mod outcome;
mod pending;
mod plan;
mod python;
mod run;
mod running;
mod samples;
mod scheduler;
mod steady;
mod stopwatch;
mod timeout;
pub mod tool_ids;
mod tuning;

pub use budget::Budget;
pub use explain::explained;
pub use infer::{Inferred, Refusal};
pub use job::Job;
pub use outcome::{Comparison, End, Outcome, Progress};
pub use plan::{Infer, Plan, When};
pub use scheduler::Scheduler;
pub use steady::{Settling, Warmth, is_surely_warm};
