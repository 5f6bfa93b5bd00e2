//! Rounds of translation.

use super::value::Sigs;
use super::{Build, Found, Result, Vars};
use crate::decode::Op;
use crate::ir::{Local, Shape};
use crate::subject::{Param, Refused, Returns, Subject};
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, Signature, StackSlotData, StackSlotKind, types};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use std::collections::{BTreeMap, HashMap};

/// What a round of translation gives.
pub struct Round {
    pub function: Function,
    pub found: Found,
    /// Activations have a frame from their begin.
    pub framed: bool,
}

/// The signature of a unit's body.
pub fn signature(params: &[Param], returns: Returns, shared: bool) -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    // The thread's state, and what callers have yet to show.
    signature.params.push(AbiParam::new(types::I64));
    signature.params.push(AbiParam::new(types::I64));
    if shared {
        // The function.
        signature.params.push(AbiParam::new(types::I64));
    }
    for param in params {
        match param {
            Param::Raw(num) => {
                signature.params.push(AbiParam::new(super::places::machine(*num)));
                signature.params.push(AbiParam::new(types::I64));
            }
            Param::Object => signature.params.push(AbiParam::new(types::I64)),
        }
    }
    if let Returns::Raw(num) = returns {
        signature.returns.push(AbiParam::new(super::places::machine(num)));
    }
    signature.returns.push(AbiParam::new(types::I64));
    signature
}

/// Translates one function, in as many rounds as it takes.
pub fn translate(cx: &Subject<'_>, config: TargetFrontendConfig) -> Result<(Round, Returns)> {
    const ROUNDS: usize = 60;
    let mut shapes = BTreeMap::new();
    let mut returns = Returns::Never;
    let mut skipped = std::collections::BTreeSet::new();
    let mut pure = true;
    let mut fallen = std::collections::BTreeSet::new();
    let mut replaced = BTreeMap::new();
    // A loop may run for long, and is to be seen meanwhile.
    let mut framed = !cx.code.loops.is_empty();
    for _ in 0..ROUNDS {
        let before = returns;
        let flags = (&mut pure, &mut framed, &mut fallen, &mut replaced);
        let round = round(cx, &mut shapes, &mut returns, &mut skipped, flags, config)?;
        if returns == Returns::Never {
            returns = Returns::Object;
        }
        if !round.found.changed && returns == before {
            // Once more, now that callees may be compiled for the kinds that were found.
            if !cx.settled.replace(true) && round.found.calls {
                continue;
            }
            return Ok((round, returns));
        }
    }
    Err(Refused { code: "no-fixpoint", line: None, message: "the kinds of its variables never settle".to_owned() })
}

/// What one round leaves to the next, besides shapes.
type Carried<'a> =
    (&'a mut bool, &'a mut bool, &'a mut std::collections::BTreeSet<(u32, u32)>, &'a mut BTreeMap<u32, u32>);

