//! Counts by code object, instruction and kind of code, in memory that is there before the first signal.
//!
//! Signal handlers of several threads may count at once, so the words are atomic and nothing is locked. The entries of one code
//! object lie in one run of slots, without a gap, from the place that its address gives. No entry is ever taken out, so
//! the run is found again from any thread; one that was read has the count 0, and goes on with the next code object that gets
//! the same address.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

const SLOTS: usize = 1 << 16;
/// A longer run is not walked: what does not fit is counted as lost.
const LONGEST: usize = 1 << 11;
/// The address of a code object that another thread is writing down.
const CLAIMED: usize = 1;

/// What a slot counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The address of the code object.
    pub code: usize,
    /// The instruction, in bytes from the first one.
    pub offset: u32,
    /// The thread ran what CPython's JIT compiled.
    pub traced: bool,
    /// The function's entry, where it is not CPython's and the frame was made by it; else 0.
    pub entry: usize,
}

/// One slot.
#[derive(Default)]
struct Slot {
    code: AtomicUsize,
    /// `offset << 1 | traced`.
    at: AtomicU64,
    entry: AtomicUsize,
    count: AtomicU32,
    /// When the first sample of it was taken, in nanoseconds since the sampler began.
    first: AtomicU64,
}

/// A place, how often it was seen, and when first.
pub type Counted = (Place, u32, u64);

/// The table.
pub struct Table {
    slots: Box<[Slot]>,
}

impl Table {
    pub fn new() -> Self {
        Self { slots: (0..SLOTS).map(|_| Slot::default()).collect() }
    }

    /// Counts one sample; false where there is no room. Async-signal-safe.
    pub fn count(&self, place: Place, now: u64) -> bool {
        let at = u64::from(place.offset) << 1 | u64::from(place.traced);
        for slot in self.run(place.code) {
            let mut code = slot.code.load(Ordering::Acquire);
            if code == 0 {
                match slot.code.compare_exchange(0, CLAIMED, Ordering::AcqRel, Ordering::Acquire) {
                    Ok(_) => {
                        slot.at.store(at, Ordering::Relaxed);
                        slot.entry.store(place.entry, Ordering::Relaxed);
                        slot.code.store(place.code, Ordering::Release);
                        code = place.code;
                    }
                    Err(taken) => code = taken,
                }
            }
            let same = code == place.code
                && slot.at.load(Ordering::Relaxed) == at
                && slot.entry.load(Ordering::Relaxed) == place.entry;
            if same {
                if slot.count.fetch_add(1, Ordering::Relaxed) == 0 {
                    slot.first.store(now, Ordering::Relaxed);
                }
                return true;
            }
        }
        false
    }

    /// Gives what was counted for one code object, and sets it back.
    pub fn take(&self, code: usize) -> Vec<Counted> {
        let used =
            self.run(code).map(|slot| (slot, slot.code.load(Ordering::Acquire))).take_while(|(_, owner)| *owner != 0);
        used.filter(|(_, owner)| *owner == code).filter_map(|(slot, owner)| slot.take(owner)).collect()
    }

    /// Gives everything that was counted, and sets it back.
    pub fn take_all(&self) -> Vec<Counted> {
        let owned = self.slots.iter().map(|slot| (slot, slot.code.load(Ordering::Acquire)));
        owned.filter(|(_, owner)| *owner > CLAIMED).filter_map(|(slot, owner)| slot.take(owner)).collect()
    }

    fn run(&self, code: usize) -> impl Iterator<Item = &Slot> {
        // Objects lie at multiples of 16; the multiplier is 2^64 divided by the golden ratio.
        let start = (code >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (usize::BITS - SLOTS.trailing_zeros());
        (0..LONGEST).map(move |step| &self.slots[(start + step) % SLOTS])
    }
}

impl Slot {
    fn take(&self, code: usize) -> Option<Counted> {
        let count = self.count.swap(0, Ordering::Relaxed);
        let at = self.at.load(Ordering::Relaxed);
        let place = Place {
            code,
            offset: u32::try_from(at >> 1).unwrap_or(u32::MAX),
            traced: at & 1 == 1,
            entry: self.entry.load(Ordering::Relaxed),
        };
        (count > 0).then(|| (place, count, self.first.load(Ordering::Relaxed)))
    }
}
