//! T4: classes, and instances that keep their attributes in themselves.

use super::objects::field;
use super::source::Program;
use super::view::{Found, Probe, View, calm, need};
use crate::python::Object;
use jitctl_core::Owned;

const T4: Probe = Probe(4);
/// `Py_TPFLAGS_INLINE_VALUES` of Include/object.h.
const INLINE_VALUES: u64 = 1 << 2;

/// T4.
pub fn check(view: &View, program: &Program) -> Found<()> {
    let layout = &view.layout;
    let same = |what: &str, found: u64, expected: u64| view.same(T4, what, found, expected);
    let class = program.get(T4, "Plain")?;
    let at = class.address();
    let size =
        calm(T4, view.host.get(class.borrow(), "__basicsize__").and_then(|size| view.host.to_int(size.borrow())))?;
    same("tp_basicsize", field(at, layout.type_basicsize), size as u64)?;
    let told = calm(T4, view.host.get(class.borrow(), "__flags__").and_then(|flags| view.host.to_int(flags.borrow())))?;
    // Bits that say whether the class has a version tag or was looked at may come and go.
    same("tp_flags", field::<u64>(at, layout.type_flags) & INLINE_VALUES, told as u64 & INLINE_VALUES)?;
    need(T4, told as u64 & INLINE_VALUES != 0, || "instances do not keep their attributes in themselves".to_owned())?;
    versions(view, program, at)?;

    let (x, y) = (calm(T4, view.host.float(1.5))?, calm(T4, view.host.float(2.5))?);
    let object = calm(T4, view.host.call(class.borrow(), &[x.borrow(), y.borrow()]))?;
    let raw = object.address();
    let values = raw.wrapping_byte_offset(size as isize);
    same("the first attribute of an instance", field(values, layout.values_values), x.address() as u64)?;
    same("the second attribute of an instance", field(values, layout.values_values + 8), y.address() as u64)?;
    same("the validity of an instance's values", u64::from(field::<u8>(values, layout.values_valid)), 1)?;
    same("the number of an instance's values", u64::from(field::<u8>(values, layout.values_size)), 2)?;
    let keys = field::<Object>(at, layout.heaptype_cached_keys);
    need(T4, !keys.is_null(), || "a class without shared keys".to_owned())?;
    same("the number of a class's shared keys", field(keys, layout.keys_nentries), 2)?;
    same("the kind of a class's shared keys", u64::from(field::<u8>(keys, layout.keys_kind)), 2)?;
    for (index, name) in ["x", "y"].into_iter().enumerate() {
        let name =
            calm(T4, view.host.text(name).and_then(|name| view.host.call(intern(view)?.borrow(), &[name.borrow()])))?;
        let at = key(view, keys, index);
        same("a class's shared key", at as u64, name.address() as u64)?;
    }
    same("tp_getattro", field(at, layout.type_getattro), view.api.PyObject_GenericGetAttr as usize as u64)?;
    finalisers(view, program, at)?;
    same("the dict of an instance that has none", field(raw, layout.managed_dict_offset), 0)?;
    calm(T4, view.host.set(object.borrow(), "y", x.borrow()))?;
    same("an attribute that was changed", field(values, layout.values_values + 8), x.address() as u64)?;
    let dict = calm(T4, view.host.get(object.borrow(), "__dict__"))?;
    same("the dict of an instance", field(raw, layout.managed_dict_offset), dict.address() as u64)?;
    same("the size of an instance's dict", field(dict.address(), layout.dict_used), 2)?;
    same("the keys of an instance's dict", field(dict.address(), layout.dict_keys), keys as u64)?;
    same("the values of an instance's dict", field(dict.address(), layout.dict_values), values as u64)?;

    let method = calm(T4, view.host.get(object.borrow(), "method"))?;
    let plain = calm(T4, view.host.get(class.borrow(), "method"))?;
    same("the function of a method", field(method.address(), layout.method_func), plain.address() as u64)?;
    same("the object of a method", field(method.address(), layout.method_self), raw as u64)
}

/// What the end of an instance depends on: its class's finaliser, weak references and base.
fn finalisers(view: &View, program: &Program, plain: Object) -> Found<()> {
    let layout = &view.layout;
    let same = |what: &str, found: u64, expected: u64| view.same(T4, what, found, expected);
    let last = program.get(T4, "Final")?;
    let told = calm(
        T4,
        view.host.get(last.borrow(), "__weakrefoffset__").and_then(|offset| view.host.to_int(offset.borrow())),
    )?;
    same("tp_weaklistoffset", field(last.address(), layout.type_weaklistoffset), told as u64)?;
    same("tp_base", field(last.address(), layout.type_base), plain as u64)?;
    same("tp_base of a class without one", field(plain, layout.type_base), view.api.PyBaseObject_Type as u64)?;
    same("tp_finalize of a class without __del__", field(plain, layout.type_finalize), 0)?;
    same("tp_del", field(plain, layout.type_del), 0)?;
    let finaliser = field::<u64>(last.address(), layout.type_finalize);
    need(T4, finaliser != 0, || "a class with __del__ has no finaliser".to_owned())?;
    let dealloc = field::<u64>(plain, layout.type_dealloc);
    same("tp_dealloc", field(last.address(), layout.type_dealloc), dealloc)
}

fn intern(view: &View) -> jitctl_core::Result<Owned> {
    view.host.get(view.host.import("sys")?.borrow(), "intern")
}

/// One of the keys of a dict whose keys are all texts.
fn key(view: &View, keys: Object, index: usize) -> Object {
    let bytes = 1_usize << field::<u8>(keys, view.layout.keys_index_bytes);
    field(keys, view.layout.keys_indices + (bytes + 16 * index) as i32)
}

/// A class has a version, and another one after a change.
fn versions(view: &View, program: &Program, class: Object) -> Found<()> {
    let tag = || {
        // SAFETY: a live class.
        let given = unsafe { (view.api.PyUnstable_Type_AssignVersionTag)(class) };
        (given, field::<u32>(class, view.layout.type_version_tag))
    };
    let (given, before) = tag();
    need(T4, given == 1 && before != 0, || "a class gets no version".to_owned())?;
    let object = program.get(T4, "Plain")?;
    calm(T4, view.host.set(object.borrow(), "more", view.host.none().borrow()))?;
    let (given, after) = tag();
    need(T4, given == 1 && after != 0 && after != before, || "a class keeps its version when it is changed".to_owned())
}
