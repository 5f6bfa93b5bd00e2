//! Watchers, and what they spoil.
