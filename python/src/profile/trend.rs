//! Tells whether a function became lastingly slower because it lost compiled code, and whether warming it again helped.
//!
//! Slower calls alone prove nothing: the work may have grown. So focus is given again only where compiled code is gone,
//! and that is said only once the calls afterwards were measured and are fast again.

/// Calls whose mean is one observation.
pub const WINDOW: u32 = 64;
/// Observations in a row that have to be slow, or fast again.
const LASTING: u8 = 8;
/// Observations after which warming again has not helped.
const PATIENCE: u8 = 32;
/// Slow is above this share of the best observation, in per cent ...
const SLOW: u64 = 150;
/// ... and it is over below this one. Between the two nothing is decided.
const RECOVERED: u64 = 120;
/// How often a function is warmed again.
const MOST: u8 = 3;

/// Warming again that helped: how often, and what the last one did, in per cent of the best observation.
#[derive(Clone, Copy, Default)]
pub struct Rewarmed {
    pub times: u8,
    pub before: u64,
    pub since: u64,
}

/// The recent past of a function.
#[derive(Clone, Copy)]
pub struct Trend {
    sum: u64,
    calls: u32,
    best: u64,
    /// Slow observations in a row, and their sum; once warmed again, fast ones.
    seen: u8,
    seen_sum: u64,
    /// While the effect of warming again is measured: the slow observations' mean, and how many observations are left.
    measuring: Option<(u64, u8)>,
    attempts: u8,
    pub rewarmed: Rewarmed,
}

/// What an observation means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    Fine,
    /// Lastingly slower: the code has to be looked at, and then `warmed` or `grown` called.
    Slower,
}

impl Trend {
    pub const fn new() -> Self {
        Self {
            sum: 0,
            calls: 0,
            best: u64::MAX,
            seen: 0,
            seen_sum: 0,
            measuring: None,
            attempts: 0,
            rewarmed: Rewarmed { times: 0, before: 0, since: 0 },
        }
    }

    /// Forgets the past, but not how often the function was warmed again.
    pub fn restart(&mut self) {
        *self = Self { attempts: self.attempts, rewarmed: self.rewarmed, ..Self::new() };
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
        if let Some((slow, left)) = self.measuring {
            self.measure(mean, slow, left);
            return Judgement::Fine;
        }
        self.best = self.best.min(mean);
        let share = percent(mean, self.best);
        if share < RECOVERED {
            (self.seen, self.seen_sum) = (0, 0);
        } else if share > SLOW {
            self.seen = self.seen.saturating_add(1);
            self.seen_sum = self.seen_sum.saturating_add(mean);
        }
        if self.seen < LASTING { Judgement::Fine } else { Judgement::Slower }
    }

    /// May the function be warmed again?
    pub fn may_warm(&self) -> bool {
        self.attempts < MOST
    }

    /// The function was warmed again: the next observations show whether that helped.
    pub fn warmed(&mut self) {
        self.attempts += 1;
        self.measuring = Some((self.mean_seen(), PATIENCE));
        (self.seen, self.seen_sum) = (0, 0);
    }

    /// The function has all its compiled code, so its work has grown: what it takes now is the new measure.
    pub fn grown(&mut self) {
        self.best = self.mean_seen();
        (self.seen, self.seen_sum) = (0, 0);
    }

    fn measure(&mut self, mean: u64, slow: u64, left: u8) {
        if percent(mean, self.best) < RECOVERED {
            (self.seen, self.seen_sum) = (self.seen + 1, self.seen_sum.saturating_add(mean));
        } else {
            (self.seen, self.seen_sum) = (0, 0);
        }
        self.measuring = Some((slow, left - 1));
        if self.seen == LASTING {
            let (before, since) = (percent(slow, self.best), percent(self.mean_seen(), self.best));
            self.rewarmed = Rewarmed { times: self.rewarmed.times + 1, before, since };
        } else if left > 1 {
            return;
        } else {
            self.best = slow;
        }
        self.measuring = None;
        (self.seen, self.seen_sum) = (0, 0);
    }

    fn mean_seen(&self) -> u64 {
        (self.seen_sum / u64::from(self.seen.max(1))).max(1)
    }
}

fn percent(value: u64, of: u64) -> u64 {
    value.saturating_mul(100) / of.max(1)
}
