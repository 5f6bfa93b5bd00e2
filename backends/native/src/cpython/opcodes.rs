//! The running interpreter's opcodes, as tables over the opcode byte.

use jitctl_core::{Error, Host, Result};
use jitctl_cpython::{Counter, Steering, TraceStarter, When};
use jitctl_verdicts::VerdictCode;

/// What each opcode byte means.
pub struct Opcodes {
    /// The opcode that it is a specialised form of.
    pub base: [u8; 256],
    /// Code units of cache behind it.
    pub caches: [u8; 256],
    /// Its first cache cell is an adaptive counter.
    pub counter: [bool; 256],
    /// It calls something.
    pub calls: [bool; 256],
    /// It hides the instruction that the compiler put there: instrumented, or the entry of compiled code.
    pub hides: [bool; 256],
    /// Loops.
    pub loops: Option<Family>,
    /// Function entries.
    pub entry: Option<Family>,
    /// `ENTER_EXECUTOR`.
    pub executor: Option<u8>,
    /// `EXTENDED_ARG`.
    pub extended: u8,
    /// `YIELD_VALUE`.
    pub yields: u8,
    /// `BINARY_OP`.
    pub binary: u8,
    /// `LOAD_GLOBAL`.
    pub global: u8,
    /// `LOAD_BUILD_CLASS`.
    pub build_class: u8,
    /// `RESUME`.
    pub resume: u8,
    /// `END_FOR`, which no event instruments.
    pub end_for: u8,
    /// `INSTRUMENTED_RESUME`.
    pub instrumented_entry: u8,
    /// `INSTRUMENTED_INSTRUCTION`.
    pub instrumented: u8,
    /// See [`FramePushingCall`](jitctl_cpython::FramePushingCall).
    pub frame_pushing_calls: Vec<FramePushingCall>,
}

/// The opcodes of a [`FramePushingCall`](jitctl_cpython::FramePushingCall).
#[derive(Clone, Debug)]
pub struct FramePushingCall {
    pub base: u8,
    pub when: When,
    pub forms: Vec<u8>,
    pub jumps: bool,
}

/// The opcodes of a [`TraceStarter`].
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Before it was executed.
    pub base: u8,
    /// Counts, and starts a trace.
    pub armed: u8,
    /// Never starts a trace.
    pub off: u8,
    /// The counter that CPython starts with.
    pub natural: u16,
}

impl Family {
    /// Is it one of the three forms?
    pub fn has(self, opcode: u8) -> bool {
        opcode == self.base || opcode == self.armed || opcode == self.off
    }
}

impl Opcodes {
    /// Asks the host for them.
    pub fn read(host: Host, version: &Steering) -> Result<Self> {
        let all = host.opcodes()?;
        let number = |name: &str| {
            let found = all.iter().find(|opcode| opcode.name == name);
            found.and_then(|opcode| u8::try_from(opcode.number).ok()).ok_or_else(|| missing(name))
        };
        let family = |starter: TraceStarter, counter: Counter| -> Result<Family> {
            Ok(Family {
                base: number(starter.base)?,
                armed: number(starter.armed)?,
                off: number(starter.off)?,
                natural: counter.make(starter.natural.0, starter.natural.1),
            })
        };
        let mut table = Self {
            base: [0; 256],
            caches: [0; 256],
            counter: [false; 256],
            calls: [false; 256],
            hides: [true; 256],
            loops: version.loops.map(|starter| family(starter, version.counter)).transpose()?,
            entry: version.entry.map(|starter| family(starter, version.counter)).transpose()?,
            executor: version.executor.map(|_| number("ENTER_EXECUTOR")).transpose()?,
            extended: number("EXTENDED_ARG")?,
            yields: number("YIELD_VALUE")?,
            binary: number("BINARY_OP")?,
            global: number("LOAD_GLOBAL")?,
            build_class: number("LOAD_BUILD_CLASS")?,
            resume: number("RESUME")?,
            end_for: number("END_FOR")?,
            instrumented_entry: number("INSTRUMENTED_RESUME")?,
            instrumented: number("INSTRUMENTED_INSTRUCTION")?,
            frame_pushing_calls: Vec::with_capacity(version.frame_pushing_calls.len()),
        };
        for push in version.frame_pushing_calls {
            let forms = push.forms.iter().map(|name| number(name)).collect::<Result<_>>()?;
            table.frame_pushing_calls.push(FramePushingCall {
                base: number(push.name)?,
                when: push.when,
                forms,
                jumps: push.jumps,
            });
        }
        for opcode in &all {
            let (Ok(byte), Ok(base)) = (u8::try_from(opcode.number), u8::try_from(opcode.base)) else { continue };
            let of_base = all.iter().find(|other| other.number == opcode.base).unwrap_or(opcode);
            let index = usize::from(byte);
            table.base[index] = base;
            table.caches[index] = of_base.caches;
            // A conditional jump keeps the history of its branches in that cell; it has no specialised forms.
            let forms = all.iter().any(|other| other.base == opcode.base && other.number != opcode.base);
            table.counter[index] = of_base.counter && forms;
            table.calls[index] = matches!(opcode.name.as_str(), "CALL" | "CALL_KW" | "CALL_FUNCTION_EX");
            table.hides[index] = hides(&opcode.name);
        }
        Ok(table)
    }

    /// The opcode that it is a form of.
    pub fn base_of(&self, opcode: u8) -> u8 {
        if opcode == self.instrumented_entry { self.resume } else { self.base[usize::from(opcode)] }
    }
}

impl FramePushingCall {
    /// Is it this one?
    pub fn is(&self, opcode: u8, argument: u32) -> bool {
        let fits = match self.when {
            When::Always => true,
            When::Even => argument & 1 == 0,
            When::Is(value) => argument == value,
        };
        self.base == opcode && fits
    }
}

fn hides(name: &str) -> bool {
    name.starts_with("INSTRUMENTED_") || matches!(name, "ENTER_EXECUTOR" | "TRACE_RECORD" | "RESERVED")
}

fn missing(name: &str) -> Error {
    VerdictCode::OpcodeMissing.error(format!("this interpreter has no opcode {name}"))
}
