//! Calls a function with the user's sample arguments, at the right moment and within a budget; shared by our backends.
