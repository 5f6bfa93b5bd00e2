//! The items of `array.array`, whose layout no header tells: it is looked at with the first array of each typecode that is met.

use super::Runtime;
use crate::python::Object;
use jitctl_core::{Borrowed, Owned, Result};
use std::ffi::CStr;
use std::sync::{Arc, Mutex, PoisonError};

/// `Py_TPFLAGS_IMMUTABLETYPE` and `Py_TPFLAGS_HEAPTYPE` of Include/object.h: types of C that code of Python cannot make.
const IMMUTABLE: u64 = 1 << 8;
const HEAP_TYPE: u64 = 1 << 9;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    Double,
    Single,
    Int { bytes: u8, signed: bool },
}

impl Element {
    /// The items that are known, by typecode, with two values each that tell their bytes apart. Unsigned ones of 64 bits are not.
    fn of(code: &str) -> Option<(Self, [f64; 2])> {
        let int = |bytes, signed| Self::Int { bytes, signed };
        Some(match code {
            "d" => (Self::Double, [1.5, -2.25e100]),
            "f" => (Self::Single, [1.5, -2.25]),
            "b" => (int(1, true), [77.0, -2.0]),
            "B" => (int(1, false), [77.0, 254.0]),
            "h" => (int(2, true), [7777.0, -2.0]),
            "H" => (int(2, false), [7777.0, 65534.0]),
            "i" => (int(4, true), [77_777_777.0, -2.0]),
            "I" => (int(4, false), [77_777_777.0, 4_294_967_294.0]),
            "l" | "q" => (int(8, true), [77_777_777_777_777.0, -2.0]),
            _ => return None,
        })
    }

