//! Says whether an exception may be raised now in a thread that trains.
//!
//! An exception that another thread sets comes up wherever the thread stands, also in Python code that has nothing to do with
//! the training: a finaliser or a callback of a weak reference, whose exceptions Python prints and drops; a signal handler; a
//! callback of the garbage collector; an import under way, which other code relies on. There a training's stop would cut
//! short what the program needs, and show. In a `try` the function itself would see it. So the thread's frames are looked at
//! first, without giving the GIL away between this look and the raising: nothing here runs bytecode.
//!
//! What cannot be told from the frames (free-threaded builds, where the thread goes on meanwhile, and callbacks that come of
//! C code in another way) is met by `jitctl._training.watch.TrainingStopped`, which nothing prints.

use crate::async_exception::this_thread;
use crate::python::{builtin, is_instance, is_none, same};
use jitctl_core::{Borrowed, Host, Owned, Result};
use std::cell::Cell;

/// What the thread would make of an exception now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    /// It is in code that an exception must not end, or in none at all.
    Never,
    /// Somebody would see it before the training does: a handler that may catch it, a `with` block; or it is not known.
    Covered,
    /// Nothing stands between it and the training.
    Clear,
}

impl Moment {
    /// May the training's exception come up; with `covered`, also where somebody may see it first?
    pub(crate) fn fits(self, covered: bool) -> bool {
        self == Self::Clear || covered && self == Self::Covered
    }
}

/// Where a training runs: what is above this on the thread's stack is its calls.
pub(crate) struct Place {
    thread: i64,
    depth: usize,
    /// The code of the function, which may be a finaliser or a handler itself.
    code: Option<Owned>,
}

thread_local! {
    static IN_STAND_IN: Cell<bool> = const { Cell::new(false) };
}

/// Runs a training that was called from the frame of a stand-in for the function (`first_call/code_swap_3_11.rs`).
pub(crate) fn in_stand_in<T>(training: impl FnOnce() -> T) -> T {
    let outer = IN_STAND_IN.replace(true);
    let result = training();
    IN_STAND_IN.set(outer);
    result
}

/// Frames that are looked at, from the newest on. What is deeper is under way for long, and no callback.
const MOST_FRAMES: usize = 1_000;
/// Methods and partials around a callback that are followed.
const MOST_WRAPPED: usize = 10;
/// `try` blocks and comprehensions within each other that are looked at.
const MOST_BLOCKS: usize = 20;

impl Place {
    /// The calling thread, which is about to make calls of the function.
    pub(crate) fn here(host: Host, function: Borrowed<'_>) -> Result<Self> {
        // The frame of a stand-in (3.11) shows nowhere. Asking for it would make an object of it, which a generator's must
        // not have yet; the one before it is found without.
        let from = host.int(i64::from(IN_STAND_IN.get()))?;
        // Without any frame of Python (an embedded interpreter) this raises.
        let mut next = host.call_method(host.import("sys")?.borrow(), "_getframe", &[from.borrow()]).ok();
        let mut depth = 0;
        while let Some(frame) = next {
            depth += 1;
            next = back(host, &frame)?;
        }
        Ok(Self { thread: this_thread(host)?, depth, code: host.get(function, "__code__").ok() })
    }

    /// What the thread would make of an exception now.
    pub(crate) fn moment(&self, host: Host) -> Moment {
        self.look(host).unwrap_or(Moment::Covered)
    }

    fn look(&self, host: Host) -> Result<Moment> {
        let sys = host.import("sys")?;
        // Before 3.13 there is no such function, nor such a build.
        let free_threaded = match host.call_method(sys.borrow(), "_is_gil_enabled", &[]) {
            Ok(enabled) => !host.truth(enabled.borrow())?,
            Err(_) => false,
        };
        if free_threaded {
            return Ok(Moment::Covered);
        }
        let callbacks = Callbacks::now(host)?;
        let (handled, top) = without_collections(host, || {
            let exceptions = host.call_method(sys.borrow(), "_current_exceptions", &[])?;
            let frames = host.call_method(sys.borrow(), "_current_frames", &[])?;
            Ok((of_thread(host, &exceptions, self.thread)?, of_thread(host, &frames, self.thread)?))
        })?;
        let Some(top) = top else { return Ok(Moment::Never) };
        let mut above = Vec::new();
        let mut next = Some(top);
        while let Some(frame) = next {
            next = back(host, &frame)?;
            above.push(frame);
        }
        above.truncate(above.len().saturating_sub(self.depth));
        let Some(first) = above.last() else { return Ok(Moment::Never) };
        let is_own = |code: &Owned| self.code.as_ref().is_some_and(|own| same(own.borrow(), code.borrow()));
        let own_first = is_own(&host.get(first.borrow(), "f_code")?);
        let mut least = Moment::Clear;
        let count = above.len();
        for (place, frame) in above.iter().enumerate().take(MOST_FRAMES) {
            let code = host.get(frame.borrow(), "f_code")?;
            let of_function = own_first && place + 1 == count;
            if !of_function && callbacks.is_one(host, frame, &code)? {
                return Ok(Moment::Never);
            }
            if is_covered(host, frame, &code)? {
                least = Moment::Covered;
            }
        }
        // A generator that is closed because it is dropped prints what it raises; its handlers run while GeneratorExit is
        // handled. That of the training itself is closed by it.
        if let Some(handled) = handled
            && !(own_first && count == 1)
            && is_generator_exit(host, &handled)?
        {
            return Ok(Moment::Never);
        }
        Ok(least)
    }
}

