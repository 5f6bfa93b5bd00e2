//! Bytecode of 3.11 with a prologue.
//!
//! The prologue stands before `RESUME`. CPython takes a frame that has not reached it for incomplete: it is left out of
//! tracebacks, `sys._getframe` and `warnings`, so the training looks as if it were called where the function was. All jumps
//! of 3.11 are relative and none goes from the body to before `RESUME`, so only the tables of lines and handlers move.

use super::stand_in::Parts;

const POP_TOP: u8 = 1;
const PUSH_NULL: u8 = 2;
const LOAD_CONST: u8 = 100;
const EXTENDED_ARG: u8 = 144;
const RESUME: u8 = 151;
const PRECALL: u8 = 166;
const CALL: u8 = 171;
/// `PRECALL` has one inline cache and `CALL` four.
const CALL_WITHOUT_ARGUMENTS: [u8; 16] = [PRECALL, 0, 0, 0, CALL, 0, 0, 0, 0, 0, 0, 0, 0, 0, POP_TOP, 0];

/// The kinds of an entry in the table of lines that matter here.
const ONE_LINE: [u8; 3] = [10, 11, 12];
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NO_LINE: u8 = 15;

pub(crate) fn with_prologue(parts: &Parts, constant: u32) -> Result<Parts, &'static str> {
    let at = parts.code.chunks_exact(2).position(|unit| unit[0] == RESUME).ok_or("its bytecode has no RESUME")?;
    let prologue = prologue(constant);
    let length = prologue.len() / 2;
    let mut code = parts.code.clone();
    code.splice(2 * at..2 * at, prologue);
    let lines = lines(&parts.lines, at, length).ok_or("its table of lines could not be read")?;
    let handlers = handlers(&parts.handlers, at, length).ok_or("its table of handlers could not be read")?;
    Ok(Parts { code, lines, handlers })
}

fn prologue(constant: u32) -> Vec<u8> {
    let bytes = constant.to_be_bytes();
    let mut code = vec![PUSH_NULL, 0];
    for shift in 1..4 {
        if constant >> (8 * (4 - shift)) != 0 {
            code.extend([EXTENDED_ARG, bytes[shift - 1]]);
        }
    }
    code.extend([LOAD_CONST, bytes[3]]);
    code.extend(CALL_WITHOUT_ARGUMENTS);
    code
}

/// Inserts `length` code units without a line at `at`. An entry covers one to eight units; its first byte alone has the
/// highest bit set.
fn lines(table: &[u8], at: usize, length: usize) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(table.len() + 8);
    let mut unit = 0;
    let mut rest = table;
    while let [first, tail @ ..] = rest {
        if first & 0x80 == 0 {
            return None;
        }
        let payload_length = tail.iter().position(|byte| byte & 0x80 != 0).unwrap_or(tail.len());
        let (payload, next) = tail.split_at(payload_length);
        let (kind, units) = ((first >> 3) & 15, usize::from(first & 7) + 1);
        if at >= unit && at < unit + units {
            if at > unit {
                entry(&mut result, kind, at - unit, payload);
                no_line(&mut result, length);
                let (kind, payload) = same_line(kind, payload)?;
                entry(&mut result, kind, unit + units - at, &payload);
            } else {
                no_line(&mut result, length);
                entry(&mut result, kind, units, payload);
            }
        } else {
            entry(&mut result, kind, units, payload);
        }
        unit += units;
        rest = next;
    }
    (at < unit).then_some(result)
}

fn entry(table: &mut Vec<u8>, kind: u8, units: usize, payload: &[u8]) {
    // At most eight units: the caller never makes an entry longer than it was.
    table.push(0x80 | kind << 3 | (units - 1) as u8);
    table.extend(payload);
}

fn no_line(table: &mut Vec<u8>, mut units: usize) {
    while units > 0 {
        let now = units.min(8);
        entry(table, NO_LINE, now, &[]);
        units -= now;
    }
}

