//! Addresses of the interpreter's functions and data, resolved when the backend starts. A field has the name of its symbol.

use crate::python::Object;
use jitctl_core::{Host, Result};
use jitctl_verdicts::VerdictCode;
use std::ffi::{c_char, c_double, c_int, c_long, c_longlong, c_uint, c_void};

/// The entry of a callable object.
pub type Vectorcall = unsafe extern "C" fn(Object, *const Object, usize, Object) -> Object;
/// What [`Api::PyDict_AddWatcher`] takes: event, dict, key, new value.
pub type DictWatch = unsafe extern "C" fn(c_int, Object, Object, Object) -> c_int;
/// What [`Api::PyType_AddWatcher`] takes.
pub type TypeWatch = unsafe extern "C" fn(Object) -> c_int;
/// What [`Api::PyFunction_AddWatcher`] takes: event, function, new value.
pub type FunctionWatch = unsafe extern "C" fn(c_int, Object, Object) -> c_int;

macro_rules! api {
    (
        functions { $($name:ident: fn($($argument:ty),*) $(-> $result:ty)?;)* }
        data { $($datum:ident),* $(,)? }
        exceptions { $($exception:ident),* $(,)? }
    ) => {
        /// What the running interpreter exports and this backend needs.
        #[derive(Clone, Copy)]
        #[allow(dead_code, reason = "the self-test shows that all of them are there, before the passes use them")]
        #[expect(non_snake_case, reason = "the names are those of the C interface")]
        pub struct Api {
            $(pub $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
            $(pub $datum: usize,)*
            $(pub $exception: usize,)*
        }

        impl Api {
            /// Resolves all of them.
            ///
            /// # Errors
            /// [`Error::Unsupported`] that names the first one that is missing.
            pub fn resolve(host: Host) -> Result<Self> {
                Ok(Self {
                    $($name: {
                        let address = symbol(host, stringify!($name))?;
                        // SAFETY: a function of the interpreter with this signature in 3.13, 3.14 and 3.15.
                        unsafe {
                            std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($argument),*) $(-> $result)?>(address)
                        }
                    },)*
                    $($datum: symbol(host, stringify!($datum))? as usize,)*
                    $($exception: {
                        let place = symbol(host, stringify!($exception))?;
                        // SAFETY: the symbol of an exception is a variable that holds its class.
                        unsafe { *place.cast::<usize>() }
                    },)*
                })
            }
        }
    };
}

fn symbol(host: Host, name: &str) -> Result<*mut c_void> {
    host.resolve(name)
        .ok_or_else(|| VerdictCode::SymbolMissing.error(format!("the interpreter does not export {name}")))
}

