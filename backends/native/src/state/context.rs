//! What all hints share: the interpreter, what the self-test granted, and the records.

use crate::control::obstacle;
use crate::cpython::bytecode::{Cells, CodeLayout};
use crate::cpython::capi::Python;
use crate::cpython::monitoring::Monitoring;
use crate::cpython::opcodes::Opcodes;
use crate::cpython::selftest::{self, Denied, Findings, Offsets, Switch, View};
use crate::cpython::trace_starts::{Look, Offer};
use crate::hints::focus::Wish;
use crate::state::hint_table::{Phase, Record, Records, Site};
use crate::state::settings::Settings;
use crate::upkeep::clock;
use jitctl_core::{Borrowed, Hint, Host, Interpreter, Owned, Result, Verdict};
use jitctl_cpython::Steering;
use jitctl_verdicts::VerdictCode;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The process, as far as the JIT goes.
#[derive(Clone, Copy, Debug)]
pub enum Process {
    /// The build has no JIT.
    NoJit,
    /// The JIT is off.
    Off,
    /// The user switched it on.
    On,
    /// We switched it on, for hinted functions.
    OptedIn(Switch),
    /// We switched it off again while an [`Obstacle`](crate::control::obstacle::Obstacle) is there.
    Suspended(Switch),
}

/// What changes while the process runs. Never held across a call that may run Python code.
pub struct Shared {
    pub findings: Findings,
    pub process: Process,
    pub records: Records,
    /// Functions whose hinted code object is gone while they live on.
    pub orphans: Vec<(Owned, Wish)>,
    /// Code objects and microseconds of the opt-in.
    pub opt_in: Option<(usize, u64)>,
    /// When the last further look through all code ended, and how long it took.
    pub walked: Option<(Instant, Duration)>,
    /// Steps and microseconds of maintenance so far.
    pub maintenance: (u64, u64),
    /// When the last step began.
    pub stepped: Option<Instant>,
    /// Since when no hint is left.
    pub idle: Option<Instant>,
}

/// The backend in one interpreter.
pub struct Engine {
    pub host: Host,
    pub python: Python,
    pub version: &'static Steering,
    pub opcodes: Opcodes,
    settings: Mutex<Settings>,
    pub interpreter: Interpreter,
    /// The address of the type of code objects.
    pub code_type: usize,
    offsets: Offsets,
    monitoring: OnceLock<Monitoring>,
    shared: Mutex<Shared>,
}

/// The part of the self-test that decides whether the backend is used at all: some microseconds.
pub fn identify(host: Host, interpreter: &Interpreter, version: &Steering) -> Result<(Python, Settings, Offsets)> {
    let python = Python::resolve(host)?;
    let settings = Settings::read(interpreter);
    let view = View::new(host, python, settings.falsified);
    let offsets = selftest::identify(&view, interpreter, version)
        .map_err(|denied| VerdictCode::SelfTest.error(denied.to_string()))?;
    Ok((python, settings, offsets))
}

impl Engine {
    /// Runs the rest of the self-test; what it does not grant is not used.
    pub fn start(host: Host, interpreter: &Interpreter, version: &'static Steering) -> Result<Self> {
        let (python, settings, offsets) = identify(host, interpreter, version)?;
        let view = View::new(host, python, settings.falsified);
        let opcodes = Opcodes::read(host, version)?;
        let jit = (interpreter.jit_built && version.loops.is_some()).then_some(interpreter.jit_enabled);
        let findings = selftest::run(&view, version, &opcodes, &offsets, jit);
        let process = match jit {
            None => Process::NoJit,
            Some(true) => Process::On,
            Some(false) => Process::Off,
        };
        let Some(code_type) = host.resolve("PyCode_Type") else {
            return Err(VerdictCode::SymbolMissing.error("the interpreter does not export PyCode_Type"));
        };
        let shared = Shared {
            findings,
            process,
            records: Records::default(),
            orphans: Vec::new(),
            opt_in: None,
            walked: None,
            maintenance: (0, 0),
            stepped: None,
            idle: None,
        };
        Ok(Self {
            host,
            python,
            version,
            opcodes,
            settings: Mutex::new(settings),
            interpreter: interpreter.clone(),
            code_type: code_type as usize,
            offsets,
            monitoring: OnceLock::new(),
            shared: Mutex::new(shared),
        })
    }

