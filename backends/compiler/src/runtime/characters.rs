//! Texts of one ASCII character, of which there is one each.

use crate::layout::Api;

/// Their addresses. None where they can be freed, or are not the only ones.
pub struct Characters(Box<[usize]>);

impl Characters {
    const COUNT: i32 = 128;

    /// Asks the interpreter for each of them.
    pub fn find(api: &Api) -> Self {
        let address = |character: i32| {
            // SAFETY: the thread is attached; of an object that may be freed only the address is used.
            unsafe {
                let object = (api.PyUnicode_FromOrdinal)(character);
                if object.is_null() {
                    (api.PyErr_Clear)();
                    return None;
                }
                let lasts = *object.cast::<i32>() < 0;
                (api.Py_DecRef)(object);
                lasts.then_some(object as usize)
            }
        };
        let both = |character| address(character).filter(|found| address(character) == Some(*found));
        Self((0..Self::COUNT).map(both).collect::<Option<_>>().unwrap_or_default())
    }

    /// Are they known?
    pub fn is_known(&self) -> bool {
        !self.0.is_empty()
    }

    /// Where their addresses are, in the order of the characters.
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }
}
