//! The facts of a function's code, as a backend reads them. The host finds them out once per request.

use crate::abi::facts::{self as raw, RawInstruction, RawLoop, RawUnfriendly};
use crate::abi::host;
use crate::abi::values::Pair;
use crate::types::object::Borrowed;
use abi_stable::std_types::RString;

/// One instruction, `EXTENDED_ARG` folded in.
pub type Instruction = RawInstruction;
/// One loop of a code object.
pub type Loop = RawLoop;

/// The facts of one function.
pub struct Facts {
    pub(crate) object: host::Facts,
}

impl Facts {
    /// The function's own code object.
    #[must_use]
    pub fn code(&self) -> Code<'_> {
        Code { facts: self, index: 0 }
    }

    /// Its code object and all those nested in it, parents first.
    pub fn codes(&self) -> impl Iterator<Item = Code<'_>> {
        (0..self.object.codes()).map(|index| Code { facts: self, index })
    }

    /// What makes the function unfriendly to the JIT, nested code included.
    #[must_use]
    pub fn unfriendly(&self) -> Vec<Unfriendly<'_>> {
        self.codes().flat_map(Code::unfriendly).collect()
    }

    /// `(name, annotation)` of the function's parameters and of `return`; the annotation as text.
    #[must_use]
    pub fn annotations(&self) -> Vec<(&str, &str)> {
        self.code().pairs(raw::ANNOTATIONS)
    }

    /// `(name, repr of the default)` of the function's parameters that have one.
    #[must_use]
    pub fn defaults(&self) -> Vec<(&str, &str)> {
        self.code().pairs(raw::DEFAULTS)
    }
}

/// One reason why a code object gains little or nothing from the JIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfriendly<'a> {
    /// Stable, for programs.
    pub code: &'a str,
    /// The source line that shows it, where there is one.
    pub line: Option<u32>,
    /// One sentence.
    pub message: &'a str,
    /// What to do about it.
    pub advice: &'a str,
}

/// One constant of a code object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant<'a> {
    /// The name of its type.
    pub kind: &'a str,
    /// Its repr, cut at 200 characters.
    pub repr: &'a str,
}

/// The facts of one code object.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    facts: &'a Facts,
    index: u32,
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $what:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[must_use]
        pub fn $name(self) -> u32 {
            u32::try_from(self.facts.object.number(self.index, raw::$what)).unwrap_or(0)
        }
    )* };
}

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $flag:expr),* $(,)?) => { $(
        $(#[$doc])*
        #[must_use]
        pub fn $name(self) -> bool {
            self.flags() & $flag != 0
        }
    )* };
}

