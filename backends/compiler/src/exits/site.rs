//! The classes that an instruction meets of which nothing else is known.

use crate::python::Object;
use crate::runtime::{Arrays, Runtime};
use crate::tuning;
use crate::units::{ClassSeen, UnitCell};
use jitctl_core::Borrowed;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// `Py_TPFLAGS_HEAPTYPE`.
const HEAP_TYPE: u64 = 1 << 9;

/// One instruction.
pub struct Site {
    /// The unit's words.
    pub cell: *const UnitCell,
    /// In code units.
    pub offset: u32,
    pub line: u32,
    /// The classes that it was compiled for; others are news.
    pub known: Vec<usize>,
    /// Those that it met.
    pub classes: RefCell<Vec<ClassSeen>>,
    /// The first array's typecode, as `runtime::Arrays` has it; 0 where it met none.
    pub detail: Cell<usize>,
    /// How often it met one that is news.
    pub count: Cell<u32>,
}

impl Site {
    /// Remembers the object's class, where it is one of the heap. Says whether it is news.
    ///
    /// # Safety
    /// A live object; the thread is attached.
    pub unsafe fn note(&self, runtime: &Runtime, object: Object) -> bool {
        // SAFETY: the type of a live object; a new weak reference, given to the list.
        unsafe {
            let class = Runtime::read::<Object>(object, runtime.layout.object_type);
            if self.known.contains(&(class as usize)) {
                return false;
            }
            self.count.set(self.count.get().saturating_add(1));
            let mut classes = self.classes.borrow_mut();
            if classes.len() >= tuning::CLASSES || classes.iter().any(|one| one.address == class as usize) {
                return true;
            }
            if Runtime::read::<u64>(class, runtime.layout.type_flags) & HEAP_TYPE == 0 {
                return true;
            }
            let weak = (runtime.api.PyWeakref_NewRef)(class, std::ptr::null_mut());
            if weak.is_null() {
                (runtime.api.PyErr_Clear)();
                return true;
            }
            let owned = runtime.host.own(Borrowed::from_address(weak));
            (runtime.api.Py_DecRef)(weak);
            classes.push(ClassSeen { address: class as usize, weak: Arc::new(owned) });
            true
        }
    }

    /// The same where the interpreter does the work: after a while the function is compiled anew with what was met.
    ///
    /// # Safety
    /// As for [`Site::note`], and machine code of the unit is running.
    pub unsafe fn meet(&self, runtime: &Runtime, object: Object) {
        // SAFETY: the caller's promise.
        unsafe {
            let news = self.note(runtime, object);
            if news
                && self.detail.get() == 0
                && self.count.get() <= tuning::MEETINGS
                && let Some(arrays) = Arrays::meet(runtime, object)
            {
                self.detail.set(arrays.word);
            }
            if self.count.get() == tuning::MEETINGS && !self.classes.borrow().is_empty() {
                crate::units::learned((*self.cell).number);
            }
        }
    }
}
