//! What was asked for, and what is known: the hints in force, the settings, and the context that everything is handed.

pub mod context;
pub mod first_use;
pub mod hint_table;
pub mod settings;
