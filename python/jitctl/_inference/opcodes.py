"""What each instruction does, by its name. A name that is missing here is an effect.

A handler changes the state and gives None (goes on behind it), or a list of where it goes: an index, or
an index with a state of its own. What the instructions of several versions share is written once.
"""

import dis
from types import CellType, CodeType

from .lattice import (
    ANY_STR,
    BOOL,
    BOTTOM,
    ERROR,
    EXCEPTION,
    FLOAT,
    INT,
    NONE,
    NOTHING,
    NULLS,
    ODD,
    SLICE,
    EffectError,
    Value,
    at,
    constant,
)
from .outside import is_python
from .semantics import check_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Optional

    from .frames import Frame, State

    Ends = Optional[list[Any]]
    Handler = Callable[[Frame, int, dis.Instruction, State], Ends]

HANDLERS: "dict[str, Handler]" = {}


CATCHES_ALL = "catches every exception, so that a call which does not return could not be stopped"


class RaisedError(Exception):
    """The instruction always raises."""


def on(*names: str) -> "Callable[[Handler], Handler]":
    """Name the instructions that a handler is for."""

    def register(handler: "Handler") -> "Handler":
        HANDLERS.update(dict.fromkeys(names, handler))
        return handler

    return register


def _pop(state: "State", count: int) -> "list[Value]":
    if count == 0:
        return []
    found = state.stack[-count:]
    if len(found) < count:
        raise IndexError("the stack is empty")
    del state.stack[-count:]
    return found


def _net(instruction: "dis.Instruction", jump: bool = False) -> int:
    argument = instruction.arg if instruction.opcode >= dis.HAVE_ARGUMENT else None
    return dis.stack_effect(instruction.opcode, argument, jump=jump)


# Moving values


