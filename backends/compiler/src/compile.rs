//! The passes in their order.
