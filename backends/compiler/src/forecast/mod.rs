//! What a function that never ran will meet in its first call. Its arguments, and what they hold, are looked at, and its instructions
//! are followed once, with one example for each value. All of it is guessed; machine code tests it, as it tests a profile.

mod operations;

use crate::decode::{Instr, Op, nb};
use crate::ir::Num;
use crate::subject::Subject;
use jitctl_core::Owned;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A loop over a text, for which the interpreter has no form of its own.
pub const TEXT: &str = "FOR_ITER_TEXT";

/// What would be known, had the function run before.
#[derive(Default)]
pub struct Forecast {
    /// The specialised forms of instructions, by their offsets.
    pub names: BTreeMap<u32, &'static str>,
    /// The classes of the objects whose attributes or items are asked for.
    pub met: BTreeMap<u32, Vec<Owned>>,
    /// The typecodes of arrays, as `runtime::Arrays` has them.
    pub details: BTreeMap<u32, usize>,
}

/// A value as it may be.
#[derive(Clone)]
enum Example {
    Unknown,
    /// An empty entry of the stack.
    Null,
    /// A number of this kind.
    Number(Num),
    Range,
    /// A list that the function makes, with an example of its items. All that holds the list sees what is put into it.
    List(Rc<RefCell<Example>>),
    /// Its method `append`.
    Append,
    Object(Rc<Owned>),
}

#[derive(Clone)]
struct State {
    locals: Vec<Example>,
    stack: Vec<Example>,
}

impl State {
    fn pop(&mut self) -> Option<Example> {
        self.stack.pop()
    }

    fn drop(&mut self, count: usize) -> Option<()> {
        let left = self.stack.len().checked_sub(count)?;
        self.stack.truncate(left);
        Some(())
    }

    fn peek(&self, depth: usize) -> Option<&Example> {
        self.stack.get(self.stack.len().checked_sub(depth + 1)?)
    }
}

/// The list has such an item; one that holds itself would keep the example for ever.
fn put(list: &Example, item: Example) {
    if let Example::List(known) = list
        && !matches!(&item, Example::List(other) if Rc::ptr_eq(known, other))
        && let Ok(mut known) = known.try_borrow_mut()
        && matches!(*known, Example::Unknown)
    {
        *known = item;
    }
}

/// Follows the instructions from the arguments on, each once.
pub fn forecast(cx: &Subject<'_>) -> Forecast {
    let Some(arguments) = &cx.context.arguments else { return Forecast::default() };
    let mut locals = vec![Example::Unknown; cx.code.nlocalsplus as usize];
    for (local, value) in locals.iter_mut().zip(arguments) {
        *local = Example::Object(Rc::new(cx.runtime.host.own(value.borrow())));
    }
    let mut walk = Walk { cx, found: Forecast::default(), seen: BTreeSet::new(), work: Vec::new() };
    walk.work.push((0, State { locals, stack: Vec::new() }));
    while let Some((at, state)) = walk.work.pop() {
        walk.follow(at, state);
    }
    walk.found
}

struct Walk<'a> {
    cx: &'a Subject<'a>,
    found: Forecast,
    seen: BTreeSet<usize>,
    /// Where to go on, and with what.
    work: Vec<(usize, State)>,
}

