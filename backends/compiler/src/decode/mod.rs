//! Bytecode of one version into instructions that no longer depend on it.

mod exceptions;
pub mod nb;
mod ops;

pub use exceptions::Handler;
pub use ops::Op;

use crate::layout::Layout;
use crate::python::Object;
use crate::runtime::Runtime;
use jitctl_core::{Borrowed, Host, Result};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One instruction; offsets in code units.
#[derive(Clone, Copy, Debug)]
pub struct Instr {
    /// Where the instruction itself is.
    pub offset: u32,
    /// Its first `EXTENDED_ARG`: where the interpreter has to begin.
    pub start: u32,
    /// Behind its inline caches.
    pub next: u32,
    pub arg: u32,
    pub line: u32,
    pub op: Op,
}

/// A code object, decoded.
pub struct Code {
    /// The code object.
    pub object: Object,
    pub instrs: Vec<Instr>,
    /// From the start of an instruction to its index.
    pub index: HashMap<u32, usize>,
    /// Where blocks begin.
    pub leaders: BTreeSet<u32>,
    /// Where jumps lead, other than the one at the end of an iterator.
    pub jumped_to: BTreeSet<u32>,
    /// Constants that LOAD_COMMON_CONSTANT names, where they are numbers or singletons.
    pub common: Vec<Option<usize>>,
    /// Loops: from where a backward jump leads to behind it.
    pub spans: Vec<(u32, u32)>,
    /// Blocks that a backward jump leads to.
    pub loops: BTreeSet<u32>,
    pub handlers: Vec<Handler>,
    /// Borrowed from the code object.
    pub consts: Vec<Object>,
    /// Borrowed from the code object.
    pub names: Vec<Object>,
    pub nlocalsplus: u32,
    /// The last of its variables, which are the function's cells.
    pub nfreevars: u32,
    pub argcount: u32,
    pub kwonly: u32,
    pub stacksize: u32,
    pub flags: u32,
    /// Names of all instructions as the interpreter runs them now, specialised forms included.
    names_now: Vec<String>,
    /// Those of them that are no specialised form.
    base_names: std::collections::HashSet<String>,
    address: usize,
    /// What instructions that never ran will be specialised to, as far as that was guessed.
    pub forecast: OnceCell<BTreeMap<u32, &'static str>>,
}

impl Code {
    /// Decodes the function's code.
    pub fn read(host: Host, runtime: &Runtime, function: Borrowed<'_>, code: Object) -> Result<Self> {
        let layout = &runtime.layout;
        let opcodes = host.opcodes()?;
        let mut names_now = vec![String::new(); 256];
        for opcode in &opcodes {
            if let Some(name) = names_now.get_mut(usize::from(opcode.number)) {
                name.clone_from(&opcode.name);
            }
        }
        let plain = opcodes.iter().filter(|opcode| opcode.number == opcode.base);
        let base_names = plain.map(|opcode| opcode.name.clone()).collect();
        let facts = host.facts(function)?;
        let mut instrs = Vec::new();
        for one in facts.code().instructions() {
            let name = names_now.get(usize::from(one.opcode)).map_or("", String::as_str);
            instrs.push(Instr {
                offset: one.offset,
                start: one.offset - u32::from(one.extended),
                next: one.offset + 1 + u32::from(one.caches),
                arg: one.argument,
                line: one.line,
                op: Op::named(name),
            });
        }
        let index: HashMap<u32, usize> = instrs.iter().enumerate().map(|(at, one)| (one.start, at)).collect();
        let (consts, names, table);
        // SAFETY: the fields of a code object lie where the self-test found them; they live as long as it does.
        unsafe {
            consts = items(runtime, Runtime::read(code, layout.code_consts));
            names = items(runtime, Runtime::read(code, layout.code_names));
            table = bytes(layout, Runtime::read(code, layout.code_exceptiontable));
        }
        // SAFETY: as above.
        let number = |offset: i32| unsafe { Runtime::read::<i32>(code, offset) }.cast_unsigned();
        let mut read = Self {
            object: code,
            index,
            leaders: BTreeSet::new(),
            jumped_to: BTreeSet::new(),
            common: Vec::new(),
            spans: Vec::new(),
            loops: BTreeSet::new(),
            handlers: exceptions::parse(&table),
            consts,
            names,
            nlocalsplus: number(layout.code_nlocalsplus),
            nfreevars: number(layout.code_nfreevars),
            argcount: number(layout.code_argcount),
            kwonly: number(layout.code_kwonlyargcount),
            stacksize: number(layout.code_stacksize),
            flags: number(layout.code_flags),
            names_now,
            base_names,
            address: code as usize + layout.code_adaptive as usize,
            forecast: OnceCell::new(),
            instrs,
        };
        read.find_blocks();
        Ok(read)
    }

