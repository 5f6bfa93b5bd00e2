//! The facts of a function's code, as a backend reads them. The host finds them out once per request.

use crate::abi::facts::{self as raw, RawInstruction, RawLoop};
use crate::abi::host;
use crate::host::text;
use crate::object::Borrowed;

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
        self.code().list(raw::ANNOTATIONS).into_iter().filter_map(|item| item.split_once(':')).collect()
    }

    /// `(name, repr of the default)` of the function's parameters that have one.
    #[must_use]
    pub fn defaults(&self) -> Vec<(&str, &str)> {
        self.code().list(raw::DEFAULTS).into_iter().filter_map(|item| item.split_once('=')).collect()
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

impl<'a> Unfriendly<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(4, '\t');
        let (code, line) = (parts.next()?, parts.next()?.parse().ok()?);
        Some(Self { code, line: (line > 0).then_some(line), message: parts.next()?, advice: parts.next()? })
    }
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

    /// Its constants as `type:repr`, each cut at 200 characters.
    #[must_use]
    pub fn constants(self) -> Vec<&'a str> {
        self.list(raw::CONSTANTS)
    }

    /// What makes it unfriendly to the JIT of this interpreter; empty where the interpreter has none, or nobody measured.
    #[must_use]
    pub fn unfriendly(self) -> Vec<Unfriendly<'a>> {
        self.list(raw::UNFRIENDLY).into_iter().filter_map(Unfriendly::read).collect()
    }

    fn text(self, what: u16) -> &'a str {
        text(self.facts.object.text(self.index, what))
    }

    fn list(self, what: u16) -> Vec<&'a str> {
        let object = &self.facts.object;
        let length = u32::try_from(object.number(self.index, raw::LENGTH + what)).unwrap_or(0);
        (0..length).map(|index| text(object.item(self.index, what, index))).collect()
    }
}
