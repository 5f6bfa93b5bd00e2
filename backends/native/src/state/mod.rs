//! What was asked for, and what is known: the hints in force, the settings, and the context that every part is handed.

pub mod context;
pub mod first_use;
pub mod hint_table;
pub mod hinted_code;
pub mod record;
pub mod request;
pub mod settings;
