//! From the stack machine to typed values.
