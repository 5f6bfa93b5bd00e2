//! Functions that the subject calls directly.

use super::{Signature, Subject, Types};
use crate::decode::Instr;
use crate::ir::Num;
use crate::python::Object;
use crate::runtime::Runtime;
use crate::units::{Called, FunctionCell, defs};

/// A function that can be called directly.
pub struct Direct {
    /// None: the function itself.
    pub cell: Option<*const FunctionCell>,
    /// None: its own, as far as it is known.
    pub signature: Option<Signature>,
    /// Whether it gains is not known.
    pub in_doubt: bool,
}

impl Subject<'_> {
    /// The functions that hinted functions make and that the specialised instruction calls.
    pub fn called(&self, one: &Instr) -> Option<Called> {
        if !self.code.now(one.offset).starts_with("CALL_PY") {
            return None;
        }
        defs::of_version(self.runtime, self.code.cache32(one, 1))
    }

    /// May the instruction turn out to call such functions, once it ran a few times in its loop?
    pub fn may_call_made(&self, one: &Instr) -> bool {
        let here = one.offset;
        let looped = self.code.spans.iter().any(|(start, end)| (*start..*end).contains(&here));
        looped && self.code.is_cold(one) && defs::exist()
    }

    /// A function of this code with a direct entry.
    pub fn direct_made(&self, called: &Called, kinds: &[Option<Num>]) -> Option<Direct> {
        self.codes.borrow_mut().insert(called.code);
        if self.context.shared && called.code == self.code.object as usize {
            return Some(Direct { cell: None, signature: None, in_doubt: false });
        }
        let callee = (self.context.callee)(called.key, self.settled.get().then_some(kinds))?;
        self.callees.borrow_mut().insert(called.key, callee.signature);
        let signature = Some(Signature::decode(callee.signature));
        Some(Direct { cell: Some(callee.cell), signature, in_doubt: callee.in_doubt })
    }

    /// A function with a direct entry.
    pub fn direct(&self, object: usize, kinds: &[Option<Num>]) -> Option<Direct> {
        if object == self.function {
            return Some(Direct { cell: None, signature: None, in_doubt: false });
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

    /// Does the interpreter, once it knows the call, make a call of this class with a frame of its own between caller and `__init__`?
    /// That one counts against the limit of recursion, too.
    pub fn has_frame_between(&self, class: usize, count: usize) -> bool {
        const INLINE_VALUES: u64 = 1 << 2;
        const STARRED: i32 = 4 | 8;
        let Some(init) = self.initialiser(class) else { return false };
        let layout = &self.runtime.layout;
        // SAFETY: fields of a live class, of a function that it keeps and of the code of that.
        unsafe {
            let code = Runtime::read::<Object>(init as Object, layout.func_code);
            Runtime::read::<u64>(class as Object, layout.type_flags) & INLINE_VALUES != 0
                && usize::try_from(Runtime::read::<i32>(code, layout.code_argcount)) == Ok(count + 1)
                && Runtime::read::<i32>(code, layout.code_kwonlyargcount) == 0
                && Runtime::read::<i32>(code, layout.code_flags) & STARRED == 0
        }
    }

    /// The same for a function that may be gone: only its address is looked at.
    pub fn direct_at(&self, address: usize, kinds: &[Option<Num>]) -> Option<Direct> {
        if address == self.function {
            return Some(Direct { cell: None, signature: None, in_doubt: false });
        }
        // Only compared with the addresses of functions that are alive.
        let callee = (self.context.callee)(address, self.settled.get().then_some(kinds))?;
        self.callees.borrow_mut().insert(address, callee.signature);
        let signature = Some(Signature::decode(callee.signature));
        Some(Direct { cell: Some(callee.cell), signature, in_doubt: callee.in_doubt })
    }
}