@on("NOP", "RESUME", "CACHE", "NOT_TAKEN", "EXTENDED_ARG", "PRECALL", "GEN_START", "COPY_FREE_VARS")
def _nothing(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    if instruction.opname == "GEN_START":
        state.stack.pop() if state.stack else None
    return None


@on("MAKE_CELL")
def _make_cell(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    return None


@on("RETURN_GENERATOR")
def _return_generator(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(NOTHING)  # what is sent first; the POP_TOP behind it takes it
    return None


@on("PUSH_NULL")
def _push_null(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(NULLS)
    return None


@on("LOAD_CONST", "LOAD_SMALL_INT", "RETURN_CONST")
def _load_const(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    thing = instruction.argval
    value = Value(ODD, const=thing) if type(thing) is CodeType else constant(thing)
    if value is None:
        value = frame.judge.outside.value(thing)
    if instruction.opname == "RETURN_CONST":
        frame.result = frame.result.join(value)
        return []
    state.stack.append(value)
    return None


@on("LOAD_COMMON_CONSTANT")
def _load_common(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    import builtins

    shown = instruction.argrepr
    thing = getattr(builtins, shown, None)
    if shown in ("None", "True", "False", "''", "-1"):
        found = {"None": NOTHING, "''": constant(""), "-1": constant(-1)}.get(shown, constant(shown == "True"))
    else:
        found = None if thing is None else frame.judge.outside.value(thing)
    if found is None:
        raise EffectError(f"loads the constant {shown}, which is not known")
    state.stack.append(found)
    return None


@on("LOAD_ASSERTION_ERROR")
def _load_assertion(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(frame.judge.outside.value(AssertionError))
    return None


def _local(frame: "Frame", state: "State", name: str) -> Value:
    if name in frame.env:
        return ERROR  # the cell itself, on its way into a closure
    return state.names.get(name, BOTTOM)


@on(
    "LOAD_FAST",
    "LOAD_FAST_CHECK",
    "LOAD_FAST_BORROW",
    "LOAD_FAST_LOAD_FAST",
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
    "LOAD_CLOSURE",
)
def _load_fast(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
    for name in names:
        state.stack.append(_local(frame, state, name))
    return None


@on("LOAD_FAST_AND_CLEAR")
def _load_and_clear(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    name = instruction.argval
    if name in frame.env:
        state.stack.append(ERROR)
    else:
        state.stack.append(state.names.pop(name, BOTTOM))
    return None


@on("STORE_FAST", "STORE_FAST_MAYBE_NULL")
def _store_fast(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    value = state.stack.pop()
    if instruction.argval not in frame.env:
        state.names[instruction.argval] = value
    return None


@on("STORE_FAST_STORE_FAST")
def _store_two(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    for name in instruction.argval:
        value = state.stack.pop()
        if name not in frame.env:
            state.names[name] = value
    return None


@on("STORE_FAST_LOAD_FAST")
def _store_load(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    stored, loaded = instruction.argval
    state.names[stored] = state.stack.pop()
    state.stack.append(_local(frame, state, loaded))
    return None


@on("DELETE_FAST")
def _delete_fast(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.names.pop(instruction.argval, None)
    return None


@on("LOAD_DEREF")
def _load_deref(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(frame.judge.cell(frame.env, instruction.argval))
    return None


@on("STORE_DEREF")
def _store_deref(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    frame.judge.set_cell(frame.env, instruction.argval, state.stack.pop())
    return None


@on("DELETE_DEREF")
def _delete_deref(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    frame.judge.set_cell(frame.env, instruction.argval, BOTTOM)
    return None


@on("LOAD_GLOBAL")
def _load_global(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    found = [frame.judge.global_(frame.namespace, instruction.argval)]
    if _net(instruction) == 2:
        # NULL stands below or above it; what follows may be an attribute of the global.
        found.insert(0 if instruction.argrepr.startswith("NULL") else 1, NULLS)
    state.stack += found
    return None


@on("STORE_GLOBAL", "DELETE_GLOBAL")
def _store_global(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    verb = "stores to" if instruction.opname == "STORE_GLOBAL" else "deletes"
    raise EffectError(f"{verb} the global {instruction.argval}")


@on("IMPORT_NAME", "IMPORT_FROM", "IMPORT_STAR")
def _import(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    raise EffectError(f"imports {instruction.argval}")


@on("LOAD_BUILD_CLASS")
def _class(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    raise EffectError("defines a class")


@on("BEFORE_WITH", "SETUP_WITH", "LOAD_SPECIAL", "BEFORE_ASYNC_WITH", "SETUP_ASYNC_WITH")
def _with(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    raise EffectError("enters a context manager")


@on("GET_AWAITABLE", "SEND", "GET_YIELD_FROM_ITER", "YIELD_FROM", "GET_AITER", "GET_ANEXT")
def _await(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    raise EffectError("yields from another iterator, or awaits")


@on("POP_TOP")
def _pop_top(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.pop()
    return None


@on("DUP_TOP")
def _dup(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(state.stack[-1])
    return None


@on("DUP_TOP_TWO")
def _dup_two(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack += state.stack[-2:]
    return None


@on("COPY")
def _copy(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(state.stack[-(instruction.arg or 1)])
    return None


@on("SWAP")
def _swap(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    depth = -(instruction.arg or 1)
    state.stack[-1], state.stack[depth] = state.stack[depth], state.stack[-1]
    return None


@on("ROT_TWO", "ROT_THREE", "ROT_FOUR", "ROT_N")
def _rotate(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    depth = {"ROT_TWO": 2, "ROT_THREE": 3, "ROT_FOUR": 4}.get(instruction.opname, instruction.arg or 1)
    state.stack.insert(len(state.stack) - depth, state.stack.pop())
    return None


# Operators

_NAMED = {
    "ADD": "+",
    "SUBTRACT": "-",
    "MULTIPLY": "*",
    "TRUE_DIVIDE": "/",
    "FLOOR_DIVIDE": "//",
    "MODULO": "%",
    "POWER": "**",
    "LSHIFT": "<<",
    "RSHIFT": ">>",
    "AND": "&",
    "OR": "|",
    "XOR": "^",
    "MATRIX_MULTIPLY": "@",
}


@on("BINARY_OP", *(f"{kind}_{name}" for kind in ("BINARY", "INPLACE") for name in _NAMED))
def _binary(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    one, other = _pop(state, 2)
    kind, _, name = instruction.opname.partition("_")
    if name == "OP":
        symbol = instruction.argrepr
    else:
        symbol = _NAMED[name] + ("=" if kind == "INPLACE" else "")
    if symbol.startswith("["):
        state.stack.append(frame.judge.subscript(frame.place(index), one, other))
        return None
    state.stack.append(frame.judge.binary(frame.place(index), symbol, one, other))
    return None


@on("BINARY_SUBSCR")
def _subscript(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    one, other = _pop(state, 2)
    state.stack.append(frame.judge.subscript(frame.place(index), one, other))
    return None


@on("BINARY_SLICE")
def _slice(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    one, start, stop = _pop(state, 3)
    for part in (start, stop):
        frame.judge.plain(part, "slices by")
    state.stack.append(frame.judge.subscript(frame.place(index), one, Value(SLICE, 0)))
    return None


@on("STORE_SLICE")
def _store_slice(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    item, one, start, stop = _pop(state, 4)
    for part in (start, stop):
        frame.judge.plain(part, "slices by")
    frame.judge.store(one, Value(SLICE, 0), item)
    return None


@on("STORE_SUBSCR")
def _store(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    item, one, key = _pop(state, 3)
    frame.judge.store(one, key, item)
    return None


@on("DELETE_SUBSCR")
def _delete(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    one, key = _pop(state, 2)
    frame.judge.plain(key, "deletes")
    frame.judge.owned(one, "deletes an item of")
    return None


@on("UNARY_NEGATIVE", "UNARY_POSITIVE", "UNARY_INVERT")
def _unary(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(frame.judge.unary(state.stack.pop(), "applies a sign to"))
    return None


def _truth(frame: "Frame", value: Value) -> "Optional[bool]":
    """Refuse a test that could run code; say what it gives, where that is known."""
    frame.judge.plain(value, "tests the truth of")
    if value.only(NONE) and value.mask:
        return False
    return bool(value.const) if value.const is not None else None


@on("UNARY_NOT")
def _not(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    answer = _truth(frame, state.stack.pop())
    state.stack.append(BOOL if answer is None else Value(INT, 1, const=not answer))
    return None


@on("TO_BOOL")
def _to_bool(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    answer = _truth(frame, state.stack.pop())
    state.stack.append(BOOL if answer is None else Value(INT, 1, const=answer))
    return None


_COMPARE: "dict[str, Callable[[Any, Any], Any]]" = {"==": lambda a, b: a == b, "!=": lambda a, b: a != b}


@on("COMPARE_OP")
def _compare(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    one, other = _pop(state, 2)
    found = frame.judge.compare(one, other)
    symbol = str(instruction.argval)
    if one.is_constant and other.is_constant and symbol in _COMPARE:
        found = Value(INT, 1, const=_COMPARE[symbol](one.const, other.const))
    state.stack.append(found)
    return None


@on("CONTAINS_OP")
def _contains(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    one, other = _pop(state, 2)
    for site in other.refs:
        if site.kind not in ("own", "outer"):
            raise EffectError("searches in what is no builtin container")
        if site.type not in ("range", "list", "tuple", "dict", "set", "frozenset", "view"):
            frame.judge.short(at(site), "searches in")
    frame.judge.compare(one, Value(other.mask, other.bits, frozenset(s for s in other.refs if s.type != "range")))
    state.stack.append(BOOL)
    return None


@on("IS_OP")
def _is(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    one, other = _pop(state, 2)
    found = BOOL
    for value, none in ((one, other), (other, one)):
        if none.only(NONE) and none.mask and (not value.mask & (NONE | ODD) or (value.only(NONE) and value.mask)):
            found = Value(INT, 1, const=bool(value.mask & NONE) != bool(instruction.arg)) if value != BOTTOM else BOOL
    state.stack.append(found)
    return None


# Building


@on("BUILD_TUPLE")
def _build_tuple(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    parts = _pop(state, instruction.arg or 0)
    if any(part.mask & ODD or part.refs for part in parts) and _is_kept(frame, index):
        # Kept beside a function that is being made, and nowhere else: nobody looks into it.
        site = frame.judge.site(frame.place(index), "own", "tuple", None, len(parts))
        for place, part in enumerate(parts):
            frame.judge.put(site, place, part)
        state.stack.append(at(site))
        return None
    state.stack.append(frame.judge.row(frame.place(index), parts))
    return None


def _is_kept(frame: "Frame", index: int) -> bool:
    following = frame.read.instructions[index + 1 : index + 2]
    return bool(following) and following[0].opname == "LOAD_CONST" and type(following[0].argval) is CodeType


@on("BUILD_LIST", "BUILD_SET")
def _build(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    parts = _pop(state, instruction.arg or 0)
    type_ = "list" if instruction.opname == "BUILD_LIST" else "set"
    state.stack.append(frame.judge.made(frame.place(index), type_, frame.judge.union(parts)))
    return None


@on("BUILD_MAP")
def _build_map(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    parts = _pop(state, 2 * (instruction.arg or 0))
    union = frame.judge.union
    state.stack.append(frame.judge.made(frame.place(index), "dict", union(parts[1::2]), union(parts[::2])))
    return None


@on("BUILD_CONST_KEY_MAP")
def _build_const_map(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    *parts, keys = _pop(state, (instruction.arg or 0) + 1)
    state.stack.append(frame.judge.made(frame.place(index), "dict", frame.judge.union(parts), frame.judge.items(keys)))
    return None


@on("BUILD_STRING")
def _build_string(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    _pop(state, instruction.arg or 0)
    state.stack.append(ANY_STR)
    return None


@on("BUILD_SLICE")
def _build_slice(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    for part in _pop(state, instruction.arg or 2):
        frame.judge.plain(part, "slices by")
    state.stack.append(Value(SLICE, 0))
    return None


@on("FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC", "CONVERT_VALUE")
def _format(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    if instruction.opname == "FORMAT_WITH_SPEC" or (
        instruction.opname == "FORMAT_VALUE" and (instruction.arg or 0) & 4
    ):
        check_format(state.stack.pop(), "format")
    value = frame.judge.plain(state.stack.pop(), "formats")
    if any(site.kind == "instance" for site in value.refs):
        raise EffectError("formats an instance")
    state.stack.append(ANY_STR)
    return None


@on("LIST_APPEND", "SET_ADD")
def _append(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    item = state.stack.pop()
    for site in frame.judge.owned(state.stack[-(instruction.arg or 1)], "appends to"):
        frame.judge.put(site, "item", frame.judge.keepable(item))
    return None


@on("MAP_ADD")
def _map_add(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    key, item = _pop(state, 2)
    frame.judge.store(state.stack[-(instruction.arg or 1)], key, item)
    return None


@on("LIST_EXTEND", "SET_UPDATE", "DICT_UPDATE", "DICT_MERGE")
def _extend(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    added = frame.judge.plain(state.stack.pop(), "unpacks")
    frame.judge.items(added, "unpacks")
    for site in frame.judge.owned(state.stack[-(instruction.arg or 1)], "extends"):
        frame.judge.fill(site, added)
    return None


@on("LIST_TO_TUPLE")
def _to_tuple(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(frame.judge.made(frame.place(index), "tuple", frame.judge.items(state.stack.pop())))
    return None


@on("CALL_INTRINSIC_1")
def _intrinsic(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    name = instruction.argrepr
    value = state.stack.pop()
    if name == "INTRINSIC_LIST_TO_TUPLE":
        state.stack.append(frame.judge.made(frame.place(index), "tuple", frame.judge.items(value)))
    elif name == "INTRINSIC_UNARY_POSITIVE":
        state.stack.append(frame.judge.unary(value, "applies a sign to"))
    elif name == "INTRINSIC_STOPITERATION_ERROR":
        state.stack.append(ERROR)
    else:
        raise EffectError(f"the instruction {instruction.opname} {name} is not known to be harmless")
    return None


@on("UNPACK_SEQUENCE")
def _unpack(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    parts = frame.judge.unpack(frame.place(index), state.stack.pop(), instruction.arg or 0)
    state.stack += reversed(parts)
    return None


@on("UNPACK_EX")
def _unpack_star(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    before, after = (instruction.arg or 0) & 0xFF, (instruction.arg or 0) >> 8
    parts = frame.judge.unpack(frame.place(index), state.stack.pop(), before + 1 + after, before)
    state.stack += reversed(parts)
    return None


# Attributes


@on("LOAD_ATTR", "LOAD_METHOD")
def _load_attr(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    value = state.stack.pop()
    state.stack.append(frame.judge.attribute(frame.place(index), value, instruction.argval))
    if _net(instruction) == 1:
        state.stack.append(NULLS)
    return None


@on("LOAD_SUPER_ATTR")
def _load_super_attr(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    callee, cls, receiver = _pop(state, 3)
    argument = instruction.arg or 0
    made = _super(frame, index, callee, [cls, receiver] if argument & 2 else [], receiver)
    if made is None:
        raise EffectError("calls a super that is not the builtin one")
    state.stack.append(frame.judge.attribute(frame.place(index), made, frame.code.co_names[argument >> 2]))
    state.stack += [NULLS] * (argument & 1)
    return None


def _super(
    frame: "Frame", index: int, callee: Value, args: "list[Value]", receiver: "Optional[Value]"
) -> "Optional[Value]":
    """Give what `super()` gives; None where something else is called."""
    if callee.mask or [site.payload for site in callee.refs if site.kind == "known"] != [super]:
        return None
    if args:
        classes = [site.payload for site in args[0].refs if site.kind == "known"]
        cls = classes[0] if len(classes) == 1 and not args[0].mask and len(args) == 2 else None
        receiver = args[-1]
    else:
        # The cell itself: the class may be one whose like is not told from outside, as those of ABCMeta are.
        held = frame.env.get("__class__")
        try:
            cls = held.cell_contents if type(held) is CellType else None
        except ValueError:  # the class statement has not ended
            cls = None
    if receiver is None:
        raise EffectError("calls super without arguments where it has no instance")
    return frame.judge.make_super(frame.place(index), cls, receiver)


@on("STORE_ATTR", "DELETE_ATTR")
def _store_attr(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    value = state.stack.pop()
    if instruction.opname == "DELETE_ATTR":
        raise EffectError(f"deletes the attribute {instruction.argval}")
    frame.judge.set_attribute(value, instruction.argval, state.stack.pop())
    return None


# Iteration


@on("GET_ITER")
def _get_iter(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    value = state.stack[-1]
    item = frame.judge.items(value)
    if "yield" in instruction.argrepr or (instruction.arg or 0) > 1:
        raise EffectError("yields from another iterator")
    long = [site for site in value.refs if site in frame.judge.long]
    made = frame.judge.site(frame.place(index), "own", "iterator")
    frame.judge.put(made, "item", item)
    if long:
        frame.judge.mark(frame.judge.long, made)
    # Generators and iterators are their own iterators; what is walked through is the same.
    state.stack[-1] = at(made) if value != BOTTOM else BOTTOM
    state.stack += [NULLS] * _net(instruction)
    return None


@on("FOR_ITER")
def _for_iter(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    iterator = next(value for value in reversed(state.stack) if value != NULLS)
    end = state.copy()
    net = _net(instruction, jump=True)
    if net < 0:
        _pop(end, -net)
    end.stack += [NOTHING] * max(net, 0)
    state.stack.append(frame.judge.items(iterator))
    return [index + 1, (frame.read.at(instruction.argval), end)]


@on("END_FOR", "POP_ITER")
def _end_for(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    _pop(state, -_net(instruction))
    return None


@on("YIELD_VALUE")
def _yield(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    frame.yields = frame.yields.join(frame.judge.keepable(state.stack.pop()))
    state.stack.append(NOTHING)
    return None


# Jumps


@on("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_ABSOLUTE", "JUMP_BACKWARD_NO_INTERRUPT")
def _jump(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    return [frame.read.at(instruction.argval)]


def _branch(frame: "Frame", index: int, instruction: "dis.Instruction", jumps: "Optional[bool]") -> "list[Any]":
    ends = []
    if jumps is not True:
        ends.append(index + 1)
    if jumps is not False:
        ends.append(frame.read.at(instruction.argval))
    return ends


@on(*(f"POP_JUMP{way}IF_{what}" for way in ("_", "_FORWARD_", "_BACKWARD_") for what in ("TRUE", "FALSE")))
def _jump_if(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    truth = _truth(frame, state.stack.pop())
    wanted = instruction.opname.endswith("TRUE")
    return _branch(frame, index, instruction, None if truth is None else truth is wanted)


@on(*(f"POP_JUMP{way}IF_{what}" for way in ("_", "_FORWARD_", "_BACKWARD_") for what in ("NONE", "NOT_NONE")))
def _jump_none(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    value = state.stack.pop()
    if value == BOTTOM:
        return []
    is_none: "Optional[bool]" = None
    if value.only(NONE):
        is_none = True
    elif not value.mask & (NONE | ODD):
        is_none = False
    wanted = not instruction.opname.endswith("NOT_NONE")
    return _branch(frame, index, instruction, None if is_none is None else is_none is wanted)


@on("JUMP_IF_FALSE_OR_POP", "JUMP_IF_TRUE_OR_POP")
def _jump_or_pop(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    truth = _truth(frame, state.stack[-1])
    wanted = instruction.opname == "JUMP_IF_TRUE_OR_POP"
    jump = state.copy()
    state.stack.pop()
    ends: "list[Any]" = []
    if truth is None or truth is wanted:
        ends.append((frame.read.at(instruction.argval), jump))
    if truth is None or truth is not wanted:
        ends.append(index + 1)
    return ends


# Calls


def _call(frame: "Frame", index: int, state: "State", args: "list[Value]", kwargs: "dict[str, Value]") -> None:
    """Take the callee (and NULL, or what comes before the arguments) off the stack, and call."""
    one, other = _pop(state, 2)
    if one == NULLS:
        callee = other
    elif other == NULLS:
        callee = one
    else:
        callee, args = one, [other, *args]
    if not kwargs:
        first = frame.code.co_varnames[0] if frame.code.co_argcount else ""
        receiver = frame.judge.cell(frame.env, first) if first in frame.code.co_cellvars else state.names.get(first)
        made = _super(frame, index, callee, args, receiver)
        if made is not None:
            state.stack.append(made)
            return
    state.stack.append(frame.judge.call(frame.place(index), callee, args, kwargs))


def _worded(args: "list[Value]", words: "tuple[str, ...]") -> "tuple[list[Value], dict[str, Value]]":
    count = len(args) - len(words)
    return args[:count], dict(zip(words, args[count:]))


@on("KW_NAMES")
def _kw_names(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    frame.words = instruction.argval
    return None


@on("CALL", "CALL_METHOD")
def _call_plain(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    words: "tuple[str, ...]" = ()
    for back in (index - 1, index - 2):
        before = frame.read.instructions[back] if back >= 0 else None
        if before is not None and before.opname == "KW_NAMES":
            words = frame.code.co_consts[before.arg] if before.arg is not None else ()
        if before is None or before.opname != "PRECALL":
            break
    args, kwargs = _worded(_pop(state, instruction.arg or 0), words)
    _call(frame, index, state, args, kwargs)
    return None


@on("CALL_FUNCTION")
def _call_function(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    args = _pop(state, instruction.arg or 0)
    state.stack.append(NULLS)
    _call(frame, index, state, args, {})
    return None


def _constant_words(value: Value) -> "tuple[str, ...]":
    for site in value.refs:
        if site.type == "tuple" and isinstance(site.payload, tuple):
            return site.payload
    return ()


@on("CALL_KW", "CALL_FUNCTION_KW")
def _call_kw(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    words = _constant_words(state.stack.pop())
    args, kwargs = _worded(_pop(state, instruction.arg or 0), words)
    if instruction.opname == "CALL_FUNCTION_KW":
        state.stack.append(NULLS)
    _call(frame, index, state, args, kwargs)
    return None


@on("CALL_FUNCTION_EX")
def _call_ex(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    net = _net(instruction)
    has_argument = instruction.opcode >= dis.HAVE_ARGUMENT
    count = 2 if not has_argument or (instruction.arg or 0) & 1 else 1
    taken = 1 - net - count  # what stands below: the callee, and NULL
    given = _pop(state, count)
    if taken == 1:
        state.stack.append(NULLS)
    frame.judge.short(given[0], "calls with")
    inside = [frame.judge.items(given[0], "calls with")]
    if count == 2 and given[1] != NULLS:
        for site in given[1].refs:
            inside.append(frame.judge.slot(site))
        if given[1].mask & ODD or any(site.type != "dict" for site in given[1].refs):
            raise EffectError("calls with keywords that are not known")
    every = [frame.judge.union(inside)]
    frame.judge.star = True
    try:
        _call(frame, index, state, every, {})
    finally:
        frame.judge.star = False
    return None


@on("MAKE_FUNCTION")
def _make_function(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    flags = instruction.arg or 0 if instruction.opcode >= dis.HAVE_ARGUMENT else 0
    parts = bin(flags & 15).count("1")
    above = 1 - _net(instruction) - parts  # the code, and on 3.10 its name
    code = next(value.const for value in _pop(state, above) if type(value.const) is CodeType)
    site = frame.judge.site((frame.code, index, code), "closure", "function", (code, frame.namespace))
    frame.judge.envs[site] = {name: frame.env[name] for name in code.co_freevars}
    for flag in (8, 4, 2, 1):
        if flags & flag:
            _attach(frame, site, flag, state.stack.pop())
    state.stack.append(at(site))
    return None


def _attach(frame: "Frame", site: "Any", flag: int, value: Value) -> None:
    slot = {1: "defaults", 2: "kwdefaults"}.get(flag)
    if slot is not None:
        for holder in value.refs:
            if holder.kind == "outer" or holder.type in ("tuple", "dict"):
                continue
            raise EffectError("makes a function with defaults that are not known")
        frame.judge.put(site, slot, value)


@on("SET_FUNCTION_ATTRIBUTE")
def _set_function(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    value, function = _pop(state, 2)
    for site in function.refs:
        if site.kind == "closure":
            _attach(frame, site, instruction.arg or 0, value)
    state.stack.append(function)
    return None


# Ends and exceptions


@on("RETURN_VALUE")
def _return(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    frame.result = frame.result.join(state.stack.pop())
    return []


@on("RAISE_VARARGS")
def _raise(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    for value in _pop(state, instruction.arg or 0):
        if value.mask & ODD:
            raise EffectError("raises an object that is not known")
        for site in value.refs:
            if site.kind == "known" and isinstance(site.payload, type) and issubclass(site.payload, BaseException):
                frame.judge.call(frame.place(index), at(site), [], {})
            elif site.kind in ("known", "instance") and (site.kind == "instance" or is_python(type(site.payload))):
                raise EffectError("raises an object that is not known")
    return []


@on("RERAISE")
def _reraise(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    return []


@on("PUSH_EXC_INFO")
def _push_exc(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.insert(len(state.stack) - 1, ERROR)
    if frame.read.instructions[index + 1].opname == "POP_TOP":
        raise EffectError(CATCHES_ALL)
    return None


def _error_classes(frame: "Frame", value: Value) -> None:
    for site in value.refs:
        if site.kind == "known" and isinstance(site.payload, type) and type(site.payload) is type:
            if issubclass(BaseException, site.payload):
                raise EffectError(CATCHES_ALL)
            continue
        if site.type == "tuple":
            _error_classes(frame, frame.judge.slot(site))
            continue
        raise EffectError("catches exceptions of a class that is not known")
    if value.mask & ODD:
        raise EffectError("catches exceptions of a class that is not known")


@on("CHECK_EXC_MATCH")
def _check_match(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    _error_classes(frame, state.stack.pop())
    state.stack.append(BOOL)
    return None


@on("JUMP_IF_NOT_EXC_MATCH")
def _jump_no_match(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    _, classes = _pop(state, 2)
    _error_classes(frame, classes)
    return [index + 1, frame.read.at(instruction.argval)]


@on("SETUP_FINALLY")
def _setup_finally(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    target = frame.read.at(instruction.argval)
    state.blocks = (*state.blocks, ("try", target, len(state.stack)))
    return None


@on("POP_BLOCK")
def _pop_block(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.blocks = state.blocks[:-1]
    return None


@on("POP_EXCEPT")
def _pop_except(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    _pop(state, -_net(instruction))
    if _net(instruction) == -3:
        state.blocks = state.blocks[:-1]
    return None


# Patterns


@on("GET_LEN")
def _get_len(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    frame.judge.plain(state.stack[-1], "takes the length of")
    state.stack.append(Value(INT, 36))
    return None


@on("MATCH_SEQUENCE", "MATCH_MAPPING")
def _match(frame: "Frame", index: int, instruction: "dis.Instruction", state: "State") -> "Ends":
    state.stack.append(BOOL)  # looks at the flags of the type alone
    return None


__all__ = ["EXCEPTION", "FLOAT", "HANDLERS", "RaisedError"]