    /// The first of the variables that are the function's cells.
    pub fn first_free(&self) -> u32 {
        self.nlocalsplus - self.nfreevars
    }

    /// Where a jump leads.
    pub fn target(one: &Instr) -> Option<u32> {
        match one.op {
            Op::JumpBackward | Op::JumpBackwardNoInterrupt => one.next.checked_sub(one.arg),
            Op::JumpForward
            | Op::PopJumpIfTrue
            | Op::PopJumpIfFalse
            | Op::PopJumpIfNone
            | Op::PopJumpIfNotNone
            | Op::ForIter => Some(one.next + one.arg),
            _ => None,
        }
    }

    /// Where a loop goes on when its iterator is exhausted: behind the END_FOR, with the iterator still on the stack.
    pub fn exhausted(&self, one: &Instr) -> Option<u32> {
        let end = self.index.get(&Self::target(one)?)?;
        let end = self.instrs.get(*end)?;
        (end.op == Op::EndFor).then_some(end.next)
    }

    fn find_blocks(&mut self) {
        let mut leaders = BTreeSet::new();
        let mut loops = BTreeSet::new();
        let mut jumped_to = BTreeSet::new();
        for one in &self.instrs {
            let Some(target) = Self::target(one) else { continue };
            if one.op == Op::ForIter {
                leaders.insert(one.start);
                leaders.extend(self.exhausted(one));
            } else {
                leaders.insert(target);
                jumped_to.insert(target);
            }
            if target <= one.offset {
                self.spans.push((target, one.next));
                loops.insert(target);
            }
            if one.op != Op::ForIter {
                leaders.insert(one.next);
            }
        }
        self.jumped_to = jumped_to;
        self.leaders = leaders;
        self.loops = loops;
    }

    /// The handler of the instruction at this offset: the innermost one comes last in no table, entries do not overlap.
    pub fn handler(&self, offset: u32) -> Option<Handler> {
        self.handlers.iter().find(|handler| (handler.start..handler.end).contains(&offset)).copied()
    }

    /// The name of the instruction as the interpreter runs it now, or will once it ran.
    pub fn now(&self, offset: u32) -> &str {
        if let Some(name) = self.forecast.get().and_then(|names| names.get(&offset)) {
            return name;
        }
        // SAFETY: the offset is one of this code object's instructions, whose bytes the interpreter keeps with it.
        let opcode = unsafe { *((self.address + 2 * offset as usize) as *const u8) };
        &self.names_now[usize::from(opcode)]
    }

    /// Can the instruction be specialised, and was it not tried yet?
    pub fn is_cold(&self, one: &Instr) -> bool {
        let now = self.now(one.offset);
        // A counter begins with 1 and a backoff of 1, which an attempt that failed raises; its fields differ between versions.
        const UNTOUCHED: u16 = 0x11;
        one.next > one.offset + 1 && self.base_names.contains(now) && self.cache(one, 0) <= UNTOUCHED
    }

    /// One unit of the inline cache of the instruction at this offset.
    pub fn cache(&self, one: &Instr, unit: u32) -> u16 {
        debug_assert!(one.offset + 1 + unit < one.next);
        // SAFETY: as above; the unit is within the instruction's cache.
        unsafe { *((self.address + 2 * (one.offset + 1 + unit) as usize) as *const u16) }
    }

    /// Two units of it.
    pub fn cache32(&self, one: &Instr, unit: u32) -> u32 {
        u32::from(self.cache(one, unit)) | u32::from(self.cache(one, unit + 1)) << 16
    }

    /// The address of a code unit.
    pub fn unit(&self, offset: u32) -> *mut u16 {
        (self.address + 2 * offset as usize) as *mut u16
    }
}

/// # Safety
/// `tuple` is a tuple that outlives the result.
unsafe fn items(runtime: &Runtime, tuple: Object) -> Vec<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let size: isize = Runtime::read(tuple, runtime.layout.var_size);
        (0..size.max(0)).map(|index| Runtime::read(tuple, runtime.layout.tuple_items + 8 * index as i32)).collect()
    }
}

/// # Safety
/// `object` is a bytes object.
unsafe fn bytes(layout: &Layout, object: Object) -> Vec<u8> {
    const BYTES_VALUE: isize = 32;
    // SAFETY: the caller's promise; `ob_sval` follows `ob_size` and `ob_shash`.
    unsafe {
        let size: isize = Runtime::read(object, layout.var_size);
        std::slice::from_raw_parts(object.byte_offset(BYTES_VALUE).cast::<u8>(), usize::try_from(size).unwrap_or(0))
            .to_vec()
    }
}
