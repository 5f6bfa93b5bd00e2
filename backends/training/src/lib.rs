//! Calls a function with the user's sample arguments, at the right moment and within a budget; shared by our backends.
//!
//! The way through the crate:
//!
//! ```text
//! Plan::from_request      plan.rs        what the user gave: samples, when, budget
//! Scheduler::schedule     scheduler.rs   now, at the first call (first_call/), or in a thread (background.rs)
//! Plan::run               run.rs         batches of calls until the state settles or the budget is spent
//!                         infer.rs       before them, arguments where nobody gave any; watch.rs stops a call
//! Outcome                 outcome.rs     how it ended and what was measured; becomes the backend's verdict
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

mod background;
mod budget;
mod clock;
mod drive;
mod first_call;
mod infer;
mod outcome;
mod pending;
mod plan;
mod python;
mod run;
mod samples;
mod scheduler;
mod sessions;
mod settle;
pub mod tool;
mod watch;
mod why;

pub use budget::Budget;
pub use infer::{Inferred, Refusal};
pub use outcome::{End, Outcome};
pub use plan::{Infer, Plan, When};
pub use run::Progress;
pub use scheduler::{Job, Scheduler};
pub use settle::{Settling, Warmth, is_surely_warm};
pub use why::explained;