/// The code that a callback runs first: that of a function, behind bound methods and partials, or of its class's `__call__`.
/// `None` where that is in C.
fn code_of(host: Host, callable: Borrowed<'_>) -> Option<Owned> {
    let class = |object: Borrowed<'_>| host.call(builtin(host, "type").ok()?.borrow(), &[object]).ok();
    let mut held: Option<Owned> = None;
    for _ in 0..MOST_WRAPPED {
        let at = held.as_ref().map_or(callable, Owned::borrow);
        if let Ok(code) = host.get(at, "__code__") {
            return Some(code);
        }
        let next = match host.type_name(at).as_str() {
            "method" => host.get(at, "__func__"),
            "partial" => host.get(at, "func"),
            _ => host.get(class(at)?.borrow(), "__call__"),
        };
        held = Some(next.ok()?);
    }
    None
}

/// Until 3.11 a tuple is given, which begins with the class.
fn is_generator_exit(host: Host, handled: &Owned) -> Result<bool> {
    if host.type_name(handled.borrow()) != "tuple" {
        return is_instance(host, handled.borrow(), "GeneratorExit");
    }
    let class = host.item(handled.borrow(), host.int(0)?.borrow())?;
    Ok(same(class.borrow(), builtin(host, "GeneratorExit")?.borrow()))
}

fn back(host: Host, frame: &Owned) -> Result<Option<Owned>> {
    let back = host.get(frame.borrow(), "f_back")?;
    Ok(if is_none(host, back.borrow()) { None } else { Some(back) })
}

/// Asks for what there is of all threads. Until 3.11.8, CPython holds a lock of its runtime meanwhile, without which no thread can
/// begin or end; a collection that ran Python code there would give the GIL to such a thread, and both wait for ever (gh-106883).
fn without_collections<T>(host: Host, ask: impl FnOnce() -> Result<T>) -> Result<T> {
    let gc = host.import("gc")?;
    let collects = host.truth(host.call_method(gc.borrow(), "isenabled", &[])?.borrow())?;
    if collects {
        host.call_method(gc.borrow(), "disable", &[])?;
    }
    let found = ask();
    if collects {
        host.call_method(gc.borrow(), "enable", &[])?;
    }
    found
}

/// What a dict by thread has for this one.
fn of_thread(host: Host, dict: &Owned, thread: i64) -> Result<Option<Owned>> {
    let found = host.call_method(dict.borrow(), "get", &[host.int(thread)?.borrow()])?;
    Ok(if is_none(host, found.borrow()) { None } else { Some(found) })
}

/// Code that CPython calls by itself.
struct Callbacks {
    /// Of signal handlers and of callbacks of the collector.
    codes: Vec<Owned>,
    reference: Owned,
    issubclass: Owned,
}

impl Callbacks {
    fn now(host: Host) -> Result<Self> {
        let mut codes = Vec::new();
        let mut add = |callable: Borrowed<'_>| codes.extend(code_of(host, callable));
        let handlers = host.import("_signal")?;
        let last = host.to_int(host.get(handlers.borrow(), "NSIG")?.borrow())?;
        for number in 1..last {
            if let Ok(handler) = host.call_method(handlers.borrow(), "getsignal", &[host.int(number)?.borrow()]) {
                add(handler.borrow());
            }
        }
        let callbacks = host.get(host.import("gc")?.borrow(), "callbacks")?;
        for index in 0.. {
            let Ok(callback) = host.item(callbacks.borrow(), host.int(index)?.borrow()) else { break };
            add(callback.borrow());
        }
        let reference = host.get(host.import("_weakref")?.borrow(), "ref")?;
        Ok(Self { codes, reference, issubclass: builtin(host, "issubclass")? })
    }

