//! Ints that the interpreter keeps one object each of.

use crate::layout::Api;

/// They lie one behind the other: from `low` on, `count` of them, each of [`SmallInts::SIZE`] bytes. None where that is not so.
#[derive(Clone, Copy, Debug)]
pub struct SmallInts {
    pub first: usize,
    pub low: i64,
    pub count: i64,
}

impl SmallInts {
    /// Bytes of an int of one digit.
    pub const SIZE: i64 = 32;

    /// Asks the interpreter for each of them.
    pub fn find(api: &Api) -> Self {
        const LOW: i64 = -5;
        const MOST: i64 = 2_048;
        let address = |value: i64| {
            // SAFETY: the thread is attached; a small int is never freed, and of another one only the address is used.
            unsafe {
                let object = (api.PyLong_FromLongLong)(value);
                if object.is_null() {
                    (api.PyErr_Clear)();
                    return (0, false);
                }
                let lasts = *object.cast::<i32>() < 0;
                (api.Py_DecRef)(object);
                (object as usize, lasts)
            }
        };
        let (first, lasts) = address(LOW);
        let mut count = 0;
        while lasts && count < MOST && address(LOW + count) == (first + (Self::SIZE * count) as usize, true) {
            count += 1;
        }
        Self { first, low: LOW, count }
    }
}
