//! The real frame of an activation: shape, push, leave, resume, traceback.
