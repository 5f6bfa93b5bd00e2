//! The entries of the profiled functions, found by address in a few instructions.
//!
//! Everything here is read and written with the GIL held, and no Python code runs while a reference into it is alive;
//! the extension refuses builds without a GIL and subinterpreters.

use super::entry::Entry;
use std::cell::UnsafeCell;

struct Shared(UnsafeCell<Table>);

// SAFETY: see the head of the file: the GIL is the lock.
unsafe impl Sync for Shared {}

static TABLE: Shared = Shared(UnsafeCell::new(Table { slots: Vec::new(), used: 0 }));

struct Table {
    /// A power of two of slots, at most half of them used; a free one has the key 0.
    slots: Vec<(usize, *mut Entry)>,
    used: usize,
}

/// Works with the table; the GIL is held, and `action` runs no Python code.
#[inline]
fn with<T>(action: impl FnOnce(&mut Table) -> T) -> T {
    // SAFETY: the GIL is held and `action` does not give it away, so there is no other reference.
    action(unsafe { &mut *TABLE.0.get() })
}

impl Table {
    #[inline]
    fn position(&self, key: usize) -> usize {
        let mask = self.slots.len() - 1;
        let mut position = (key >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as usize) >> 16 & mask;
        while self.slots[position].0 != key && self.slots[position].0 != 0 {
            position = (position + 1) & mask;
        }
        position
    }

    fn put(&mut self, key: usize, entry: *mut Entry) {
        let position = self.position(key);
        self.slots[position] = (key, entry);
    }

    fn rebuild(&mut self, size: usize, without: usize) {
        let old = std::mem::replace(&mut self.slots, vec![(0, std::ptr::null_mut()); size]);
        for (key, entry) in old.into_iter().filter(|(key, _)| *key != 0 && *key != without) {
            self.put(key, entry);
        }
    }
}

/// The entry at this address; valid until Python code runs or the GIL is given away.
#[inline]
pub fn find(key: usize) -> Option<&'static mut Entry> {
    with(|table| {
        if table.used == 0 {
            return None;
        }
        let (_, entry) = table.slots[table.position(key)];
        // SAFETY: entries in the table are alive; they are boxed, so that the table may move.
        unsafe { entry.as_mut() }
    })
}

/// Adds an entry under an address that has none.
pub fn insert(key: usize, entry: Box<Entry>) {
    with(|table| {
        if (table.used + 1) * 2 > table.slots.len() {
            table.rebuild((table.slots.len() * 2).max(64), 0);
        }
        table.put(key, Box::into_raw(entry));
        table.used += 1;
    });
}

/// Takes an entry out.
pub fn remove(key: usize) -> Option<Box<Entry>> {
    let found: *mut Entry = find(key)?;
    with(|table| {
        table.used -= 1;
        let size = table.slots.len();
        table.rebuild(size, key);
    });
    // SAFETY: it came from a box, and the table has let go of it.
    Some(unsafe { Box::from_raw(found) })
}

/// How many there are.
pub fn len() -> usize {
    with(|table| table.used)
}