fn round(
    cx: &Subject<'_>,
    shapes: &mut BTreeMap<u32, Shape>,
    returns: &mut Returns,
    skipped: &mut std::collections::BTreeSet<u32>,
    (pure, framed, fallen, replaced): Carried<'_>,
    config: TargetFrontendConfig,
) -> Result<Round> {
    let mut function = Function::new();
    function.signature = signature(&cx.params, *returns, cx.context.shared);
    let mut context = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut function, &mut context);
    let buffer = b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 4));
    let scratch = b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 64, 4));
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let (thread, pending) = (b.block_params(entry)[0], b.block_params(entry)[1]);
    let me = cx.context.shared.then(|| b.block_params(entry)[2]);
    b.ins().stack_store(types::I64, pending, buffer, 0);
    let code = cx.code;
    let places = (code.nlocalsplus + code.stacksize) as usize;
    let Some(first) = code.instrs.first() else {
        return Err(Refused { code: "empty", line: None, message: "it has no code".to_owned() });
    };
    let mut build = Build {
        b,
        cx,
        rt: cx.runtime,
        shapes,
        returns,
        found: Found::default(),
        sigs: Sigs::new(),
        thread,
        frame: thread,
        pending,
        me,
        pure: *pure,
        lazy: !*framed,
        buffer,
        scratch,
        unsettled: false,
        blocks: HashMap::new(),
        work: Vec::new(),
        vars: vec![Vars::default(); places],
        values: vec![None; places],
        locals: vec![Local::UNBOUND; code.nlocalsplus as usize],
        stack: Vec::new(),
        home: Vec::new(),
        one: *first,
        resume: first.start,
        taken_apart: false,
        after: super::After::Nothing,
        drops: Vec::new(),
        maybe_null: Vec::new(),
        left: None,
        snapshot: None,
        witness: None,
        skipped,
        shadow_slot: None,
        body_ref: None,
        methods: HashMap::new(),
        fallen,
        replaced,
        returned: Returns::Never,
    };
    build.prologue(entry)?;
    build.body()?;
    if let Some(left) = build.left {
        build.leave_machine_code(left);
    }
    if build.unsettled {
        return Err(build.fault("references were given back while others were borrowed"));
    }
    let seen = build.returned;
    let joined = join(*build.returns, seen);
    *build.returns = joined;
    build.b.seal_all_blocks();
    let mut found = std::mem::take(&mut build.found);
    if *pure && !build.pure {
        *pure = false;
        found.changed = true;
    }
    if found.framed && !*framed {
        *framed = true;
        found.changed = true;
    }
    build.b.finalize(config);
    function.sized_stack_slots[buffer].size = 8 * found.words.max(1);
    Ok(Round { function, found, framed: *framed })
}

/// What a function gives that gives both.
pub fn join(a: Returns, b: Returns) -> Returns {
    match (a, b) {
        (Returns::Never, other) | (other, Returns::Never) => other,
        (a, b) if a == b => a,
        _ => Returns::Object,
    }
}

impl Build<'_> {
    fn body(&mut self) -> Result<()> {
        let code = self.cx.code;
        let first = code.instrs[0].start;
        if code.leaders.contains(&first) {
            self.goto(first)?;
        } else {
            self.straight(0)?;
        }
        let mut done = std::collections::BTreeSet::new();
        while let Some(offset) = self.next_block(&done) {
            done.insert(offset);
            let block = self.blocks[&offset];
            self.begin(block);
            let Some(shape) = self.shapes.get(&offset).cloned() else {
                return Err(self.fault("a block without a shape"));
            };
            self.one = code.instrs[code.index[&offset]];
            self.resume = offset;
            self.enter(&shape);
            self.straight(code.index[&offset])?;
        }
        Ok(())
    }

    fn next_block(&mut self, done: &std::collections::BTreeSet<u32>) -> Option<u32> {
        self.work.retain(|offset| !done.contains(offset));
        self.work.sort_unstable_by(|a, b| b.cmp(a));
        self.work.dedup();
        self.work.pop()
    }

    /// Translates instructions until the block ends.
    pub fn straight(&mut self, mut at: usize) -> Result<()> {
        let code = self.cx.code;
        let begin = at;
        loop {
            let Some(one) = code.instrs.get(at) else { return Err(self.fault("the code ends without a return")) };
            if at != begin && code.leaders.contains(&one.start) {
                return self.goto(one.start);
            }
            self.one = *one;
            self.resume = one.start;
            self.drops.clear();
            self.after = super::After::Nothing;
            if self.skipped.contains(&one.offset) {
                self.leave(crate::exits::Why::NotCompiled, false);
                return Ok(());
            }
            if !matches!(one.op, Op::StoreFast | Op::StoreFastStoreFast | Op::Swap) {
                self.settle_moved()?;
            }
            if !self.instruction(one)? {
                return Ok(());
            }
            self.finish()?;
            at += 1;
        }
    }
}
