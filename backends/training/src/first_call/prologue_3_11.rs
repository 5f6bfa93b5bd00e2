//! Bytecode of 3.11 with a prologue.
//!
//! The prologue stands before everything, `RESUME` included. CPython takes a frame that has not reached that for
//! incomplete: it is left out of tracebacks, `sys._getframe` and `warnings`, and tracers are told nothing of it. So the
//! training looks as if it were called where the function was, and so does the original code when the prologue calls it:
//!
//! ```text
//!     trigger()                           trains; answers the original code object, or something false
//!     JUMP_IF_TRUE_OR_POP  call
//!     JUMP_FORWARD         body
//! call:
//!     a function of the original code and this frame's closure is called with this frame's arguments, which this frame
//!     keeps no reference to; what it answers is returned
//! body:
//!     the original, for whoever needs it in this frame
//! ```
//!
//! All jumps of 3.11 are relative, so only the tables of lines and handlers move.

const PUSH_NULL: u8 = 2;
const LIST_TO_TUPLE: u8 = 82;
const RETURN_VALUE: u8 = 83;
const SWAP: u8 = 99;
const LOAD_CONST: u8 = 100;
const BUILD_TUPLE: u8 = 102;
const BUILD_LIST: u8 = 103;
const BUILD_MAP: u8 = 105;
const JUMP_FORWARD: u8 = 110;
const JUMP_IF_TRUE_OR_POP: u8 = 112;
const LOAD_FAST: u8 = 124;
const DELETE_FAST: u8 = 126;
const MAKE_FUNCTION: u8 = 132;
const LOAD_CLOSURE: u8 = 136;
const CALL_FUNCTION_EX: u8 = 142;
const EXTENDED_ARG: u8 = 144;
const COPY_FREE_VARS: u8 = 149;
const RESUME: u8 = 151;
const BUILD_CONST_KEY_MAP: u8 = 156;
const LIST_EXTEND: u8 = 162;
const DICT_MERGE: u8 = 164;
const PRECALL: u8 = 166;
const CALL: u8 = 171;
const KW_NAMES: u8 = 172;
/// Inline caches, in code units.
const PRECALL_CACHES: usize = 1;
const CALL_CACHES: usize = 4;
/// The flag of `MAKE_FUNCTION` for a closure, and of `CALL_FUNCTION_EX` for keywords.
const CLOSURE: u32 = 8;
const KEYWORDS: u32 = 1;

const NO_LINE: u8 = 15;

/// The parts of a code object that a prologue changes.
pub(crate) struct Parts {
    /// `co_code`.
    pub(crate) code: Vec<u8>,
    /// `co_linetable`.
    pub(crate) lines: Vec<u8>,
    /// `co_exceptiontable`.
    pub(crate) handlers: Vec<u8>,
}

/// What a function takes, and where its frame keeps it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Shape {
    /// Arguments that may be given by position.
    pub(crate) positional: u32,
    pub(crate) keyword_only: u32,
    pub(crate) star: bool,
    pub(crate) double_star: bool,
    /// Places of arguments, locals and cells, without those of free variables, which follow.
    pub(crate) locals: u32,
    pub(crate) free: u32,
}

/// Where the constants of the prologue are.
#[derive(Clone, Copy)]
pub(crate) struct Constants {
    pub(crate) trigger: u32,
    /// A tuple of the names of the keyword-only arguments.
    pub(crate) names: u32,
}

/// What the prologue needs of the stack.
pub(crate) fn stack(shape: Shape) -> u32 {
    // The closure's cells beside the code; or the function, what stands for its self, the arguments and their names.
    (shape.free + 1).max(shape.positional + shape.keyword_only + 4)
}

