//! The passes in their order.

use crate::entry::{Compiled, Context, Refusal};

/// Compiles a function.
///
/// # Errors
/// [`Refusal`] with the reason.
pub fn compile(_context: &Context<'_>) -> Result<Compiled, Refusal> {
    Err(Refusal {
        code: "unsupported",
        line: None,
        message: "nothing is compiled yet".to_owned(),
        wants_profile: false,
    })
}