/// The entry for the rest of one that was split: the same place, no step to another line.
fn same_line(kind: u8, payload: &[u8]) -> Option<(u8, Vec<u8>)> {
    Some(match kind {
        kind if ONE_LINE.contains(&kind) => (ONE_LINE[0], payload.to_vec()),
        NO_COLUMNS => (NO_COLUMNS, vec![0]),
        LONG => {
            let step = payload.iter().position(|byte| byte & 0x40 == 0)?;
            let mut same = vec![0];
            same.extend(payload.get(step + 1..)?);
            (LONG, same)
        }
        kind => (kind, payload.to_vec()),
    })
}

/// Moves what lies at or behind `at`. An entry is four numbers in groups of six bits, the highest first; its first byte
/// alone has the highest bit set.
fn handlers(table: &[u8], at: usize, length: usize) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(table.len() + 8);
    let mut bytes = table.iter().copied();
    while bytes.len() > 0 {
        let (start, size) = (number(&mut bytes)?, number(&mut bytes)?);
        let (target, depth) = (number(&mut bytes)?, number(&mut bytes)?);
        let end = start + size;
        let moved = |place: usize| if place >= at { place + length } else { place };
        let moved_end = if end > at { end + length } else { end };
        write(&mut result, moved(start), 0x80);
        write(&mut result, moved_end - moved(start), 0);
        write(&mut result, moved(target), 0);
        write(&mut result, depth, 0);
    }
    Some(result)
}

fn number(bytes: &mut impl Iterator<Item = u8>) -> Option<usize> {
    let mut value = 0;
    loop {
        let byte = bytes.next()?;
        value = value << 6 | usize::from(byte & 0x3f);
        if byte & 0x40 == 0 {
            return Some(value);
        }
    }
}

fn write(table: &mut Vec<u8>, value: usize, mark: u8) {
    let groups = (1..).take_while(|group| *group == 1 || value >> (6 * (group - 1)) != 0).count();
    for group in (0..groups).rev() {
        let more = if group > 0 { 0x40 } else { 0 };
        let mark = if group + 1 == groups { mark } else { 0 };
        table.push(mark | more | (value >> (6 * group) & 0x3f) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive() {
        for value in [0, 1, 63, 64, 4095, 4096, 262_143, 262_144] {
            let mut table = Vec::new();
            write(&mut table, value, 0);
            assert_eq!(number(&mut table.iter().copied()), Some(value));
        }
    }

    #[test]
    fn an_entry_is_split_where_the_prologue_stands() {
        // Three units of one line with a step of 2 (zigzag 4), then one unit of another kind.
        let table = [0x80 | NO_COLUMNS << 3 | 2, 4, 0x80 | NO_LINE << 3];
        let split = lines(&table, 1, 9).unwrap_or_default();
        let no_line = |units: u8| 0x80 | NO_LINE << 3 | (units - 1);
        assert_eq!(
            split,
            [0x80 | NO_COLUMNS << 3, 4, no_line(8), no_line(1), 0x80 | NO_COLUMNS << 3 | 1, 0, no_line(1)]
        );
    }

    #[test]
    fn handlers_move_with_the_body() {
        let table = [0x80 | 1, 4, 60, 0];
        let moved = handlers(&table, 1, 10).unwrap_or_default();
        assert_eq!(moved, [0x80 | 11, 4, 0x41, 6, 0]);
    }

    #[test]
    fn the_prologue_takes_any_constant() {
        assert_eq!(prologue(5)[..4], [PUSH_NULL, 0, LOAD_CONST, 5]);
        assert_eq!(prologue(0x1_02_03)[..8], [PUSH_NULL, 0, EXTENDED_ARG, 1, EXTENDED_ARG, 2, LOAD_CONST, 3]);
    }

    #[test]
    fn garbage_is_refused() {
        let parts = |code: &[u8], lines: &[u8]| Parts { code: code.to_vec(), lines: lines.to_vec(), handlers: vec![] };
        assert!(with_prologue(&parts(&[9, 0], &[0x80]), 0).is_err());
        assert!(with_prologue(&parts(&[RESUME, 0], &[0x00]), 0).is_err());
        assert!(with_prologue(&parts(&[RESUME, 0], &[]), 0).is_err());
    }
}
