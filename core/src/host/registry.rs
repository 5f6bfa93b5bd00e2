//! The candidates, those that were chosen (a chain, first in, first asked), and for every other one the reason why not.

use crate::host::load_error::LoadError;
use crate::host::loader::{self, Loaded, Trust};
use crate::host::started::Started;
use crate::host::table::Table;
use crate::plugin::backend::Fit;
use crate::types::interpreter::Interpreter;
use std::cmp::Reverse;
use std::path::{Path, PathBuf};

/// Where a candidate was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Our own.
    BuiltIn,
    /// On `JITCTL_BACKEND_PATH`.
    Path,
    /// Named by an installed package.
    EntryPoint,
}

impl Source {
    /// `built-in`, `path` or `entry-point`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Path => "path",
            Self::EntryPoint => "entry-point",
        }
    }
}

/// A library that may hold a backend.
pub struct Candidate {
    /// The name under which it is expected; the library's own name holds once it is loaded.
    pub expected_name: String,
    /// The file.
    pub path: PathBuf,
    /// Where it was found.
    pub source: Source,
    /// The file that a link stands for.
    real_path: PathBuf,
    examined: Option<Result<(Loaded, Fit), LoadError>>,
    loaded: Option<Loaded>,
}

impl Candidate {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.loaded.as_ref().map_or(&self.expected_name, |loaded| &loaded.description.name)
    }

    /// The library, where it could be loaded, whether or not it fits.
    #[must_use]
    pub fn loaded(&self) -> Option<&Loaded> {
        self.loaded.as_ref()
    }

    /// How it fits, or why it does not; `None` before it was examined.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<&Fit, &LoadError>> {
        self.examined.as_ref().map(|outcome| outcome.as_ref().map(|(_, fit)| fit))
    }
}

/// All candidates for one interpreter.
pub struct Registry {
    interpreter: Interpreter,
    candidates: Vec<Candidate>,
    chosen: Vec<usize>,
}

impl Registry {
    /// An empty registry.
    #[must_use]
    pub fn new(interpreter: Interpreter) -> Self {
        Self { interpreter, candidates: Vec::new(), chosen: Vec::new() }
    }

    /// Adds a library; nothing is opened yet. A file that is there already is not added twice.
    pub fn add(&mut self, expected_name: &str, path: &Path, source: Source) {
        let real_path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if self.candidates.iter().any(|candidate| candidate.real_path == real_path) {
            return;
        }
        self.candidates.push(Candidate {
            expected_name: expected_name.to_owned(),
            path: path.to_owned(),
            real_path,
            source,
            examined: None,
            loaded: None,
        });
    }

    /// The interpreter that it decides for.
    #[must_use]
    pub fn interpreter(&self) -> &Interpreter {
        &self.interpreter
    }

    /// The candidates, in the order in which they were added.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The candidates that were chosen, in the order in which they were started.
    pub fn chain(&self) -> impl Iterator<Item = &Candidate> {
        self.chosen.iter().filter_map(|index| self.candidates.get(*index))
    }

    /// The candidate that was chosen first.
    #[must_use]
    pub fn chosen(&self) -> Option<&Candidate> {
        self.chain().next()
    }

    /// Loads and asks every candidate that was not examined yet.
    pub fn examine_all(&mut self) {
        for index in 0..self.candidates.len() {
            self.examine(index);
        }
    }

    /// Chooses and starts the backend of that name, behind those that were chosen before.
    ///
    /// # Errors
    /// One reason for each candidate of that name; empty when there is none.
    pub fn start_named(&mut self, name: &str, table: Table) -> Result<Started, Vec<LoadError>> {
        // A name of ours is ours. Otherwise a file's own name is a hint only: another one may have the same name inside.
        let ours = self.positions(|candidate| candidate.source == Source::BuiltIn && candidate.expected_name == name);
        let possible =
            if ours.is_empty() { self.positions(|candidate| candidate.source != Source::BuiltIn) } else { ours };
        possible.into_iter().for_each(|index| self.examine(index));
        let mut reasons = Vec::new();
        for index in self.positions(|candidate| candidate.name() == name) {
            match self.start(index, table) {
                Ok(started) => return Ok(started),
                Err(error) => reasons.push(error),
            }
        }
        Err(reasons)
    }

