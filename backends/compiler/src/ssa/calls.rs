//! Calls: builtins that need no call, compiled functions directly, everything else as the interpreter does it.

use super::{After, Build, Own, Result, Val};
use crate::ir::{Num, Ty};
use crate::units::{MOST, rt_call_moving};
use cranelift_codegen::ir::{InstBuilder, types};

const ARGUMENTS_OFFSET: i64 = i64::MIN;

impl Build<'_> {
    /// `CALL`: callable, self or nothing, arguments.
    pub fn call_op(&mut self, count: usize) -> Result<bool> {
        if let Val::Const { object, .. } = self.peek(count + 1) {
            let is_self = self.peek(count) == Val::Null;
            if is_self {
                if self.known_builtin(object, count)? || self.construct(object, count)? {
                    return Ok(true);
                }
                let kinds = self.argument_kinds(count);
                if let Some(direct) = self.cx.direct(object, &kinds) {
                    if let Some(done) = self.direct_call(&direct, None, count, 2)? {
                        return Ok(done);
                    }
                } else if self.cx.is_waiting(object) {
                    // A hinted function that will have machine code once it ran a few times.
                    self.found.unknown.get_or_insert(self.one.line);
                }
            } else if self.known_method(object, count)? {
                return Ok(true);
            }
        }
        if let Val::Object { value, .. } = self.peek(count + 1) {
            let method = self.methods.get(&value).copied();
            let given = count + usize::from(self.peek(count) != Val::Null);
            let kinds = self.argument_kinds(given);
            if let Some(direct) = method.and_then(|method| self.cx.direct_at(method, &kinds))
                && given == count + 1
                && let Some(done) = self.direct_call(&direct, None, given, 1)?
            {
                return Ok(done);
            }
            if method.is_none()
                && let Some(done) = self.call_made(count)?
            {
                return Ok(done);
            }
        }
        self.generic_call(count, None)
    }

    /// The kinds of the arguments, first one first.
    pub fn argument_kinds(&mut self, count: usize) -> Vec<Option<Num>> {
        self.found.calls = true;
        (0..count).rev().map(|depth| self.num(self.peek(depth)).filter(|num| *num != Num::Bool)).collect()
    }

    /// `CALL_KW`: the names of the keywords are on top.
    pub fn call_kw(&mut self, count: usize) -> Result<bool> {
        let val = self.pop()?;
        let Val::Const { object, .. } = val else { return Err(self.fault("keyword names that are no constant")) };
        // Exits begin before this instruction, with the names on the stack.
        self.stack.push(val);
        self.generic_call(count, Some(object))
    }

    /// A call of a Python function, which the interpreter makes without leaving its loop, costs more from here.
    fn judge_call(&mut self) {
        let name = self.cx.code.now(self.one.offset);
        if name.starts_with("CALL_PY") || name.starts_with("CALL_BOUND_METHOD") {
            self.weigh(-4);
        }
    }

    /// What the instruction gains or loses against the interpreter, in about ten nanoseconds, as far as loops repeat it.
    pub fn weigh(&mut self, gain: i64) {
        let depth = self.loops_around();
        if depth > 0 {
            self.found.gain += gain * 8_i64.pow(depth.min(4) as u32);
        }
    }

    /// The instruction may be slower than in the interpreter: where loops repeat it, or there are none, only a trial can tell.
    pub fn doubt(&mut self) {
        self.found.in_doubt |= self.is_repeated();
    }

    /// Is the instruction in a loop, or are there none, so that calls repeat it?
    pub fn is_repeated(&self) -> bool {
        self.loops_around() > 0 || self.cx.code.spans.is_empty()
    }

    fn loops_around(&self) -> usize {
        let here = self.one.offset;
        self.cx.code.spans.iter().filter(|(start, end)| (*start..*end).contains(&here)).count()
    }

    /// `PyObject_Vectorcall`.
    fn generic_call(&mut self, count: usize, keywords: Option<usize>) -> Result<bool> {
        let names = usize::from(keywords.is_some());
        let has_self = self.peek(count + names) != Val::Null;
        let mut depths: Vec<usize> = (names..count + names).collect();
        if has_self {
            depths.push(count + names);
        }
        depths.push(count + names + 1);
        self.judge_call();
        let between = keywords.is_none()
            && match self.peek(count + 1) {
                Val::Const { object, .. } => !has_self && self.cx.has_frame_between(object, count),
                _ => self.cx.code.now(self.one.offset) == "CALL_ALLOC_AND_ENTER_INIT",
            };
        self.call_operands(&depths)?;
        let given = count + usize::from(has_self);
        self.found.words = self.found.words.max(given as u32 + 3);
        for position in 0..given {
            let value = self.object(names + given - 1 - position)?;
            self.b.ins().stack_store(types::I64, value, self.buffer, 8 * (position as i32 + 2));
        }
        let callable = self.object(count + names + 1)?;
        let array = self.b.ins().stack_addr(types::I64, self.buffer, 16);
        let positional = match keywords {
            Some(names) => given as i64 - self.cx.tuple_size(names),
            None => given as i64,
        };
        let flags = self.ic(positional | ARGUMENTS_OFFSET);
        let keywords = self.address(keywords.unwrap_or(0));
        let mut moved = 0_u64;
        for position in 0..given.min(MOST) {
            if let Val::Object { ty, own: Own::Owned, .. } = self.peek(names + given - 1 - position)
                && !self.is_plain(ty)
            {
                moved |= 1 << position;
            }
        }
        let between = between.then(|| self.frame_between());
        let value = if moved == 0 {
            self.call64(self.rt.api.PyObject_Vectorcall as usize, &[callable, array, flags, keywords])
        } else {
            let words = self.ic(moved.cast_signed());
            let helper = rt_call_moving as *const () as usize;
            self.call64(helper, &[callable, array, flags, keywords, words])
        };
        if let Some(amount) = between {
            self.no_frame_between(amount);
        }
        for position in 0..given.min(MOST) {
            let depth = names + given - 1 - position;
            if moved >> position & 1 != 0
                && let Val::Object { ty, own, .. } = self.peek(depth)
            {
                // What the call left there: the argument, or nothing to give back.
                let value = self.b.ins().stack_load(types::I64, types::I64, self.buffer, 8 * (position as i32 + 2));
                self.set(depth, Val::Object { value, ty, own });
            }
        }
        self.consume(count + names + 2)?;
        self.check(value);
        self.stack.push(Val::Object { value, ty: Ty::Any, own: Own::Owned });
        self.after = After::Poll;
        Ok(true)
    }
}
