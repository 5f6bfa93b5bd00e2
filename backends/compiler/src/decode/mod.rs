//! Bytecode of one version into instructions that no longer depend on it.