    /// Is this frame one of code that CPython called by itself, or that must come to its end?
    fn is_one(&self, host: Host, frame: &Owned, code: &Owned) -> Result<bool> {
        if self.codes.iter().any(|one| same(one.borrow(), code.borrow())) {
            return Ok(true);
        }
        if host.to_text(host.get(code.borrow(), "co_name")?.borrow())? == "__del__" {
            return Ok(true);
        }
        // A text that is not UTF-8 is no frozen module.
        let file = host.to_text(host.get(code.borrow(), "co_filename")?.borrow()).unwrap_or_default();
        if file.starts_with("<frozen importlib") {
            return Ok(true);
        }
        self.has_dead_reference(host, frame, code)
    }

    /// A callback of a weak reference gets that reference, which is dead by then: alone, or behind its `self`.
    fn has_dead_reference(&self, host: Host, frame: &Owned, code: &Owned) -> Result<bool> {
        let count = host.to_int(host.get(code.borrow(), "co_argcount")?.borrow())?;
        if count == 0 {
            return Ok(false);
        }
        let names = host.get(code.borrow(), "co_varnames")?;
        let locals = host.get(frame.borrow(), "f_locals")?;
        for place in 0..count.min(2) {
            let name = host.item(names.borrow(), host.int(place)?.borrow())?;
            let Ok(value) = host.item(locals.borrow(), name.borrow()) else { continue };
            let kind = host.call(builtin(host, "type")?.borrow(), &[value.borrow()])?;
            let is_reference = host.call(self.issubclass.borrow(), &[kind.borrow(), self.reference.borrow()])?;
            if host.truth(is_reference.borrow())? {
                let referent = host.call_method(self.reference.borrow(), "__call__", &[value.borrow()])?;
                return Ok(is_none(host, referent.borrow()));
            }
        }
        Ok(false)
    }
}

/// Would a handler of this frame, or a `with` block, be run by an exception at the place where it stands?
fn is_covered(host: Host, frame: &Owned, code: &Owned) -> Result<bool> {
    let last = host.to_int(host.get(frame.borrow(), "f_lasti")?.borrow())?;
    let Ok(mut place) = usize::try_from(last) else { return Ok(false) };
    let Ok(table) = host.get(code.borrow(), "co_exceptiontable") else {
        return Ok(true); // 3.10 keeps a stack of blocks in place of a table
    };
    let entries = entries(&host.to_bytes(table.borrow())?);
    if entries.is_empty() {
        return Ok(false);
    }
    let bytecode = host.to_bytes(host.get(code.borrow(), "co_code")?.borrow())?;
    let handler = push_exc_info(host)?;
    // A comprehension and a generator have entries, too, which put the stack in order and raise again.
    for _ in 0..MOST_BLOCKS {
        let Some(entry) = entries.iter().find(|entry| (entry.0..entry.1).contains(&place)) else { return Ok(false) };
        if bytecode.get(entry.2).is_some_and(|opcode| i64::from(*opcode) == handler) {
            return Ok(true);
        }
        place = entry.2;
    }
    Ok(true)
}

fn push_exc_info(host: Host) -> Result<i64> {
    let opcodes = host.get(host.import("opcode")?.borrow(), "opmap")?;
    host.to_int(host.item(opcodes.borrow(), host.text("PUSH_EXC_INFO")?.borrow())?.borrow())
}

/// Start, end and handler of each entry, in bytes (Objects/exception_handling_notes.txt: numbers of six bits a byte, bit 6 for
/// those that go on, bit 7 at the start of an entry; in code units of two bytes).
fn entries(table: &[u8]) -> Vec<(usize, usize, usize)> {
    let mut bytes = table.iter().copied().peekable();
    let mut number = || -> Option<usize> {
        let mut byte = bytes.next()?;
        let mut value = usize::from(byte & 63);
        while byte & 64 != 0 {
            byte = bytes.next()?;
            value = value << 6 | usize::from(byte & 63);
        }
        Some(value)
    };
    let mut found = Vec::new();
    while let (Some(start), Some(length), Some(target), Some(_)) = (number(), number(), number(), number()) {
        found.push((start * 2, (start + length) * 2, target * 2));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::entries;

    /// The table of `def f(): try: g() except: h()`, and numbers of several bytes.
    #[test]
    fn a_table_is_read() {
        assert_eq!(entries(&[0x82, 0x0b, 0x0d, 0x00]), [(4, 26, 26)]);
        assert_eq!(entries(&[0xc1, 0x02, 0x43, 0x04, 0x45, 0x06, 0x03]), [(132, 132 + 392, 652)]);
        assert_eq!(entries(&[]), []);
    }
}
