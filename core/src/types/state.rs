//! What a function's code looks like at one moment.

use super::interpreter::{pairs_from_raw, pairs_to_raw};
use crate::abi::values::{RawExit, RawRegion, RawState};

/// What starts a compiled region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionKind {
    /// A loop's backward jump.
    Loop,
    /// The function's entry.
    Entry,
    /// A side exit of another region.
    SideExit,
    /// The whole function (method compilers).
    Function,
    /// Something that this version does not know.
    Other,
}

impl RegionKind {
    const ALL: [Self; 5] = [Self::Loop, Self::Entry, Self::SideExit, Self::Function, Self::Other];

    /// The word that Python shows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::Entry => "entry",
            Self::SideExit => "side-exit",
            Self::Function => "function",
            Self::Other => "other",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Loop => 1,
            Self::Entry => 2,
            Self::SideExit => 3,
            Self::Function => 4,
            Self::Other => 0,
        }
    }
}

/// A part of a function for which compiled code exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Where it is entered, in two-byte code units.
    pub offset: u32,
    /// Its first source line.
    pub line: u32,
    /// Its last source line.
    pub last_line: u32,
    /// What starts it.
    pub kind: RegionKind,
    /// Its length in micro-operations.
    pub micro_ops: u32,
    /// The size of its machine code in bytes.
    pub machine_code_bytes: u32,
    /// Its side exits, where they are known.
    pub exits: Option<u32>,
    /// False once the interpreter has thrown it away.
    pub valid: bool,
}

/// What a function's code looks like at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Instructions in its bytecode, nested code not included.
    pub instructions: u32,
    /// How many of them the interpreter can specialise.
    pub specialisable: u32,
    /// How many of them are specialised now.
    pub specialised: u32,
    /// Compiled regions.
    pub regions: Vec<Region>,
    /// Where compiled code was left, as far as the backend counts that.
    pub exits: Vec<Exit>,
    /// Further facts by name, for what later backends know.
    pub extra: Vec<(String, String)>,
}

/// A place at which compiled code was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The source line.
    pub line: u32,
    /// Why: stable, lower-case, with hyphens.
    pub code: String,
    /// Why: one sentence.
    pub message: String,
    /// How often.
    pub count: u64,
}

impl State {
    /// The specialised share of what can be specialised, 0 to 1; 0 where nothing can.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.specialisable == 0 { 0.0 } else { f64::from(self.specialised) / f64::from(self.specialisable) }
    }

    pub(crate) fn from_raw(raw: RawState) -> Self {
        Self {
            instructions: raw.instructions,
            specialisable: raw.specialisable,
            specialised: raw.specialised,
            regions: raw.regions.into_iter().map(Region::from_raw).collect(),
            exits: raw.exits.into_iter().map(Exit::from_raw).collect(),
            extra: pairs_from_raw(&raw.extra),
        }
    }

    pub(crate) fn to_raw(&self) -> RawState {
        RawState {
            instructions: self.instructions,
            specialisable: self.specialisable,
            specialised: self.specialised,
            regions: self.regions.iter().map(|region| region.to_raw()).collect(),
            exits: self.exits.iter().map(Exit::to_raw).collect(),
            extra: pairs_to_raw(&self.extra),
        }
    }
}

impl Exit {
    fn from_raw(raw: RawExit) -> Self {
        Self { line: raw.line, code: raw.code.into(), message: raw.message.into(), count: raw.count }
    }

    fn to_raw(&self) -> RawExit {
        RawExit {
            count: self.count,
            code: self.code.as_str().into(),
            message: self.message.as_str().into(),
            line: self.line,
        }
    }
}

impl Region {
    fn from_raw(raw: RawRegion) -> Self {
        let kind = RegionKind::ALL.into_iter().find(|kind| kind.number() == raw.kind);
        Self {
            offset: raw.offset,
            line: raw.line,
            last_line: raw.last_line,
            kind: kind.unwrap_or(RegionKind::Other),
            micro_ops: raw.micro_ops,
            machine_code_bytes: raw.machine_code_bytes,
            exits: (raw.exits != u32::MAX).then_some(raw.exits),
            valid: raw.valid,
        }
    }

    fn to_raw(self) -> RawRegion {
        RawRegion {
            offset: self.offset,
            line: self.line,
            last_line: self.last_line,
            kind: self.kind.number(),
            micro_ops: self.micro_ops,
            machine_code_bytes: self.machine_code_bytes,
            exits: self.exits.unwrap_or(u32::MAX),
            valid: self.valid,
        }
    }
}
