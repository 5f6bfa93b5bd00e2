//! The hints, as one small closed enum on each side of an open number on the wire.

use std::fmt;

/// What a user asked for one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hint {
    /// Hot: get it compiled as early as possible.
    Focus,
    /// Never compile it.
    Ignore,
    /// Compile and specialise once, then leave it alone.
    Once,
}

impl Hint {
    /// All hints of this version of the ABI.
    pub const ALL: [Self; 3] = [Self::Focus, Self::Ignore, Self::Once];

    /// `focus`, `ignore` or `once`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Focus => "focus",
            Self::Ignore => "ignore",
            Self::Once => "once",
        }
    }

    /// The hint of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hint| hint.name() == name)
    }

    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Focus => 1,
            Self::Ignore => 2,
            Self::Once => 3,
        }
    }

    pub(crate) fn by_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|hint| hint.number() == number)
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a hint came from; the nearer one, on the function itself, wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The function itself was decorated.
    Function,
    /// The class that defines it was.
    Class,
}

impl Origin {
    #[cfg(feature = "host")]
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Function => 0,
            Self::Class => 1,
        }
    }

    pub(crate) const fn by_number(number: u8) -> Self {
        if number == 1 { Self::Class } else { Self::Function }
    }
}