    /// What changes; keep it only for as long as no Python code can run.
    pub fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the environment asks for.
    pub fn settings(&self) -> Settings {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the environment again: `jitctl` was imported again, perhaps because it changed.
    pub fn read_settings(&self, interpreter: &Interpreter) {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = Settings::read(interpreter);
    }

    /// The process now.
    pub fn process(&self) -> Process {
        self.shared().process
    }

    /// Notes a change of the process.
    pub fn set_process(&self, process: Process) {
        self.shared().process = process;
    }

    /// Notes what the opt-in cost.
    pub fn note_opt_in(&self, codes: usize, micros: u64) {
        self.shared().opt_in = Some((codes, micros));
    }

    /// What the self-test granted; tried again where a tracing tool was in the way, or where executable memory was refused
    /// and is not any more.
    pub fn findings(&self) -> Findings {
        let findings = self.shared().findings.clone();
        let had_none = matches!(findings.executors, Err(Denied::Memory(_)));
        let again =
            matches!(findings.code, Err(Denied::Later(_))) || had_none && obstacle::memory_denied(self).is_none();
        if !again {
            return findings;
        }
        let view = View::new(self.host, self.python, self.settings().falsified);
        let jit = match self.process() {
            Process::NoJit => None,
            Process::Off => Some(false),
            _ => Some(true),
        };
        let findings = selftest::run(&view, self.version, &self.opcodes, &self.offsets, jit);
        self.shared().findings = findings.clone();
        findings
    }

    /// What the self-test granted so far.
    pub fn findings_as_they_are(&self) -> Findings {
        self.shared().findings.clone()
    }

    /// Tier B, or why not.
    pub fn layout(&self) -> Result<CodeLayout> {
        self.findings().code.map_err(|denied| VerdictCode::SelfTest.error(denied.to_string()))
    }

    /// `sys.monitoring`, with a tool id of ours from the first use on.
    pub fn monitoring(&self) -> Result<&Monitoring> {
        if let Some(monitoring) = self.monitoring.get() {
            return Ok(monitoring);
        }
        let monitoring = Monitoring::start(self.host)?;
        Ok(self.monitoring.get_or_init(|| monitoring))
    }

    /// The same where it was used before.
    pub fn monitoring_in_use(&self) -> Option<&Monitoring> {
        self.monitoring.get()
    }

    /// The function's code object.
    pub fn code(&self, function: Borrowed<'_>) -> Result<Owned> {
        self.python.code(function).ok_or_else(|| VerdictCode::NoBytecode.error("the function has no bytecode"))
    }

    /// A code object and those nested in it that have no hint of their own. They live as long as the first.
    pub fn tree<'a>(&self, root: Borrowed<'a>) -> Result<Vec<Borrowed<'a>>> {
        let mut found = vec![root];
        let mut next = 0;
        while let Some(code) = found.get(next).copied() {
            next += 1;
            let constants = self.host.get(code, "co_consts")?;
            self.python.each_of_tuple(constants.borrow(), |item| {
                if self.python.type_of(item) == self.code_type
                    && !self.shared().records.has(self.python, item.address() as usize)
                {
                    // SAFETY: the code object keeps its constants for as long as it lives, and it lives for `'a`.
                    found.push(unsafe { Borrowed::from_address(item.address()) });
                }
            });
        }
        Ok(found)
    }

    /// The cells of a code object.
    pub fn cells<'a>(&self, layout: CodeLayout, code: Borrowed<'a>) -> Cells<'a> {
        debug_assert_eq!(self.python.type_of(code), self.code_type);
        // SAFETY: every caller has it from `code` or `tree`, which give code objects only.
        unsafe { layout.cells(code) }
    }

    /// What the function has to offer to the JIT.
    pub fn offer(&self, layout: CodeLayout, tree: &[Borrowed<'_>]) -> Result<Offer> {
        let mut offer = Offer::default();
        for code in tree {
            let flags = self.host.to_int(self.host.get(*code, "co_flags")?.borrow())?;
            let instructions = self.cells(layout, *code).instructions(self.host, *code, &self.opcodes)?;
            offer.add(code.address() as usize, flags, &instructions, &self.opcodes, self.version);
        }
        Ok(offer)
    }

    /// Keeps a record; forgets some dead ones on the way, so that they cannot pile up.
    pub fn remember(&self, record: Record) {
        let mut shared = self.shared();
        shared.records.put(self.python, record);
        let (alive, dead) = shared.records.next(self.python, 3);
        drop(shared);
        drop(alive);
        self.bury(dead);
    }

    /// Functions that live on with other code: the next step sees to them.
    pub fn bury(&self, dead: Vec<Record>) {
        for record in dead {
            let left: Vec<_> = record.functions(self.python).into_iter().filter(|(_, ticket)| *ticket != 0).collect();
            if !left.is_empty() {
                let left = left.into_iter().map(|(function, ticket)| (function, Wish { ticket, ..record.wish }));
                self.shared().orphans.extend(left);
                clock::moved();
            }
        }
    }

    /// The tickets of other functions that share a hinted code object.
    pub fn others(&self, code: Borrowed<'_>, function: Borrowed<'_>) -> Vec<u64> {
        let mut shared = self.shared();
        let Some(record) = shared.records.get_mut(self.python, code.address() as usize) else { return Vec::new() };
        let others = record.functions(self.python).into_iter();
        others.filter(|(one, _)| one.address() != function.address()).map(|(_, ticket)| ticket).collect()
    }

    /// See [`Records::leave`].
    pub fn leave(&self, code: Borrowed<'_>, function: Borrowed<'_>) -> Option<Option<Owned>> {
        let mut shared = self.shared();
        shared.orphans.retain(|(orphan, _)| orphan.address() != function.address());
        shared.records.leave(self.python, code.address() as usize, function)
    }

    /// The code objects that have a hint.
    pub fn hinted(&self) -> Vec<Owned> {
        self.shared().records.alive(self.python)
    }

    /// The sites of a code object's record.
    pub fn sites_of(&self, code: Borrowed<'_>) -> Vec<Site> {
        let mut shared = self.shared();
        let record = shared.records.get_mut(self.python, code.address() as usize);
        record.map(|record| record.sites.to_vec()).unwrap_or_default()
    }

    /// Notes that a verdict says `armed`: maintenance replaces it when it has seen more.
    pub fn mark_armed(&self, code: Borrowed<'_>, verdict: &Verdict) {
        if VerdictCode::Armed.is(verdict)
            && let Some(record) = self.shared().records.get_mut(self.python, code.address() as usize)
        {
            record.phase = Phase::Armed;
        }
    }

    /// Notes that a function was frozen, and what was compiled then; gives the ticket of its hint.
    pub fn mark_frozen(&self, layout: CodeLayout, code: Borrowed<'_>) -> u64 {
        let mut shared = self.shared();
        let record = shared.records.get_mut(self.python, code.address() as usize);
        record.map_or(0, |record| {
            record.phase = Phase::Frozen;
            for site in &mut record.sites {
                // SAFETY: the caller holds the outermost code object, which keeps this one.
                let cells = self.cells(layout, unsafe { Borrowed::from_address(site.code as *mut _) });
                site.compiled = site.look(cells, &self.opcodes) == Look::Compiled;
            }
            record.wish.ticket
        })
    }

    /// The hint in force on a code object.
    pub fn hint_of(&self, code: Borrowed<'_>) -> Option<Hint> {
        self.shared().records.get_mut(self.python, code.address() as usize).map(|record| record.wish.hint)
    }
}
