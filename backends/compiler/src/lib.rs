//! A method compiler: a hinted function becomes machine code behind the same function object.

mod compile;
mod decode;
mod entry;
mod exits;
mod frames;
mod invalidate;
mod ir;
mod layout;
mod lower;
mod memory;
mod profile;
mod runtime;
mod selftest;
mod ssa;
mod tuning;
