//! Looking up a text or an int in a dict as the interpreter does it, as far as no key has to be compared by code of others.

use super::Runtime;
use crate::python::Object;

/// `DICT_KEYS_GENERAL` and `DICT_KEYS_UNICODE` of pycore_dict.h.
const GENERAL: u8 = 0;
const UNICODE: u8 = 1;
/// `DKIX_EMPTY` and the number of bits that the hash is shifted by at each step.
const EMPTY: i64 = -1;
const SHIFT: u32 = 5;
/// Steps after which the interpreter may look on.
const STEPS: u32 = 16;
/// `_PyHASH_MODULUS`: ints below are their own hash, other than -1.
const MODULUS: u64 = (1 << 61) - 1;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Where the dict has the value.
    There(*mut Object),
    /// There is no such key.
    Missing,
    /// That takes a look at other keys.
    Unknown,
}

impl Runtime {
    /// Looks a text up.
    ///
    /// # Safety
    /// An exact dict and an exact text.
    pub unsafe fn look_up_text(&self, dict: Object, key: Object) -> Looked {
        // SAFETY: the caller's promise; hashing and comparing exact texts runs no code of others.
        unsafe {
            let mut hash = Self::read::<i64>(key, self.layout.unicode_hash);
            if hash == -1 {
                hash = (self.api.PyObject_Hash)(key) as i64;
            }
            self.walk(dict, hash, |name| {
                if name == key {
                    return Some(true);
                }
                let text = Self::read::<usize>(name, self.layout.object_type) == self.api.PyUnicode_Type;
                text.then(|| (self.api.PyUnicode_Compare)(name, key) == 0)
            })
        }
    }

    /// Looks an int up.
    ///
    /// # Safety
    /// An exact dict.
    pub unsafe fn look_up_int(&self, dict: Object, key: i64) -> Looked {
        if key.unsigned_abs() >= MODULUS {
            return Looked::Unknown;
        }
        let hash = if key == -1 { -2 } else { key };
        let same = |name: Object| {
            // SAFETY: a key of the dict, which it keeps.
            unsafe {
                if Self::read::<usize>(name, self.layout.object_type) != self.api.PyLong_Type {
                    return None;
                }
                let mut overflow = 0;
                let value = (self.api.PyLong_AsLongLongAndOverflow)(name, &raw mut overflow);
                Some(overflow == 0 && value == key)
            }
        };
        // SAFETY: the caller's promise.
        unsafe { self.walk(dict, hash, same) }
    }

    /// Can values be put in place of others without the interpreter?
    #[must_use]
    pub fn replaces_values(&self) -> bool {
        self.layout.dict_step == 0 || self.dict_version != 0
    }

    /// The dict was changed.
    ///
    /// # Safety
    /// A live dict.
    pub unsafe fn count_change(&self, dict: Object) {
        let step = self.layout.dict_step;
        if step == 0 {
            return;
        }
        let version = self.dict_version as *mut u64;
        // SAFETY: the self-test found the word in the interpreter's state; the bits below the step say who watches.
        unsafe {
            *version += step;
            let low = Self::read::<u64>(dict, self.layout.dict_watchers) & (step - 1);
            Self::write(dict, self.layout.dict_watchers, *version | low);
        }
    }

    /// Walks over the keys that come into question. `same`: is this one, which has the hash, the key? None where it cannot say.
    unsafe fn walk(&self, dict: Object, hash: i64, same: impl Fn(Object) -> Option<bool>) -> Looked {
        let layout = &self.layout;
        // SAFETY: fields of a dict, its keys and its texts, whose layout the self-test has seen; indices lead to entries.
        unsafe {
            let keys = Self::read::<Object>(dict, layout.dict_keys);
            let kind = Self::read::<u8>(keys, layout.keys_kind);
            if !matches!(kind, GENERAL | UNICODE) {
                return Looked::Unknown;
            }
            let size = u32::from(Self::read::<u8>(keys, layout.keys_size));
            let indices = keys.byte_offset(layout.keys_indices as isize);
            let entries = indices.byte_add(1 << Self::read::<u8>(keys, layout.keys_index_bytes));
            let mask = (1_u64 << size) - 1;
            let (mut perturbed, mut at) = (hash as u64, hash as u64 & mask);
            for _ in 0..STEPS {
                let index = match size {
                    ..8 => i64::from(*indices.cast::<i8>().add(at as usize)),
                    8..16 => i64::from(*indices.cast::<i16>().add(at as usize)),
                    16..32 => i64::from(*indices.cast::<i32>().add(at as usize)),
                    _ => *indices.cast::<i64>().add(at as usize),
                };
                if index == EMPTY {
                    return Looked::Missing;
                }
                if index >= 0 {
                    // Hash, key, value; without the hash where all keys are texts.
                    let (name, known, value) = if kind == UNICODE {
                        let entry = entries.cast::<Object>().add(2 * index as usize);
                        let name = *entry;
                        let known = if name.is_null() { -1 } else { Self::read::<i64>(name, layout.unicode_hash) };
                        (name, known, entry.add(1))
                    } else {
                        let entry = entries.cast::<Object>().add(3 * index as usize);
                        (*entry.add(1), *entry.cast::<i64>(), entry.add(2))
                    };
                    if name.is_null() {
                        return Looked::Unknown;
                    }
                    if known == hash {
                        match same(name) {
                            Some(true) => return Looked::There(value),
                            Some(false) => {}
                            None => return Looked::Unknown,
                        }
                    }
                }
                perturbed >>= SHIFT;
                at = mask & (at.wrapping_mul(5).wrapping_add(perturbed).wrapping_add(1));
            }
            Looked::Unknown
        }
    }
}
