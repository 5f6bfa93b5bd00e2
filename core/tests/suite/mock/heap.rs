//! Objects of the mock: numbers that look like addresses, each with a count of references, one heap for each thread.

use jitctl_core::host::table::{BackendCallback, Object};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What an object is.
#[derive(Clone)]
pub enum Value {
    None,
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Tuple(Vec<usize>),
    Dict(BTreeMap<String, usize>),
    /// A module or a function: a kind and attributes.
    Thing(&'static str, BTreeMap<String, usize>),
    Callable(Rc<BackendCallback>),
    Exception(&'static str, String),
}

impl Value {
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::Tuple(_) => "tuple",
            Self::Dict(_) => "dict",
            Self::Thing(kind, _) => kind,
            Self::Callable(_) => "builtin_function_or_method",
            Self::Exception(kind, _) => kind,
        }
    }

    fn held(&self) -> Vec<usize> {
        match self {
            Self::Tuple(items) => items.clone(),
            Self::Dict(items) | Self::Thing(_, items) => items.values().copied().collect(),
            _ => Vec::new(),
        }
    }
}

#[derive(Default)]
struct Heap {
    slots: BTreeMap<usize, (Value, usize)>,
    made: usize,
    pending: Option<usize>,
    faults: Vec<String>,
}

thread_local! {
    static HEAP: RefCell<Heap> = RefCell::default();
}

fn with<T>(action: impl FnOnce(&mut Heap) -> T) -> T {
    HEAP.with_borrow_mut(action)
}

/// A new object, owned by the caller.
pub fn make(value: Value) -> Object {
    with(|heap| {
        heap.made += 16;
        let address = 0x1000 + heap.made;
        heap.slots.insert(address, (value, 1));
        address as Object
    })
}

/// The value of a live object; what is dead or foreign is noted as a fault.
pub fn value(object: Object) -> Option<Value> {
    with(|heap| {
        let found = heap.slots.get(&(object as usize)).map(|(value, _)| value.clone());
        if found.is_none() {
            heap.faults.push(format!("{object:?} is no live object"));
        }
        found
    })
}

pub fn incref(object: Object) -> Object {
    with(|heap| match heap.slots.get_mut(&(object as usize)) {
        Some((_, count)) => *count += 1,
        None => heap.faults.push(format!("{object:?} was taken and is not alive")),
    });
    object
}

pub fn decref(object: Object) {
    let mut dead = Vec::new();
    with(|heap| {
        let mut todo = vec![object as usize];
        while let Some(address) = todo.pop() {
            let Some((_, count)) = heap.slots.get_mut(&address) else {
                heap.faults.push(format!("{address:#x} was given back and is not alive"));
                continue;
            };
            *count -= 1;
            if *count == 0 {
                let (value, _) = heap.slots.remove(&address).unwrap();
                todo.extend(value.held());
                dead.push(value);
            }
        }
    });
    drop(dead); // after the heap was let go: a callback's destructor may come back here
}

/// Sets the attribute or item `name`; takes a reference of its own.
pub fn set(object: Object, name: &str, item: Object) {
    incref(item);
    let old = with(|heap| match heap.slots.get_mut(&(object as usize)) {
        Some((Value::Dict(items) | Value::Thing(_, items), _)) => items.insert(name.to_owned(), item as usize),
        _ => None,
    });
    if let Some(old) = old {
        decref(old as Object);
    }
}

/// Sets the pending exception, of which it takes over the reference.
pub fn raise(object: Object) -> Object {
    if let Some(old) = with(|heap| heap.pending.replace(object as usize)) {
        decref(old as Object);
    }
    std::ptr::null_mut()
}

/// Takes the pending exception, which the caller then owns.
pub fn take() -> Object {
    with(|heap| heap.pending.take()).map_or(std::ptr::null_mut(), |address| address as Object)
}

/// How many objects are alive on this thread.
pub fn live() -> usize {
    with(|heap| heap.slots.len())
}

/// How many references an object has.
pub fn references(object: Object) -> usize {
    with(|heap| heap.slots.get(&(object as usize)).map_or(0, |(_, count)| *count))
}

/// What was done wrong with objects on this thread.
pub fn faults() -> Vec<String> {
    with(|heap| heap.faults.clone())
}