    /// Chooses and starts the highest ranked backend that fits by default; of equal ranks, the one that was added first.
    /// Of our own, `order` (highest rank first) is gone through only until one starts, so that the others need not be
    /// opened.
    pub fn start_default(&mut self, order: &[&str], table: Table) -> Option<Started> {
        for index in self.positions(|candidate| candidate.source != Source::BuiltIn) {
            self.examine(index);
        }
        for name in order {
            let built_in = self.positions(|c| c.source == Source::BuiltIn && c.expected_name == *name);
            let Some(&index) = built_in.first() else { continue };
            self.examine(index);
            if !self.fits_by_default(index) {
                continue;
            }
            let rank = self.rank(index);
            if let Some(started) = self.start_best(rank, table) {
                return Some(started);
            }
        }
        self.start_best(None, table)
    }

    /// Starts those of our own with these names that fit by default, behind what was chosen, if the first of these is what
    /// was chosen: together they are one offer, in which each takes what the one before it cannot do.
    pub fn start_behind(&mut self, names: &[&str], table: Table) -> Vec<Started> {
        let [first, others @ ..] = names else { return Vec::new() };
        let ours = |candidate: &Candidate| candidate.source == Source::BuiltIn && candidate.expected_name == *first;
        if !self.chosen().is_some_and(ours) {
            return Vec::new();
        }
        let mut started = Vec::new();
        for name in others {
            for index in self.positions(|c| c.source == Source::BuiltIn && c.expected_name == *name) {
                self.examine(index);
                if self.fits_by_default(index) {
                    started.extend(self.start(index, table));
                }
            }
        }
        started
    }

    /// What ranks below `lowest` must wait for those of our own that were not opened yet.
    fn start_best(&mut self, lowest: Option<i32>, table: Table) -> Option<Started> {
        loop {
            let fitting = self.positions(|candidate| matches!(candidate.outcome(), Some(Ok(Fit::Default))));
            let ranked = fitting.into_iter().map(|index| (self.rank(index), index)).filter(|(rank, _)| *rank >= lowest);
            let (_, best) = ranked.max_by_key(|(rank, index)| (*rank, Reverse(*index)))?;
            if let Ok(started) = self.start(best, table) {
                return Some(started);
            }
        }
    }

    fn rank(&self, index: usize) -> Option<i32> {
        self.candidates[index].loaded.as_ref().map(|loaded| loaded.description.rank)
    }

    fn fits_by_default(&self, index: usize) -> bool {
        matches!(self.candidates[index].outcome(), Some(Ok(Fit::Default)))
    }

    fn start(&mut self, index: usize, table: Table) -> Result<Started, LoadError> {
        self.examine(index);
        let candidate = &mut self.candidates[index];
        let loaded = match &candidate.examined {
            Some(Ok((loaded, _))) => loaded.clone(),
            Some(Err(error)) => return Err(error.clone()),
            None => return Err(LoadError::NotFound { path: candidate.path.clone() }),
        };
        match loaded.start(table, &self.interpreter) {
            Ok(started) => {
                self.chosen.push(index);
                Ok(started)
            }
            Err(error) => {
                candidate.examined = Some(Err(error.clone()));
                Err(error)
            }
        }
    }

    fn examine(&mut self, index: usize) {
        if self.candidates[index].examined.is_some() {
            return;
        }
        let trust = if self.candidates[index].source == Source::BuiltIn { Trust::Own } else { Trust::Foreign };
        let outcome = loader::load(&self.candidates[index].path, trust).and_then(|loaded| {
            let taken = self.taken(index, &loaded.description.name);
            self.candidates[index].loaded = Some(loaded.clone());
            taken.map_or_else(|| loaded.fit(&self.interpreter).map(|fit| (loaded.clone(), fit)), Err)
        });
        self.candidates[index].examined = Some(outcome);
    }

    /// A name belongs to our own backend if there is one; of two others with one name neither may win silently.
    fn taken(&mut self, index: usize, name: &str) -> Option<LoadError> {
        let built_in = self.candidates[index].source == Source::BuiltIn;
        let other = (0..self.candidates.len()).find(|&other| {
            let candidate = &self.candidates[other];
            other != index
                && candidate.name() == name
                && (candidate.source == Source::BuiltIn || candidate.loaded.is_some())
        })?;
        let taken = |one: &Candidate, other: &Candidate| LoadError::NameTaken {
            name: name.to_owned(),
            path: one.path.clone(),
            other: other.path.clone(),
        };
        let reason = taken(&self.candidates[index], &self.candidates[other]);
        if self.candidates[other].source != Source::BuiltIn {
            let reverse = taken(&self.candidates[other], &self.candidates[index]);
            self.candidates[other].examined = Some(Err(reverse));
        }
        (!built_in).then_some(reason)
    }

    fn positions(&self, wanted: impl Fn(&Candidate) -> bool) -> Vec<usize> {
        (0..self.candidates.len()).filter(|index| wanted(&self.candidates[*index])).collect()
    }
}
