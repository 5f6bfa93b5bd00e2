//! What the specialised bytecode and the actual arguments say.
