//! Every verdict code that jitctl itself gives: its own backends, the extension, the package. One row of `table.rs` for each
//! has its statuses, what it means, and what to do about it; docs/verdicts.md and python/jitctl/_verdicts.py are made from
//! it. Third parties' backends have codes of their own, which begin with their name.

mod code;
mod row;
mod table;

pub use row::{By, Row};
pub use table::VerdictCode;
