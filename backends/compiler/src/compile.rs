//! The passes in their order, and what they share about the function.

use crate::decode::Code;
use crate::entry::{Assumption, Compiled, Context, ExitSeen, Exits, FunctionCell, Refusal, UnitCell};
use crate::exits::{CallRecord, ExitRecord};
use crate::ir::Num;
use crate::lower;
use crate::profile;
use crate::python::Object;
use crate::runtime::Runtime;
use crate::ssa::{self, Refused, Returns, Types};
use jitctl_core::{Borrowed, Owned};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// How a unit's body takes a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// Unboxed, with its box or null behind.
    Raw(Num),
    /// An object, borrowed.
    Object,
}

/// What a direct entry takes and gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub params: Vec<Param>,
    pub returns: Returns,
}

impl Signature {
    const LIMIT: usize = 24;

    /// As one number; none where there are too many parameters.
    pub fn encode(&self) -> Option<u64> {
        if self.params.len() > Self::LIMIT {
            return None;
        }
        let kind = |num: Option<Num>| match num {
            None => 0,
            Some(Num::Int) => 1,
            Some(Num::Float) => 2,
            Some(Num::Bool) => 3,
        };
        let mut word = self.params.len() as u64;
        for (index, param) in self.params.iter().enumerate() {
            let num = if let Param::Raw(num) = param { Some(*num) } else { None };
            word |= kind(num) << (8 + 2 * index);
        }
        let returns = if let Returns::Raw(num) = self.returns { Some(num) } else { None };
        Some(word | kind(returns) << 60 | 1 << 63)
    }

    /// Back from the number.
    pub fn decode(word: u64) -> Self {
        let kind = |bits: u64| match bits & 3 {
            1 => Some(Num::Int),
            2 => Some(Num::Float),
            3 => Some(Num::Bool),
            _ => None,
        };
        let count = (word & 0xff) as usize;
        let param = |index: usize| kind(word >> (8 + 2 * index)).map_or(Param::Object, Param::Raw);
        Self {
            params: (0..count).map(param).collect(),
            returns: kind(word >> 60).map_or(Returns::Object, Returns::Raw),
        }
    }
}

/// A function that can be called directly.
pub struct Direct {
    /// None: the function itself.
    pub cell: Option<*const FunctionCell>,
    /// None: its own, as far as it is known.
    pub signature: Option<Signature>,
}

/// Builtins that are known by identity.
#[derive(Default)]
pub struct Builtins {
    pub len: usize,
    pub abs: usize,
    pub min: usize,
    pub max: usize,
    pub list_append: usize,
}

/// Names that are looked up while compiling.
pub struct Names {
    pub init: Object,
}

/// A function that is being compiled.
pub struct Unit<'a> {
    pub runtime: &'static Runtime,
    pub code: &'a Code,
    pub cell: *mut UnitCell,
    pub monitors: [usize; 2],
    pub function: usize,
    pub globals: usize,
    pub builtins: usize,
    pub framesize: i32,
    pub params: Vec<Param>,
    pub complete: usize,
    pub call_record: *const CallRecord,
    /// Instructions where a guess was wrong before: none is made there.
    pub failed: BTreeSet<u32>,
    /// Instructions where an int did not fit 64 bits.
    pub overflowed: BTreeSet<u32>,
    pub builtins_known: Builtins,
    /// Globals are not taken for constant any more, other than functions and classes.
    pub unsteady: bool,
    /// What was taken for granted: dict, name, value.
    pub dicts: RefCell<BTreeMap<(usize, usize), Option<usize>>>,
    /// Classes that stay as they are.
    pub classes: RefCell<BTreeSet<usize>>,
    pub names: Names,
    /// Callees: function, signature.
    pub callees: RefCell<BTreeMap<usize, u64>>,
    /// Kinds do not change any more: callees may be compiled for them.
    pub settled: std::cell::Cell<bool>,
    pub context: &'a Context<'a>,
}

