//! Code memory: written, then executable; limited; given back.
