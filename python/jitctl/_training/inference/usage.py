"""What the bytecode does with a parameter, and which types that leaves.

A look at neighbouring instructions, not a proof: what is inferred from usage alone is said with a low confidence.
"""

from __future__ import annotations

import dis
import itertools
from collections import deque
from types import FunctionType

from .samples import INT, OF_TYPE, TEXTS, Sample, first_given, numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

#: what is tried, by name
CHOICES: dict[str, Callable[[], Any]] = {
    "int": lambda: INT,
    "float": lambda: 1.5,
    "str": OF_TYPE[str],
    "bytes": OF_TYPE[bytes],
    "list": numbers,
    "texts": lambda: list(TEXTS),
    "pairs": lambda: [("alpha", 1), ("beta", 2), ("gamma", 3)],
    "rows": lambda: [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
    "dict": OF_TYPE[dict],
    "set": OF_TYPE[set],
    "deque": numbers,
    "callable": lambda: first_given,
}
#: whose methods say what a parameter is, by the names of `CHOICES`
_TYPES = {
    "str": str,
    "dict": dict,
    "list": list,
    "set": set,
    "deque": deque,
    "bytes": bytes,
    "int": int,
    "float": float,
}
_BY_FUNCTION = {
    **dict.fromkeys(("range", "chr", "bin", "hex", "oct"), ("int",)),
    **dict.fromkeys(("abs", "round", "float", "divmod", "sqrt", "sin", "cos", "exp", "log", "floor"), ("float", "int")),
    **dict.fromkeys(("len", "sorted", "enumerate", "list", "tuple", "set", "reversed", "iter", "zip"), ("list", "str")),
    **dict.fromkeys(("sum", "min", "max", "any", "all"), ("list",)),
    **dict.fromkeys(("ord",), ("str",)),
    **dict.fromkeys(("int",), ("int", "str")),
}
_ARITHMETIC = {"-", "*", "/", "//", "**", "<<", ">>", "&", "|", "^"}
_NAMED = {"SUBTRACT", "MULTIPLY", "TRUE_DIVIDE", "FLOOR_DIVIDE", "POWER", "LSHIFT", "RSHIFT", "AND", "OR", "XOR"}


def choices(code: CodeType, namespace: Any) -> dict[str, list[Sample]]:
    """Give, for every parameter whose use says something, what it may be, the likeliest first."""
    return {
        name: [Sample(CHOICES[one], "usage") for one in sorted(score, key=lambda one: -score[one])]
        for name, score in _scores(code, namespace, 0).items()
        if score
    }


def _scores(code: CodeType, namespace: Any, depth: int) -> dict[str, dict[str, int]]:
    count = code.co_argcount + code.co_kwonlyargcount
    scores: dict[str, dict[str, int]] = {name: {} for name in code.co_varnames[:count]}
    _look(code, scores)
    if type(namespace) is dict:
        _passed_on(code, namespace, scores, depth)
    return scores


def _loaded(instruction: dis.Instruction) -> list[str]:
    if not instruction.opname.startswith(("LOAD_FAST", "LOAD_DEREF", "STORE_FAST_LOAD_FAST")):
        return []
    names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
    return list(names[1:] if instruction.opname.startswith("STORE") else names)


_NOISE = ("CACHE", "NOP", "RESUME", "EXTENDED_ARG", "PRECALL", "NOT_TAKEN", "PUSH_NULL", "TO_BOOL")
#: does the NULL come before what is called?
_NULL_FIRST = ("LOAD_FAST_CHECK" in dis.opmap and "LOAD_FAST_LOAD_FAST" not in dis.opmap) or "PRECALL" in dis.opmap


def _is_called(null_first: bool) -> bool:
    return null_first == _NULL_FIRST


def _look(code: CodeType, scores: dict[str, dict[str, int]]) -> None:
    every = list(dis.get_instructions(code))
    for before, one in itertools.pairwise(every):
        # What is called stands beside the NULL; which of the two comes first depends on the version.
        for null, loaded in ((before, one), (one, before)):
            names = _loaded(loaded) if null.opname == "PUSH_NULL" else []
            if names and names[-1] in scores and _is_called(null is before):
                _add(scores[names[-1]], "callable", weight=8)
    body = [one for one in every if one.opname not in _NOISE]
    for index, instruction in enumerate(body):
        names = _loaded(instruction)
        for place, name in enumerate(names):
            if name in scores:
                behind = [_Loaded(other) for other in names[place + 1 :]]
                _score(scores[name], [*behind, *body[index + 1 : index + 5]], body[max(index - 2, 0) : index])
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):  # nested code sees parameters as free variables
            free = {name: scores[name] for name in constant.co_freevars if name in scores}
            if free:
                _look(constant, free)


#: how far a parameter is followed that is passed on to another function, and on
_FARTHEST = 2


def _passed_on(code: CodeType, namespace: dict[str, Any], scores: dict[str, dict[str, int]], depth: int) -> None:
    """Look at calls of globals whose arguments are plain loads: what becomes of a parameter there?"""
    loads: list[tuple[str, Any]] = []
    for one in dis.get_instructions(code):
        if one.opname in _NOISE:
            continue
        names = _loaded(one)
        if names:
            loads += [("name", name) for name in names]
        elif one.opname == "LOAD_GLOBAL":
            loads.append(("global", one.argval))
        elif one.opname.startswith(("LOAD_CONST", "LOAD_SMALL_INT")):
            loads.append(("constant", one.argval))
        elif one.opname in ("CALL", "CALL_FUNCTION") and one.arg is not None and len(loads) > one.arg:
            given = loads[len(loads) - one.arg :]
            kind, callee = loads[len(loads) - one.arg - 1]
            if kind == "global":
                _as_argument(callee, given, namespace, scores, depth)
            loads = []
        else:
            loads = []