pub(crate) fn with_prologue(parts: &Parts, shape: Shape, constants: Constants) -> Result<Parts, &'static str> {
    if !parts.code.chunks_exact(2).any(|unit| unit[0] == RESUME) {
        return Err("its bytecode has no RESUME");
    }
    let mut code = prologue(shape, constants);
    let length = code.len() / 2;
    code.extend(&parts.code);
    let mut lines = Vec::with_capacity(parts.lines.len() + length / 8 + 1);
    no_line(&mut lines, length);
    lines.extend(&parts.lines);
    let handlers = handlers(&parts.handlers, length).ok_or("its table of handlers could not be read")?;
    Ok(Parts { code, lines, handlers })
}

#[derive(Default)]
struct Code(Vec<u8>);

impl Code {
    fn add(&mut self, opcode: u8, argument: u32) {
        let bytes = argument.to_be_bytes();
        for byte in 0..3 {
            if argument >> (8 * (3 - byte)) != 0 {
                self.0.extend([EXTENDED_ARG, bytes[byte as usize]]);
            }
        }
        self.0.extend([opcode, bytes[3]]);
    }

    fn caches(&mut self, count: usize) {
        self.0.extend([0, 0].repeat(count));
    }

    fn call(&mut self, arguments: u32) {
        self.add(PRECALL, arguments);
        self.caches(PRECALL_CACHES);
        self.add(CALL, arguments);
        self.caches(CALL_CACHES);
    }

    /// Puts an argument on the stack and out of the frame.
    fn take(&mut self, place: u32) {
        self.add(LOAD_FAST, place);
        self.add(DELETE_FAST, place);
    }

    fn units(&self) -> u32 {
        // A prologue has a few instructions for each argument, of which there are far fewer than 2**31.
        (self.0.len() / 2) as u32
    }
}

fn prologue(shape: Shape, constants: Constants) -> Vec<u8> {
    let call = call_original(shape, constants.names);
    let mut over = Code::default();
    over.add(JUMP_FORWARD, call.units());
    let mut code = Code::default();
    code.add(PUSH_NULL, 0);
    code.add(LOAD_CONST, constants.trigger);
    code.call(0);
    code.add(JUMP_IF_TRUE_OR_POP, over.units());
    code.0.extend(over.0);
    code.0.extend(call.0);
    code.0
}

/// With the code object on the stack.
fn call_original(shape: Shape, names: u32) -> Code {
    let mut code = Code::default();
    if shape.free > 0 {
        code.add(COPY_FREE_VARS, shape.free);
        for index in 0..shape.free {
            code.add(LOAD_CLOSURE, shape.locals + index);
        }
        code.add(BUILD_TUPLE, shape.free);
        code.add(SWAP, 2);
        code.add(MAKE_FUNCTION, CLOSURE);
    } else {
        code.add(MAKE_FUNCTION, 0);
    }
    code.add(PUSH_NULL, 0);
    code.add(SWAP, 2);
    // The places: by position, by keyword only, *, **.
    let named = shape.positional + shape.keyword_only;
    (0..shape.positional).for_each(|place| code.take(place));
    if !shape.star && !shape.double_star {
        (shape.positional..named).for_each(|place| code.take(place));
        if shape.keyword_only > 0 {
            code.add(KW_NAMES, names);
        }
        code.call(named);
    } else {
        code.add(BUILD_LIST, shape.positional);
        if shape.star {
            code.take(named);
            code.add(LIST_EXTEND, 1);
        }
        code.add(LIST_TO_TUPLE, 0);
        if shape.keyword_only > 0 {
            (shape.positional..named).for_each(|place| code.take(place));
            code.add(LOAD_CONST, names);
            code.add(BUILD_CONST_KEY_MAP, shape.keyword_only);
        } else {
            code.add(BUILD_MAP, 0);
        }
        if shape.double_star {
            code.take(named + u32::from(shape.star));
            code.add(DICT_MERGE, 1);
        }
        code.add(CALL_FUNCTION_EX, KEYWORDS);
    }
    code.add(RETURN_VALUE, 0);
    code
}

