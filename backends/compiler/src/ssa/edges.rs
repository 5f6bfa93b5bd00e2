//! Edges: from the state at a jump to the shape of the block it leads to.

use super::{Build, Own, Result, Val};
use crate::exits::Why;
use crate::ir::{Entry, Guess, Held, Local, LocalKind, Num, Over, Shape, Step, Ty, verify};
use crate::subject::{Refused, Types};
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};

impl Build<'_> {
    /// Ends this block with a jump to the block at `target`.
    pub fn goto(&mut self, target: u32) -> Result<()> {
        self.prepare()?;
        let from = self.shape()?;
        let rt = self.rt;
        let type_of = |num: Num| Types::boxed(rt, num);
        let guess = match () {
            () if self.cx.failed.contains(&target) => Guess::None,
            () if self.cx.code.loops.contains(&target) => Guess::Any,
            () => Guess::Known,
        };
        let to = match self.shapes.get(&target).cloned() {
            None => from,
            Some(known) => {
                let joined = known.join(&from, &type_of, guess);
                let (mut joined, replaced) = joined.ok_or_else(|| self.fault("two edges that do not fit"))?;
                if replaced {
                    self.replace(target)?;
                }
                self.fall(&known, &mut joined, target);
                joined
            }
        };
        if self.shapes.get(&target) != Some(&to) {
            self.shapes.insert(target, to.clone());
            self.found.changed = true;
        }
        self.bring_to(&to, target)?;
        let now = self.shape()?;
        verify::edge(&now, &to).map_err(|text| self.fault(&text))?;
        self.define(&to)?;
        let block = self.block(target);
        self.jump(block, &[]);
        Ok(())
    }

    /// An entry of the stack has nothing in common with the known one: that one is of a round that knew less of the locals, and
    /// does not come again. Where it does, time and again, the function is refused.
    fn replace(&mut self, target: u32) -> Result<()> {
        const MOST: u32 = 6;
        let times = self.replaced.entry(target).or_default();
        *times += 1;
        if *times <= MOST {
            return Ok(());
        }
        let message = "the kinds of the values on its stack never settle".to_owned();
        Err(Refused { code: "no-fixpoint", line: Some(self.one.line), message })
    }

    /// A local that was taken for a number and is not stays an object: shapes only ever get less known.
    fn fall(&mut self, known: &Shape, joined: &mut Shape, target: u32) {
        for index in 0..known.locals.len() {
            let (before, now) = (known.locals[index].kind, joined.locals[index].kind);
            match (before, now) {
                (LocalKind::Raw(..), LocalKind::Object(_)) => {
                    self.fallen.insert((target, index as u32));
                }
                (LocalKind::Object(ty), LocalKind::Raw(num, _)) if self.fallen.contains(&(target, index as u32)) => {
                    let boxed = Types::boxed(self.rt, num);
                    joined.locals[index].kind = LocalKind::Object(ty.join(boxed));
                }
                _ => {}
            }
        }
    }

    /// The block at an offset.
    pub fn block(&mut self, offset: u32) -> cranelift_codegen::ir::Block {
        if let Some(block) = self.blocks.get(&offset) {
            return *block;
        }
        let block = self.b.create_block();
        self.blocks.insert(offset, block);
        self.work.push(offset);
        block
    }

    /// Entries own what they hold, and an unboxed entry has no other copy.
    fn prepare(&mut self) -> Result<()> {
        self.settle_moved()?;
        for at in 0..self.stack.len() {
            let depth = self.stack.len() - 1 - at;
            match self.stack[at] {
                Val::Object { .. } => {
                    self.own(depth)?;
                }
                Val::Const { object, fixed: false, .. } if !self.is_immortal(object) => {
                    self.own(depth)?;
                }
                Val::Raw(num, value) if num != Num::Bool => {
                    let copies = self.stack.iter().filter(|other| **other == Val::Raw(num, value)).count();
                    if copies > 1 || self.local_with(num, value).is_some() {
                        self.box_value(num, value)?;
                        self.own(depth)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The shape of the state as it is.
    fn shape(&self) -> Result<Shape> {
        let stack: Result<Vec<Entry>> = self.stack.iter().map(|val| self.entry_of(*val)).collect();
        Ok(Shape { locals: self.locals.clone(), stack: stack? })
    }

    fn entry_of(&self, val: Val) -> Result<Entry> {
        Ok(match val {
            Val::Null => Entry::Null,
            Val::Const { object, owned, .. } => Entry::Const {
                object,
                ty: Ty::Exact(Types::of(self.rt, object)),
                num: Types::number(self.rt, object),
                cached: Types::is_cached(self.rt, object),
                owned,
            },
            Val::Raw(num, _) => Entry::Raw(num),
            Val::Moved { .. } => return Err(self.fault("a moved number at an edge")),
            Val::Object { ty, own: Own::Owned, .. } => Entry::Object(ty),
            Val::Object { .. } => return Err(self.fault("a borrowed entry at an edge")),
            Val::RangeIter { step, .. } => Entry::RangeIter(step),
            Val::Range { step, .. } => Entry::Range(step),
            Val::SequenceIter { over, .. } => Entry::SequenceIter(over),
        })
    }

    fn bring_to(&mut self, to: &Shape, target: u32) -> Result<()> {
        for (index, wanted) in to.locals.iter().enumerate() {
            self.bring_local(index as u32, *wanted, target)?;
        }
        for (at, wanted) in to.stack.iter().enumerate() {
            let depth = self.stack.len() - 1 - at;
            let now = self.entry_of(self.stack[at])?;
            if now == *wanted {
                continue;
            }
            match wanted {
                Entry::Object(_) => {
                    let value = self.own(depth)?;
                    let ty = self.ty(self.stack[at]);
                    self.stack[at] = Val::Object { value, ty, own: Own::Owned };
                }
                Entry::Raw(num) => {
                    let value = self.unbox(depth, *num);
                    // The constant may have been owned.
                    if let Val::Const { object, owned: true, .. } = self.stack[at] {
                        let object = self.address(object);
                        self.decref_plain(object);
                    }
                    self.stack[at] = Val::Raw(*num, value);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn bring_local(&mut self, index: u32, wanted: Local, target: u32) -> Result<()> {
        let now = self.locals[index as usize];
        match (now.kind, wanted.kind) {
            (LocalKind::Raw(_, Held::Stale), LocalKind::Raw(_, Held::Maybe | Held::Empty)) => {
                self.clear_number(index);
                let LocalKind::Raw(num, _) = now.kind else { return Ok(()) };
                self.locals[index as usize].kind = LocalKind::Raw(num, Held::Empty);
            }
            (LocalKind::Raw(num, held), LocalKind::Object(_)) => {
                if now.maybe && held == Held::Stale {
                    return Err(self.fault("an unbound local with a stale slot"));
                }
                self.hold(index);
                let ty = Types::boxed(self.rt, num);
                self.locals[index as usize] = Local { kind: LocalKind::Object(ty), maybe: now.maybe };
            }
            (LocalKind::Object(_), LocalKind::Raw(num, _)) => {
                // A guess: the interpreter goes on at the target where it is wrong.
                let resume = std::mem::replace(&mut self.resume, target);
                let value = self.slot_word(index);
                let ty = self.locals[index as usize].kind;
                if ty != LocalKind::Object(Types::boxed(self.rt, num)) {
                    let Ty::Exact(expected) = Types::boxed(self.rt, num) else { return Ok(()) };
                    let found = self.load(value, self.rt.layout.object_type);
                    let same = self.is(IntCC::Equal, found, expected as i64);
                    self.guard_at(same, Why::Type, target);
                }
                let raw = self.raw_of(value, num);
                self.resume = resume;
                self.set_raw(index, num, raw);
                self.locals[index as usize] = Local::bound(LocalKind::Raw(num, Held::Valid));
            }
            _ => {}
        }
        Ok(())
    }

    /// Puts what the shape keeps between blocks where the target expects it.
    fn define(&mut self, to: &Shape) -> Result<()> {
        for (index, wanted) in to.locals.iter().enumerate() {
            let LocalKind::Raw(num, _) = wanted.kind else { continue };
            let index = index as u32;
            let unbound = self.locals[index as usize].kind == LocalKind::Unbound;
            if wanted.maybe {
                let flag = if unbound {
                    self.b.ins().iconst(types::I8, 0)
                } else if self.locals[index as usize].maybe {
                    self.flag(index)
                } else {
                    self.b.ins().iconst(types::I8, 1)
                };
                let variable = self.flag_var(index);
                self.b.def_var(variable, flag);
            }
            if unbound {
                let nothing = match num {
                    Num::Int => self.ic(0),
                    Num::Float => self.fc(0.0),
                    Num::Bool => self.b.ins().iconst(types::I8, 0),
                };
                self.set_raw(index, num, nothing);
            }
        }
        let base = self.locals.len() as u32;
        for at in 0..self.stack.len() {
            let place = base + at as u32;
            match self.stack[at] {
                Val::Raw(num, value) => {
                    let variable = self.raw_var(place, num);
                    self.b.def_var(variable, value);
                }
                Val::Object { value, .. } => self.keep(place, at, value),
                Val::RangeIter { next: first, stop: second, by, step }
                | Val::Range { start: first, stop: second, by, step } => {
                    if step == Step::Positive {
                        let variable = self.third_var(place);
                        self.b.def_var(variable, by);
                    }
                    let variable = self.raw_var(place, Num::Int);
                    self.b.def_var(variable, first);
                    let variable = self.second_var(place);
                    self.b.def_var(variable, second);
                }
                Val::SequenceIter { sequence, index, start, .. } => {
                    let variable = self.raw_var(place, Num::Int);
                    self.b.def_var(variable, index);
                    if let Some(start) = start {
                        let variable = self.second_var(place);
                        self.b.def_var(variable, start);
                    }
                    self.keep(place, at, sequence);
                }
                Val::Null | Val::Const { .. } | Val::Moved { .. } => {}
            }
        }
        Ok(())
    }

    /// Stores an object of the stack in its slot, unless it came from there.
    fn keep(&mut self, place: u32, at: usize, value: Value) {
        if self.home.get(at).copied().flatten() == Some(value) {
            return;
        }
        let offset = self.slot(place);
        self.store(value, self.frame, offset);
    }

    /// Takes up the state of a block from its shape.
    pub fn enter(&mut self, shape: &Shape) {
        self.locals = shape.locals.clone();
        self.stack.clear();
        self.home.clear();
        self.values.fill(None);
        // Asked for here, where they hold for the whole block.
        for index in 0..self.locals.len() {
            if let LocalKind::Raw(num, _) = self.locals[index].kind {
                self.raw_local(index as u32, num);
            }
        }
        let base = self.locals.len() as u32;
        for (at, entry) in shape.stack.iter().enumerate() {
            let place = base + at as u32;
            let mut home = None;
            let val = match *entry {
                Entry::Null => Val::Null,
                Entry::Const { object, owned, .. } => Val::Const { object, fixed: !owned, owned },
                Entry::Raw(num) => Val::Raw(num, self.raw_local(place, num)),
                Entry::Object(ty) => {
                    let value = self.slot_word(place);
                    home = Some(value);
                    Val::Object { value, ty, own: Own::Owned }
                }
                Entry::RangeIter(step) => {
                    let (next, stop, by) = self.three(place, step);
                    Val::RangeIter { next, stop, by, step }
                }
                Entry::Range(step) => {
                    let (start, stop, by) = self.three(place, step);
                    Val::Range { start, stop, by, step }
                }
                Entry::SequenceIter(over) => {
                    let sequence = self.slot_word(place);
                    home = Some(sequence);
                    let start = matches!(over, Over::Numbered(_)).then(|| {
                        let variable = self.second_var(place);
                        self.b.use_var(variable)
                    });
                    Val::SequenceIter { sequence, index: self.raw_local(place, Num::Int), start, over }
                }
            };
            self.stack.push(val);
            self.home.push(home);
        }
    }

    fn three(&mut self, place: u32, step: Step) -> (Value, Value, Value) {
        let first = self.raw_local(place, Num::Int);
        let variable = self.second_var(place);
        let second = self.b.use_var(variable);
        let by = match step {
            Step::Known(by) => self.ic(by),
            Step::Positive => {
                let variable = self.third_var(place);
                self.b.use_var(variable)
            }
        };
        (first, second, by)
    }

    /// A guard behind which the interpreter goes on at another instruction than this one, with the state as it is.
    fn guard_at(&mut self, condition: Value, why: Why, offset: u32) {
        let resume = std::mem::replace(&mut self.resume, offset);
        self.guard(condition, why);
        self.resume = resume;
    }
}
