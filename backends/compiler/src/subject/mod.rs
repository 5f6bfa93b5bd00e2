//! The function that is being compiled: its code, and what the compiler knows and assumes of its surroundings.

mod attributes;
mod callees;
mod signature;
mod types;

pub use attributes::Attribute;
pub use callees::Direct;
pub use signature::{Param, Returns, Signature};
pub use types::Types;

use crate::decode::Code;
use crate::exits::CallRecord;
use crate::python::Object;
use crate::runtime::Runtime;
use crate::units::{Context, UnitCell};
use jitctl_core::Owned;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Why a function is not compiled.
#[derive(Debug)]
pub struct Refused {
    pub code: &'static str,
    pub line: Option<u32>,
    pub message: String,
}

/// Builtins that are known by identity.
#[derive(Default)]
pub struct Builtins {
    pub len: usize,
    pub abs: usize,
    pub min: usize,
    pub max: usize,
    pub ord: usize,
    pub chr: usize,
    pub isinstance: usize,
    pub list_append: usize,
    pub list_pop: usize,
    pub dict_get: usize,
}

/// Names that are looked up while compiling.
pub struct Names {
    pub init: Object,
}

/// A function that is being compiled.
pub struct Subject<'a> {
    pub runtime: &'static Runtime,
    pub code: &'a Code,
    pub cell: *mut UnitCell,
    pub monitors: [usize; 2],
    /// 0 where the unit serves all functions of its code.
    pub function: usize,
    pub globals: usize,
    pub builtins: usize,
    pub framesize: i32,
    pub params: Vec<Param>,
    pub complete: usize,
    pub call_record: *const CallRecord,
    /// Parameters that are never assigned, and need not be owned where no code of others runs.
    pub borrowed: Vec<u32>,
    /// Instructions where a guess was wrong before: none is made there.
    pub failed: BTreeSet<u32>,
    /// Calls that met functions of other code.
    pub strangers: BTreeSet<u32>,
    /// Instructions whose operands were neither ints nor floats.
    pub others: BTreeSet<u32>,
    /// The classes that instructions met, alive while the function is compiled.
    pub met: BTreeMap<u32, Vec<Owned>>,
    /// The typecodes of arrays, as `runtime::Arrays` has them.
    pub details: BTreeMap<u32, usize>,
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
    /// Callees: function, or key of functions of one code object; signature.
    pub callees: RefCell<BTreeMap<usize, u64>>,
    /// Code objects, and types of arrays, whose addresses are compared with.
    pub codes: RefCell<BTreeSet<usize>>,
    /// Kinds do not change any more: callees may be compiled for them.
    pub settled: std::cell::Cell<bool>,
    pub context: &'a Context<'a>,
}

impl Subject<'_> {
    /// Its own signature, where it gives this and has a frame, or has not.
    pub fn signature(&self, returns: Returns, framed: bool) -> Signature {
        let borrowed = if framed { &[][..] } else { &self.borrowed };
        let borrowed = borrowed.iter().filter(|index| **index < 32).fold(0, |bits, index| bits | 1 << index);
        Signature { params: self.params.clone(), returns, framed, borrowed, shared: self.context.shared }
    }

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
        if ty == self.runtime.lazy_import {
            return false;
        }
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

    /// The class stays as it is.
    pub fn assume_class(&self, class: usize) {
        self.classes.borrow_mut().insert(class);
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
