//! What is kept of the calls of one function.

/// Buckets of the histogram: below 64 ns, below 128 ns, and so on by doubling; the last one has no bound.
pub const BUCKETS: usize = 32;
const LOWEST_BITS: u32 = 6;

/// Calls in one state of the code.
#[derive(Clone, Copy)]
pub struct Side {
    pub count: u64,
    /// Calls that ended with an exception; they are among `count`.
    pub raised: u64,
    /// Calls whose end nobody told, so that they have no time; they are not among `count`.
    pub lost: u64,
    /// All calls, recursive ones too, from entry to return.
    pub sum: u64,
    /// The same without calls made inside another one of this function on the same thread.
    pub total: u64,
    pub min: u64,
    pub max: u64,
    pub histogram: [u64; BUCKETS],
    /// Nanoseconds by bucket, so that the slowest calls can be left out.
    sums: [u64; BUCKETS],
}

impl Side {
    pub const EMPTY: Self = Self {
        count: 0,
        raised: 0,
        lost: 0,
        sum: 0,
        total: 0,
        min: u64::MAX,
        max: 0,
        histogram: [0; BUCKETS],
        sums: [0; BUCKETS],
    };

    /// Adds a call of `ns` nanoseconds.
    #[inline]
    pub fn add(&mut self, ns: u64, outermost: bool, raised: bool) {
        self.count += 1;
        self.raised += u64::from(raised);
        self.sum = self.sum.saturating_add(ns);
        if outermost {
            self.total = self.total.saturating_add(ns);
        }
        self.min = self.min.min(ns);
        self.max = self.max.max(ns);
        let bucket = bucket(ns);
        self.histogram[bucket] += 1;
        self.sums[bucket] = self.sums[bucket].saturating_add(ns);
    }

    /// The mean of the fastest three quarters of all calls: first calls, collections and other processes fall out of it.
    /// Exact but for the bucket in which the quarters meet, which counts with its mean.
    #[allow(clippy::cast_precision_loss)] // counts and nanoseconds are far below 2^52
    pub fn typical(&self) -> Option<f64> {
        let wanted = (self.count * 3).div_ceil(4);
        let (mut left, mut sum) = (wanted, 0.0);
        for (count, ns) in self.histogram.iter().zip(&self.sums).filter(|(count, _)| **count > 0) {
            let taken = left.min(*count);
            sum += *ns as f64 / *count as f64 * taken as f64;
            left -= taken;
        }
        (wanted > 0).then(|| sum / wanted as f64)
    }
}

#[inline]
fn bucket(ns: u64) -> usize {
    ((u64::BITS - (ns >> LOWEST_BITS).leading_zeros()) as usize).min(BUCKETS - 1)
}

/// The upper bounds of all buckets but the last, in nanoseconds.
pub fn bounds() -> Vec<u64> {
    (0..BUCKETS as u32 - 1).map(|index| 1 << (LOWEST_BITS + index)).collect()
}