impl Unit<'_> {
    /// The value of a global or builtin, where it can be taken for constant.
    pub fn global(&self, name: Object) -> Option<usize> {
        let rt = self.runtime;
        for (at, dict) in [self.globals, self.builtins].into_iter().enumerate() {
            if Types::of(rt, dict) != rt.api.PyDict_Type {
                return None;
            }
            // SAFETY: an exact dict and a text; the reference is borrowed from the dict.
            let found = unsafe { (rt.api.PyDict_GetItemWithError)(dict as Object, name) };
            // SAFETY: clears whatever comparing keys raised.
            unsafe { (rt.api.PyErr_Clear)() };
            if found.is_null() && at == 0 {
                self.dicts.borrow_mut().insert((dict, name as usize), None);
                continue;
            }
            if found.is_null() || !self.is_steady(found as usize) {
                return None;
            }
            self.dicts.borrow_mut().insert((dict, name as usize), Some(found as usize));
            return Some(found as usize);
        }
        None
    }

    fn is_steady(&self, object: usize) -> bool {
        let api = &self.runtime.api;
        let ty = Types::of(self.runtime, object);
        !self.unsteady || [api.PyFunction_Type, api.PyCFunction_Type, api.PyType_Type, api.PyModule_Type].contains(&ty)
    }

    /// The method of a builtin type.
    pub fn method_of(&self, class: usize, name: Object) -> Option<usize> {
        // SAFETY: a type and a text; borrowed from the type, which never changes.
        let found = unsafe { (self.runtime.api._PyType_Lookup)(class as Object, name) } as usize;
        (found != 0 && Types::of(self.runtime, found) == self.runtime.api.PyMethodDescr_Type).then_some(found)
    }

    /// The builtin type that the specialised instruction expects.
    pub fn builtin_of(&self, one: &crate::decode::Instr, name: Object) -> Option<usize> {
        if !self.code.now(one.offset).starts_with("LOAD_ATTR_METHOD_NO_DICT") {
            return None;
        }
        let version = self.code.cache32(one, 1);
        let api = &self.runtime.api;
        let known = [api.PyList_Type, api.PyDict_Type, api.PyUnicode_Type, api.PySet_Type, api.PyTuple_Type];
        let found = known.into_iter().find(|class| {
            // SAFETY: a static type.
            unsafe { Runtime::read::<u32>(*class as Object, self.runtime.layout.type_version_tag) == version }
        })?;
        self.method_of(found, name).map(|_| found)
    }

    /// A function with a direct entry.
    pub fn direct(&self, object: usize, kinds: &[Option<Num>]) -> Option<Direct> {
        if object == self.function {
            return Some(Direct { cell: None, signature: None });
        }
        if Types::of(self.runtime, object) != self.runtime.api.PyFunction_Type {
            return None;
        }
        self.direct_at(object, kinds)
    }

    /// Is it a function that has an entry other than CPython's own?
    pub fn is_waiting(&self, object: usize) -> bool {
        let rt = self.runtime;
        Types::of(rt, object) == rt.api.PyFunction_Type
            // SAFETY: a field of a live function.
            && unsafe { Runtime::read::<usize>(object as Object, rt.layout.func_vectorcall) } != rt.usual as usize
    }

    /// The `__init__` of a class that makes its instances as `object` does, where it is a Python function.
    pub fn initialiser(&self, class: usize) -> Option<usize> {
        const HEAP_TYPE: u64 = 1 << 9;
        const ABSTRACT: u64 = 1 << 20;
        let rt = self.runtime;
        let layout = &rt.layout;
        if Types::of(rt, class) != rt.api.PyType_Type {
            return None;
        }
        // SAFETY: fields of live classes; what a look-up finds is kept by the class.
        unsafe {
            let class = class as Object;
            let base = rt.api.PyBaseObject_Type as Object;
            let flags = Runtime::read::<u64>(class, layout.type_flags);
            let new = |ty: Object| Runtime::read::<usize>(ty, layout.type_new);
            let plain = flags & HEAP_TYPE != 0
                && flags & ABSTRACT == 0
                && new(class) == new(base)
                && Runtime::read::<usize>(class, layout.type_alloc) == rt.api.PyType_GenericAlloc as usize;
            if !plain {
                return None;
            }
            let found = (rt.api._PyType_Lookup)(class, self.names.init) as usize;
            (found != 0 && Types::of(rt, found) == rt.api.PyFunction_Type).then_some(found)
        }
    }

    /// The class stays as it is.
    pub fn assume_class(&self, class: usize) {
        self.classes.borrow_mut().insert(class);
    }

    /// The same for a function that may be gone: only its address is looked at.
    pub fn direct_at(&self, address: usize, kinds: &[Option<Num>]) -> Option<Direct> {
        if address == self.function {
            return Some(Direct { cell: None, signature: None });
        }
        // SAFETY: `callee` only compares the address with those of functions that are alive.
        let function = unsafe { Borrowed::from_address(address as Object) };
        let callee = (self.context.callee)(function, if self.settled.get() { kinds } else { &[] })?;
        self.callees.borrow_mut().insert(address, callee.signature);
        Some(Direct { cell: Some(callee.cell), signature: Some(Signature::decode(callee.signature)) })
    }

    /// An attribute of a module, where it can be taken for constant.
    pub fn module_attribute(&self, module: usize, name: Object) -> Option<usize> {
        let rt = self.runtime;
        if Types::of(rt, module) != rt.api.PyModule_Type {
            return None;
        }
        // SAFETY: a live module, whose dict it keeps.
        let dict = unsafe {
            let place = (rt.api._PyObject_GetDictPtr)(module as Object);
            if place.is_null() { return None } else { *place as usize }
        };
        if dict == 0 || Types::of(rt, dict) != rt.api.PyDict_Type {
            return None;
        }
        // SAFETY: an exact dict and a text.
        let found = unsafe { (rt.api.PyDict_GetItemWithError)(dict as Object, name) } as usize;
        // SAFETY: clears whatever comparing keys raised.
        unsafe { (rt.api.PyErr_Clear)() };
        if found == 0 || !self.is_steady(found) {
            return None;
        }
        self.dicts.borrow_mut().insert((dict, name as usize), Some(found));
        Some(found)
    }

    /// How many items a tuple constant has.
    pub fn tuple_size(&self, tuple: usize) -> i64 {
        // SAFETY: a tuple that the code object keeps.
        unsafe { Runtime::read(tuple as Object, self.runtime.layout.var_size) }
    }
}

