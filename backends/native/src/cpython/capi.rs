//! The few functions of Python's C interface that the host's table does not have, resolved at run time.

use jitctl_core::{Borrowed, Error, Host, Owned, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::{c_int, c_ulong, c_void};
use std::ptr::null_mut;

/// A `PyObject *`.
pub type Object = *mut c_void;

macro_rules! interface {
    ($($name:ident = $symbol:literal: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// Functions of the running interpreter.
        #[derive(Clone, Copy)]
        pub struct Python {
            host: Host,
            $($name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Python {
            /// Resolves all of them.
            pub fn resolve(host: Host) -> Result<Self> {
                Ok(Self {
                    host,
                    $($name: {
                        let address = symbol(host, $symbol)?;
                        // SAFETY: the symbol is a function of CPython's documented C interface with this signature.
                        unsafe {
                            std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($argument),*) $(-> $result)?>(address)
                        }
                    },)*
                })
            }
        }
    };
}

interface! {
    interpreter_get = "PyInterpreterState_Get": fn() -> Object;
    decref = "Py_DecRef": fn(Object);
    weakref_new = "PyWeakref_NewRef": fn(Object, Object) -> Object;
    weakref_get = "PyWeakref_GetRef": fn(Object, *mut Object) -> c_int;
    tuple_size = "PyTuple_Size": fn(Object) -> isize;
    tuple_item = "PyTuple_GetItem": fn(Object, isize) -> Object;
    list_size = "PyList_Size": fn(Object) -> isize;
    list_item = "PyList_GetItem": fn(Object, isize) -> Object;
    dict_next = "PyDict_Next": fn(Object, *mut isize, *mut Object, *mut Object) -> c_int;
    function_code = "PyFunction_GetCode": fn(Object) -> Object;
    function_defaults = "PyFunction_GetDefaults": fn(Object) -> Object;
    function_keyword_defaults = "PyFunction_GetKwDefaults": fn(Object) -> Object;
    module_dict = "PyModule_GetDict": fn(Object) -> Object;
    type_dict = "PyType_GetDict": fn(Object) -> Object;
    type_flags = "PyType_GetFlags": fn(Object) -> c_ulong;
    is_subtype = "PyType_IsSubtype": fn(Object, Object) -> c_int;
    c_function_flags = "PyCFunction_GetFlags": fn(Object) -> c_int;
    c_function_get = "PyCFunction_GetFunction": fn(Object) -> Object;
    gc_visit = "PyUnstable_GC_VisitObjects": fn(unsafe extern "C" fn(Object, *mut c_void) -> c_int, *mut c_void);
    error_clear = "PyErr_Clear": fn();
}

/// `Py_TPFLAGS_TYPE_SUBCLASS` of Include/object.h: the instances are types.
const MAKES_TYPES: c_ulong = 1 << 31;

/// The type of an object that lives: the field behind the reference count, which the stable ABI fixes.
unsafe fn type_at(object: Object) -> usize {
    // SAFETY: the caller has an object; a build with the GIL begins with a count of one word.
    unsafe { *object.cast::<usize>().add(1) }
}

fn symbol(host: Host, name: &str) -> Result<*mut c_void> {
    host.resolve(name)
        .ok_or_else(|| VerdictCode::SymbolMissing.error(format!("the interpreter does not export {name}")))
}

impl Python {
    /// The host that resolved them.
    pub fn host(self) -> Host {
        self.host
    }

    /// The running interpreter's state.
    pub fn interpreter(self) -> usize {
        // SAFETY: the thread is attached, as in every call of a backend.
        unsafe { (self.interpreter_get)() as usize }
    }

    /// The address of an object's type.
    pub fn type_of(self, object: Borrowed<'_>) -> usize {
        // SAFETY: the object lives.
        unsafe { type_at(object.address()) }
    }

    /// A weak reference without a callback.
    pub fn weak(self, object: Borrowed<'_>) -> Result<Owned> {
        // SAFETY: the object lives.
        let raw = unsafe { (self.weakref_new)(object.address(), null_mut()) };
        self.take(raw).ok_or_else(|| {
            self.clear();
            Error::Other { message: "no weak reference could be made".to_owned() }
        })
    }

    /// What a weak reference leads to, while it lives.
    pub fn strong(self, weak: &Owned) -> Option<Owned> {
        let mut object = null_mut();
        // SAFETY: `weak` came from `weak`; the slot is written with a new reference or null.
        let found = unsafe { (self.weakref_get)(weak.address(), &mut object) };
        if found < 0 {
            self.clear();
        }
        self.take(object)
    }

    /// The function's code object.
    pub fn code(self, function: Borrowed<'_>) -> Option<Owned> {
        // SAFETY: the object lives; anything but a function gives null and an exception.
        let code = unsafe { (self.function_code)(function.address()) };
        if code.is_null() {
            self.clear();
            return None;
        }
        // SAFETY: a borrowed reference that the function holds.
        Some(self.host.own(unsafe { Borrowed::from_address(code) }))
    }

    /// The addresses of a function's code, defaults and keyword defaults.
    pub fn function_parts(self, function: Borrowed<'_>) -> [usize; 3] {
        let function = function.address();
        // SAFETY: a live function; borrowed references, of which the addresses are kept.
        unsafe {
            [
                (self.function_code)(function) as usize,
                (self.function_defaults)(function) as usize,
                (self.function_keyword_defaults)(function) as usize,
            ]
        }
    }

    /// The namespace of a module or a class, read without any look-up of an attribute: that could run code, and import a module
    /// that is to be imported later. `None` for anything else.
    pub fn namespace(self, object: Borrowed<'_>, module_type: usize) -> Option<Owned> {
        let kind = self.type_of(object) as Object;
        // SAFETY: the types of live objects; a module's dict is borrowed, that of a type is owned.
        unsafe {
            if (self.is_subtype)(kind, module_type as Object) != 0 {
                let dict = (self.module_dict)(object.address());
                return (!dict.is_null()).then(|| self.host.own(Borrowed::from_address(dict)));
            }
            let is_type = (self.type_flags)(kind) & MAKES_TYPES != 0;
            if is_type { self.take((self.type_dict)(object.address())) } else { None }
        }
    }

    /// The C function behind a builtin function, and its flags.
    pub fn c_function(self, object: Borrowed<'_>) -> Option<(Object, c_int)> {
        // SAFETY: the object lives; anything but a builtin function gives null and an exception.
        let function = unsafe { (self.c_function_get)(object.address()) };
        if function.is_null() {
            self.clear();
            return None;
        }
        // SAFETY: it is a builtin function.
        Some((function, unsafe { (self.c_function_flags)(object.address()) }))
    }

    /// Calls `visit` with every object that the collector knows, and its type, until it answers false. Nothing is copied and no
    /// reference count changes, so that pages which a forked child shares with its parent stay shared. `visit` must not make
    /// nor drop an object that the collector knows.
    pub fn each_object<F: FnMut(Borrowed<'_>, usize) -> bool>(self, mut visit: F) {
        unsafe extern "C" fn visitor<F: FnMut(Borrowed<'_>, usize) -> bool>(
            object: Object,
            state: *mut c_void,
        ) -> c_int {
            // SAFETY: `state` is the closure that `each_object` borrows for the call; the object lives.
            c_int::from(unsafe { (*state.cast::<F>())(Borrowed::from_address(object), type_at(object)) })
        }
        // SAFETY: the thread is attached; the closure lives for the call.
        unsafe { (self.gc_visit)(visitor::<F>, (&raw mut visit).cast()) };
    }

    /// Calls `visit` with every item of a tuple.
    pub fn each_of_tuple<'a>(self, tuple: Borrowed<'a>, visit: impl FnMut(Borrowed<'a>)) {
        self.first_of_tuple(tuple, usize::MAX, visit);
    }

    /// Calls `visit` with the first items of a tuple.
    pub fn first_of_tuple<'a>(self, tuple: Borrowed<'a>, most: usize, mut visit: impl FnMut(Borrowed<'a>)) {
        // SAFETY: it lives; anything but a tuple gives -1 and an exception, which is cleared.
        let size = unsafe { (self.tuple_size)(tuple.address()) };
        if size < 0 {
            self.clear();
        }
        for index in (0..size).take(most) {
            // SAFETY: in range; a tuple keeps its items while it lives.
            visit(unsafe { Borrowed::from_address((self.tuple_item)(tuple.address(), index)) });
        }
    }

    /// Calls `visit` with the first items of a list, which must not change meanwhile.
    pub fn first_of_list<'a>(self, list: Borrowed<'a>, most: usize, mut visit: impl FnMut(Borrowed<'a>)) {
        // SAFETY: as for tuples.
        let size = unsafe { (self.list_size)(list.address()) };
        if size < 0 {
            self.clear();
        }
        for index in (0..size).take(most) {
            // SAFETY: in range, and the list does not change: no Python code runs in between.
            let item = unsafe { (self.list_item)(list.address(), index) };
            if !item.is_null() {
                // SAFETY: the list keeps it.
                visit(unsafe { Borrowed::from_address(item) });
            }
        }
    }

    /// Calls `visit` with every value of a dict, which must not change meanwhile.
    pub fn each_of_dict<'a>(self, dict: Borrowed<'a>, visit: impl FnMut(Borrowed<'a>)) {
        self.first_of_dict(dict, usize::MAX, visit);
    }

    /// Calls `visit` with the first values of a dict, which must not change meanwhile.
    pub fn first_of_dict<'a>(self, dict: Borrowed<'a>, most: usize, mut visit: impl FnMut(Borrowed<'a>)) {
        let (mut position, mut key, mut value, mut left) = (0, null_mut(), null_mut(), most);
        // SAFETY: it is a dict and does not change: no Python code runs in between.
        while left > 0 && unsafe { (self.dict_next)(dict.address(), &mut position, &mut key, &mut value) } != 0 {
            left -= 1;
            // SAFETY: the dict keeps it.
            visit(unsafe { Borrowed::from_address(value) });
        }
    }

    /// Takes over an owned reference.
    fn take(self, raw: Object) -> Option<Owned> {
        if raw.is_null() {
            return None;
        }
        // SAFETY: `raw` is owned: one reference goes to the result, the other is given back.
        unsafe {
            let owned = self.host.own(Borrowed::from_address(raw));
            (self.decref)(raw);
            Some(owned)
        }
    }

    fn clear(self) {
        // SAFETY: the thread is attached.
        unsafe { (self.error_clear)() }
    }
}
