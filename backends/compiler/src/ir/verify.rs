//! The verifier: on every edge, what comes must be what the block was compiled for.
//!
//! Cranelift cannot see it: an int and a pointer are both 64 bits there.

use super::kind::{Held, Ty};
use super::shape::{Entry, Local, LocalKind, Shape};

fn ty_fits(from: Ty, to: Ty) -> bool {
    to == Ty::Any || from == to
}

fn held_fits(from: Held, to: Held) -> bool {
    match to {
        Held::Empty => from == Held::Empty,
        Held::Valid => from == Held::Valid,
        Held::Maybe => matches!(from, Held::Empty | Held::Valid | Held::Maybe),
        Held::Stale => matches!(from, Held::Empty | Held::Stale),
    }
}

fn local_fits(from: Local, to: Local) -> bool {
    if from.maybe && !to.maybe {
        return false;
    }
    match (from.kind, to.kind) {
        (LocalKind::Unbound, LocalKind::Unbound) => true,
        (LocalKind::Unbound, LocalKind::Raw(_, held)) => to.maybe && held != Held::Valid,
        (LocalKind::Unbound, LocalKind::Object(_)) => to.maybe,
        (LocalKind::Object(from), LocalKind::Object(to)) => ty_fits(from, to),
        (LocalKind::Raw(from, f), LocalKind::Raw(to, t)) => from == to && held_fits(f, t),
        _ => false,
    }
}

fn entry_fits(from: Entry, to: Entry) -> bool {
    match (from, to) {
        (Entry::Object(from), Entry::Object(to)) => ty_fits(from, to),
        (from, to) => from == to,
    }
}

/// Does a state that was brought to `to` fit it? The text names the first place that does not.
pub fn edge(from: &Shape, to: &Shape) -> Result<(), String> {
    if from.locals.len() != to.locals.len() || from.stack.len() != to.stack.len() {
        return Err(format!("{} stack entries where {} are expected", from.stack.len(), to.stack.len()));
    }
    for (index, (from, to)) in from.locals.iter().zip(&to.locals).enumerate() {
        if !local_fits(*from, *to) {
            return Err(format!("local {index} comes as {from:?}, expected is {to:?}"));
        }
    }
    for (index, (from, to)) in from.stack.iter().zip(&to.stack).enumerate() {
        if !entry_fits(*from, *to) {
            return Err(format!("stack entry {index} comes as {from:?}, expected is {to:?}"));
        }
    }
    Ok(())
}