def _as_argument(
    callee: str,
    given: list[tuple[str, Any]],
    namespace: dict[str, Any],
    scores: dict[str, dict[str, int]],
    depth: int,
) -> None:
    ours = [(place, name) for place, (kind, name) in enumerate(given) if kind == "name" and name in scores]
    for place, name in ours:
        if callee == "isinstance" and len(given) == 2 and place == 0 and given[1][0] == "global":
            if given[1][1] in CHOICES:
                _add(scores[name], given[1][1], weight=6)
        elif callee in ("map", "filter", "reduce"):
            _add(scores[name], *(("callable",) if place == 0 else ("list", "texts")), weight=5)
    target = namespace.get(callee)
    shift = 0
    if type(target) is type:
        target, shift = vars(target).get("__init__"), 1
    if not ours or type(target) is not FunctionType or depth >= _FARTHEST:
        return
    inner = _scores(target.__code__, target.__globals__, depth + 1)
    positional = target.__code__.co_varnames[: target.__code__.co_argcount]
    for place, name in ours:
        if place + shift < len(positional):
            for type_, score in inner.get(positional[place + shift], {}).items():
                scores[name][type_] = scores[name].get(type_, 0) + score


class _Loaded:
    """The second half of an instruction that loads two variables."""

    opname = "LOAD_FAST"
    argrepr = ""

    def __init__(self, name: str) -> None:
        self.argval = name


def _add(score: dict[str, int], *names: str, weight: int = 2) -> None:
    for place, name in enumerate(names):
        score[name] = score.get(name, 0) + max(weight - place, 1)


def _score(score: dict[str, int], after: list[Any], before: list[Any]) -> None:
    following = after[0] if after else None
    if following is None:
        return
    name = following.opname
    if name in ("LOAD_ATTR", "LOAD_METHOD"):
        found = [kind for kind, cls in _TYPES.items() if following.argval in vars(cls)]
        _add(score, *found, weight=6)
    elif _is_iterated(following, before):
        _add(score, "list", "texts", "pairs", "str", "rows", weight=5)
    elif name in ("CALL", "CALL_FUNCTION"):
        called = before[-1] if before else None
        if called is not None and called.opname in ("LOAD_GLOBAL", "LOAD_ATTR", "LOAD_METHOD"):
            _add(score, *_BY_FUNCTION.get(called.argval, ()), weight=5)
    elif _is_arithmetic(following) or name in ("UNARY_NEGATIVE", "UNARY_INVERT"):
        _add(score, "int", "float", weight=4)
    elif name in ("BINARY_ADD", "INPLACE_ADD") or (name == "BINARY_OP" and following.argrepr in ("+", "+=")):
        _add(score, "int", "str", "list", weight=2)
    elif name == "CONTAINS_OP":
        _add(score, "list", "dict", "str", weight=3)
    elif name in ("STORE_SUBSCR", "DELETE_SUBSCR"):
        _add(score, "int", weight=2)
    elif len(after) > 1 and _loaded(following) and after[1].opname == "STORE_ATTR":
        _add(score, "str", "int", weight=1)  # merely kept
    elif len(after) > 1 and following.opname.startswith(("LOAD_CONST", "LOAD_FAST", "LOAD_SMALL_INT", "LOAD_DEREF")):
        _beside(score, following, after[1])


def _beside(score: dict[str, int], other: Any, operator: Any) -> None:
    """Score a parameter that is the left operand, where the right one is a constant or variable."""
    kind = type(other.argval) if other.opname.startswith(("LOAD_CONST", "LOAD_SMALL_INT")) else None
    if operator.opname == "BINARY_SUBSCR" or operator.argrepr == "[]":
        if kind is str:
            _add(score, "dict", weight=5)
        else:
            _add(score, "list", "str", "rows", "dict", weight=4)
    elif operator.opname in ("BINARY_SLICE", "BUILD_SLICE"):
        _add(score, "str", "list", weight=4)
    elif operator.opname in ("COMPARE_OP", "BINARY_ADD", "INPLACE_ADD") or operator.argrepr in ("+", "+="):
        if kind in (int, float, str, bytes):
            _add(score, kind.__name__, weight=4)
        elif kind is None:
            _add(score, "int", "str", weight=2)
    elif operator.opname in ("BINARY_MODULO", "INPLACE_MODULO") or operator.argrepr in ("%", "%="):
        _add(score, "int", weight=4)
    elif _is_arithmetic(operator):
        _add(score, "int", "float", weight=4)
    elif operator.opname == "STORE_SUBSCR":
        _add(score, "dict" if kind is str else "list", weight=4)


def _is_iterated(following: Any, before: list[Any]) -> bool:
    if following.opname in ("GET_ITER", "UNPACK_SEQUENCE", "UNPACK_EX", "LIST_EXTEND", "LOAD_FAST_AND_CLEAR"):
        return True
    # Where a generator expression takes its own iterator, what it iterates over is passed as it is.
    return following.opname == "CALL" and bool(before) and before[-1].opname == "MAKE_FUNCTION"


def _is_arithmetic(instruction: Any) -> bool:
    kind, _, name = instruction.opname.partition("_")
    if kind in ("BINARY", "INPLACE") and name in _NAMED:
        return True
    return instruction.opname == "BINARY_OP" and instruction.argrepr.rstrip("=") in _ARITHMETIC