/// Entries for so many code units that have no line. An entry covers one to eight units; its first byte alone has the
/// highest bit set.
fn no_line(table: &mut Vec<u8>, mut units: usize) {
    while units > 0 {
        let now = units.min(8);
        table.push(0x80 | NO_LINE << 3 | (now - 1) as u8);
        units -= now;
    }
}

/// Moves everything. An entry is four numbers in groups of six bits, the highest first; its first byte alone has the highest
/// bit set.
fn handlers(table: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(table.len() + 8);
    let mut bytes = table.iter().copied();
    while bytes.len() > 0 {
        let (start, size) = (number(&mut bytes)?, number(&mut bytes)?);
        let (target, depth) = (number(&mut bytes)?, number(&mut bytes)?);
        write(&mut result, start + length, 0x80);
        write(&mut result, size, 0);
        write(&mut result, target + length, 0);
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

    const LAST: Constants = Constants { trigger: 6, names: 5 };

    #[test]
    fn numbers_survive() {
        for value in [0, 1, 63, 64, 4095, 4096, 262_143, 262_144] {
            let mut table = Vec::new();
            write(&mut table, value, 0);
            assert_eq!(number(&mut table.iter().copied()), Some(value));
        }
    }

    #[test]
    fn the_body_follows_the_prologue_and_its_lines_stay() {
        let parts = Parts { code: vec![RESUME, 0, RETURN_VALUE, 0], lines: vec![0x81, 4], handlers: vec![] };
        let new = with_prologue(&parts, Shape::default(), LAST).unwrap_or_else(|reason| panic!("{reason}"));
        assert!(new.code.ends_with(&parts.code));
        assert!(new.lines.ends_with(&parts.lines));
        let units: usize = new.lines[..new.lines.len() - 2].iter().map(|entry| usize::from(entry & 7) + 1).sum();
        assert_eq!(2 * units, new.code.len() - parts.code.len());
    }

    #[test]
    fn the_jump_over_the_call_goes_to_the_body() {
        for positional in [0, 3, 60, 200] {
            let shape = Shape { positional, ..Shape::default() };
            let code = prologue(shape, LAST);
            let after_trigger = 2 * (2 + 2 + PRECALL_CACHES + CALL_CACHES);
            assert_eq!(code[after_trigger], JUMP_IF_TRUE_OR_POP);
            let over = usize::from(code[after_trigger + 1]);
            let forward = &code[after_trigger + 2..after_trigger + 2 + 2 * over];
            let distance = forward.chunks_exact(2).fold(0, |sum, unit| sum << 8 | usize::from(unit[1]));
            assert_eq!(forward[2 * over - 2], JUMP_FORWARD);
            assert_eq!(after_trigger + 2 + 2 * over + 2 * distance, code.len());
        }
    }

    #[test]
    fn handlers_move_with_the_body() {
        let table = [0x80 | 1, 4, 60, 0];
        let moved = handlers(&table, 10).unwrap_or_default();
        assert_eq!(moved, [0x80 | 11, 4, 0x41, 6, 0]);
    }

    #[test]
    fn an_argument_gets_the_prefixes_that_it_needs() {
        let mut code = Code::default();
        code.add(LOAD_CONST, 5);
        code.add(LOAD_CONST, 0x1_02_03);
        assert_eq!(code.0, [LOAD_CONST, 5, EXTENDED_ARG, 1, EXTENDED_ARG, 2, LOAD_CONST, 3]);
    }

    #[test]
    fn garbage_is_refused() {
        let parts =
            |code: &[u8], handlers: &[u8]| Parts { code: code.to_vec(), lines: vec![], handlers: handlers.to_vec() };
        assert!(with_prologue(&parts(&[9, 0], &[]), Shape::default(), LAST).is_err());
        assert!(with_prologue(&parts(&[RESUME, 0], &[0x81, 1]), Shape::default(), LAST).is_err());
        assert!(with_prologue(&parts(&[RESUME, 0], &[]), Shape::default(), LAST).is_ok());
    }
}
