//! The entry of a function object: what CPython calls it by where no caller is specialised for it.
//!
//! A function with another entry than CPython's own looks like one written in C to whoever listens to `C_RETURN` of
//! `sys.monitoring`. So nobody gets one from the moment on at which another tool takes an id there.

use super::builtin::Method;
use super::capi::{Object, Python};
use jitctl_core::{Borrowed, Host, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::CStr;
use std::mem::{size_of, transmute};
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// `vectorcallfunc` of Include/cpython/object.h.
pub type Vectorcall = unsafe extern "C" fn(Object, *const Object, usize, Object) -> Object;

/// `tp_vectorcall_offset` of Include/cpython/object.h: behind the head of an object of variable size (3 words), the name, two
/// sizes and the deallocator.
const OFFSET_IN_TYPE: usize = 7 * size_of::<usize>();

/// `METH_FASTCALL` of Include/methodobject.h.
const FASTCALL: i32 = 0x80;
const USE_TOOL_ID: &CStr = c"use_tool_id";
type UseToolId = unsafe extern "C" fn(Object, *const Object, isize) -> Object;

static ENTRIES: OnceLock<Option<Entries>> = OnceLock::new();
static ORIGINAL: OnceLock<UseToolId> = OnceLock::new();
/// See [`Entries::may_be_replaced`].
static REPLACEABLE: AtomicUsize = AtomicUsize::new(0);
/// A tool that is not ours has, or had, an id.
static TOOLS: AtomicBool = AtomicBool::new(false);

/// What was found out about entries.
pub struct Entries {
    /// The entry that functions have by themselves.
    pub usual: Vectorcall,
    offset: usize,
    versions: Option<Versions>,
    /// Takes every entry of ours away.
    clear: Box<dyn Fn() + Send + Sync>,
}

/// What is known, where it was found as expected and no other tool is there. `clear` takes every entry of ours away.
pub fn get(python: Python, clear: impl Fn() + Send + Sync + 'static) -> Option<&'static Entries> {
    if ENTRIES.get().is_none() {
        // Found outside the cell: this runs Python, and whoever waits for a cell keeps the GIL from the one who fills it.
        let found = Entries::find(python, Box::new(clear));
        if let Err(error) = &found {
            python.host().log(jitctl_core::Level::Info, &format!("functions keep their entries: {error}"));
        }
        let found = found.ok();
        let usable = found.is_some();
        if ENTRIES.set(found).is_ok() && usable && !watch_tools(python).unwrap_or(false) {
            TOOLS.store(true, Ordering::Relaxed);
        }
    }
    known().filter(|_| !is_tool_there())
}

/// Has another tool an id of `sys.monitoring`, or had one?
pub fn is_tool_there() -> bool {
    TOOLS.load(Ordering::Relaxed)
}

/// What is known, for an entry of ours.
pub fn known() -> Option<&'static Entries> {
    ENTRIES.get()?.as_ref()
}

impl Entries {
    fn find(python: Python, clear: Box<dyn Fn() + Send + Sync>) -> Result<Self> {
        let host = python.host();
        let elsewhere = || VerdictCode::SelfTest.error("a function's entry is not where it should be");
        let symbol = host.resolve("PyVectorcall_Function").ok_or_else(elsewhere)?;
        // SAFETY: `vectorcallfunc PyVectorcall_Function(PyObject *)`, of the stable ABI since 3.12.
        let entry_of = unsafe { transmute::<Object, unsafe extern "C" fn(Object) -> Option<Vectorcall>>(symbol) };
        // A function that nobody else can have given an entry.
        let builtins = host.import("builtins")?;
        let (source, names) = (host.text("lambda: None")?, host.call_method(builtins.borrow(), "dict", &[])?);
        let plain = host.call_method(builtins.borrow(), "eval", &[source.borrow(), names.borrow()])?;
        let class = host.get(plain.borrow(), "__class__")?;
        let size = host.to_int(host.get(class.borrow(), "__basicsize__")?.borrow())?;
        // SAFETY: a live type object, whose layout up to here is public.
        let offset = unsafe { *class.address().byte_add(OFFSET_IN_TYPE).cast::<isize>() };
        let offset = usize::try_from(offset).map_err(|_| elsewhere())?;
        let fits = usize::try_from(size).is_ok_and(|size| offset + size_of::<usize>() <= size);
        if !fits || offset % size_of::<usize>() != 0 {
            return Err(elsewhere());
        }
        // SAFETY: a live function, and a place within it.
        let (usual, there) = unsafe { (entry_of(plain.address()), *plain.address().byte_add(offset).cast::<usize>()) };
        match usual {
            Some(usual) if usual as *const () as usize == there => {
                let versions = Versions::find(host, plain.borrow(), usual, offset, size);
                Ok(Self { usual, offset, versions, clear })
            }
            _ => Err(elsewhere()),
        }
    }

    /// How versions are taken away and given back, where that was found as expected.
    pub fn versions(&self) -> Option<&Versions> {
        self.versions.as_ref()
    }

    /// Has the function CPython's own entry?
    ///
    /// # Safety
    /// `function` is a live function.
    pub unsafe fn is(&self, function: Object, entry: Vectorcall) -> bool {
        // SAFETY: the offset lies within the object, as was compared; the GIL is held.
        unsafe { *function.byte_add(self.offset).cast::<usize>() == entry as *const () as usize }
    }

    /// Names an entry of ours that whoever wants a function's entry next may take away, since it has served by then.
    pub fn may_be_replaced(&self, entry: Vectorcall) {
        REPLACEABLE.store(entry as *const () as usize, Ordering::Relaxed);
    }

    /// Has the function CPython's own entry, or again, since one that may be replaced was taken away? A caller that is specialised
    /// passes such an entry by, so it may stand there long after the function was called.
    ///
    /// # Safety
    /// `function` is a live function.
    pub unsafe fn is_free(&self, function: Object) -> bool {
        // SAFETY: the offset lies within the object, as was compared; the GIL is held.
        unsafe {
            let place: *mut usize = function.byte_add(self.offset).cast();
            if *place == REPLACEABLE.load(Ordering::Relaxed) {
                *place = self.usual as *const () as usize;
            }
            self.is(function, self.usual)
        }
    }

    /// Gives a function `to` for an entry where it has `from`. Says whether it had. CPython's own way to set an entry takes
    /// the function's version away for good, so that its callers are never specialised for it; this way does not. A caller
    /// that is specialised already passes any entry by.
    ///
    /// # Safety
    /// `function` is a live function; `to` is an entry for it, and stays.
    pub unsafe fn swap(&self, function: Object, from: Vectorcall, to: Vectorcall) -> bool {
        // SAFETY: the offset lies within the object, as was compared; the GIL is held.
        unsafe {
            let place: *mut usize = function.byte_add(self.offset).cast();
            let is = *place == from as *const () as usize;
            if is {
                *place = to as *const () as usize;
            }
            is
        }
    }
}

/// Below this a number is no version: never set (0) or taken away (0 or 1).
const FIRST: u32 = 2;

/// CPython specialises calls for a function's version, which stands for its code, defaults, keyword defaults and entry. It
/// takes the version away with the entry; where all are again what they were, the old version is right.
pub struct Versions {
    offset: usize,
    set_entry: unsafe extern "C" fn(Object, Vectorcall),
    set_version: unsafe extern "C" fn(Object, u32),
}

impl Versions {
    /// Finds the version behind the entry, by what setting the entry changes.
    fn find(host: Host, plain: Borrowed<'_>, usual: Vectorcall, entry: usize, size: i64) -> Option<Self> {
        let (set, version) = (host.resolve("PyFunction_SetVectorcall")?, host.resolve("_PyFunction_SetVersion")?);
        // SAFETY: `void PyFunction_SetVectorcall(PyFunctionObject *, vectorcallfunc)` of Include/cpython/funcobject.h, and
        // `void _PyFunction_SetVersion(PyFunctionObject *, uint32_t)` of Include/internal/pycore_function.h.
        let (set_entry, set_version) = unsafe {
            (
                transmute::<Object, unsafe extern "C" fn(Object, Vectorcall)>(set),
                transmute::<Object, unsafe extern "C" fn(Object, u32)>(version),
            )
        };
        let found = Self { offset: entry + size_of::<usize>(), set_entry, set_version };
        let size = usize::try_from(size).ok().filter(|size| found.offset + size_of::<u32>() <= *size)?;
        let head = 2 * size_of::<usize>();
        // SAFETY: a live function that is so long; its head (count and type) is left out.
        let image =
            || unsafe { std::slice::from_raw_parts(plain.address().cast::<u8>().add(head), size - head).to_vec() };
        let before = image();
        // SAFETY: a live function of ours, which gets the entry that it has.
        let (version, taken) = unsafe {
            let version = found.read(plain.address());
            set_entry(plain.address(), usual);
            (version, found.read(plain.address()))
        };
        let other = |at: usize| !(found.offset..found.offset + size_of::<u32>()).contains(&(at + head));
        let changed = before.iter().zip(image()).enumerate().any(|(at, (old, new))| *old != new && other(at));
        // SAFETY: as above.
        unsafe { found.give_back(plain.address(), version) };
        (version >= FIRST && taken < FIRST && !changed && image() == before).then_some(found)
    }

    /// The function's version.
    ///
    /// # Safety
    /// `function` is a live function.
    pub unsafe fn read(&self, function: Object) -> u32 {
        // SAFETY: within the object.
        unsafe { function.byte_add(self.offset).cast::<u32>().read_unaligned() }
    }

    /// Sets the entry, and takes the version away.
    ///
    /// # Safety
    /// `function` is a live function; `entry` is one for it, and stays.
    pub unsafe fn set_entry(&self, function: Object, entry: Vectorcall) {
        // SAFETY: the caller's promise.
        unsafe { (self.set_entry)(function, entry) }
    }

    /// Gives a function whose parts are what they were its version back.
    ///
    /// # Safety
    /// `function` is a live function, and had this version.
    pub unsafe fn give_back(&self, function: Object, version: u32) {
        // SAFETY: within the object; CPython's function wants to find no version.
        unsafe {
            if version >= FIRST && self.read(function) < FIRST {
                function.byte_add(self.offset).cast::<u32>().write_unaligned(0);
                (self.set_version)(function, version);
            }
        }
    }
}

/// Hears of every tool that takes an id of `sys.monitoring`. `false`: one has an id already, or this cannot be heard.
fn watch_tools(python: Python) -> Result<bool> {
    let host = python.host();
    let monitoring = host.get(host.import("sys")?.borrow(), "monitoring")?;
    for number in 0..6 {
        let name = host.call_method(monitoring.borrow(), "get_tool", &[host.int(number)?.borrow()])?;
        if name.address() != host.none().address() && !is_ours(host, name.borrow()) {
            return Ok(false);
        }
    }
    let object = host.get(monitoring.borrow(), "use_tool_id")?;
    let Some(method) = Method::of(python, object.borrow(), USE_TOOL_ID, FASTCALL) else { return Ok(false) };
    // SAFETY: a function with the flag METH_FASTCALL alone has this signature.
    let original = unsafe { transmute::<Object, UseToolId>(method.function()) };
    ORIGINAL.get_or_init(|| original);
    HOST.get_or_init(|| host);
    // SAFETY: it has the same signature; the library is never unloaded, so the function stays.
    unsafe { method.exchange(use_tool_id as Object) };
    Ok(true)
}

static HOST: OnceLock<Host> = OnceLock::new();

fn is_ours(host: Host, name: Borrowed<'_>) -> bool {
    host.to_text(name).is_ok_and(|name| name.starts_with("jitctl"))
}

/// In place of CPython's own function, which it calls: no function has an entry of ours any more when a tool begins.
unsafe extern "C" fn use_tool_id(module: Object, arguments: *const Object, count: isize) -> Object {
    let (Some(original), Some(host)) = (ORIGINAL.get(), HOST.get()) else { return null_mut() };
    // SAFETY: so many arguments are there, alive for the call.
    let ours = count == 2 && is_ours(*host, unsafe { Borrowed::from_address(*arguments.add(1)) });
    if !ours
        && !TOOLS.swap(true, Ordering::Relaxed)
        && let Some(entries) = known()
    {
        (entries.clear)();
    }
    // SAFETY: called with the arguments that it was to have.
    unsafe { original(module, arguments, count) }
}
