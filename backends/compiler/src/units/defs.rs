//! Functions that hinted functions make: all of one code object share a unit, which compiled callers enter with the function.
//!
//! The table knows them under a key of the code object's address with the lowest bit set, so that none is taken for a function. They are
//! there as long as the hinted function that makes them, and the first of several that have the same code object, has its hint.

use super::common::{Def, key};
use super::table::{Entries, Hinted, Measure, Phase, Ways, Wish, entries};
use super::{callers_look_again, verdicts};
use crate::python::Object;
use crate::runtime::Runtime;
use crate::units::Called;
use jitctl_core::Borrowed;

/// `CO_OPTIMIZED`, and what is not compiled: `CO_VARARGS`, `CO_VARKEYWORDS`, generators and coroutines.
const OPTIMIZED: u32 = 0x01;
const OTHERS: u32 = 0x04 | 0x08 | 0x20 | 0x80 | 0x100 | 0x200;

/// The code objects among the constants of a code object, and among theirs.
///
/// # Safety
/// `code` is a live code object.
unsafe fn inner(runtime: &Runtime, code: Object, found: &mut Vec<Object>) {
    let layout = &runtime.layout;
    // SAFETY: a code object has a tuple of constants, which live as long as it does.
    unsafe {
        let consts = Runtime::read::<Object>(code, layout.code_consts);
        let count = i32::try_from(Runtime::read::<isize>(consts, layout.var_size)).unwrap_or(0);
        for index in 0..count {
            let one = Runtime::read::<Object>(consts, layout.tuple_items + 8 * index);
            if Runtime::read::<usize>(one, layout.object_type) != runtime.api.PyCode_Type {
                continue;
            }
            let flags = Runtime::read::<u32>(one, layout.code_flags);
            if flags & OPTIMIZED != 0 && flags & OTHERS == 0 && Runtime::read::<u32>(one, layout.code_version) != 0 {
                found.push(one);
            }
            inner(runtime, one, found);
        }
    }
}

/// The hinted function may make functions: those that compiled callers meet are compiled, too.
pub fn add(runtime: &Runtime, function: Borrowed<'_>, wish: Wish, ways: Ways) {
    let layout = &runtime.layout;
    let maker = function.address();
    let mut codes = Vec::new();
    // SAFETY: fields of a live function and its code.
    let (globals, builtins) = unsafe {
        inner(runtime, Runtime::read(maker, layout.func_code), &mut codes);
        (Runtime::read(maker, layout.func_globals), Runtime::read(maker, layout.func_builtins))
    };
    for code in codes {
        // SAFETY: a live code object.
        let (version, code_held) =
            unsafe { (Runtime::read(code, layout.code_version), runtime.host.own(Borrowed::from_address(code))) };
        let mut entries = entries();
        if entries.ignored.contains(&version) || entries.functions.contains_key(&key(code)) {
            continue;
        }
        // Nobody asks what came of them, and nobody counts their calls.
        let wish = Wish { threshold: 0, ticket: 0, measure: Measure::Never, ..wish };
        let hinted = Hinted {
            def: Some(Def { code: code_held, version, globals, builtins }),
            ..Hinted::waiting(wish, code as usize, ways, verdicts::pending(0), true)
        };
        entries.functions.insert(key(code), hinted);
        entries.made.insert(version, key(code));
        entries.makers.entry(maker as usize).or_default().push(key(code));
    }
}

impl Entries {
    /// The function makes no functions any more that are compiled. Gives the keys of those that it made.
    #[must_use]
    pub fn forget_made(&mut self, maker: usize) -> Vec<usize> {
        let keys = self.makers.remove(&maker).unwrap_or_default();
        for key in &keys {
            self.forget_def(*key);
        }
        keys
    }

    fn forget_def(&mut self, key: usize) {
        self.leave(key, Phase::Left);
        let def = self.functions.remove(&key).and_then(|hinted| hinted.def);
        if let Some(def) = def {
            self.made.remove(&def.version);
            self.garbage.push(def.code);
        }
    }
}

/// Functions of this code are never compiled for what makes them.
pub fn ignore(runtime: &Runtime, function: Borrowed<'_>) {
    let layout = &runtime.layout;
    // SAFETY: a live function and its code.
    let version = unsafe {
        let code = Runtime::read::<Object>(function.address(), layout.func_code);
        Runtime::read::<u32>(code, layout.code_version)
    };
    let key = {
        let mut entries = entries();
        entries.ignored.insert(version);
        let key = entries.made.get(&version).copied();
        if let Some(key) = key {
            entries.forget_def(key);
        }
        key
    };
    if let Some(key) = key {
        callers_look_again(key);
    }
}

/// Does any hinted function make functions?
pub fn exist() -> bool {
    !entries().made.is_empty()
}

/// The functions of this version.
pub fn of_version(runtime: &Runtime, version: u32) -> Option<Called> {
    let entries = entries();
    let key = *entries.made.get(&version)?;
    let def = entries.functions.get(&key)?.def.as_ref()?;
    let code = def.code.address() as usize;
    // SAFETY: a field of a code object.
    let line = unsafe { Runtime::read::<i32>(code as Object, runtime.layout.code_firstlineno) };
    Some(Called { key, code, globals: def.globals, builtins: def.builtins, line })
}
