//! Grants each part of the layout in this process.
