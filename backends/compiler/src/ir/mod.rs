//! Kinds, shapes of blocks, and the verifier over every edge.