impl Walk<'_> {
    /// Until the path ends, or meets one that was followed.
    fn follow(&mut self, mut at: usize, mut state: State) {
        while self.seen.insert(at) {
            let Some(one) = self.cx.code.instrs.get(at).copied() else { return };
            if self.step(&one, &mut state).is_none() {
                return;
            }
            at += 1;
        }
    }

    fn jump(&mut self, target: Option<u32>, state: &State) {
        if let Some(at) = target.and_then(|target| self.cx.code.index.get(&target)) {
            self.work.push((*at, state.clone()));
        }
    }

    /// One instruction. None where the path ends, or nothing is known of what the instruction does.
    fn step(&mut self, one: &Instr, state: &mut State) -> Option<()> {
        let indexed = usize::from(self.cx.runtime.layout.iterators_have_index);
        let arg = one.arg as usize;
        let push = |state: &mut State, example: Example| state.stack.push(example);
        match one.op {
            Op::Nop | Op::NotTaken | Op::Resume | Op::EndFor | Op::CopyFreeVars | Op::MakeCell => {}
            Op::LoadFast | Op::LoadFastBorrow | Op::LoadFastCheck | Op::LoadFastAndClear => {
                let example = state.locals.get(arg)?.clone();
                push(state, example);
            }
            Op::LoadFastLoadFast | Op::LoadFastBorrowLoadFastBorrow => {
                for index in [arg >> 4, arg & 15] {
                    let example = state.locals.get(index)?.clone();
                    push(state, example);
                }
            }
            Op::StoreFast => *state.locals.get_mut(arg)? = state.stack.pop()?,
            Op::StoreFastStoreFast => {
                for index in [arg >> 4, arg & 15] {
                    *state.locals.get_mut(index)? = state.stack.pop()?;
                }
            }
            Op::StoreFastLoadFast => {
                *state.locals.get_mut(arg >> 4)? = state.stack.pop()?;
                let example = state.locals.get(arg & 15)?.clone();
                push(state, example);
            }
            Op::LoadConst => push(state, self.object(*self.cx.code.consts.get(arg)? as usize)),
            Op::LoadSmallInt => push(state, Example::Number(Num::Int)),
            Op::LoadGlobal => {
                let name = *self.cx.code.names.get(arg >> 1)?;
                let example = self.cx.global(name).map_or(Example::Unknown, |found| self.object(found));
                push(state, example);
                state.stack.extend((arg & 1 != 0).then_some(Example::Null));
            }
            Op::LoadAttr => self.attribute(one, state)?,
            Op::PushNull => push(state, Example::Null),
            Op::LoadCommonConstant | Op::LoadDeref => push(state, Example::Unknown),
            Op::Copy => {
                let example = state.peek(arg.checked_sub(1)?)?.clone();
                push(state, example);
            }
            Op::Swap => {
                let top = state.stack.len().checked_sub(1)?;
                state.stack.swap(top, (top + 1).checked_sub(arg)?);
            }
            Op::PopTop | Op::StoreDeref | Op::SetAdd => state.drop(1)?,
            Op::ListAppend => {
                let item = state.pop()?;
                put(state.peek(arg.checked_sub(1)?)?, item);
            }
            Op::PopIter => state.drop(1 + indexed)?,
            Op::MapAdd | Op::StoreAttr => state.drop(2)?,
            Op::StoreSubscr => self.store_subscript(one, state)?,
            Op::BinarySubscr => self.subscript(one, state)?,
            Op::BinaryOp if one.arg == nb::SUBSCRIPT => self.subscript(one, state)?,
            Op::BinaryOp => self.arithmetic(one, state)?,
            Op::UnaryNegative | Op::UnaryInvert => {}
            Op::CompareOp => self.comparison(one, state)?,
            Op::IsOp | Op::ContainsOp => {
                state.drop(2)?;
                push(state, Example::Number(Num::Bool));
            }
            Op::ToBool => {
                let name = match self.kind(state.peek(0)?) {
                    Some(Num::Bool) => Some("TO_BOOL_BOOL"),
                    Some(Num::Int) => Some("TO_BOOL_INT"),
                    _ if self.is(state.peek(0)?, self.cx.runtime.api.PyList_Type) => Some("TO_BOOL_LIST"),
                    _ => None,
                };
                self.tell(one, name);
                state.drop(1)?;
                push(state, Example::Number(Num::Bool));
            }
            Op::UnaryNot => {}
            Op::PopJumpIfTrue | Op::PopJumpIfFalse | Op::PopJumpIfNone | Op::PopJumpIfNotNone => {
                state.drop(1)?;
                self.jump(crate::decode::Code::target(one), state);
            }
            Op::JumpForward | Op::JumpBackward | Op::JumpBackwardNoInterrupt => {
                self.jump(crate::decode::Code::target(one), state);
                return None;
            }
            Op::GetIter => state.stack.extend((indexed == 1).then_some(Example::Null)),
            Op::ForIter => {
                self.jump(self.cx.code.exhausted(one), state);
                let item = self.item_of(one, &state.peek(indexed)?.clone());
                push(state, item);
            }
            Op::UnpackSequence => self.unpack(one, state)?,
            Op::BuildList => {
                let first = arg.checked_sub(1).and_then(|depth| state.peek(depth)).cloned();
                state.drop(arg)?;
                push(state, Example::List(Rc::new(RefCell::new(first.unwrap_or(Example::Unknown)))));
            }
            Op::BuildTuple | Op::BuildSet | Op::BuildString => {
                state.drop(arg)?;
                push(state, Example::Unknown);
            }
            Op::BuildMap => {
                state.drop(2 * arg)?;
                push(state, Example::Unknown);
            }
            Op::FormatSimple | Op::ConvertValue => {
                state.drop(1)?;
                push(state, Example::Unknown);
            }
            Op::Call => self.call(arg, state)?,
            _ => return None,
        }
        Some(())
    }
}
