//! The facts of a function, as a host fills them in.

use crate::abi::facts::{self as raw, FactsObject, RawInstruction, RawLoop, RawUnfriendly};
use crate::abi::values::{Pair, RawObject};
use crate::types::panics::caught;
use abi_stable::std_types::{RSlice, RStr, RString};
use std::cell::OnceCell;
use std::ffi::c_void;

/// The facts of one code object.
#[derive(Debug, Default)]
#[allow(missing_docs)] // each is named after the attribute of the code object that it holds
pub struct CodeFacts {
    /// The code object, kept alive by the [`Lists`].
    pub object: usize,
    /// The index of the code object that it is nested in.
    pub parent: Option<usize>,
    pub name: String,
    pub qualname: String,
    pub file: String,
    pub first_line: u32,
    pub arguments: u32,
    pub positional_only: u32,
    pub keyword_only: u32,
    pub flags: u32,
    pub stack_size: u32,
    pub locals: u32,
    pub calls: u32,
    pub try_blocks: u32,
    pub specialisable: u32,
    pub specialised: u32,
    pub failed: u32,
    /// The `USES_` bits of the ABI, set with the methods of [`Uses`].
    pub uses: Uses,
    pub instructions: Vec<RawInstruction>,
    pub loops: Vec<RawLoop>,
}

/// A list of texts that belongs to a code object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// `co_names`.
    Names,
    /// `co_varnames`.
    Variables,
    /// `co_freevars`.
    FreeVariables,
    /// `co_cellvars`.
    CellVariables,
}

/// A list of names with texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairs {
    /// The type of each constant, and its repr.
    Constants,
    /// The annotations of the function itself.
    Annotations,
    /// The reprs of the defaults of the function itself.
    Defaults,
}

/// One reason why code gains little or nothing from the JIT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Stable, for programs.
    pub code: String,
    /// The source line that shows it, where there is one.
    pub line: Option<u32>,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

/// Makes the lists of the code object with an index, when a backend asks: they cost more than the rest together.
pub trait Lists: 'static {
    /// A list of texts.
    fn texts(&self, code: usize, list: Texts) -> Vec<String>;
    /// A list of pairs; the function's own are asked of code 0 alone.
    fn pairs(&self, code: usize, list: Pairs) -> Vec<(String, String)>;
    /// What makes it unfriendly to the JIT.
    fn unfriendly(&self, code: usize) -> Vec<Reason>;
}

/// What a code object uses that matters to a JIT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses(u32);

impl Uses {
    /// Notes a global or builtin name that the code reads.
    pub fn reads(&mut self, name: &str) {
        self.0 |= match name {
            "eval" => raw::USES_EVAL,
            "exec" => raw::USES_EXEC,
            "compile" => raw::USES_COMPILE,
            "locals" | "vars" | "globals" => raw::USES_LOCALS,
            _ => 0,
        };
    }

    /// Notes an attribute that the code assigns.
    pub fn assigns(&mut self, attribute: &str) {
        if attribute == "__code__" {
            self.0 |= raw::SETS_CODE;
        }
    }

    /// Notes an import statement.
    pub fn imports(&mut self) {
        self.0 |= raw::USES_IMPORT;
    }
}

/// The facts of one function: its code object first, nested ones after their parents.
pub struct FunctionFacts {
    codes: Vec<CodeFacts>,
    lists: Box<dyn Lists>,
    made: Vec<Made>,
}

/// The lists of one code object that were asked for.
#[derive(Default)]
struct Made {
    texts: [OnceCell<Vec<RString>>; 4],
    pairs: [OnceCell<Vec<Pair>>; 3],
    unfriendly: OnceCell<Vec<RawUnfriendly>>,
}

impl FunctionFacts {
    /// The facts of these code objects; `lists` must keep them alive.
    #[must_use]
    pub fn new(codes: Vec<CodeFacts>, lists: Box<dyn Lists>) -> Self {
        let made = codes.iter().map(|_| Made::default()).collect();
        Self { codes, lists, made }
    }

