//! A hinted code object as one operation reads it: once, and handed down from there.

use super::context::Context;
use crate::cpython::bytecode::{Cells, Instruction, VersionLayout};
use crate::cpython::executors::{self, Executors, Reached};
use crate::cpython::trace_starts::{self, Scan, TraceStart};
use jitctl_core::{Borrowed, Result};
use std::cell::OnceCell;

/// The code object, what is nested in it, and where traces may start.
pub struct HintedCode<'a> {
    /// Where code objects keep their bytecode.
    pub layout: VersionLayout,
    /// The code object, and those nested in it that have no hint of their own. They live as long as the first.
    pub tree: Vec<Borrowed<'a>>,
    /// The trace starts that its record keeps.
    pub starts: Vec<TraceStart>,
    context: &'a Context,
    instructions: OnceCell<Vec<Vec<Instruction>>>,
}

impl<'a> HintedCode<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// Where the self-test does not let bytecode be touched.
    pub fn read(context: &'a Context, code: Borrowed<'a>) -> Result<Self> {
        let (layout, tree) = (context.layout()?, context.tree(code)?);
        let starts = context.hints.starts_of(code);
        Ok(Self { layout, tree, starts, context, instructions: OnceCell::new() })
    }

    /// The code object itself, without what is nested in it.
    pub fn code(&self) -> Borrowed<'a> {
        self.tree[0]
    }

    /// The cells of a code object of the tree.
    pub fn cells(&self, code: Borrowed<'a>) -> Cells<'a> {
        self.context.cells(self.layout, code)
    }

    /// The cells of the code object that a trace start is in.
    pub fn cells_of(&self, start: &TraceStart) -> Cells<'a> {
        // SAFETY: trace starts are found in this code object and in what is nested in it, which it keeps alive.
        unsafe { start.cells(self.layout) }
    }

    /// Every code object with its cells and its instructions, as the compiler made them.
    ///
    /// # Errors
    /// Where an attribute of a code object cannot be read.
    pub fn each(&self) -> Result<impl Iterator<Item = (Borrowed<'a>, Cells<'a>, &[Instruction])>> {
        let read = match self.instructions.get() {
            Some(read) => read,
            None => {
                let one = |code: &Borrowed<'a>| {
                    self.cells(*code).instructions(self.context.host, *code, &self.context.opcodes)
                };
                let read = self.tree.iter().map(one).collect::<Result<Vec<_>>>()?;
                self.instructions.get_or_init(|| read)
            }
        };
        Ok(self.tree.iter().zip(read).map(|(code, instructions)| (*code, self.cells(*code), &instructions[..])))
    }

    /// Looks for what can start traces.
    ///
    /// # Errors
    /// Where an attribute of a code object cannot be read.
    pub fn scan(&self) -> Result<Scan> {
        let context = self.context;
        let mut scan = Scan::default();
        for (code, _, instructions) in self.each()? {
            let flags = context.host.to_int(context.host.get(code, "co_flags")?.borrow())?;
            scan.add(code.address() as usize, flags, instructions, &context.opcodes, context.version);
        }
        Ok(scan)
    }

    /// How many of the places at which traces start are compiled.
    pub fn compiled(&self, starts: &[TraceStart]) -> usize {
        // SAFETY: as for `cells_of`.
        unsafe { trace_starts::compiled_places(starts, self.layout, &self.context.opcodes) }
    }

    /// For each of its starts: is compiled code entered inside that loop, and not in a loop within it?
    ///
    /// CPython puts the entry of compiled code there where side exits lead on for long (3.14: after four of them).
    ///
    /// # Errors
    /// Where an attribute of a code object cannot be read.
    pub fn entered_within(&self) -> Result<Vec<bool>> {
        let opcodes = &self.context.opcodes;
        let mut within = vec![false; self.starts.len()];
        let any = || self.tree.iter().any(|code| executors::may_have_any(opcodes, self.cells(*code)));
        if self.starts.is_empty() || !any() {
            return Ok(within);
        }
        for (code, cells, instructions) in self.each()? {
            let units = instructions.iter().flat_map(Instruction::units);
            for unit in units.filter(|unit| Some(cells.opcode(*unit)) == opcodes.executor) {
                let around = |start: &&TraceStart| {
                    let here = start.code == code.address() as usize && !start.entry;
                    here && (start.head..=start.offset).contains(&unit)
                };
                let Some(nearest) = self.starts.iter().filter(around).map(|start| start.head).max() else { continue };
                for (start, within) in self.starts.iter().zip(&mut within) {
                    *within |=
                        around(&start) && start.head == nearest && !(start.entered_at()..=start.offset).contains(&unit);
                }
            }
        }
        Ok(within)
    }

    /// The executors that are entered from it, and all that their exits lead to.
    ///
    /// # Errors
    /// Where an executor cannot be asked.
    pub fn executors(&self, fields: Executors) -> Result<Vec<Reached>> {
        let (python, opcodes) = (self.context.python, &self.context.opcodes);
        if !self.tree.iter().any(|code| executors::may_have_any(opcodes, self.cells(*code))) {
            return Ok(Vec::new());
        }
        let mut roots = Vec::new();
        for (code, cells, instructions) in self.each()? {
            executors::roots(python, opcodes, code, cells, instructions, &mut roots)?;
        }
        executors::graph(python, fields, roots)
    }
}
