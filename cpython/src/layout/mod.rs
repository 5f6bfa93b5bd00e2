//! Where the fields are that compiled code and its runtime read and write, in bytes from the start of their struct.
//!
//! For 64-bit builds with a GIL; release and debug builds of one version agree. -1: the version has no such field.

mod v3_13;
mod v3_14;
mod v3_15;

pub use v3_13::LAYOUT as V3_13;
pub use v3_14::LAYOUT as V3_14;
pub use v3_15::LAYOUT as V3_15;

/// In which order instructions give back what they took off the stack, as far as finalisers show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drops {
    /// The first pushed first.
    FromBelow,
    /// The last pushed first, but for BINARY_OP.
    BinaryFromBelow,
    /// The last pushed first.
    FromAbove,
}

/// The offsets of one minor version.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Compiled code may count references itself. Debug builds count them in more places: whoever reads this for one sets it.
    pub inline_refcounts: bool,
    /// What an empty slot of a frame holds.
    pub null_ref: u64,
    /// References in frames carry a tag in their lowest bit where they are borrowed, or lead to an immortal object.
    pub tagged_refs: bool,
    /// CALL_ALLOC_AND_ENTER_INIT leaves the call to CALL where the limit of recursion has no room for two frames.
    pub init_needs_room: bool,
    /// In which order instructions give their operands back.
    pub drops: Drops,
    /// Does what a store into a list or an instance replaces end behind the list or instance?
    pub replaced_ends_last: bool,
    /// Behind the call, do CALL and CALL_KW read `self` from the stack again, as they do with the arguments, to give it back?
    pub call_rereads_self: bool,
    /// The inline cache of an instance attribute has its index; otherwise its distance from the object.
    pub attribute_cache_is_index: bool,
    /// A loop keeps an index, or nothing, on the stack above its iterator.
    pub iterators_have_index: bool,
    /// Bytes of machine stack that must be left above the interpreter's soft limit when an activation begins.
    pub stack_reserve: i64,
    /// The same where the interpreter counts calls of C in place of bytes.
    pub c_recursion_reserve: i32,
    /// Where `_PyRuntime` tells debuggers the same.
    pub debug_table: DebugTable,
    /// `PyThreadState.interp`.
    pub ts_interp: i32,
    /// `PyThreadState.eval_breaker`: events in the low 8 bits, the version of the instrumentation above.
    pub ts_eval_breaker: i32,
    /// `PyThreadState.current_frame`.
    pub ts_current_frame: i32,
    /// `PyThreadState.py_recursion_remaining`, an `int`.
    pub ts_py_recursion_remaining: i32,
    /// `PyThreadState.py_recursion_limit`, an `int`.
    pub ts_py_recursion_limit: i32,
    /// `PyThreadState.recursion_headroom`, an `int`.
    pub ts_recursion_headroom: i32,
    /// `PyThreadState.datastack_chunk`.
    pub ts_datastack_chunk: i32,
    /// `PyThreadState.datastack_top`.
    pub ts_datastack_top: i32,
    /// `PyThreadState.datastack_limit`.
    pub ts_datastack_limit: i32,
    /// `PyThreadState.current_exception`.
    pub ts_current_exception: i32,
    /// `PyThreadState.exc_info`.
    pub ts_exc_info: i32,
    /// `PyThreadState.tracing`, an `int`.
    pub ts_tracing: i32,
    /// `PyThreadState.c_recursion_remaining`, an `int`; absent from 3.14 on.
    pub ts_c_recursion_remaining: i32,
    /// `_PyStackChunk.data`.
    pub chunk_data: i32,
    /// `_PyInterpreterFrame.f_executable`.
    pub frame_executable: i32,
    /// `_PyInterpreterFrame.previous`.
    pub frame_previous: i32,
    /// `_PyInterpreterFrame.f_funcobj`.
    pub frame_funcobj: i32,
    /// `_PyInterpreterFrame.f_globals`.
    pub frame_globals: i32,
    /// `_PyInterpreterFrame.f_builtins`.
    pub frame_builtins: i32,
    /// `_PyInterpreterFrame.f_locals`.
    pub frame_locals: i32,
    /// `_PyInterpreterFrame.frame_obj`.
    pub frame_frame_obj: i32,
    /// `_PyInterpreterFrame.instr_ptr`.
    pub frame_instr_ptr: i32,
    /// `_PyInterpreterFrame.stacktop`, an `int`; absent from 3.14 on.
    pub frame_stacktop: i32,
    /// `_PyInterpreterFrame.return_offset`, 16 bits.
    pub frame_return_offset: i32,
    /// `_PyInterpreterFrame.owner`, 8 bits; the byte behind it holds `visited` and `lltrace` from 3.14 on.
    pub frame_owner: i32,
    /// `_PyInterpreterFrame.localsplus`.
    pub frame_localsplus: i32,
    /// `PyFrameObject.f_frame`.
    pub frameobject_f_frame: i32,
    /// `PyFrameObject.f_trace`.
    pub frameobject_f_trace: i32,
    /// `PyCodeObject.co_consts`.
    pub code_consts: i32,
    /// `PyCodeObject.co_names`.
    pub code_names: i32,
    /// `PyCodeObject.co_exceptiontable`.
    pub code_exceptiontable: i32,
    /// `PyCodeObject.co_flags`.
    pub code_flags: i32,
    /// `PyCodeObject.co_argcount`.
    pub code_argcount: i32,
    /// `PyCodeObject.co_posonlyargcount`.
    pub code_posonlyargcount: i32,
    /// `PyCodeObject.co_kwonlyargcount`.
    pub code_kwonlyargcount: i32,
    /// `PyCodeObject.co_stacksize`.
    pub code_stacksize: i32,
    /// `PyCodeObject.co_firstlineno`.
    pub code_firstlineno: i32,
    /// `PyCodeObject.co_nlocalsplus`.
    pub code_nlocalsplus: i32,
    /// `PyCodeObject.co_framesize`.
    pub code_framesize: i32,
    /// `PyCodeObject.co_nlocals`.
    pub code_nlocals: i32,
    /// `PyCodeObject.co_ncellvars`.
    pub code_ncellvars: i32,
    /// `PyCodeObject.co_nfreevars`.
    pub code_nfreevars: i32,
    /// `PyCodeObject.co_version`.
    pub code_version: i32,
    /// `PyCodeObject.co_localsplusnames`.
    pub code_localsplusnames: i32,
    /// `PyCodeObject.co_localspluskinds`.
    pub code_localspluskinds: i32,
    /// `PyCodeObject._co_instrumentation_version`, laid out as `eval_breaker` without its events.
    pub code_instrumentation_version: i32,
    /// `PyCodeObject._co_monitoring`.
    pub code_monitoring: i32,
    /// `PyCodeObject._co_firsttraceable`.
    pub code_firsttraceable: i32,
    /// `PyCodeObject.co_code_adaptive`.
    pub code_adaptive: i32,
    /// `_PyCoMonitoringData.active_monitors`.
    pub monitoring_active: i32,
    /// Bytes of `_PyCoMonitoringData.local_monitors`, the first field.
    pub local_events: i32,
    /// Bytes of `PyInterpreterState.monitors`.
    pub global_events: i32,
    /// `PyFunctionObject.func_globals`.
    pub func_globals: i32,
    /// `PyFunctionObject.func_builtins`.
    pub func_builtins: i32,
    /// `PyFunctionObject.func_code`.
    pub func_code: i32,
    /// `PyFunctionObject.func_defaults`.
    pub func_defaults: i32,
    /// `PyFunctionObject.func_kwdefaults`.
    pub func_kwdefaults: i32,
    /// `PyFunctionObject.func_closure`.
    pub func_closure: i32,
    /// `PyFunctionObject.vectorcall`.
    pub func_vectorcall: i32,
    /// `PyFunctionObject.func_version`.
    pub func_version: i32,
    /// `PyTypeObject.tp_name`.
    pub type_name: i32,
    /// `PyTypeObject.tp_basicsize`.
    pub type_basicsize: i32,
    /// `tp_weaklistoffset`.
    pub type_weaklistoffset: i32,
    /// `tp_base`.
    pub type_base: i32,
    /// `tp_finalize`.
    pub type_finalize: i32,
    /// `tp_del`.
    pub type_del: i32,
    /// `tp_getattro`.
    pub type_getattro: i32,
    /// `PyTypeObject.tp_dictoffset`.
    pub type_dictoffset: i32,
    /// `PyTypeObject.tp_flags`.
    pub type_flags: i32,
    /// `PyTypeObject.tp_version_tag`.
    pub type_version_tag: i32,
    /// `PyTypeObject.tp_dealloc`.
    pub type_dealloc: i32,
    /// `PyTypeObject.tp_alloc`.
    pub type_alloc: i32,
    /// `PyTypeObject.tp_new`.
    pub type_new: i32,
    /// `PyTypeObject.tp_init`.
    pub type_init: i32,
    /// `PyTypeObject.tp_iternext`.
    pub type_iternext: i32,
    /// `PyTypeObject.tp_vectorcall_offset`.
    pub type_vectorcall_offset: i32,
    /// `PyTypeObject.tp_mro`.
    pub type_mro: i32,
    /// `PyTypeObject.tp_dict`.
    pub type_dict: i32,
    /// `PyHeapTypeObject.ht_cached_keys`.
    pub heaptype_cached_keys: i32,
    /// `PyObject.ob_refcnt`.
    pub object_refcnt: i32,
    /// `PyObject.ob_type`.
    pub object_type: i32,
    /// `PyVarObject.ob_size`.
    pub var_size: i32,
    /// `PyLongObject.long_value.lv_tag`.
    pub long_tag: i32,
    /// `PyLongObject.long_value.ob_digit`.
    pub long_digits: i32,
    /// `PyFloatObject.ob_fval`.
    pub float_value: i32,
    /// `PyListObject.ob_item`.
    pub list_items: i32,
    /// `PyListObject.allocated`.
    pub list_allocated: i32,
    /// `PyTupleObject.ob_item`.
    pub tuple_items: i32,
    /// `PyCellObject.ob_ref`.
    pub cell_ref: i32,
    /// `_PyRangeIterObject.start`.
    pub range_start: i32,
    /// `_PyRangeIterObject.step`.
    pub range_step: i32,
    /// `_PyRangeIterObject.len`.
    pub range_len: i32,
    /// `_PyListIterObject.it_index`.
    pub listiter_index: i32,
    /// `_PyListIterObject.it_seq`.
    pub listiter_seq: i32,
    /// `PyDictObject.ma_used`.
    pub dict_used: i32,
    /// `PyDictObject._ma_watcher_tag`, the lowest byte of which says who watches; before 3.14 `ma_version_tag`.
    pub dict_watchers: i32,
    /// `DICT_VERSION_INCREMENT`, where each change of any dict gives it a version of its own, and dicts are tracked by the collector once
    /// they hold what is (3.13); 0 where there are no versions, and all dicts are tracked.
    pub dict_step: u64,
    /// `PyDictObject.ma_keys`.
    pub dict_keys: i32,
    /// `PyDictObject.ma_values`.
    pub dict_values: i32,
    /// `PyDictKeysObject.dk_version`.
    pub keys_version: i32,
    /// `PyDictKeysObject.dk_nentries`.
    pub keys_nentries: i32,
    /// `PyDictKeysObject.dk_log2_size`, a byte.
    pub keys_size: i32,
    /// `PyDictKeysObject.dk_kind`.
    pub keys_kind: i32,
    /// `PyDictKeysObject.dk_log2_index_bytes`, a byte.
    pub keys_index_bytes: i32,
    /// `PyDictKeysObject.dk_indices`, behind which the entries are: pairs of key and value where all keys are texts.
    pub keys_indices: i32,
    /// `PyDictValues.capacity`.
    pub values_capacity: i32,
    /// `PyDictValues.size`.
    pub values_size: i32,
    /// `PyDictValues.embedded`.
    pub values_embedded: i32,
    /// `PyDictValues.valid`.
    pub values_valid: i32,
    /// `PyDictValues.values`.
    pub values_values: i32,
    /// `PyMethodObject.im_func`.
    pub method_func: i32,
    /// `PyMethodObject.im_self`.
    pub method_self: i32,
    /// `PySliceObject.start`.
    pub slice_start: i32,
    /// `PyCFunctionObject.m_ml`.
    pub cfunction_ml: i32,
    /// `PyCFunctionObject.m_self`.
    pub cfunction_self: i32,
    /// `PyASCIIObject.length`.
    pub unicode_length: i32,
    /// `PyASCIIObject.hash`; -1 where nobody asked for it yet.
    pub unicode_hash: i32,
    /// `PyASCIIObject.state`, 32 bits.
    pub unicode_state: i32,
    /// The bit of it that says that all characters are ASCII.
    pub unicode_ascii: u32,
    /// Where their bytes are.
    pub unicode_ascii_data: i32,
    /// `PyDescrObject.d_type`.
    pub descr_type: i32,
    /// `PyMethodDescrObject.d_method`: name, function, flags.
    pub descr_method: i32,
    /// `MANAGED_DICT_OFFSET`: the dict of an instance, before the object.
    pub managed_dict_offset: i32,
    /// `_PyThreadStateImpl.c_stack_soft_limit`; absent before 3.14.
    pub ts_c_stack_soft_limit: i32,
    /// `_PyInterpreterFrame.stackpointer`, a pointer; absent before 3.14.
    pub frame_stackpointer: i32,
    /// `PyThreadState.last_profiled_frame`; absent before 3.15.
    pub ts_last_profiled_frame: i32,
    /// `PyThreadState.last_profiled_frame_seq`; absent before 3.15.
    pub ts_last_profiled_frame_seq: i32,
    /// `PyThreadState.current_executor`: what the JIT compiled and the thread runs now; null while it interprets, also in what
    /// compiled code called. It stands behind `exc_state`, the last item of `exc_info`. Absent before 3.14.
    pub ts_current_executor: i32,
}

