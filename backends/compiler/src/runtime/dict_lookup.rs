//! Looking a text up in a dict whose keys are all texts, as the interpreter does it, where the very object is its key.

use super::Runtime;
use crate::layout::Layout;
use crate::python::Object;

/// `DICT_KEYS_UNICODE` of pycore_dict.h.
const UNICODE: u8 = 1;
/// `DKIX_EMPTY` and the number of bits that the hash is shifted by at each step.
const EMPTY: i64 = -1;
const SHIFT: u32 = 5;
/// Steps after which the interpreter may look on.
const STEPS: u32 = 16;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// The value, borrowed.
    There(Object),
    /// There is no such key.
    Missing,
    /// That takes a look at other keys.
    Unknown,
}

/// Looks the text up.
///
/// # Safety
/// An exact dict and an exact text.
pub unsafe fn look_up(layout: &Layout, dict: Object, key: Object) -> Looked {
    // SAFETY: fields of a dict, its keys and its texts, whose layout the self-test has seen; indices lead to entries.
    unsafe {
        let keys = Runtime::read::<Object>(dict, layout.dict_keys);
        let hash = Runtime::read::<i64>(key, layout.unicode_hash);
        if Runtime::read::<u8>(keys, layout.keys_kind) != UNICODE || hash == -1 {
            return Looked::Unknown;
        }
        let size = u32::from(Runtime::read::<u8>(keys, layout.keys_size));
        let indices = keys.byte_offset(layout.keys_indices as isize);
        let entries = indices.byte_add(1 << Runtime::read::<u8>(keys, layout.keys_index_bytes));
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
                let entry = entries.cast::<[Object; 2]>().add(index as usize);
                let [name, value] = *entry;
                if name == key {
                    return Looked::There(value);
                }
                if name.is_null() || Runtime::read::<i64>(name, layout.unicode_hash) == hash {
                    return Looked::Unknown;
                }
            }
            perturbed >>= SHIFT;
            at = mask & (at.wrapping_mul(5).wrapping_add(perturbed).wrapping_add(1));
        }
        Looked::Unknown
    }
}
