//! What machine code calls.