    /// Bytes of an item.
    pub fn size(self) -> u8 {
        match self {
            Self::Double => 8,
            Self::Single => 4,
            Self::Int { bytes, .. } => bytes,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the values of `of` fit")]
    fn bytes(self, value: f64) -> Vec<u8> {
        match self {
            Self::Double => value.to_le_bytes().to_vec(),
            Self::Single => (value as f32).to_le_bytes().to_vec(),
            Self::Int { bytes, .. } => (value as i64).to_le_bytes()[..bytes as usize].to_vec(),
        }
    }
}

/// Arrays of one typecode: where things are in them.
pub struct Arrays {
    /// The type.
    pub class: usize,
    /// The pointer to the items, and the bytes before them there.
    pub data: i32,
    pub before: i32,
    /// The word that every array of this typecode has, and no other: where, and which.
    pub code: i32,
    pub word: usize,
    pub element: Element,
}

/// A type, a typecode, and the arrays of these; none where they are not served.
type Kind = (usize, String, Option<Arc<Arrays>>);

/// Those that were met.
static KNOWN: Mutex<Vec<Kind>> = Mutex::new(Vec::new());

impl Arrays {
    /// The kind of an array: its word, where it is an `array.array` that looks as expected. No exception may be set.
    ///
    /// # Safety
    /// A live object.
    pub unsafe fn meet(rt: &Runtime, object: Object) -> Option<Arc<Self>> {
        // SAFETY: the caller's promise: its type, and the flags of that.
        let (class, flags) = unsafe {
            let class = Runtime::read::<usize>(object, rt.layout.object_type);
            (class, Runtime::read::<u64>(class as Object, rt.layout.type_flags))
        };
        if flags & HEAP_TYPE == 0 || flags & IMMUTABLE == 0 {
            return None;
        }
        // SAFETY: alive, as above.
        let object = unsafe { Borrowed::from_address(object) };
        Self::find(rt, object, class).ok().flatten()
    }

    /// The kind with this word; the class may have the address of another one that is gone.
    pub fn with(rt: &Runtime, class: usize, word: usize) -> Option<Arc<Self>> {
        // SAFETY: fields of a live class.
        let (flags, name) = unsafe {
            let flags = Runtime::read::<u64>(class as Object, rt.layout.type_flags);
            (flags, CStr::from_ptr(Runtime::read(class as Object, rt.layout.type_name)))
        };
        if flags & HEAP_TYPE == 0 || flags & IMMUTABLE == 0 || name != c"array.array" {
            return None;
        }
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = known.iter().filter_map(|(.., arrays)| arrays.as_ref());
        all.find(|arrays| (arrays.class, arrays.word) == (class, word)).cloned()
    }

    fn find(rt: &Runtime, object: Borrowed<'_>, class: usize) -> Result<Option<Arc<Self>>> {
        let host = rt.host;
        // SAFETY: the object keeps its type.
        let ty = unsafe { Borrowed::from_address(class as Object) };
        for (attribute, expected) in [("__name__", "array"), ("__module__", "array")] {
            if host.to_text(host.get(ty, attribute)?.borrow())? != expected {
                return Ok(None);
            }
        }
        let code = host.to_text(host.get(object, "typecode")?.borrow())?;
        let same = |one: &&Kind| one.0 == class && one.1 == code;
        if let Some((.., found)) = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).iter().find(same) {
            return Ok(found.clone());
        }
        let found = match Element::of(&code) {
            Some((element, values)) => Self::look(rt, object, ty, element, values)?.map(Arc::new),
            None => None,
        };
        KNOWN.lock().unwrap_or_else(PoisonError::into_inner).push((class, code, found.clone()));
        Ok(found)
    }

    /// Looks at arrays of the same kind that nobody else has.
    fn look(
        rt: &Runtime,
        object: Borrowed<'_>,
        class: Borrowed<'_>,
        element: Element,
        values: [f64; 2],
    ) -> Result<Option<Self>> {
        let data = rt.layout.var_size + 8;
        // SAFETY: a field of a live type.
        let size = unsafe { Runtime::read::<isize>(class.address(), rt.layout.type_basicsize) };
        if size < (data + 24) as isize {
            return Ok(None);
        }
        let samples = [sample(rt, object, element, values, 2)?, sample(rt, object, element, values, 40)?];
        // SAFETY: within the size of the type, as was just looked at.
        let field = |array: Object, offset: i32| unsafe { Runtime::read::<usize>(array, offset) };
        let expected: Vec<u8> = values.iter().flat_map(|value| element.bytes(*value)).collect();
        let begins = |array: &Owned, before: i32| {
            let items = field(array.address(), data) as *const u8;
            // SAFETY: in every version the pointer leads to a block with these items, where a word may come before them.
            !items.is_null()
                && unsafe { std::slice::from_raw_parts(items.byte_offset(before as isize), expected.len()) } == expected
        };
        let before = [0, 8].into_iter().find(|before| samples.iter().all(|array| begins(array, *before)));
        // Of the next words the room differs between the two, and the list of weak references is empty.
        let code = [data + 8, data + 16].into_iter().find(|offset| {
            let word = field(object.address(), *offset);
            word != 0 && samples.iter().all(|array| field(array.address(), *offset) == word)
        });
        Ok(before.zip(code).map(|(before, code)| {
            let word = field(object.address(), code);
            Self { class: class.address() as usize, data, before, code, word, element }
        }))
    }
}

/// A new array of the same type and typecode, with these values in turn. A slice makes it: a call of the type would be audited.
#[expect(clippy::cast_possible_truncation, reason = "the values of `Element::of` fit")]
fn sample(rt: &Runtime, like: Borrowed<'_>, element: Element, values: [f64; 2], count: usize) -> Result<Owned> {
    let host = rt.host;
    let slice = host.get(host.import("builtins")?.borrow(), "slice")?;
    let nothing = host.call(slice.borrow(), &[host.int(0)?.borrow(), host.int(0)?.borrow()])?;
    let array = host.item(like, nothing.borrow())?;
    for index in 0..count {
        let value = values[index % 2];
        let value = match element {
            Element::Int { .. } => host.int(value as i64)?,
            _ => host.float(value)?,
        };
        host.call_method(array.borrow(), "append", &[value.borrow()])?;
    }
    Ok(array)
}
