//! How an activation goes on in the interpreter.
