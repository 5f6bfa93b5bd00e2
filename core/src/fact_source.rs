//! The facts of a function, as a host fills them in.

use crate::abi::facts::{self as raw, FactsObject, RawInstruction, RawLoop};
use crate::abi::values::RawObject;
use crate::interface::caught;
use abi_stable::std_types::{RSlice, RStr};
use std::cell::OnceCell;
use std::ffi::c_void;

/// The facts of one code object.
#[derive(Debug, Default)]
#[allow(missing_docs)] // each is named after the attribute of the code object that it holds
pub struct CodeFacts {
    /// The code object, kept alive by `FunctionFacts::keep_alive`.
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

/// The lists of texts, which a host makes only when a backend asks: they cost more than the rest together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// `co_names`.
    Names,
    /// `co_varnames`.
    Variables,
    /// `co_freevars`.
    FreeVariables,
    /// `co_cellvars`.
    CellVariables,
    /// The constants as `type:repr`.
    Constants,
    /// `name:annotation` of the function itself.
    Annotations,
    /// `name=repr of the default` of the function itself.
    Defaults,
    /// `code\tline\tmessage\tadvice` of what makes it unfriendly to the JIT.
    Unfriendly,
}

impl List {
    const COUNT: usize = 8;

    fn by_number(what: u16, code: u32) -> Option<Self> {
        Some(match what {
            raw::NAMES => Self::Names,
            raw::VARIABLES => Self::Variables,
            raw::FREE_VARIABLES => Self::FreeVariables,
            raw::CELL_VARIABLES => Self::CellVariables,
            raw::CONSTANTS => Self::Constants,
            raw::UNFRIENDLY => Self::Unfriendly,
            raw::ANNOTATIONS if code == 0 => Self::Annotations,
            raw::DEFAULTS if code == 0 => Self::Defaults,
            _ => return None,
        })
    }
}

/// Makes one list of the code object with that index.
pub type ListMaker = Box<dyn Fn(usize, List) -> Vec<String>>;

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
    make: ListMaker,
    lists: Vec<[OnceCell<Vec<String>>; List::COUNT]>,
}

impl FunctionFacts {
    /// The facts of these code objects; `make` must keep them alive.
    #[must_use]
    pub fn new(codes: Vec<CodeFacts>, make: ListMaker) -> Self {
        let lists = codes.iter().map(|_| Default::default()).collect();
        Self { codes, make, lists }
    }

    fn list(&self, code: u32, what: u16) -> &[String] {
        let index = code as usize;
        match (self.lists.get(index), List::by_number(what, code)) {
            (Some(lists), Some(list)) => {
                lists[list as usize].get_or_init(|| caught(Vec::new(), || (self.make)(index, list)))
            }
            _ => &[],
        }
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
            list if list >= raw::LENGTH => i64::try_from(self.list(code, list - raw::LENGTH).len()).unwrap_or(-1),
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

    fn item(&self, code: u32, what: u16, index: u32) -> RStr<'_> {
        self.list(code, what).get(index as usize).map_or(RStr::empty(), |item| item.as_str().into())
    }

    fn instructions(&self, code: u32) -> RSlice<'_, RawInstruction> {
        self.codes.get(code as usize).map_or(RSlice::EMPTY, |facts| facts.instructions.as_slice().into())
    }

    fn loops(&self, code: u32) -> RSlice<'_, RawLoop> {
        self.codes.get(code as usize).map_or(RSlice::EMPTY, |facts| facts.loops.as_slice().into())
    }
}
