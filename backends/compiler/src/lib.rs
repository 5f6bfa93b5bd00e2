//! A method compiler: a hinted function becomes machine code behind the same function object.

#![allow(dead_code, unused_imports)]

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
mod python;
mod runtime;
mod selftest;
mod ssa;
mod tuning;