/// Bytes of `_PyErr_StackItem`: the exception, and the item before.
pub const ERROR_STACK_ITEM: i32 = 16;

impl Layout {
    /// Where the second of the two 8-byte words is that cover all bytes of a code object's local monitors.
    #[must_use]
    pub const fn local_monitors_second(&self) -> i32 {
        self.local_events - 8
    }

    /// Is this the owner of a frame that only marks where C entered the interpreter?
    #[must_use]
    pub const fn is_entry_frame(owner: u8) -> bool {
        // pycore_frame.h of 3.13: FRAME_OWNED_BY_CSTACK 3; pycore_interpframe_structs.h of 3.14 and 3.15:
        // FRAME_OWNED_BY_INTERPRETER 3, FRAME_OWNED_BY_CSTACK 4.
        owner >= 3
    }

    /// A slot of a frame, from the frame's start.
    #[must_use]
    pub const fn slot(&self, index: i32) -> i32 {
        self.frame_localsplus + 8 * index
    }
}

/// The table at the start of `_PyRuntime`, in words of 8 bytes.
#[derive(Clone, Copy, Debug)]
pub struct DebugTable {
    /// `thread_state`: `interp`, `current_frame`, `datastack_chunk`.
    pub thread: [usize; 3],
    /// `interpreter_frame`: `previous`, `executable`, `instr_ptr`, `localsplus`, `owner`.
    pub frame: [usize; 5],
    /// `interpreter_frame.stackpointer`.
    pub stack_pointer: Option<usize>,
    /// `code_object`: `localsplusnames`, `co_code_adaptive`.
    pub code: [usize; 2],
    /// `pyobject.ob_type`, `type_object.tp_flags`, `tuple_object.ob_item`, `list_object.ob_item`, `dict_object.ma_keys` and
    /// `.ma_values`, `float_object.ob_fval`, `long_object.lv_tag` and `.ob_digit`.
    pub objects: [usize; 9],
}
