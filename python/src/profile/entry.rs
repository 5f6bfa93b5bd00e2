//! One profiled function.

use super::callers::Callers;
use super::clock;
use super::numbers::Side;
use super::trend::Trend;

/// After the start and after a hint the code is looked at after each of so many calls, since focus compiles after a few.
pub const CLOSE_LOOKS: u8 = 16;

/// How calls are seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The function's entry (its vectorcall slot) leads through ours.
    Entry,
    /// Local monitoring events of its code.
    Events,
}

/// What is kept while a function is profiled. Numbers of calls are by the state that the code was in when they began.
pub struct Entry {
    /// Which start of the profiler it belongs to: an address can be used again.
    pub id: u64,
    pub method: Method,
    /// The thread that is in the function, and how deep; a second thread at the same time goes to `others`.
    owner: usize,
    depth: u32,
    others: Vec<(usize, u32)>,
    /// The compiled parts that the code had when last looked at, and the most that it ever had.
    pub parts: usize,
    pub most_parts: usize,
    /// Calls until something other than counting is due.
    pub countdown: u32,
    pub interpreted: Side,
    pub after: Side,
    pub trend: Trend,
    /// The version of the function before its entry was replaced.
    pub version: u32,
    /// So many calls are still looked at one by one.
    pub close_looks: u8,
    /// Its code, defaults or keyword defaults were replaced meanwhile: the version must not come back.
    pub changed: bool,
    /// Calls nested too deeply were let through uncounted.
    pub too_deep: bool,
    /// Functions that share these numbers: those of one code, where events of the code are counted.
    pub users: usize,
    /// Code that was seen to call it, as far as it was looked at; None where nothing is ever compiled.
    pub callers: Option<Callers>,
    /// It may turn out to be a property's getter.
    pub may_be_getter: bool,
    /// The hint waits until there are enough calls to compare with.
    pub baseline: bool,
}

impl Entry {
    pub fn new(id: u64, method: Method, version: u32) -> Self {
        Self {
            id,
            method,
            owner: 0,
            depth: 0,
            others: Vec::new(),
            parts: 0,
            most_parts: 0,
            countdown: 1,
            interpreted: Side::EMPTY,
            after: Side::EMPTY,
            trend: Trend::new(),
            version,
            close_looks: CLOSE_LOOKS,
            changed: false,
            too_deep: false,
            users: 1,
            callers: None,
            may_be_getter: false,
            baseline: false,
        }
    }

    /// Notes that a call begins; says whether it is the outermost of this function on this thread.
    #[inline]
    pub fn enter(&mut self, thread: usize) -> bool {
        if self.others.is_empty() {
            if self.depth == 0 {
                (self.owner, self.depth) = (thread, 1);
                return true;
            }
            if self.owner == thread {
                self.depth += 1;
                return false;
            }
        }
        self.enter_beside(thread)
    }

    #[cold]
    fn enter_beside(&mut self, thread: usize) -> bool {
        if self.owner == thread && self.depth > 0 {
            self.depth += 1;
            return false;
        }
        if let Some((_, depth)) = self.others.iter_mut().find(|(other, _)| *other == thread) {
            *depth += 1;
            return false;
        }
        self.others.push((thread, 1));
        true
    }

    /// Notes that a call ends.
    #[inline]
    pub fn leave(&mut self, thread: usize) {
        if self.owner == thread && self.depth > 0 {
            self.depth -= 1;
        } else {
            self.leave_beside(thread);
        }
    }

    #[cold]
    fn leave_beside(&mut self, thread: usize) {
        if let Some(position) = self.others.iter().position(|(other, _)| *other == thread) {
            self.others[position].1 -= 1;
            if self.others[position].1 == 0 {
                self.others.swap_remove(position);
            }
        }
    }

    /// Adds a call that took this many ticks. True when more than counting is due.
    #[inline]
    pub fn add(&mut self, ticks: u64, compiled: bool, outermost: bool, raised: bool) -> bool {
        let ns = clock::nanoseconds(ticks);
        let side = if compiled { &mut self.after } else { &mut self.interpreted };
        side.add(ns, outermost, raised);
        self.trend.add(ns);
        self.countdown -= 1;
        self.countdown == 0
    }

    /// Notes how many compiled parts the code has now.
    pub fn looked_at(&mut self, parts: usize) {
        self.parts = parts;
        self.most_parts = self.most_parts.max(parts);
    }

    /// Calls counted so far.
    pub fn count(&self) -> u64 {
        self.interpreted.count + self.after.count
    }

    /// Sets the numbers back.
    pub fn reset(&mut self) {
        (self.interpreted, self.after) = (Side::EMPTY, Side::EMPTY);
        self.trend.restart();
    }
}
