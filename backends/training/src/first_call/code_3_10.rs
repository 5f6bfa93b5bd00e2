//! Bytecode of 3.10 with a prologue.
//!
//! The prologue stands first, or behind the `GEN_START` of a generator, which takes what `send` left on the stack. Absolute
//! jumps move with the body; where a target outgrows its argument, an `EXTENDED_ARG` is added, which moves the rest again.
//! The table of lines follows.

use super::stand_in::Parts;

const POP_TOP: u8 = 1;
const LOAD_CONST: u8 = 100;
const GEN_START: u8 = 129;
const CALL_FUNCTION: u8 = 131;
const EXTENDED_ARG: u8 = 144;
/// JUMP_IF_FALSE_OR_POP, JUMP_IF_TRUE_OR_POP, JUMP_ABSOLUTE, POP_JUMP_IF_FALSE, POP_JUMP_IF_TRUE, JUMP_IF_NOT_EXC_MATCH.
const ABSOLUTE: [u8; 6] = [111, 112, 113, 114, 115, 121];
/// FOR_ITER, JUMP_FORWARD, SETUP_FINALLY, SETUP_WITH, SETUP_ASYNC_WITH; all of them forward.
const RELATIVE: [u8; 5] = [93, 110, 122, 143, 154];

struct Instruction {
    opcode: u8,
    argument: u32,
    /// Where it starts, its prefixes included, in code units.
    start: usize,
    /// Prefixes that it has; never fewer than in the original.
    prefixes: usize,
    /// The index of the instruction that it jumps to.
    target: Option<usize>,
}

pub(crate) fn with_prologue(parts: &Parts, constant: u32) -> Result<Parts, &'static str> {
    let mut body = parse(&parts.code).ok_or("its bytecode could not be read")?;
    let old: Vec<usize> = body.iter().map(|instruction| instruction.start).collect();
    let old_end = parts.code.len() / 2;
    let first = usize::from(body.first().is_some_and(|instruction| instruction.opcode == GEN_START));
    let inserted: [(u8, u32); 3] = [(LOAD_CONST, constant), (CALL_FUNCTION, 0), (POP_TOP, 0)];
    let added = inserted.len();
    for instruction in &mut body {
        // A jump to the first instruction of the body goes to the body, not to the prologue.
        instruction.target = instruction.target.map(|index| if index >= first { index + added } else { index });
    }
    let prologue = inserted.map(|(opcode, argument)| Instruction {
        opcode,
        argument,
        start: 0,
        prefixes: prefixes(argument),
        target: None,
    });
    body.splice(first..first, prologue);
    let end = settle(&mut body);
    let code = body.iter().flat_map(bytes).collect();

    let place = |old_place: usize| -> Option<usize> {
        if old_place == old_end {
            return Some(end);
        }
        let index = old.binary_search(&old_place).ok()?;
        Some(body[if index >= first { index + added } else { index }].start)
    };
    let prologue_end = body.get(first + added).map_or(end, |instruction| instruction.start);
    let hole = (body[first].start, prologue_end);
    let lines = lines(&parts.lines, place, hole).ok_or("its table of lines could not be read")?;
    Ok(Parts { code, lines, handlers: Vec::new() })
}

fn prefixes(argument: u32) -> usize {
    (1..4).filter(|byte| argument >> (8 * byte) != 0).count()
}

fn parse(code: &[u8]) -> Option<Vec<Instruction>> {
    let mut body: Vec<Instruction> = Vec::with_capacity(code.len() / 2);
    let (mut argument, mut start, mut count) = (0_u32, 0, 0);
    for (unit, pair) in code.chunks_exact(2).enumerate() {
        argument = argument << 8 | u32::from(pair[1]);
        if pair[0] == EXTENDED_ARG {
            count += 1;
            continue;
        }
        body.push(Instruction { opcode: pair[0], argument, start, prefixes: count, target: None });
        (argument, start, count) = (0, unit + 1, 0);
    }
    let starts: Vec<usize> = body.iter().map(|instruction| instruction.start).collect();
    for (index, instruction) in body.iter_mut().enumerate() {
        let jump = usize::try_from(instruction.argument).ok()?;
        let goal = if ABSOLUTE.contains(&instruction.opcode) {
            jump
        } else if RELATIVE.contains(&instruction.opcode) {
            starts.get(index + 1)? + jump
        } else {
            continue;
        };
        instruction.target = Some(starts.binary_search(&goal).ok()?);
    }
    (!body.is_empty()).then_some(body)
}

/// Gives every instruction its place and every jump its argument; answers where the code ends.
fn settle(body: &mut [Instruction]) -> usize {
    loop {
        let mut place = 0;
        for instruction in body.iter_mut() {
            instruction.start = place;
            place += instruction.prefixes + 1;
        }
        let mut grew = false;
        for index in 0..body.len() {
            let Some(target) = body[index].target else { continue };
            let base =
                if RELATIVE.contains(&body[index].opcode) { body[index].start + body[index].prefixes + 1 } else { 0 };
            // Code is never longer than 2**31 units, and relative jumps of 3.10 go forward.
            let argument = (body[target].start - base) as u32;
            body[index].argument = argument;
            if prefixes(argument) > body[index].prefixes {
                body[index].prefixes = prefixes(argument);
                grew = true;
            }
        }
        if !grew {
            return place;
        }
    }
}

