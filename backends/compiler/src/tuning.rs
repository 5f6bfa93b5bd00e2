//! Thresholds, with their measurements.
