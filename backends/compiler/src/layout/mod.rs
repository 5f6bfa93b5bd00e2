//! Offsets and values of the interpreter that machine code uses, and the addresses of its functions.