api! {
    functions {
        // References.
        Py_IncRef: fn(Object);
        Py_DecRef: fn(Object);
        _Py_Dealloc: fn(Object);
        // Threads, frames, evaluation.
        PyThreadState_Get: fn() -> Object;
        PyWeakref_NewRef: fn(Object, Object) -> Object;
        PyObject_GenericGetAttr: fn(Object, Object) -> Object;
        PyThreadState_GetFrame: fn(Object) -> Object;
        PyThreadState_EnterTracing: fn(Object);
        PyThreadState_LeaveTracing: fn(Object);
        PyInterpreterState_Get: fn() -> Object;
        PyInterpreterState_ThreadHead: fn(Object) -> Object;
        PyThreadState_Next: fn(Object) -> Object;
        PyTraceBack_Here: fn(Object) -> c_int;
        Py_AddPendingCall: fn(unsafe extern "C" fn(Object) -> c_int, Object) -> c_int;
        _Py_HandlePending: fn(Object) -> c_int;
        _Py_CheckRecursiveCall: fn(Object, *const c_char) -> c_int;
        _PyEval_EvalFrameDefault: fn(Object, Object, c_int) -> Object;
        _PyEval_FrameClearAndPop: fn(Object, Object);
        _PyThreadState_PopFrame: fn(Object, Object);
        // Errors.
        PyErr_Occurred: fn() -> Object;
        PyErr_Clear: fn();
        PyErr_SetString: fn(Object, *const c_char);
        PyErr_SetObject: fn(Object, Object);
        PyErr_NoMemory: fn() -> Object;
        PyErr_GetRaisedException: fn() -> Object;
        PyErr_SetRaisedException: fn(Object);
        PyErr_ExceptionMatches: fn(Object) -> c_int;
        PyErr_GivenExceptionMatches: fn(Object, Object) -> c_int;
        // Objects.
        PyObject_Vectorcall: fn(Object, *const Object, usize, Object) -> Object;
        PyObject_VectorcallMethod: fn(Object, *const Object, usize, Object) -> Object;
        PyObject_Call: fn(Object, Object, Object) -> Object;
        PyObject_GetAttr: fn(Object, Object) -> Object;
        PyObject_SetAttr: fn(Object, Object, Object) -> c_int;
        PyObject_GetItem: fn(Object, Object) -> Object;
        PyObject_SetItem: fn(Object, Object, Object) -> c_int;
        PyObject_DelItem: fn(Object, Object) -> c_int;
        PyObject_GetIter: fn(Object) -> Object;
        PyObject_IsTrue: fn(Object) -> c_int;
        PyObject_Not: fn(Object) -> c_int;
        PyObject_RichCompare: fn(Object, Object, c_int) -> Object;
        PyObject_RichCompareBool: fn(Object, Object, c_int) -> c_int;
        PyObject_Format: fn(Object, Object) -> Object;
        PyObject_Str: fn(Object) -> Object;
        PyObject_Repr: fn(Object) -> Object;
        PyObject_ASCII: fn(Object) -> Object;
        PyObject_Size: fn(Object) -> isize;
        PyObject_Hash: fn(Object) -> isize;
        PyIter_Next: fn(Object) -> Object;
        PySequence_Contains: fn(Object, Object) -> c_int;
        PySequence_List: fn(Object) -> Object;
        PySequence_Tuple: fn(Object) -> Object;
        PySequence_GetSlice: fn(Object, isize, isize) -> Object;
        PyIndex_Check: fn(Object) -> c_int;
        PyNumber_AsSsize_t: fn(Object, Object) -> isize;
        // Numbers.
        PyNumber_Add: fn(Object, Object) -> Object;
        PyNumber_Subtract: fn(Object, Object) -> Object;
        PyNumber_Multiply: fn(Object, Object) -> Object;
        PyNumber_MatrixMultiply: fn(Object, Object) -> Object;
        PyNumber_TrueDivide: fn(Object, Object) -> Object;
        PyNumber_FloorDivide: fn(Object, Object) -> Object;
        PyNumber_Remainder: fn(Object, Object) -> Object;
        PyNumber_Power: fn(Object, Object, Object) -> Object;
        PyNumber_Lshift: fn(Object, Object) -> Object;
        PyNumber_Rshift: fn(Object, Object) -> Object;
        PyNumber_And: fn(Object, Object) -> Object;
        PyNumber_Or: fn(Object, Object) -> Object;
        PyNumber_Xor: fn(Object, Object) -> Object;
        PyNumber_Negative: fn(Object) -> Object;
        PyNumber_Positive: fn(Object) -> Object;
        PyNumber_Invert: fn(Object) -> Object;
        PyNumber_InPlaceAdd: fn(Object, Object) -> Object;
        PyNumber_InPlaceSubtract: fn(Object, Object) -> Object;
        PyNumber_InPlaceMultiply: fn(Object, Object) -> Object;
        PyNumber_InPlaceMatrixMultiply: fn(Object, Object) -> Object;
        PyNumber_InPlaceTrueDivide: fn(Object, Object) -> Object;
        PyNumber_InPlaceFloorDivide: fn(Object, Object) -> Object;
        PyNumber_InPlaceRemainder: fn(Object, Object) -> Object;
        PyNumber_InPlacePower: fn(Object, Object, Object) -> Object;
        PyNumber_InPlaceLshift: fn(Object, Object) -> Object;
        PyNumber_InPlaceRshift: fn(Object, Object) -> Object;
        PyNumber_InPlaceAnd: fn(Object, Object) -> Object;
        PyNumber_InPlaceOr: fn(Object, Object) -> Object;
        PyNumber_InPlaceXor: fn(Object, Object) -> Object;
        PyLong_FromLong: fn(c_long) -> Object;
        PyLong_FromLongLong: fn(c_longlong) -> Object;
        PyLong_AsLongLongAndOverflow: fn(Object, *mut c_int) -> c_longlong;
        PyLong_AsDouble: fn(Object) -> c_double;
        PyFloat_FromDouble: fn(c_double) -> Object;
        // Containers.
        PyList_New: fn(isize) -> Object;
        PyList_Append: fn(Object, Object) -> c_int;
        PyList_AsTuple: fn(Object) -> Object;
        PyList_Extend: fn(Object, Object) -> c_int;
        PyList_Insert: fn(Object, isize, Object) -> c_int;
        PyList_SetSlice: fn(Object, isize, isize, Object) -> c_int;
        PyList_Sort: fn(Object) -> c_int;
        PyTuple_New: fn(isize) -> Object;
        PyTuple_GetItem: fn(Object, isize) -> Object;
        PyTuple_Size: fn(Object) -> isize;
        PyDict_New: fn() -> Object;
        PyDict_SetItem: fn(Object, Object, Object) -> c_int;
        PyDict_DelItem: fn(Object, Object) -> c_int;
        PyDict_GetItemRef: fn(Object, Object, *mut Object) -> c_int;
        PyDict_GetItemWithError: fn(Object, Object) -> Object;
        PyDict_Contains: fn(Object, Object) -> c_int;
        PyDict_Size: fn(Object) -> isize;
        PyDict_Update: fn(Object, Object) -> c_int;
        PyDict_Next: fn(Object, *mut isize, *mut Object, *mut Object) -> c_int;
        PySet_New: fn(Object) -> Object;
        PySet_Add: fn(Object, Object) -> c_int;
        PySet_Contains: fn(Object, Object) -> c_int;
        PySlice_New: fn(Object, Object, Object) -> Object;
        PyUnicode_New: fn(isize, c_uint) -> Object;
        PyUnicode_Concat: fn(Object, Object) -> Object;
        PyUnicode_Append: fn(*mut Object, Object);
        PyUnicode_Join: fn(Object, Object) -> Object;
        PyUnicode_ReadChar: fn(Object, isize) -> c_uint;
        PyUnicode_FromOrdinal: fn(c_int) -> Object;
        PyUnicode_Compare: fn(Object, Object) -> c_int;
        PyUnicode_FromStringAndSize: fn(*const c_char, isize) -> Object;
        PyCell_New: fn(Object) -> Object;
        PyCell_Get: fn(Object) -> Object;
        PyCell_Set: fn(Object, Object) -> c_int;
        PyMethod_New: fn(Object, Object) -> Object;
        PyType_IsSubtype: fn(Object, Object) -> c_int;
        PyType_GetSlot: fn(Object, c_int) -> *mut c_void;
        PyType_GenericAlloc: fn(Object, isize) -> Object;
        _PyObject_GetMethod: fn(Object, Object, *mut Object) -> c_int;
        _PyType_Lookup: fn(Object, Object) -> Object;
        _PyObject_GetDictPtr: fn(Object) -> *mut Object;
        // Functions and watchers.
        PyFunction_New: fn(Object, Object) -> Object;
        PyFunction_SetVectorcall: fn(Object, Vectorcall);
        PyVectorcall_Function: fn(Object) -> Option<Vectorcall>;
        PyFunction_AddWatcher: fn(FunctionWatch) -> c_int;
        PyFunction_ClearWatcher: fn(c_int) -> c_int;
        PyDict_AddWatcher: fn(DictWatch) -> c_int;
        PyDict_ClearWatcher: fn(c_int) -> c_int;
        PyDict_Watch: fn(c_int, Object) -> c_int;
        PyDict_Unwatch: fn(c_int, Object) -> c_int;
        PyType_AddWatcher: fn(TypeWatch) -> c_int;
        PyType_ClearWatcher: fn(c_int) -> c_int;
        PyType_Watch: fn(c_int, Object) -> c_int;
        PyType_Unwatch: fn(c_int, Object) -> c_int;
        PyUnstable_Type_AssignVersionTag: fn(Object) -> c_int;
        PyUnstable_WritePerfMapEntry: fn(*const c_void, c_uint, *const c_char) -> c_int;
    }
    data {
        _Py_NoneStruct, _Py_NotImplementedStruct, _Py_TrueStruct, _Py_FalseStruct, _Py_EllipsisObject, _PyRuntime,
        PyLong_Type, PyBool_Type, PyFloat_Type, PyUnicode_Type, PyBytes_Type, PyList_Type, PyTuple_Type, PyDict_Type, PySet_Type,
        PyFrozenSet_Type, PyRange_Type, PyRangeIter_Type, PyListIter_Type, PyTupleIter_Type, PyEnum_Type, PyZip_Type, PySlice_Type, PyType_Type, PyFunction_Type,
        PyMethod_Type, PyCFunction_Type, PyCode_Type, PyCell_Type, PyBaseObject_Type, PyModule_Type, PyGen_Type, PyMethodDescr_Type,
    }
    exceptions {
        PyExc_BaseException, PyExc_Exception, PyExc_TypeError, PyExc_ValueError, PyExc_IndexError, PyExc_KeyError, PyExc_LookupError, PyExc_NameError,
        PyExc_UnboundLocalError, PyExc_ZeroDivisionError, PyExc_OverflowError, PyExc_StopIteration, PyExc_RecursionError,
        PyExc_AttributeError, PyExc_AssertionError, PyExc_SystemError, PyExc_RuntimeError, PyExc_MemoryError,
    }
}
