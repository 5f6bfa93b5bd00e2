//! Binding a call's arguments to parameters, as the interpreter would; what is wrong with a call is left for it to say.

use crate::python::Object;
use crate::runtime::Runtime;
use std::ptr::null_mut;

/// `PY_VECTORCALL_ARGUMENTS_OFFSET`: not part of the number of arguments.
pub const OFFSET_FLAG: usize = 1 << 63;
/// Ours: the values of all parameters, keyword-only ones included, in their order.
pub const COMPLETE_FLAG: usize = 1 << 62;

/// What of a code object decides how arguments are bound.
struct Parameters {
    positional: usize,
    positional_only: usize,
    keyword_only: usize,
    names: Object,
}

impl Parameters {
    /// # Safety
    /// `code` is a live code object.
    unsafe fn of(runtime: &Runtime, code: Object) -> Self {
        let layout = &runtime.layout;
        // SAFETY: fields of a code object.
        let count = |offset| usize::try_from(unsafe { Runtime::read::<i32>(code, offset) }).unwrap_or(0);
        Self {
            positional: count(layout.code_argcount),
            positional_only: count(layout.code_posonlyargcount),
            keyword_only: count(layout.code_kwonlyargcount),
            // SAFETY: a field of a code object.
            names: unsafe { Runtime::read(code, layout.code_localsplusnames) },
        }
    }

    /// # Safety
    /// `index` is that of a parameter.
    unsafe fn name(&self, runtime: &Runtime, index: usize) -> Object {
        // SAFETY: a tuple of all local names, parameters first.
        unsafe { Runtime::read(self.names, runtime.layout.tuple_items + 8 * index as i32) }
    }

    /// Which parameter a keyword names; none for positional-only ones.
    ///
    /// # Safety
    /// `keyword` is a live string.
    unsafe fn find(&self, runtime: &Runtime, keyword: Object) -> Option<usize> {
        let all = self.positional_only..self.positional + self.keyword_only;
        // SAFETY: indices of parameters; names and keywords are strings, whose comparison runs no other code.
        unsafe {
            all.clone().find(|index| self.name(runtime, *index) == keyword).or_else(|| {
                all.clone().find(|index| (runtime.api.PyUnicode_Compare)(self.name(runtime, *index), keyword) == 0)
            })
        }
    }
}

/// How many values a complete call has, in the form that a boxed entry compares with.
///
/// # Safety
/// `code` is a live code object.
pub unsafe fn complete(runtime: &Runtime, code: Object) -> usize {
    // SAFETY: the caller's promise.
    let parameters = unsafe { Parameters::of(runtime, code) };
    match parameters.keyword_only {
        0 => parameters.positional,
        more => (parameters.positional + more) | COMPLETE_FLAG,
    }
}

/// The values of all parameters, borrowed from the call, the defaults and the keyword defaults as they are at this moment. `None`
/// where the call does not fit, or where finding that out would run Python code.
///
/// # Safety
/// A vectorcall of `function`, a live function without `*args` and `**kwargs`.
pub unsafe fn bind(
    runtime: &Runtime,
    function: Object,
    arguments: *const Object,
    count: usize,
    keywords: Object,
) -> Option<Vec<Object>> {
    let (layout, api) = (&runtime.layout, &runtime.api);
    // SAFETY: fields of the function and its code; the arguments are those of a vectorcall: `count` positional ones, then one for
    // each name in `keywords`.
    unsafe {
        let code = Runtime::read::<Object>(function, layout.func_code);
        let parameters = Parameters::of(runtime, code);
        if count > parameters.positional {
            return None;
        }
        let mut values = vec![null_mut(); parameters.positional + parameters.keyword_only];
        for (index, value) in values.iter_mut().enumerate().take(count) {
            *value = *arguments.add(index);
        }
        if !keywords.is_null() {
            let named = usize::try_from(Runtime::read::<isize>(keywords, layout.var_size)).unwrap_or(0);
            for index in 0..named {
                let keyword = Runtime::read::<Object>(keywords, layout.tuple_items + 8 * index as i32);
                if Runtime::read::<usize>(keyword, layout.object_type) != api.PyUnicode_Type {
                    return None;
                }
                let place = parameters.find(runtime, keyword)?;
                if !values[place].is_null() {
                    return None;
                }
                values[place] = *arguments.add(count + index);
            }
        }
        let defaults = Runtime::read::<Object>(function, layout.func_defaults);
        let given = if defaults.is_null() { 0 } else { Runtime::read::<isize>(defaults, layout.var_size) as usize };
        let first = parameters.positional.saturating_sub(given);
        for (index, value) in values.iter_mut().enumerate().take(parameters.positional).skip(first) {
            if value.is_null() {
                let place = index + given - parameters.positional;
                *value = Runtime::read(defaults, layout.tuple_items + 8 * place as i32);
            }
        }
        let more = Runtime::read::<Object>(function, layout.func_kwdefaults);
        for (index, value) in values.iter_mut().enumerate().skip(parameters.positional) {
            if value.is_null() && !more.is_null() {
                *value = look_up(runtime, more, parameters.name(runtime, index))?;
            }
        }
        values.iter().all(|value| !value.is_null()).then_some(values)
    }
}

/// What a dict has under a string, borrowed; `None` also where its keys are not all plain strings: comparing those may run code.
///
/// # Safety
/// `dict` is a live dict and `name` a live string.
unsafe fn look_up(runtime: &Runtime, dict: Object, name: Object) -> Option<Object> {
    let (mut position, mut key, mut value) = (0, null_mut(), null_mut());
    // SAFETY: a dict that does not change meanwhile: no Python code runs.
    unsafe {
        while (runtime.api.PyDict_Next)(dict, &mut position, &mut key, &mut value) != 0 {
            let plain = Runtime::read::<usize>(key, runtime.layout.object_type) == runtime.api.PyUnicode_Type;
            if !plain {
                return None;
            }
            if key == name || (runtime.api.PyUnicode_Compare)(key, name) == 0 {
                return Some(value);
            }
        }
    }
    None
}