macro_rules! uses {
    ($($(#[$doc:meta])* $name:ident = $bit:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[must_use]
        pub fn $name(self) -> bool {
            self.uses() & raw::$bit != 0
        }
    )* };
}

impl<'a> Code<'a> {
    /// The code object.
    #[must_use]
    pub fn object(self) -> Option<Borrowed<'a>> {
        Borrowed::from_raw(self.facts.object.object(self.index))
    }

    /// The index of the code object that this one is nested in; `None` for the function's own.
    #[must_use]
    pub fn parent(self) -> Option<usize> {
        usize::try_from(self.facts.object.number(self.index, raw::PARENT)).ok()
    }

    /// `co_name`.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.text(raw::NAME)
    }

    /// `co_qualname`, or `co_name` before 3.11.
    #[must_use]
    pub fn qualname(self) -> &'a str {
        self.text(raw::QUALNAME)
    }

    /// `co_filename`.
    #[must_use]
    pub fn file(self) -> &'a str {
        self.text(raw::FILE)
    }

    numbers! {
        /// `co_firstlineno`.
        first_line = FIRST_LINE,
        /// `co_argcount`.
        arguments = ARGUMENTS,
        /// `co_posonlyargcount`.
        positional_only = POSITIONAL_ONLY,
        /// `co_kwonlyargcount`.
        keyword_only = KEYWORD_ONLY,
        /// `co_flags`.
        flags = FLAGS,
        /// `co_stacksize`.
        stack_size = STACK_SIZE,
        /// `co_nlocals`.
        locals = LOCALS,
        /// Calls in its bytecode.
        calls = CALLS,
        /// `try` and `with` blocks.
        try_blocks = TRY_BLOCKS,
        /// Instructions that the interpreter can specialise.
        specialisable = SPECIALISABLE,
        /// Those that were specialised when the facts were read.
        specialised = SPECIALISED,
        /// Those that it tried to specialise more than once and could not, as they are used.
        failed = FAILED,
        /// A set of bits; the methods below name them.
        uses = USES,
    }

    flags! {
        /// `yield` makes it a generator.
        is_generator = 0x20,
        /// Made by `async def`.
        is_coroutine = 0x80,
        /// Made by `async def` with `yield`.
        is_async_generator = 0x200,
        /// Takes `*args`.
        has_varargs = 0x04,
        /// Takes `**kwargs`.
        has_varkeywords = 0x08,
    }

    uses! {
        /// Names `eval`.
        uses_eval = USES_EVAL,
        /// Names `exec`.
        uses_exec = USES_EXEC,
        /// Names `compile`.
        uses_compile = USES_COMPILE,
        /// Names `locals`, `vars` or `globals`.
        uses_locals = USES_LOCALS,
        /// Imports something when it runs.
        uses_import = USES_IMPORT,
        /// Assigns to a `__code__` attribute.
        sets_code = SETS_CODE,
    }

    /// Its instructions.
    #[must_use]
    pub fn instructions(self) -> &'a [Instruction] {
        self.facts.object.instructions(self.index).into()
    }

    /// Its loops, in the order of their backward jumps.
    #[must_use]
    pub fn loops(self) -> &'a [Loop] {
        self.facts.object.loops(self.index).into()
    }

    /// `co_names`.
    #[must_use]
    pub fn names(self) -> Vec<&'a str> {
        self.list(raw::NAMES)
    }

    /// `co_varnames`: parameters first.
    #[must_use]
    pub fn variables(self) -> Vec<&'a str> {
        self.list(raw::VARIABLES)
    }

    /// `co_freevars`.
    #[must_use]
    pub fn free_variables(self) -> Vec<&'a str> {
        self.list(raw::FREE_VARIABLES)
    }

    /// `co_cellvars`.
    #[must_use]
    pub fn cell_variables(self) -> Vec<&'a str> {
        self.list(raw::CELL_VARIABLES)
    }

    /// Its constants.
    #[must_use]
    pub fn constants(self) -> Vec<Constant<'a>> {
        self.pairs(raw::CONSTANTS).into_iter().map(|(kind, repr)| Constant { kind, repr }).collect()
    }

    /// What makes it unfriendly to the JIT of this interpreter; empty where the interpreter has none, or nobody measured.
    #[must_use]
    pub fn unfriendly(self) -> Vec<Unfriendly<'a>> {
        let all: &[RawUnfriendly] = self.facts.object.unfriendly(self.index).into();
        let read = |one: &'a RawUnfriendly| Unfriendly {
            code: &one.code,
            line: (one.line > 0).then_some(one.line),
            message: &one.message,
            advice: &one.advice,
        };
        all.iter().map(read).collect()
    }

    fn text(self, what: u16) -> &'a str {
        self.facts.object.text(self.index, what).into()
    }

    fn list(self, what: u16) -> Vec<&'a str> {
        let texts: &[RString] = self.facts.object.texts(self.index, what).into();
        texts.iter().map(RString::as_str).collect()
    }

    fn pairs(self, what: u16) -> Vec<(&'a str, &'a str)> {
        let pairs: &[Pair] = self.facts.object.pairs(self.index, what).into();
        pairs.iter().map(|pair| (pair.name.as_str(), pair.text.as_str())).collect()
    }
}
