//! From the stack machine to typed values.
//!
//! A block is translated from its shape on; where a jump leads to a block, the shapes join. This is repeated until no shape
//! changes, and only what the last round emitted is compiled: every edge was then translated against the final shape of its
//! target, which the verifier checks once more.

mod activation;
mod arith;
mod arrays;
mod attrs;
mod blocks;
mod boxing;
mod builtins;
mod calls;
mod closures;
mod compare;
mod containers;
mod dicts;
mod direct;
mod edges;
mod emit;
mod functions;
mod generic;
mod globals;
mod guards;
mod handlers;
mod instruction;
mod leaving;
mod locals;
mod loops;
mod met;
mod places;
mod refs;
mod returning;
mod sequences;
mod settle;
mod slots;
mod stack;
mod texts;
mod types;
mod value;
mod versions;

pub use blocks::{signature, translate};
pub use emit::FLAGS;
pub use value::{Own, Sigs, Val};

use crate::decode::Instr;
use crate::exits::{ExitRecord, Site};
use crate::ir::{Local, Shape, Ty};
use crate::runtime::Runtime;
use crate::subject::{Refused, Returns, Subject};
use cranelift_codegen::ir::{Block, StackSlot, Value};
use cranelift_frontend::{FunctionBuilder, Variable};
use std::collections::{BTreeMap, HashMap};

/// The result of translating something; an error refuses the whole function.
pub type Result<T> = std::result::Result<T, Refused>;

/// What an instruction needs behind its effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum After {
    /// It ran no code.
    #[default]
    Nothing,
    /// It may have run code.
    Recheck,
    /// It was a call, behind which signals and other threads get their turn, too.
    Poll,
}

/// The variables in which a place's unboxed value is kept between blocks.
#[derive(Clone, Copy, Default)]
pub struct Vars {
    pub int: Option<Variable>,
    pub float: Option<Variable>,
    pub bool: Option<Variable>,
    /// The second number of a range.
    pub second: Option<Variable>,
    /// Its step.
    pub third: Option<Variable>,
    /// Is the local bound?
    pub flag: Option<Variable>,
}

/// What one round of translation finds out, besides the code.
#[derive(Default)]
pub struct Found {
    #[expect(clippy::vec_box, reason = "machine code carries the addresses")]
    pub records: Vec<Box<ExitRecord>>,
    #[expect(clippy::vec_box, reason = "machine code carries the addresses")]
    pub sites: Vec<Box<Site>>,
    /// Copies of the rest of a block.
    pub copies: u32,
    pub changed: bool,
    /// The most words of the buffer that any exit needs.
    pub words: u32,
    pub notes: Vec<String>,
    /// The first line in a loop of which nothing is known that the interpreter will find out.
    pub unknown: Option<u32>,
    /// What is gained against the interpreter, roughly.
    pub gain: i64,
    /// What a loop repeats, or the function where it has none, asks the interpreter's own functions.
    pub in_doubt: bool,
    /// Activations need a frame from their begin.
    pub framed: bool,
    /// It calls functions that may be compiled for it.
    pub calls: bool,
}

/// A state that is taken up again on another way.
pub type Saved = (Vec<Local>, Vec<Val>, Vec<Option<Value>>, Vec<Option<(crate::ir::Num, Value)>>);

/// The state at the instruction that would have raised.
#[derive(Clone)]
pub struct Snapshot {
    pub saved: Saved,
    pub one: Instr,
}

/// The translation of one function.
pub struct Build<'a> {
    pub b: FunctionBuilder<'a>,
    pub cx: &'a Subject<'a>,
    pub rt: &'static Runtime,
    pub shapes: &'a mut BTreeMap<u32, Shape>,
    pub returns: &'a mut Returns,
    pub found: Found,
    pub sigs: Sigs,
    /// The thread's state and the frame.
    pub thread: Value,
    pub frame: Value,
    /// What callers have yet to show of their unboxed locals; 0 where there is nothing.
    pub pending: Value,
    /// The function, where the unit serves all of its code.
    pub me: Option<Value>,
    /// No code of others ran so far, other than through exits.
    pub pure: bool,
    /// Activations have no frame until somebody looks; `frame` is its image on the machine stack.
    pub lazy: bool,
    pub buffer: StackSlot,
    /// 64 bytes for whatever a C function writes.
    pub scratch: StackSlot,
    /// A reference was to be given back while entries were not settled: the function is refused.
    pub unsettled: bool,
    pub blocks: HashMap<u32, Block>,
    pub work: Vec<u32>,
    pub vars: Vec<Vars>,
    /// Functions that were found as methods: where their constants are.
    pub methods: HashMap<Value, usize>,
    /// Locals at the begin of blocks that were taken for numbers and are not.
    pub fallen: &'a mut std::collections::BTreeSet<(u32, u32)>,
    /// How often an entry of the stack at the begin of a block was replaced by one that has nothing in common with it.
    pub replaced: &'a mut BTreeMap<u32, u32>,
    /// The unboxed values of places, as far as this block knows them.
    pub values: Vec<Option<(crate::ir::Num, Value)>>,
    /// The state at this point.
    pub locals: Vec<Local>,
    pub stack: Vec<Val>,
    /// Objects in stack slots that this block found there, so that they need not be stored again.
    pub home: Vec<Option<Value>>,
    /// The instruction that is translated.
    pub one: Instr,
    /// Where an exit goes on: this instruction, or, once it had its effect, the next one.
    pub resume: u32,
    /// The next instruction, which takes a pair apart, was done with this one.
    pub taken_apart: bool,
    /// What this instruction needs at its end.
    pub after: After,
    /// Given back when the instruction is done.
    pub drops: Vec<(Value, Ty)>,
    /// Those of them that may be empty.
    pub maybe_null: Vec<Value>,
    /// Where exits go on while an exception that nobody sees is handled.
    pub snapshot: Option<Snapshot>,
    /// The object whose class an exit remembers.
    pub witness: Option<Value>,
    /// The block that returns a boxed result of the interpreter.
    pub left: Option<Block>,
    /// Instructions that are left to the interpreter.
    pub skipped: &'a mut std::collections::BTreeSet<u32>,
    /// Where callers put what callees may have to show, and its size.
    pub shadow_slot: Option<(StackSlot, u32)>,
    pub body_ref: Option<cranelift_codegen::ir::FuncRef>,
    /// What the returns of this round give.
    pub returned: Returns,
}
