//! What every part is handed: the interpreter, what the self-test granted, and the hints in force.

use super::hint_table::HintTable;
use super::settings::Settings;
use crate::cpython::bytecode::{Cells, VersionLayout};
use crate::cpython::capi::Python;
use crate::cpython::monitoring::Monitoring;
use crate::cpython::opcodes::Opcodes;
use crate::cpython::selftest::{self, Capabilities, Denied, Offsets, Switch, View};
use jitctl_core::{Borrowed, Host, Interpreter, Owned, Result};
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
    pub capabilities: Capabilities,
    pub process: Process,
    /// Code objects and microseconds of the opt-in.
    pub opt_in: Option<(usize, u64)>,
    /// The last look through all code ended before the last object.
    pub scanned_in_part: bool,
    /// When the last further look through all code ended, and how long it took.
    pub scanned: Option<(Instant, Duration)>,
    /// Steps and microseconds of maintenance so far.
    pub maintenance: (u64, u64),
    /// Since when no hint is left.
    pub idle: Option<Instant>,
}

/// The backend in one interpreter.
pub struct Context {
    pub host: Host,
    pub python: Python,
    pub version: &'static Steering,
    pub opcodes: Opcodes,
    settings: Mutex<Settings>,
    pub interpreter: Interpreter,
    /// The address of the type of code objects.
    pub code_type: usize,
    /// The hints in force.
    pub hints: HintTable,
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

impl Context {
    /// Runs the rest of the self-test; what it does not grant is not used.
    pub fn start(host: Host, interpreter: &Interpreter, version: &'static Steering) -> Result<Self> {
        let (python, settings, offsets) = identify(host, interpreter, version)?;
        let view = View::new(host, python, settings.falsified);
        let opcodes = Opcodes::read(host, version)?;
        let jit = (interpreter.jit_built && version.loops.is_some()).then_some(interpreter.jit_enabled);
        let capabilities = selftest::run(&view, version, &opcodes, &offsets, jit);
        let process = match jit {
            None => Process::NoJit,
            Some(true) => Process::On,
            Some(false) => Process::Off,
        };
        let Some(code_type) = host.resolve("PyCode_Type") else {
            return Err(VerdictCode::SymbolMissing.error("the interpreter does not export PyCode_Type"));
        };
        let shared = Shared {
            capabilities,
            process,
            opt_in: None,
            scanned_in_part: false,
            scanned: None,
            maintenance: (0, 0),
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
            hints: HintTable::new(python),
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
    pub fn capabilities(&self) -> Capabilities {
        let capabilities = self.shared().capabilities.clone();
        let had_none = matches!(capabilities.executors, Err(Denied::Memory(_)));
        let again = matches!(capabilities.code, Err(Denied::Later(_))) || had_none && self.memory_denied().is_none();
        if !again {
            return capabilities;
        }
        let view = View::new(self.host, self.python, self.settings().falsified);
        let jit = match self.process() {
            Process::NoJit => None,
            Process::Off => Some(false),
            _ => Some(true),
        };
        let capabilities = selftest::run(&view, self.version, &self.opcodes, &self.offsets, jit);
        self.shared().capabilities = capabilities.clone();
        capabilities
    }

    /// The system's reason to refuse executable memory.
    pub fn memory_denied(&self) -> Option<String> {
        selftest::memory_denied(&View::new(self.host, self.python, self.settings().falsified))
    }

    /// What the self-test granted so far.
    pub fn known_capabilities(&self) -> Capabilities {
        self.shared().capabilities.clone()
    }

    /// Where counters and opcodes stand on this version, or why that is not known for certain.
    pub fn layout(&self) -> Result<VersionLayout> {
        self.capabilities().code.map_err(|denied| VerdictCode::SelfTest.error(denied.to_string()))
    }

    /// `sys.monitoring`, with a tool id of ours from the first use on.
    pub fn monitoring(&self) -> Result<&Monitoring> {
        if let Some(monitoring) = self.monitoring.get() {
            return Ok(monitoring);
        }
        let monitoring = Monitoring::start(self.host)?;
        Ok(self.monitoring.get_or_init(|| monitoring))
    }

    /// `sys.monitoring`, where [`monitoring`](Self::monitoring) was asked for before.
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
                if self.python.type_of(item) == self.code_type && !self.hints.has(item) {
                    // SAFETY: the code object keeps its constants for as long as it lives, and it lives for `'a`.
                    found.push(unsafe { Borrowed::from_address(item.address()) });
                }
            });
        }
        Ok(found)
    }

    /// The cells of one code object.
    pub fn cells<'a>(&self, layout: VersionLayout, code: Borrowed<'a>) -> Cells<'a> {
        debug_assert_eq!(self.python.type_of(code), self.code_type);
        // SAFETY: every caller has it from `code` or `tree`, which give code objects only.
        unsafe { layout.cells(code) }
    }
}
