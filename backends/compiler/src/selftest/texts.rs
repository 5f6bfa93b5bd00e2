//! T2, texts and dicts: where a look-up and a loop over characters read without asking the interpreter.

use super::objects::field;
use super::source::Program;
use super::table;
use super::view::{Found, Probe, View, calm, need};
use crate::python::Object;
use std::ffi::c_int;

const T2: Probe = Probe(2);

/// The texts and dicts of [`check`].
pub fn check(view: &View, program: &Program) -> Found<()> {
    let layout = &view.layout;
    let same = |what: &str, found: u64, expected: u64| view.same(T2, what, found, expected);
    for (source, ascii) in [("'jit' + 'ctl'", true), ("'jitctl \\xe9'", false), ("'jitctl \\u20ac'", false)] {
        let text = program.eval(T2, source)?;
        let at = text.address();
        // SAFETY: a live text.
        let hash = unsafe { (view.api.PyObject_Hash)(at) };
        same("the hash of a text", field(at, layout.unicode_hash), hash as u64)?;
        let state = field::<u32>(at, layout.unicode_state);
        same("the state of a text", u64::from(state & layout.unicode_ascii != 0), u64::from(ascii))?;
        if ascii {
            for (index, character) in (0..).zip(b"jitctl") {
                let found = field::<u8>(at, layout.unicode_ascii_data + index);
                same("a character of a text", u64::from(found), u64::from(*character))?;
            }
        }
    }
    let method = program.eval(T2, "''.__class__.isalpha")?;
    let method = field::<Object>(method.address(), layout.descr_method);
    // SAFETY: the name of a builtin method.
    let name = unsafe { std::ffi::CStr::from_ptr(field(method, 0)) };
    need(T2, name == c"isalpha", || format!("the method isalpha is called {name:?}"))?;
    for (source, kind, words) in [("{'jitctl': 4.5}", 1, 2), ("{77: 4.5}", 0, 3)] {
        let dict = program.eval(T2, source)?;
        let keys = field::<Object>(dict.address(), layout.dict_keys);
        same("the kind of a dict's keys", u64::from(field::<u8>(keys, layout.keys_kind)), kind)?;
        same("the size of a dict's keys", u64::from(field::<u8>(keys, layout.keys_size)), 3)?;
        same("the bytes of a dict's indices", u64::from(field::<u8>(keys, layout.keys_index_bytes)), 3)?;
        let entry = layout.keys_indices + 8;
        let key = field::<Object>(keys, entry + 8 * (words - 2));
        // SAFETY: the key of the dict.
        let hash = unsafe { (view.api.PyObject_Hash)(key) } as u64;
        if kind == 0 {
            same("the hash of a dict's key", field(keys, entry), hash)?;
        }
        let index = field::<u8>(keys, layout.keys_indices + (hash & 7) as i32);
        same("the index of a dict's only key", u64::from(index), 0)?;
        let value = field::<Object>(keys, entry + 8 * (words - 1));
        same("the value of a dict", field::<f64>(value, layout.float_value).to_bits(), 4.5_f64.to_bits())?;
        watched(view, dict.address())?;
    }
    Ok(())
}

/// `PyInterpreterState.dict_state.global_version`, the version that the last change of any dict gave it: the only word of the state that is
/// what a dict has after each of three changes. 0 where there is none: the interpreter makes all changes then.
pub fn versions(view: &View, program: &Program) -> Found<usize> {
    let layout = &view.layout;
    if layout.dict_step == 0 {
        return Ok(0);
    }
    let size = table::interpreter_size(view)?;
    // SAFETY: the thread is attached.
    let state = unsafe { (view.api.PyInterpreterState_Get)() };
    let dict = program.eval(T2, "{'jitctl': 1}")?;
    let key = calm(T2, view.host.text("jitctl"))?;
    let mut places: Vec<i32> = (0..size as i32 / 8).map(|word| 8 * word).collect();
    let mut last = 0;
    for value in 0..3 {
        let value = calm(T2, view.host.float(f64::from(value)))?;
        // SAFETY: a live dict, and objects that live.
        let status = unsafe { (view.api.PyDict_SetItem)(dict.address(), key.address(), value.address()) };
        need(T2, status == 0, || "a dict takes no value".to_owned())?;
        let version = field::<u64>(dict.address(), layout.dict_watchers);
        need(T2, view.see(T2, version) > last, || {
            "the version of a dict that was changed is not a later one".to_owned()
        })?;
        last = version;
        // The state is that long, by its own table; it is only read.
        places.retain(|place| field::<u64>(state, *place) == version);
    }
    Ok(match places[..] {
        [place] => state as usize + place as usize,
        _ => 0,
    })
}

unsafe extern "C" fn nothing(_: c_int, _: Object, _: Object, _: Object) -> c_int {
    0
}

/// Somebody watches a dict, and then does not.
fn watched(view: &View, dict: Object) -> Found<()> {
    let api = &view.api;
    let watchers = || u64::from(field::<u8>(dict, view.layout.dict_watchers) != 0);
    view.same(T2, "the watchers of a dict", watchers(), 0)?;
    // SAFETY: public functions on a live dict; what is watched is not changed meanwhile.
    let (there, given) = unsafe {
        let id = (api.PyDict_AddWatcher)(nothing);
        if id < 0 {
            // Other tools have all of them. Nothing is compiled then, which hints say in words of their own.
            (api.PyErr_Clear)();
            return Ok(());
        }
        let given = (api.PyDict_Watch)(id, dict);
        let there = watchers();
        (there, given | (api.PyDict_Unwatch)(id, dict) | (api.PyDict_ClearWatcher)(id))
    };
    need(T2, given == 0, || "a dict cannot be watched".to_owned())?;
    view.same(T2, "the watcher of a dict", there, 1)
}
