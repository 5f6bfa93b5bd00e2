//! Has a function become lastingly slower than it was? Then focus may warm it again, a bounded number of times.

/// Calls whose mean is one observation.
pub const WINDOW: u32 = 64;
/// Observations in a row that have to be slow.
const LASTING: u8 = 8;
/// Slow is above this share of the best observation, in per cent ...
const SLOW: u64 = 150;
/// ... and it is over below this one. Between the two nothing is decided.
const RECOVERED: u64 = 120;
/// How often a function is warmed again.
pub const MOST: u8 = 3;

/// The recent past of a function.
#[derive(Clone, Copy)]
pub struct Trend {
    sum: u64,
    calls: u32,
    best: u64,
    slow: u8,
    pub rewarmed: u8,
}

/// What an observation means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    Fine,
    WarmAgain,
}

impl Trend {
    pub const fn new() -> Self {
        Self { sum: 0, calls: 0, best: u64::MAX, slow: 0, rewarmed: 0 }
    }

    /// Forgets the past, but not how often the function was warmed again.
    pub fn restart(&mut self) {
        *self = Self { rewarmed: self.rewarmed, ..Self::new() };
    }

    #[inline]
    pub fn add(&mut self, ns: u64) {
        self.sum = self.sum.saturating_add(ns);
        self.calls += 1;
    }

    /// Looks at the window, if it is full.
    pub fn judge(&mut self) -> Judgement {
        if self.calls < WINDOW {
            return Judgement::Fine;
        }
        let mean = (self.sum / u64::from(self.calls)).max(1);
        (self.sum, self.calls) = (0, 0);
        self.best = self.best.min(mean);
        let share = mean.saturating_mul(100) / self.best;
        if share < RECOVERED {
            self.slow = 0;
        } else if share > SLOW {
            self.slow = self.slow.saturating_add(1);
        }
        if self.slow < LASTING || self.rewarmed >= MOST {
            return Judgement::Fine;
        }
        self.slow = 0;
        Judgement::WarmAgain
    }
}
