//! T1: `_PyRuntime` begins with a table of offsets that every CPython carries for debuggers.

use super::{Found, Probe, View, need};
use jitctl_core::Interpreter;

const T1: Probe = Probe(1);
/// Words of the table of 3.15, the longest.
const WORDS: usize = 111;

/// The words of one version's table, in the order of [`check`].
struct Places {
    thread: [usize; 3],
    frame: [usize; 5],
    stack_pointer: Option<usize>,
    code: [usize; 2],
    objects: [usize; 9],
}

// `_Py_DebugOffsets` of pycore_runtime.h (3.13) and pycore_debug_offsets.h (3.14, 3.15), in words of 8 bytes.
const V13: Places = Places {
    thread: [22, 23, 26],
    frame: [29, 30, 31, 32, 33],
    stack_pointer: None,
    code: [41, 43],
    objects: [45, 49, 51, 54, 57, 58, 60, 62, 63],
};
const V14: Places = Places {
    thread: [25, 26, 29],
    frame: [32, 33, 34, 35, 36],
    stack_pointer: Some(37),
    code: [46, 48],
    objects: [51, 55, 57, 60, 67, 68, 70, 72, 73],
};
const V15: Places = Places {
    thread: [25, 26, 32],
    frame: [40, 41, 42, 43, 44],
    stack_pointer: Some(45),
    code: [54, 56],
    objects: [59, 63, 69, 72, 79, 80, 82, 84, 85],
};

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
    let places = match layout.minor {
        13 => V13,
        14 => V14,
        _ => V15,
    };
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