fn bytes(instruction: &Instruction) -> Vec<u8> {
    let argument = instruction.argument.to_be_bytes();
    let mut code = Vec::with_capacity(2 * (instruction.prefixes + 1));
    for byte in &argument[3 - instruction.prefixes..3] {
        code.extend([EXTENDED_ARG, *byte]);
    }
    code.extend([instruction.opcode, argument[3]]);
    code
}

const NO_LINE: u8 = 0x80;
/// The longest range of one entry, in bytes of code.
const LONGEST: usize = 254;

/// The table is pairs of bytes: how long a range of code is (in bytes), and the step of its line, or -128 for no line. The
/// hole, where the prologue stands, gets no line.
fn lines(table: &[u8], place: impl Fn(usize) -> Option<usize>, hole: (usize, usize)) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(table.len() + 8);
    let mut covered = false;
    let mut old = 0;
    let mut position = 0;
    for pair in table.chunks_exact(2) {
        old += usize::from(pair[0]);
        let end = place(old / 2)?;
        let mut step = pair[1];
        if !covered && end > hole.0 {
            // Before the hole, the hole, and then the rest as if nothing had been there.
            let before = hole.0 - position;
            if before > 0 {
                range(&mut result, before, step);
                step = if step == NO_LINE { NO_LINE } else { 0 };
            }
            range(&mut result, hole.1 - hole.0, NO_LINE);
            position = hole.1;
            covered = true;
        }
        if end > position || pair[0] == 0 {
            range(&mut result, end.saturating_sub(position), step);
        }
        position = position.max(end);
    }
    covered.then_some(result)
}

fn range(table: &mut Vec<u8>, units: usize, mut step: u8) {
    let mut left = 2 * units;
    loop {
        let now = left.min(LONGEST);
        // At most 254.
        table.extend([now as u8, step]);
        left -= now;
        if left == 0 {
            return;
        }
        step = if step == NO_LINE { NO_LINE } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOP: u8 = 9;
    const JUMP_ABSOLUTE: u8 = 113;

    fn parts(code: &[u8], lines: &[u8]) -> Parts {
        Parts { code: code.to_vec(), lines: lines.to_vec(), handlers: vec![] }
    }

    #[test]
    fn the_prologue_comes_first_and_jumps_go_to_the_body() {
        let new = with_prologue(&parts(&[NOP, 0, JUMP_ABSOLUTE, 0], &[4, 1]), 2);
        let new = new.unwrap_or_else(|reason| panic!("{reason}"));
        assert_eq!(new.code, [LOAD_CONST, 2, CALL_FUNCTION, 0, POP_TOP, 0, NOP, 0, JUMP_ABSOLUTE, 3]);
        assert_eq!(new.lines, [6, NO_LINE, 4, 1]);
    }

    #[test]
    fn a_generator_starts_before_the_prologue() {
        let new = with_prologue(&parts(&[GEN_START, 0, NOP, 0], &[4, 0]), 300);
        let new = new.unwrap_or_else(|reason| panic!("{reason}"));
        let prologue = [EXTENDED_ARG, 1, LOAD_CONST, 44, CALL_FUNCTION, 0, POP_TOP, 0];
        assert_eq!(new.code, [&[GEN_START, 0][..], &prologue, &[NOP, 0]].concat());
        assert_eq!(new.lines, [2, 0, 8, NO_LINE, 2, 0]);
    }

    #[test]
    fn a_jump_that_outgrows_its_argument_gets_a_prefix() {
        let mut code = [NOP, 0].repeat(256);
        code[0..2].copy_from_slice(&[JUMP_ABSOLUTE, 255]);
        let new = with_prologue(&parts(&code, &[254, 1, 254, 0, 4, 0]), 0);
        let new = new.unwrap_or_else(|reason| panic!("{reason}"));
        // Three units of prologue and the prefix itself: 255 + 4.
        assert_eq!(new.code[6..10], [EXTENDED_ARG, 1, JUMP_ABSOLUTE, 3]);
        assert_eq!(new.code.len(), 512 + 8);
        let covered: usize = new.lines.chunks_exact(2).map(|pair| usize::from(pair[0])).sum();
        assert_eq!(covered, new.code.len());
    }

    #[test]
    fn garbage_is_refused() {
        assert!(with_prologue(&parts(&[], &[]), 0).is_err());
        assert!(with_prologue(&parts(&[JUMP_ABSOLUTE, 9], &[2, 0]), 0).is_err());
        assert!(with_prologue(&parts(&[NOP, 0], &[]), 0).is_err());
    }
}
