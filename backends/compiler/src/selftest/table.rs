//! T1: `_PyRuntime` begins with a table of offsets that every CPython carries for debuggers.

use super::view::{Found, Probe, View, need};
use jitctl_core::Interpreter;

const T1: Probe = Probe(1);
/// Words of the table of 3.15, the longest.
const WORDS: usize = 111;

/// The table's words.
pub fn words(view: &View) -> Found<[u64; WORDS]> {
    let mut words = [0_u64; WORDS];
    let table = view.api._PyRuntime as *const u64;
    // SAFETY: _PyRuntime is far larger than this, and its beginning never changes after start-up.
    unsafe { std::ptr::copy_nonoverlapping(table, words.as_mut_ptr(), WORDS) };
    need(T1, &words[0].to_le_bytes() == b"xdebugpy", || "no debug offsets in _PyRuntime".to_owned())?;
    Ok(words)
}

/// The size of the interpreter's state.
pub fn interpreter_size(view: &View) -> Found<usize> {
    let size = words(view)?[6];
    need(T1, (0x8000..0x20_0000).contains(&size), || format!("an interpreter state of {size} bytes"))?;
    Ok(size as usize)
}

/// Compares it with the layout.
pub fn check(view: &View, interpreter: &Interpreter) -> Found<()> {
    let (words, layout) = (words(view)?, &view.layout);
    view.same(T1, "the version in _PyRuntime", words[1], u64::from(interpreter.hexversion))?;
    view.same(T1, "the flag of free threading in _PyRuntime", words[2], 0)?;
    let places = &layout.debug_table;
    let compare = |what: &str, place: usize, expected: i32| {
        let found = words[place];
        need(T1, found == expected as u64, || format!("{what} is at {found} in _PyRuntime's table, not at {expected}"))
    };
    let thread = ["interp", "current_frame", "datastack_chunk"];
    let expected = [layout.ts_interp, layout.ts_current_frame, layout.ts_datastack_chunk];
    for index in 0..3 {
        compare(thread[index], places.thread[index], expected[index])?;
    }
    let frame = ["previous", "executable", "instr_ptr", "localsplus", "owner"];
    let expected = [
        layout.frame_previous,
        layout.frame_executable,
        layout.frame_instr_ptr,
        layout.frame_localsplus,
        layout.frame_owner,
    ];
    for index in 0..5 {
        compare(frame[index], places.frame[index], expected[index])?;
    }
    if let Some(place) = places.stack_pointer {
        compare("stackpointer", place, layout.frame_stackpointer)?;
    }
    compare("localsplusnames", places.code[0], layout.code_localsplusnames)?;
    compare("co_code_adaptive", places.code[1], layout.code_adaptive)?;
    let objects = [
        "ob_type",
        "tp_flags",
        "tuple's ob_item",
        "list's ob_item",
        "ma_keys",
        "ma_values",
        "ob_fval",
        "lv_tag",
        "ob_digit",
    ];
    let expected = [
        layout.object_type,
        layout.type_flags,
        layout.tuple_items,
        layout.list_items,
        layout.dict_keys,
        layout.dict_values,
        layout.float_value,
        layout.long_tag,
        layout.long_digits,
    ];
    for index in 0..9 {
        compare(objects[index], places.objects[index], expected[index])?;
    }
    Ok(())
}
