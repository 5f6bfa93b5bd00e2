//! Attributes of the classes that instructions met.

use super::{Subject, Types};
use crate::python::Object;
use crate::runtime::Runtime;
use jitctl_core::Owned;

/// `Py_TPFLAGS_INLINE_VALUES`, `Py_TPFLAGS_MANAGED_DICT` and `Py_TPFLAGS_HEAPTYPE` of Include/object.h.
const INLINE_VALUES: u64 = 1 << 2;
const MANAGED_DICT: u64 = 1 << 4;
const HEAP_TYPE: u64 = 1 << 9;
/// `DICT_KEYS_SPLIT` of pycore_dict.h.
const SPLIT: u8 = 2;

/// Where an attribute of a class's instances is.
#[derive(Clone, Copy, Debug)]
pub enum Attribute {
    /// A function of the class. `keys`: instances may have attributes of their own that hide it; they do not while their class's shared
    /// keys are so many.
    Method { function: usize, keys: Option<i64> },
    /// A value of the instance, by its index.
    Value(i32),
}

impl Subject<'_> {
    /// The classes that an instruction met, other than too many.
    pub fn classes_at(&self, offset: u32) -> &[Owned] {
        self.met.get(&offset).map_or(&[], Vec::as_slice)
    }

    /// The version of a class, which no other class has.
    pub fn version(&self, class: usize) -> Option<u32> {
        let rt = self.runtime;
        // SAFETY: a live class.
        let version = unsafe {
            (rt.api.PyUnstable_Type_AssignVersionTag)(class as Object);
            Runtime::read::<u32>(class as Object, rt.layout.type_version_tag)
        };
        (version != 0).then_some(version)
    }

    /// A function that the class or a base defines.
    pub fn function_of(&self, class: usize, name: Object) -> Option<usize> {
        // SAFETY: a live class and a text; what is found is kept by the class.
        let found = unsafe { (self.runtime.api._PyType_Lookup)(class as Object, name) } as usize;
        (found != 0 && Types::of(self.runtime, found) == self.runtime.api.PyFunction_Type).then_some(found)
    }

    /// Does the class, or a base of it, define the name?
    pub fn has(&self, class: usize, name: Object) -> bool {
        // SAFETY: a live class and a text.
        unsafe { !(self.runtime.api._PyType_Lookup)(class as Object, name).is_null() }
    }

    /// Are the class and all its bases, other than `object`, defined in Python?
    pub fn is_made_in_python(&self, class: usize) -> bool {
        let rt = self.runtime;
        // SAFETY: a live class has a tuple of its bases and itself; `object` is the last one.
        unsafe {
            let mro = Runtime::read::<Object>(class as Object, rt.layout.type_mro);
            let count = i32::try_from(Runtime::read::<isize>(mro, rt.layout.var_size)).unwrap_or(0);
            (0..count - 1).all(|index| {
                let base = Runtime::read::<Object>(mro, rt.layout.tuple_items + 8 * index);
                Runtime::read::<u64>(base, rt.layout.type_flags) & HEAP_TYPE != 0
            })
        }
    }

    /// Where the attribute of the class's instances is, as far as that is simple.
    pub fn attribute(&self, class: usize, name: Object) -> Option<Attribute> {
        let rt = self.runtime;
        let layout = &rt.layout;
        let class = class as Object;
        // SAFETY: fields of a live class.
        let (flags, getattro, dict) = unsafe {
            (
                Runtime::read::<u64>(class, layout.type_flags),
                Runtime::read::<usize>(class, layout.type_getattro),
                Runtime::read::<isize>(class, layout.type_dictoffset),
            )
        };
        if flags & HEAP_TYPE == 0 || getattro != rt.api.PyObject_GenericGetAttr as usize {
            return None;
        }
        // SAFETY: a live class and a text.
        let found = unsafe { (rt.api._PyType_Lookup)(class, name) } as usize;
        let function = found != 0 && Types::of(rt, found) == rt.api.PyFunction_Type;
        if flags & INLINE_VALUES == 0 {
            let plain = function && flags & MANAGED_DICT == 0 && dict == 0;
            return plain.then_some(Attribute::Method { function: found, keys: None });
        }
        let keys = self.shared_keys(class)?;
        match keys.iter().position(|key| *key == name) {
            Some(index) if found == 0 => Some(Attribute::Value(i32::try_from(index).ok()?)),
            None if function => Some(Attribute::Method { function: found, keys: Some(keys.len() as i64) }),
            _ => None,
        }
    }

    /// The names of the attributes that instances share; interned, so that they are compared by their addresses.
    fn shared_keys(&self, class: Object) -> Option<Vec<Object>> {
        let layout = &self.runtime.layout;
        // SAFETY: fields of a live class and of its keys, which are texts.
        unsafe {
            let keys = Runtime::read::<Object>(class, layout.heaptype_cached_keys);
            if keys.is_null() || Runtime::read::<u8>(keys, layout.keys_kind) != SPLIT {
                return None;
            }
            let count = Runtime::read::<isize>(keys, layout.keys_nentries);
            let first = layout.keys_indices + (1 << Runtime::read::<u8>(keys, layout.keys_index_bytes));
            let count = i32::try_from(count).ok()?;
            Some((0..count).map(|index| Runtime::read::<Object>(keys, first + 16 * index)).collect())
        }
    }
}
