//! What the compiler hands over, and what becomes of it: a unit of machine code with everything that it relies on.

use super::cells::{FunctionCell, UnitCell, Words};
use crate::ir::Num;
use crate::memory::Block;
use crate::runtime::Runtime;
use crate::tuning;
use jitctl_core::{Borrowed, Owned};
use std::sync::Arc;

/// What the compiler is asked for.
pub struct Context<'a> {
    /// The interpreter.
    pub runtime: &'static Runtime,
    /// The function.
    pub function: Borrowed<'a>,
    /// Its code object, which the unit keeps.
    pub code: Borrowed<'a>,
    /// The values of all parameters in one call, where there is one: the call that is about to run, or a sample.
    pub arguments: Option<Vec<Owned>>,
    /// What a compiled caller will pass, where that is why the function is compiled.
    pub kinds: Option<Vec<Option<Num>>>,
    /// What exits of earlier units of this function saw.
    pub feedback: Vec<ExitSeen>,
    /// 0 for the first unit of this code.
    pub attempt: u32,
    /// It will not be compiled anew for what its exits show.
    pub last: bool,
    /// No more calls will be waited for: what a profile does not say is not known.
    pub last_chance: bool,
    /// The unit's words, for machine code.
    pub cell: *mut UnitCell,
    /// Two words, maybe the same, that are 0 while no tool wants events of this code.
    pub local_monitors: [usize; 2],
    /// The unit serves all functions of the code; `function` is one that was made to compile it.
    pub shared: bool,
    /// The words and the signature of another function that has a direct entry. Where it is waiting to be compiled and the kinds
    /// of its arguments are given, it is compiled for them first.
    pub callee: &'a FindCallee<'a>,
}

/// See [`Context::callee`].
pub type FindCallee<'a> = dyn Fn(usize, Option<&[Option<Num>]>) -> Option<Callee> + 'a;

/// Functions that a hinted function makes, all of one code object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Called {
    /// How the table knows them.
    pub key: usize,
    /// The address of their code object.
    pub code: usize,
    /// Where they look names up.
    pub globals: usize,
    /// And those that are not there.
    pub builtins: usize,
    /// Their first line.
    pub line: i32,
}

/// A compiled function that may be called without a boxed entry.
#[derive(Clone, Copy, Debug)]
pub struct Callee {
    /// Its words; listed in [`Assumption::Callee`] they stay.
    pub cell: *const FunctionCell,
    /// What its direct entry takes and gives.
    pub signature: u64,
    /// As [`Compiled::in_doubt`], and no trial has shown that it gains.
    pub in_doubt: bool,
}

/// Machine code and what it relies on, as the compiler gives it.
pub struct Compiled {
    /// The code, with nothing left to relocate.
    pub code: Vec<u8>,
    /// Where its boxed entry is.
    pub boxed: usize,
    /// Where its direct entry is, and its signature.
    pub direct: Option<(usize, u64)>,
    /// Objects that the code refers to and that nothing else keeps. None of them may lead to the function: the collector does
    /// not see them.
    pub holds: Vec<Owned>,
    /// What must stay as it is.
    pub assumes: Vec<Assumption>,
    /// Its exits, at addresses that the code carries.
    pub exits: Box<dyn Exits>,
    /// Its first and last source line.
    pub lines: (u32, u32),
    /// It has loops.
    pub loops: bool,
    /// In its loops, or where it has none, it asks the interpreter's own functions: whether it gains is for a trial to say.
    pub in_doubt: bool,
    /// What was assumed, in words.
    pub notes: Vec<String>,
}

/// Something that machine code takes for granted. Whatever changes it spoils the unit first.
pub enum Assumption {
    /// The dict has this key with the object at this address as its value, or has no such key (`None`).
    Dict { dict: Owned, key: Owned, value: Option<usize> },
    /// The class and its bases stay as they are, and the class lives.
    #[allow(dead_code, reason = "for attributes, which are compiled with guards alone so far")]
    Type { class: Owned },
    /// The function keeps its code, defaults and keyword defaults.
    Function { function: Owned },
    /// The function at this address, or those of this key, keep a direct entry of this signature.
    Callee { function: usize, signature: u64 },
}

/// A class that was met at an instruction.
#[derive(Clone)]
pub struct ClassSeen {
    /// Its address.
    pub address: usize,
    /// A weak reference to it.
    pub weak: Arc<Owned>,
}

/// Why an activation left machine code before its end, or what it met there.
#[derive(Clone)]
pub struct ExitSeen {
    /// The source line.
    pub line: u32,
    /// The instruction, in bytes from the start of the bytecode.
    pub offset: u32,
    /// Stable, for programs.
    pub reason: &'static str,
    /// How often.
    pub count: u64,
    /// What the compiler wants to remember of it.
    pub detail: u64,
    /// The classes of the objects that were not as expected.
    pub classes: Vec<ClassSeen>,
}

/// The exits of a unit.
pub trait Exits: Send + Sync {
    /// Those that were taken.
    fn seen(&self) -> Vec<ExitSeen>;
}

/// Why a function is not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One of those in [`super::verdicts`].
    pub code: &'static str,
    /// The source line that shows it.
    pub line: Option<u32>,
    /// One sentence.
    pub message: String,
    /// More calls may help.
    pub wants_profile: bool,
}