/// The exits of a unit, and what else its code refers to.
struct Records {
    #[expect(clippy::vec_box, reason = "machine code carries the addresses")]
    records: Vec<Box<ExitRecord>>,
    _call: Box<CallRecord>,
}

// SAFETY: addresses of things that live as long as the unit; counts are only used with the GIL held.
unsafe impl Send for Records {}
// SAFETY: as above.
unsafe impl Sync for Records {}

impl Exits for Records {
    fn seen(&self) -> Vec<ExitSeen> {
        let taken = self.records.iter().filter(|record| record.count.get() > 0);
        taken
            .map(|record| ExitSeen {
                line: record.line,
                offset: 2 * record.offset,
                reason: record.why.name(),
                count: record.count.get(),
                detail: u64::from(record.resume),
            })
            .collect()
    }
}

/// Compiles a function.
///
/// # Errors
/// [`Refusal`] with the reason.
pub fn compile(context: &Context<'_>) -> Result<Compiled, Refusal> {
    try_compile(context).map_err(|refused| Refusal {
        code: refused.code,
        line: refused.line,
        message: refused.message,
        wants_profile: refused.code == "no-profile",
    })
}

fn refuse(code: &'static str, message: &str) -> Refused {
    Refused { code, line: None, message: message.to_owned() }
}

