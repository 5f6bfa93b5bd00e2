//! Typed values to Cranelift.
