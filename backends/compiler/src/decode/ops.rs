//! The instructions that are understood, by their names; all others are [`Op::Other`].

macro_rules! ops {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// An instruction, whatever its number in this version.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(clippy::enum_variant_names, reason = "named like CPython's instructions")]
        pub enum Op { $($variant,)* Other }

        impl Op {
            /// By CPython's name.
            pub fn named(name: &str) -> Self {
                match name { $($name => Self::$variant,)* _ => Self::Other }
            }
        }
    };
}

ops! {
    Nop = "NOP", NotTaken = "NOT_TAKEN", Resume = "RESUME",
    LoadFast = "LOAD_FAST", LoadFastBorrow = "LOAD_FAST_BORROW", LoadFastCheck = "LOAD_FAST_CHECK",
    LoadFastLoadFast = "LOAD_FAST_LOAD_FAST", LoadFastBorrowLoadFastBorrow = "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
    LoadFastAndClear = "LOAD_FAST_AND_CLEAR", StoreFast = "STORE_FAST", StoreFastStoreFast = "STORE_FAST_STORE_FAST",
    StoreFastLoadFast = "STORE_FAST_LOAD_FAST", DeleteFast = "DELETE_FAST",
    LoadConst = "LOAD_CONST", LoadSmallInt = "LOAD_SMALL_INT", LoadCommonConstant = "LOAD_COMMON_CONSTANT",
    Copy = "COPY", Swap = "SWAP", PopTop = "POP_TOP", PopIter = "POP_ITER", PushNull = "PUSH_NULL", EndFor = "END_FOR",
    BinaryOp = "BINARY_OP", BinarySubscr = "BINARY_SUBSCR", BinarySlice = "BINARY_SLICE", StoreSlice = "STORE_SLICE",
    UnaryNegative = "UNARY_NEGATIVE", UnaryInvert = "UNARY_INVERT", UnaryNot = "UNARY_NOT", ToBool = "TO_BOOL",
    CompareOp = "COMPARE_OP", IsOp = "IS_OP", ContainsOp = "CONTAINS_OP",
    PopJumpIfTrue = "POP_JUMP_IF_TRUE", PopJumpIfFalse = "POP_JUMP_IF_FALSE",
    PopJumpIfNone = "POP_JUMP_IF_NONE", PopJumpIfNotNone = "POP_JUMP_IF_NOT_NONE",
    JumpForward = "JUMP_FORWARD", JumpBackward = "JUMP_BACKWARD", JumpBackwardNoInterrupt = "JUMP_BACKWARD_NO_INTERRUPT",
    GetIter = "GET_ITER", ForIter = "FOR_ITER",
    BuildList = "BUILD_LIST", BuildTuple = "BUILD_TUPLE", BuildMap = "BUILD_MAP", BuildSet = "BUILD_SET",
    BuildConstKeyMap = "BUILD_CONST_KEY_MAP", BuildSlice = "BUILD_SLICE", BuildString = "BUILD_STRING",
    ListAppend = "LIST_APPEND", ListExtend = "LIST_EXTEND", SetAdd = "SET_ADD", MapAdd = "MAP_ADD", SetUpdate = "SET_UPDATE",
    DictUpdate = "DICT_UPDATE",
    StoreSubscr = "STORE_SUBSCR", DeleteSubscr = "DELETE_SUBSCR", UnpackSequence = "UNPACK_SEQUENCE",
    LoadGlobal = "LOAD_GLOBAL", StoreGlobal = "STORE_GLOBAL", LoadAttr = "LOAD_ATTR", StoreAttr = "STORE_ATTR", DeleteAttr = "DELETE_ATTR",
    Call = "CALL", CallKw = "CALL_KW", ReturnValue = "RETURN_VALUE", ReturnConst = "RETURN_CONST",
    FormatSimple = "FORMAT_SIMPLE", FormatWithSpec = "FORMAT_WITH_SPEC", ConvertValue = "CONVERT_VALUE",
    MakeCell = "MAKE_CELL", CopyFreeVars = "COPY_FREE_VARS", LoadDeref = "LOAD_DEREF", StoreDeref = "STORE_DEREF",
    MakeFunction = "MAKE_FUNCTION", SetFunctionAttribute = "SET_FUNCTION_ATTRIBUTE",
    CheckExcMatch = "CHECK_EXC_MATCH", PopExcept = "POP_EXCEPT",
    RaiseVarargs = "RAISE_VARARGS", PushExcInfo = "PUSH_EXC_INFO", Reraise = "RERAISE",
}