/// Why a whole call was given to the interpreter, or left machine code at its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Reason {
    /// An argument is of another type than the unit was made for.
    Argument = 1,
    /// The recursion limit is reached.
    Recursion = 2,
    /// The machine stack is nearly used up; the interpreter recurses without it.
    StackShort = 3,
    /// A tool watches, or an assumption was spoiled.
    Spoiled = 4,
}

/// A unit in use.
pub struct Unit {
    /// Its words; machine code has their address.
    pub cell: Box<UnitCell>,
    /// Its code.
    pub block: Block,
    /// The address of its direct entry, and its signature.
    pub direct: Option<(usize, u64)>,
    /// The code object that it was made of.
    pub code: Owned,
    /// The address of the function, or the key of the functions of its code.
    pub function: usize,
    /// The words that it looks at to see events of its own code.
    pub local_monitors: [usize; 2],
    /// Its exits.
    pub exits: Box<dyn Exits>,
    /// Whole calls that were given to the interpreter, by reason.
    pub interpreted: [std::sync::atomic::AtomicU64; 5],
    /// Its first and last source line.
    pub lines: (u32, u32),
    /// It has loops: one activation may do much before it leaves.
    pub loops: bool,
    /// See [`Compiled::in_doubt`].
    pub in_doubt: bool,
    /// What was assumed, in words.
    pub notes: Vec<String>,
    /// Microseconds that the compilation took.
    pub micros: u64,
    holds: Vec<Owned>,
    _words: Vec<Arc<Words>>,
}

// SAFETY: its pointers lead to what the unit itself keeps; whoever reads through them holds the GIL.
unsafe impl Send for Unit {}
// SAFETY: as above.
unsafe impl Sync for Unit {}

/// A unit that is shared between the table and those who look at it.
pub type Shared = Arc<Unit>;

impl Unit {
    /// Puts it together.
    pub fn new(cell: Box<UnitCell>, block: Block, compiled: Compiled, made: Made, words: Vec<Arc<Words>>) -> Self {
        let base = block.address();
        Self {
            cell,
            direct: compiled.direct.map(|(offset, signature)| (base + offset, signature)),
            block,
            code: made.code,
            function: made.function,
            local_monitors: made.local_monitors,
            exits: compiled.exits,
            interpreted: Default::default(),
            lines: compiled.lines,
            loops: compiled.loops,
            in_doubt: compiled.in_doubt,
            notes: compiled.notes,
            micros: made.micros,
            holds: compiled.holds,
            _words: words,
        }
    }

    /// What it kept, to be given back where Python code may run.
    pub fn dissolve(self) -> Vec<Owned> {
        let mut kept = self.holds;
        kept.push(self.code);
        kept
    }

    /// The exits that were taken, and the calls with arguments of other types as one more, with the reason `argument`.
    pub fn seen(&self) -> Vec<ExitSeen> {
        let mut seen = self.exits.seen();
        let count = self.interpreted[Reason::Argument as usize].load(std::sync::atomic::Ordering::Relaxed);
        if count > 0 {
            seen.push(ExitSeen {
                line: self.lines.0,
                offset: 0,
                reason: "argument",
                count,
                detail: 0,
                classes: Vec::new(),
            });
        }
        seen
    }

    /// Activations that began in machine code, whole calls given to the interpreter included; before a function's last unit only those
    /// that have a frame.
    pub fn entered(&self) -> u64 {
        // SAFETY: written by machine code, ordered by the GIL.
        let cell = unsafe { std::ptr::read_volatile(&raw const *self.cell) };
        cell.entered.max(cell.calls)
    }

    /// Exits that its own code is the reason of: not signals, tracers and curious callees.
    fn own_exits(&self) -> u64 {
        let own = |exit: &&ExitSeen| !matches!(exit.reason, "event" | "frame" | "memory");
        self.seen().iter().filter(own).map(|exit| exit.count).sum()
    }

    /// Does it leave so often that it is in doubt whether it pays?
    pub fn leaves_often(&self) -> bool {
        self.leaves_more_than(tuning::EXITS_WORTH_A_TRIAL)
    }

    /// Does it leave so often that it cannot pay? Only where no loop may have gained something before.
    pub fn leaves_too_often(&self) -> bool {
        !self.loops && self.leaves_more_than(tuning::EXITS_TOO_MANY)
    }

    fn leaves_more_than(&self, share: f64) -> bool {
        let exits = self.own_exits();
        exits >= tuning::EXITS_BEFORE_DECIDING && exits as f64 > self.entered() as f64 * share
    }

    /// Activations that left machine code before their end, whole calls given to the interpreter included.
    pub fn exits_taken(&self) -> u64 {
        let exits: u64 = self.exits.seen().iter().map(|exit| exit.count).sum();
        exits + self.interpreted.iter().map(|count| count.load(std::sync::atomic::Ordering::Relaxed)).sum::<u64>()
    }
}

/// What belongs to a unit beside the machine code.
pub struct Made {
    /// The address of its function, or the key of the functions of its code.
    pub function: usize,
    /// Its code object.
    pub code: Owned,
    /// The words that it looks at to see events of its own code.
    pub local_monitors: [usize; 2],
    /// Microseconds that the compilation took.
    pub micros: u64,
}
