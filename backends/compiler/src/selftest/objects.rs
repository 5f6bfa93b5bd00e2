//! T2 and T3: numbers, containers, functions and code objects, by values that are known.

use super::source::Program;
use super::view::{Denied, Found, Probe, View, calm, need};
use crate::layout::Vectorcall;
use crate::python::Object;
use crate::runtime::Runtime;

const T2: Probe = Probe(2);
const T3: Probe = Probe(3);

/// Reads a field of an object that lives.
pub fn field<T: Copy>(object: Object, offset: i32) -> T {
    // SAFETY: the probes pass live objects of the type that has the field; T1 bounds the offsets of what is larger than it seems.
    unsafe { Runtime::read(object, offset) }
}

/// T2.
pub fn check(view: &View, program: &Program) -> Found<()> {
    let layout = &view.layout;
    let same = |what: &str, found: u64, expected: u64| view.same(T2, what, found, expected);
    for value in [0_i64, 1, -1, 12_345, (1 << 30) - 1, 1 << 30, -(1 << 30) - 5, 1 << 62] {
        let int = calm(T2, view.host.int(value))?;
        let size = value.unsigned_abs();
        let digits: Vec<u64> = (0..3).map(|index| size >> (30 * index) & 0x3FFF_FFFF).collect();
        let count = 3 - digits.iter().rev().take_while(|digit| **digit == 0).count() as u64;
        let sign = match value {
            0 => 1,
            1.. => 0,
            _ => 2,
        };
        // Bit 2 says "immortal" from 3.14 on, and 3.13 never sets it.
        let tag = field::<u64>(int.address(), layout.long_tag);
        same("the size and sign of an int", tag & !4, count << 3 | sign)?;
        for index in 0..count as i32 {
            let digit = field::<u32>(int.address(), layout.long_digits + 4 * index);
            same("a digit of an int", u64::from(digit), digits[index as usize])?;
        }
        same("the type of an int", field(int.address(), layout.object_type), view.api.PyLong_Type as u64)?;
    }
    let float = calm(T2, view.host.float(-2.5))?;
    same("the value of a float", field::<f64>(float.address(), layout.float_value).to_bits(), (-2.5_f64).to_bits())?;
    let truth = program.eval(T2, "True")?;
    same("True", truth.address() as u64, view.api._Py_TrueStruct as u64)?;
    same("the type of True", field(truth.address(), layout.object_type), view.api.PyBool_Type as u64)?;
    same("None", view.host.none().address() as u64, view.api._Py_NoneStruct as u64)?;
    need(T2, field::<i32>(truth.address(), layout.object_refcnt) < 0, || "True is not immortal".to_owned())?;
    references(view)?;

    let (one, two) = (calm(T2, view.host.float(1.0))?, calm(T2, view.host.float(2.0))?);
    let items = [one.address() as u64, two.address() as u64];
    let tuple = calm(T2, view.host.tuple(&[one.borrow(), two.borrow()]))?;
    same("the length of a tuple", field(tuple.address(), layout.var_size), 2)?;
    let list_class = program.eval(T2, "[].__class__")?;
    let list = calm(T2, view.host.call(list_class.borrow(), &[tuple.borrow()]))?;
    same("the length of a list", field(list.address(), layout.var_size), 2)?;
    need(T2, field::<i64>(list.address(), layout.list_allocated) >= 2, || "a list without room".to_owned())?;
    let array = field::<Object>(list.address(), layout.list_items);
    for (index, item) in (0..).zip(items) {
        same("an item of a tuple", field(tuple.address(), layout.tuple_items + 8 * index), item)?;
        same("an item of a list", field(array, 8 * index), item)?;
    }
    iterators(view, program, list.address())
}

/// The count of references is 32 bits at the head.
fn references(view: &View) -> Found<()> {
    let object = calm(T2, view.host.float(4.5))?;
    let before = field::<u32>(object.address(), view.layout.object_refcnt);
    let more = [object.clone(), object.clone()];
    let after = field::<u32>(object.address(), view.layout.object_refcnt);
    drop(more);
    view.same(T2, "the count of references", u64::from(after), u64::from(before) + 2)
}

fn iterators(view: &View, program: &Program, list: Object) -> Found<()> {
    let layout = &view.layout;
    let same = |what: &str, found: u64, expected: u64| view.same(T2, what, found, expected);
    let range = program.eval(T2, "(lambda it: (next(it), it)[1])(iter(range(3, 50, 4)))")?;
    same(
        "the type of a range's iterator",
        field(range.address(), layout.object_type),
        view.api.PyRangeIter_Type as u64,
    )?;
    same("the next item of a range", field(range.address(), layout.range_start), 7)?;
    same("the step of a range", field(range.address(), layout.range_step), 4)?;
    same("what is left of a range", field(range.address(), layout.range_len), 11)?;
    // SAFETY: a live list.
    let raw = unsafe { (view.api.PyObject_GetIter)(list) };
    need(T2, !raw.is_null(), || "a list without iterator".to_owned())?;
    let index = field::<u64>(raw, layout.listiter_index);
    let (kind, sequence) = (field::<u64>(raw, layout.object_type), field::<u64>(raw, layout.listiter_seq));
    // SAFETY: the new reference of above.
    unsafe { (view.api.Py_DecRef)(raw) };
    same("the type of a list's iterator", kind, view.api.PyListIter_Type as u64)?;
    same("the index of a list's iterator", index, 0)?;
    same("the list of an iterator", sequence, list as u64)
}