fn try_compile(context: &Context<'_>) -> Result<Compiled, Refused> {
    let rt = context.runtime;
    let host = rt.host;
    let other = |error: jitctl_core::Error| refuse("internal", &error.to_string());
    let mut code = Code::read(host, rt, context.function, context.code.address()).map_err(other)?;
    code.common = profile::common_constants(host, rt);
    profile::refuse_kinds(&code)?;
    let function = context.function.address();
    // SAFETY: fields of a live function and its code.
    let (globals, builtins, framesize): (usize, usize, i32) = unsafe {
        (
            Runtime::read(function, rt.layout.func_globals),
            Runtime::read(function, rt.layout.func_builtins),
            Runtime::read(context.code.address(), rt.layout.code_framesize),
        )
    };
    if framesize > crate::frames::LARGEST {
        return Err(refuse("too-large", "its frame is too large"));
    }
    let params = profile::params(context, &code);
    let nums = params.iter().map(|param| if let Param::Raw(num) = param { Some(*num) } else { None }).collect();
    // SAFETY: the code object of the function.
    let complete = unsafe { crate::entry::complete(rt, context.code.address()) };
    let call = Box::new(CallRecord { function, params: nums, complete, cell: context.cell });
    let (failed, overflowed) = profile::feedback(&context.feedback);
    let init = host.text("__init__").map_err(other)?;
    let unit = Unit {
        runtime: rt,
        code: &code,
        cell: context.cell,
        monitors: context.local_monitors,
        function: function as usize,
        globals,
        builtins,
        framesize,
        params,
        complete,
        call_record: &raw const *call,
        failed,
        overflowed,
        builtins_known: profile::builtins(host, rt).map_err(other)?,
        unsteady: context.attempt >= 2,
        dicts: RefCell::default(),
        callees: RefCell::default(),
        classes: RefCell::default(),
        names: Names { init: init.address() },
        settled: std::cell::Cell::new(false),
        context,
    };
    let isa = lower::isa().map_err(|text| refuse("no-machine-code", &text))?;
    let config = isa.frontend_config();
    let (round, returns) = ssa::translate(&unit, config)?;
    profile::worth(context, &unit, &round.found)?;
    let boxed = lower::entry(&unit, returns, config);
    let machine = lower::assemble(round.function, boxed).map_err(|text| refuse("internal", &text))?;
    let signature = Signature { params: unit.params.clone(), returns };
    let lines = code.instrs.iter().map(|one| one.line).filter(|line| *line > 0);
    let lines = (lines.clone().min().unwrap_or(0), lines.max().unwrap_or(0));
    let assumes = assumptions(host, &unit);
    Ok(Compiled {
        code: machine.code,
        boxed: machine.boxed,
        direct: signature.encode().filter(|_| code.kwonly == 0).map(|word| (0, word)),
        holds: Vec::new(),
        assumes,
        exits: Box::new(Records { records: round.found.records, _call: call }),
        lines,
        notes: round.found.notes,
    })
}

fn assumptions(host: jitctl_core::Host, unit: &Unit<'_>) -> Vec<Assumption> {
    // SAFETY: dicts, names and functions are alive: the function that is compiled leads to them.
    let own = |address: usize| -> Owned { host.own(unsafe { Borrowed::from_address(address as Object) }) };
    let mut all = vec![Assumption::Function { function: own(unit.function) }];
    for ((dict, key), value) in unit.dicts.borrow().iter() {
        all.push(Assumption::Dict { dict: own(*dict), key: own(*key), value: *value });
    }
    for class in unit.classes.borrow().iter() {
        all.push(Assumption::Type { class: own(*class) });
    }
    for (function, signature) in unit.callees.borrow().iter() {
        all.push(Assumption::Callee { function: *function, signature: *signature });
    }
    all
}
