//! The function whose frames make room where a chunk of the data stack is full.

use crate::python::Object;
use jitctl_core::{Host, Owned, Result};

/// `_PyEvalFramePushAndInit`: the function's reference (consumed), locals, arguments, their number, keyword names, and, from 3.14
/// on, the frame behind it. 3.13 does not look at the last one, and the caller cleans up.
pub type PushAndInit = unsafe extern "C" fn(Object, u64, Object, *const u64, usize, Object, Object) -> Object;

/// What makes room where a chunk of the data stack is full: a function without parameters whose frames are large.
pub struct Spare {
    pub push: PushAndInit,
    pub function: Owned,
    pub words: i32,
}

/// The largest frame that machine code makes, in words; code objects with larger ones are not compiled.
pub const LARGEST: i32 = 2_000;

impl Spare {
    /// Makes the function.
    ///
    /// # Errors
    /// [`jitctl_core::Error::Unsupported`] where the interpreter does not export what is needed.
    pub fn new(host: Host) -> Result<Self> {
        let Some(address) = host.resolve("_PyEvalFramePushAndInit") else {
            let text = "the interpreter does not export _PyEvalFramePushAndInit";
            return Err(jitctl_verdicts::VerdictCode::SymbolMissing.error(text));
        };
        let builtins = host.import("builtins")?;
        let namespace = host.call_method(builtins.borrow(), "dict", &[])?;
        let source = host.text("def spare(): pass")?;
        host.call_method(builtins.borrow(), "exec", &[source.borrow(), namespace.borrow()])?;
        let plain = host.item(namespace.borrow(), host.text("spare")?.borrow())?;
        let code = host.get(plain.borrow(), "__code__")?;
        let replace = host.get(code.borrow(), "replace")?;
        let keywords = host.call_method(builtins.borrow(), "dict", &[])?;
        let (key, size) = (host.text("co_stacksize")?, host.int(i64::from(LARGEST))?);
        host.call_method(keywords.borrow(), "__setitem__", &[key.borrow(), size.borrow()])?;
        let large = host.call_with(replace.borrow(), host.tuple(&[])?.borrow(), Some(keywords.borrow()))?;
        let class = host.get(plain.borrow(), "__class__")?;
        let function = host.call(class.borrow(), &[large.borrow(), namespace.borrow()])?;
        // The function and its namespace would refer to each other.
        host.call_method(namespace.borrow(), "clear", &[])?;
        // SAFETY: pycore_frame.h of 3.13, pycore_interpframe.h of 3.14 and 3.15.
        let push = unsafe { std::mem::transmute::<Object, PushAndInit>(address) };
        Ok(Self { push, function, words: LARGEST })
    }
}