/// T3; gives CPython's own entry.
pub fn functions(view: &View, program: &Program) -> Found<Vectorcall> {
    let layout = &view.layout;
    let same = |what: &str, found: u64, expected: u64| view.same(T3, what, found, expected);
    let function = program.get(T3, "made")?;
    let at = function.address();
    let attribute = |name: &str| calm(T3, view.host.get(function.borrow(), name));
    same("func_globals", field(at, layout.func_globals), program.namespace.address() as u64)?;
    same("func_builtins", field(at, layout.func_builtins), attribute("__builtins__")?.address() as u64)?;
    let code = attribute("__code__")?;
    same("func_code", field(at, layout.func_code), code.address() as u64)?;
    same("func_defaults", field(at, layout.func_defaults), attribute("__defaults__")?.address() as u64)?;
    same("func_kwdefaults", field(at, layout.func_kwdefaults), attribute("__kwdefaults__")?.address() as u64)?;
    same("func_closure", field(at, layout.func_closure), 0)?;
    let raw = code.address();
    for (name, offset) in [
        ("co_argcount", layout.code_argcount),
        ("co_posonlyargcount", layout.code_posonlyargcount),
        ("co_kwonlyargcount", layout.code_kwonlyargcount),
        ("co_stacksize", layout.code_stacksize),
        ("co_firstlineno", layout.code_firstlineno),
        ("co_flags", layout.code_flags),
        ("co_nlocals", layout.code_nlocals),
    ] {
        let told = calm(T3, view.host.get(code.borrow(), name).and_then(|value| view.host.to_int(value.borrow())))?;
        same(name, field::<i32>(raw, offset) as u64, told as u64)?;
    }
    for (name, offset) in [("co_consts", layout.code_consts), ("co_names", layout.code_names)] {
        same(name, field(raw, offset), calm(T3, view.host.get(code.borrow(), name))?.address() as u64)?;
    }
    let locals = field::<i32>(raw, layout.code_nlocalsplus);
    same("co_nlocalsplus", locals as u64, 3)?;
    let words = layout.frame_localsplus / 8 + locals + field::<i32>(raw, layout.code_stacksize);
    same("co_framesize", field::<i32>(raw, layout.code_framesize) as u64, words as u64)?;
    let names = field::<Object>(raw, layout.code_localsplusnames);
    same("the length of co_localsplusnames", field(names, layout.var_size), 3)?;
    let bytecode =
        calm(T3, view.host.get(code.borrow(), "co_code").and_then(|code| view.host.to_bytes(code.borrow())))?;
    // SAFETY: the bytecode of a live code object, of which this many bytes were shown; it was never run.
    let bytes = unsafe {
        std::slice::from_raw_parts(raw.byte_offset(layout.code_adaptive as isize).cast::<u8>(), bytecode.len())
    };
    // The first instruction and the last one: what is between has caches, which are shown as zeros.
    let ends = |bytes: &[u8]| (bytes.first().copied(), bytes.iter().rev().nth(1).copied());
    need(T3, ends(bytes) == ends(&bytecode), || "the bytecode is not where it should be".to_owned())?;
    let inner = calm(T3, view.host.call(function.borrow(), &[code.borrow()]))?;
    let other = calm(T3, view.host.call(function.borrow(), &[code.borrow()]))?;
    let version = u64::from(field::<u32>(field(inner.address(), layout.func_code), layout.code_version));
    need(T3, version != 0, || "a code object without a version".to_owned())?;
    for (code, cells) in [(raw, 0), (field(inner.address(), layout.func_code), 1)] {
        same("co_nfreevars", u64::from(field::<u32>(code, layout.code_nfreevars)), cells)?;
    }
    for made in [&inner, &other] {
        same("func_version", u64::from(field::<u32>(made.address(), layout.func_version)), version)?;
    }
    let closure = field::<Object>(inner.address(), layout.func_closure);
    need(T3, !closure.is_null(), || "a closure without cells".to_owned())?;
    let cell = field::<Object>(closure, layout.tuple_items);
    same("the content of a cell", field(cell, layout.cell_ref), raw as u64)?;
    same("the type of a cell", field(cell, layout.object_type), view.api.PyCell_Type as u64)?;
    // SAFETY: a live function.
    let entry = unsafe { (view.api.PyVectorcall_Function)(at) };
    let Some(entry) = entry else { return Err(Denied(T3, "a function without entry".to_owned())) };
    same("the entry of a function", field(at, layout.func_vectorcall), entry as usize as u64)?;
    let other = program.get(T3, "give")?;
    same("the entry of another function", field(other.address(), layout.func_vectorcall), entry as usize as u64)?;
    Ok(entry)
}