    fn made<'a, T>(
        &'a self,
        code: u32,
        cell: impl FnOnce(&'a Made) -> &'a OnceCell<Vec<T>>,
        make: impl FnOnce(&dyn Lists, usize) -> Vec<T>,
    ) -> RSlice<'a, T> {
        let index = code as usize;
        self.made.get(index).map_or(RSlice::EMPTY, |made| {
            cell(made).get_or_init(|| caught(Vec::new(), || make(&*self.lists, index))).as_slice().into()
        })
    }
}

impl FactsObject for FunctionFacts {
    fn codes(&self) -> u32 {
        u32::try_from(self.codes.len()).unwrap_or(u32::MAX)
    }

    fn object(&self, code: u32) -> RawObject {
        self.codes.get(code as usize).map_or(RawObject::NULL, |facts| RawObject(facts.object as *mut c_void))
    }

    fn number(&self, code: u32, what: u16) -> i64 {
        let Some(facts) = self.codes.get(code as usize) else { return -1 };
        match what {
            raw::PARENT => facts.parent.and_then(|parent| i64::try_from(parent).ok()).unwrap_or(-1),
            raw::FIRST_LINE => facts.first_line.into(),
            raw::ARGUMENTS => facts.arguments.into(),
            raw::POSITIONAL_ONLY => facts.positional_only.into(),
            raw::KEYWORD_ONLY => facts.keyword_only.into(),
            raw::FLAGS => facts.flags.into(),
            raw::STACK_SIZE => facts.stack_size.into(),
            raw::LOCALS => facts.locals.into(),
            raw::USES => facts.uses.0.into(),
            raw::CALLS => facts.calls.into(),
            raw::TRY_BLOCKS => facts.try_blocks.into(),
            raw::SPECIALISABLE => facts.specialisable.into(),
            raw::SPECIALISED => facts.specialised.into(),
            raw::FAILED => facts.failed.into(),
            _ => -1,
        }
    }

    fn text(&self, code: u32, what: u16) -> RStr<'_> {
        let Some(facts) = self.codes.get(code as usize) else { return RStr::empty() };
        match what {
            raw::NAME => facts.name.as_str().into(),
            raw::QUALNAME => facts.qualname.as_str().into(),
            raw::FILE => facts.file.as_str().into(),
            _ => RStr::empty(),
        }
    }

    fn texts(&self, code: u32, what: u16) -> RSlice<'_, RString> {
        let list = match what {
            raw::NAMES => Texts::Names,
            raw::VARIABLES => Texts::Variables,
            raw::FREE_VARIABLES => Texts::FreeVariables,
            raw::CELL_VARIABLES => Texts::CellVariables,
            _ => return RSlice::EMPTY,
        };
        let make = |lists: &dyn Lists, index| lists.texts(index, list).into_iter().map(Into::into).collect();
        self.made(code, |made| &made.texts[list as usize], make)
    }

    fn pairs(&self, code: u32, what: u16) -> RSlice<'_, Pair> {
        let list = match what {
            raw::CONSTANTS => Pairs::Constants,
            raw::ANNOTATIONS if code == 0 => Pairs::Annotations,
            raw::DEFAULTS if code == 0 => Pairs::Defaults,
            _ => return RSlice::EMPTY,
        };
        let pair = |(name, text): (String, String)| Pair { name: name.into(), text: text.into() };
        let make = |lists: &dyn Lists, index| lists.pairs(index, list).into_iter().map(pair).collect();
        self.made(code, |made| &made.pairs[list as usize], make)
    }

    fn unfriendly(&self, code: u32) -> RSlice<'_, RawUnfriendly> {
        let raw = |reason: Reason| RawUnfriendly {
            code: reason.code.into(),
            message: reason.message.into(),
            advice: reason.advice.into(),
            line: reason.line.unwrap_or(0),
        };
        let make = |lists: &dyn Lists, index| lists.unfriendly(index).into_iter().map(raw).collect();
        self.made(code, |made| &made.unfriendly, make)
    }

    fn instructions(&self, code: u32) -> RSlice<'_, RawInstruction> {
        self.codes.get(code as usize).map_or(RSlice::EMPTY, |facts| facts.instructions.as_slice().into())
    }

    fn loops(&self, code: u32) -> RSlice<'_, RawLoop> {
        self.codes.get(code as usize).map_or(RSlice::EMPTY, |facts| facts.loops.as_slice().into())
    }
}
