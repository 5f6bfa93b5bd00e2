//! Where the fields are that emitted code and the runtime read and write: one column each for 3.13, 3.14 and 3.15.
//!
//! The numbers are those of the headers in Include, Include/cpython and Include/internal of 3.13.0 to 3.13.18, 3.14.8 to 3.14.10
//! and 3.15.0 to 3.15.2 for 64-bit builds with a GIL; release and debug builds agree in all of them. Nothing here is trusted
//! as it stands: the self-test compares it with the running process first. -1: this version has no such field.

use super::offsets;

offsets! {
    /// `PyThreadState.interp`.
    ts_interp: 16, 16, 16;
    /// `PyThreadState.eval_breaker`: events in the low 8 bits, the version of the instrumentation above.
    ts_eval_breaker: 24, 24, 24;
    /// `PyThreadState.current_frame`.
    ts_current_frame: 72, 72, 72;
    /// `PyThreadState.py_recursion_remaining`, an `int`.
    ts_py_recursion_remaining: 44, 48, 52;
    /// `PyThreadState.py_recursion_limit`, an `int`.
    ts_py_recursion_limit: 48, 52, 56;
    /// `PyThreadState.recursion_headroom`, an `int`.
    ts_recursion_headroom: 56, 56, 60;
    /// `PyThreadState.datastack_chunk`.
    ts_datastack_chunk: 232, 232, 256;
    /// `PyThreadState.datastack_top`.
    ts_datastack_top: 240, 240, 264;
    /// `PyThreadState.datastack_limit`.
    ts_datastack_limit: 248, 248, 272;
    /// `PyThreadState.current_exception`.
    ts_current_exception: 112, 112, 136;
    /// `PyThreadState.exc_info`.
    ts_exc_info: 120, 120, 144;
    /// `PyThreadState.tracing`, an `int`.
    ts_tracing: 60, 60, 64;
    /// `PyThreadState.c_recursion_remaining`, an `int`; absent from 3.14 on.
    ts_c_recursion_remaining: 52, -1, -1;
    /// `_PyStackChunk.data`.
    chunk_data: 24, 24, 24;
    /// `_PyInterpreterFrame.f_executable`.
    frame_executable: 0, 0, 0;
    /// `_PyInterpreterFrame.previous`.
    frame_previous: 8, 8, 8;
    /// `_PyInterpreterFrame.f_funcobj`.
    frame_funcobj: 16, 16, 16;
    /// `_PyInterpreterFrame.f_globals`.
    frame_globals: 24, 24, 24;
    /// `_PyInterpreterFrame.f_builtins`.
    frame_builtins: 32, 32, 32;
    /// `_PyInterpreterFrame.f_locals`.
    frame_locals: 40, 40, 40;
    /// `_PyInterpreterFrame.frame_obj`.
    frame_frame_obj: 48, 48, 48;
    /// `_PyInterpreterFrame.instr_ptr`.
    frame_instr_ptr: 56, 56, 56;
    /// `_PyInterpreterFrame.stacktop`, an `int`; absent from 3.14 on.
    frame_stacktop: 64, -1, -1;
    /// `_PyInterpreterFrame.return_offset`, 16 bits.
    frame_return_offset: 68, 72, 72;
    /// `_PyInterpreterFrame.owner`, 8 bits; the byte behind it holds `visited` and `lltrace` from 3.14 on.
    frame_owner: 70, 74, 74;
    /// `_PyInterpreterFrame.localsplus`.
    frame_localsplus: 72, 80, 80;
    /// `PyFrameObject.f_frame`.
    frameobject_f_frame: 24, 24, 24;
    /// `PyFrameObject.f_trace`.
    frameobject_f_trace: 32, 32, 32;
    /// `PyCodeObject.co_consts`.
    code_consts: 24, 24, 24;
    /// `PyCodeObject.co_names`.
    code_names: 32, 32, 32;
    /// `PyCodeObject.co_exceptiontable`.
    code_exceptiontable: 40, 40, 40;
    /// `PyCodeObject.co_flags`.
    code_flags: 48, 48, 48;
    /// `PyCodeObject.co_argcount`.
    code_argcount: 52, 52, 52;
    /// `PyCodeObject.co_posonlyargcount`.
    code_posonlyargcount: 56, 56, 56;
    /// `PyCodeObject.co_kwonlyargcount`.
    code_kwonlyargcount: 60, 60, 60;
    /// `PyCodeObject.co_stacksize`.
    code_stacksize: 64, 64, 64;
    /// `PyCodeObject.co_firstlineno`.
    code_firstlineno: 68, 68, 68;
    /// `PyCodeObject.co_nlocalsplus`.
    code_nlocalsplus: 72, 72, 72;
    /// `PyCodeObject.co_framesize`.
    code_framesize: 76, 76, 76;
    /// `PyCodeObject.co_nlocals`.
    code_nlocals: 80, 80, 80;
    /// `PyCodeObject.co_ncellvars`.
    code_ncellvars: 84, 84, 84;
    /// `PyCodeObject.co_nfreevars`.
    code_nfreevars: 88, 88, 88;
    /// `PyCodeObject.co_version`.
    code_version: 92, 92, 92;
    /// `PyCodeObject.co_localsplusnames`.
    code_localsplusnames: 96, 96, 96;
    /// `PyCodeObject.co_localspluskinds`.
    code_localspluskinds: 104, 104, 104;
    /// `PyCodeObject._co_monitoring`.
    code_monitoring: 176, 176, 176;
    /// `PyCodeObject._co_firsttraceable`.
    code_firsttraceable: 184, 192, 192;
    /// `PyCodeObject.co_code_adaptive`.
    code_adaptive: 200, 208, 208;
    /// `_PyCoMonitoringData.active_monitors`.
    monitoring_active: 10, 11, 16;
    /// Bytes of `_PyCoMonitoringData.local_monitors`, the first field.
    local_events: 10, 11, 16;
    /// Bytes of `PyInterpreterState.monitors`.
    global_events: 15, 16, 16;
    /// `PyFunctionObject.func_globals`.
    func_globals: 16, 16, 16;
    /// `PyFunctionObject.func_builtins`.
    func_builtins: 24, 24, 24;
    /// `PyFunctionObject.func_code`.
    func_code: 48, 48, 48;
    /// `PyFunctionObject.func_defaults`.
    func_defaults: 56, 56, 56;
    /// `PyFunctionObject.func_kwdefaults`.
    func_kwdefaults: 64, 64, 64;
    /// `PyFunctionObject.func_closure`.
    func_closure: 72, 72, 72;
    /// `PyFunctionObject.vectorcall`.
    func_vectorcall: 128, 136, 136;
    /// `PyFunctionObject.func_version`.
    func_version: 136, 144, 144;
    /// `PyTypeObject.tp_name`.
    type_name: 24, 24, 24;
    /// `PyTypeObject.tp_basicsize`.
    type_basicsize: 32, 32, 32;
    /// `PyTypeObject.tp_dictoffset`.
    type_dictoffset: 288, 288, 288;
    /// `PyTypeObject.tp_flags`.
    type_flags: 168, 168, 168;
    /// `PyTypeObject.tp_version_tag`.
    type_version_tag: 384, 384, 384;
    /// `PyTypeObject.tp_dealloc`.
    type_dealloc: 48, 48, 48;
    /// `PyTypeObject.tp_alloc`.
    type_alloc: 304, 304, 304;
    /// `PyTypeObject.tp_new`.
    type_new: 312, 312, 312;
    /// `PyTypeObject.tp_init`.
    type_init: 296, 296, 296;
    /// `PyTypeObject.tp_iternext`.
    type_iternext: 224, 224, 224;
    /// `PyTypeObject.tp_vectorcall_offset`.
    type_vectorcall_offset: 56, 56, 56;
    /// `PyTypeObject.tp_mro`.
    type_mro: 344, 344, 344;
    /// `PyTypeObject.tp_dict`.
    type_dict: 264, 264, 264;
    /// `PyHeapTypeObject.ht_cached_keys`.
    heaptype_cached_keys: 880, 880, 888;
    /// `PyObject.ob_refcnt`.
    object_refcnt: 0, 0, 0;
    /// `PyObject.ob_type`.
    object_type: 8, 8, 8;
    /// `PyVarObject.ob_size`.
    var_size: 16, 16, 16;
    /// `PyLongObject.long_value.lv_tag`.
    long_tag: 16, 16, 16;
    /// `PyLongObject.long_value.ob_digit`.
    long_digits: 24, 24, 24;
    /// `PyFloatObject.ob_fval`.
    float_value: 16, 16, 16;
    /// `PyListObject.ob_item`.
    list_items: 24, 24, 24;
    /// `PyListObject.allocated`.
    list_allocated: 32, 32, 32;
    /// `PyTupleObject.ob_item`.
    tuple_items: 24, 32, 32;
    /// `PyCellObject.ob_ref`.
    cell_ref: 16, 16, 16;
    /// `_PyRangeIterObject.start`.
    range_start: 16, 16, 16;
    /// `_PyRangeIterObject.step`.
    range_step: 24, 24, 24;
    /// `_PyRangeIterObject.len`.
    range_len: 32, 32, 32;
    /// `_PyListIterObject.it_index`.
    listiter_index: 16, 16, 16;
    /// `_PyListIterObject.it_seq`.
    listiter_seq: 24, 24, 24;
    /// `PyDictObject.ma_used`.
    dict_used: 16, 16, 16;
    /// `PyDictObject.ma_keys`.
    dict_keys: 32, 32, 32;
    /// `PyDictObject.ma_values`.
    dict_values: 40, 40, 40;
    /// `PyDictKeysObject.dk_version`.
    keys_version: 12, 12, 12;
    /// `PyDictKeysObject.dk_nentries`.
    keys_nentries: 24, 24, 24;
    /// `PyDictKeysObject.dk_kind`.
    keys_kind: 10, 10, 10;
    /// `PyDictValues.capacity`.
    values_capacity: 0, 0, 0;
    /// `PyDictValues.size`.
    values_size: 1, 1, 1;
    /// `PyDictValues.embedded`.
    values_embedded: 2, 2, 2;
    /// `PyDictValues.valid`.
    values_valid: 3, 3, 3;
    /// `PyDictValues.values`.
    values_values: 8, 8, 8;
    /// `PyMethodObject.im_func`.
    method_func: 16, 16, 16;
    /// `PyMethodObject.im_self`.
    method_self: 24, 24, 24;
    /// `PySliceObject.start`.
    slice_start: 16, 16, 16;
    /// `PyCFunctionObject.m_ml`.
    cfunction_ml: 16, 16, 16;
    /// `PyCFunctionObject.m_self`.
    cfunction_self: 24, 24, 24;
    /// `PyASCIIObject.length`.
    unicode_length: 16, 16, 16;
    /// `PyDescrObject.d_type`.
    descr_type: 16, 16, 16;
    /// `MANAGED_DICT_OFFSET`: the dict of an instance, before the object.
    managed_dict_offset: -24, -24, -24;
    /// `_PyThreadStateImpl.c_stack_soft_limit`; absent before 3.14.
    ts_c_stack_soft_limit: -1, 848, 992;
    /// `_PyInterpreterFrame.stackpointer`, a pointer; absent before 3.14.
    frame_stackpointer: -1, 64, 64;
    /// `PyThreadState.last_profiled_frame`; absent before 3.15.
    ts_last_profiled_frame: -1, -1, 88;
    /// `PyThreadState.last_profiled_frame_seq`; absent before 3.15.
    ts_last_profiled_frame_seq: -1, -1, 96;
}
