"""The rule by which a function may be called with arguments that nobody gave, from its instructions alone.

What such a call meets is closed off: arguments and default values of exact builtin types, constants, and global names
that stand for constants or for one of `BUILTINS`. So every operator, attribute and call runs code of CPython's own, and
lists say what is allowed; an instruction, builtin or method that is in none of them forbids the call.

- No effect: stores go to local names only. No import, `with`, `yield`, `try`, nested function; no builtin or method
  that changes what it is given. Default values are constants, since `+=` changes a list.
- An end, also where nothing could stop it, since C code runs: loops run over what is small, two within each other at
  most. No sequence is repeated, no power or shift by more than a constant. Containers are not put into containers again
  and again: C code that compares or shows them takes time to the power of the depth.

Global names are judged as they are when the training starts. Opcodes go by their names: one that is new is not allowed.
"""

from __future__ import annotations

import builtins
import sys
from types import FunctionType

from .expressions import BUILTINS, GIVE_CONTAINERS, METHODS, OF_NUMBERS, Expressions
from .samples import is_constant, is_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .steps import Step

_MOST_LOOPS = 2  # within each other
_MOST_CONTAINERS = 12  # each may hold another twice, or be twice as long: 2**12

_EXCEPTIONS = frozenset(one for one in vars(builtins).values() if type(one) is type and issubclass(one, Exception))
#: how the names of instructions begin that look at values, move them or make new ones
_ALLOWED: tuple[str, ...] = (
    *("RESUME", "NOP", "NOT_TAKEN", "PUSH_NULL", "POP_TOP", "POP_ITER", "END_FOR", "COPY", "SWAP", "RETURN_VALUE"),
    *("RETURN_CONST", "LOAD_CONST", "LOAD_SMALL_INT", "LOAD_FAST", "STORE_FAST", "DELETE_FAST", "COPY_FREE_VARS"),
    *("LOAD_COMMON_CONSTANT", "LOAD_ASSERTION_ERROR", "RAISE_VARARGS", "RERAISE", "POP_JUMP_IF", "JUMP_FORWARD"),
    *("FOR_ITER", "TO_BOOL", "IS_OP", "CONTAINS_OP", "COMPARE_OP", "UNARY_NOT", "UNARY_NEGATIVE", "BINARY_SUBSCR"),
    *("BINARY_SLICE", "BUILD_", "LIST_APPEND", "LIST_EXTEND", "SET_ADD", "SET_UPDATE", "MAP_ADD", "DICT_UPDATE"),
    *("UNPACK_SEQUENCE", "UNPACK_EX", "CONVERT_VALUE", "FORMAT_SIMPLE", "GET_LEN"),
)
_ENDS = ("LIST_APPEND", "SET_ADD", "MAP_ADD", "RETURN_VALUE")
#: what is said of the others, by how their names begin
_WORDS = {
    "STORE_GLOBAL": "sets the global name {}",
    "STORE_ATTR": "sets the attribute {}",
    "STORE_S": "sets an item of a container",
    "STORE_DEREF": "sets {}, which other functions see",
    "MAKE_CELL": "has the nested function or comprehension that uses {}",
    "MAKE_FUNCTION": "makes a function or generator",
    "DELETE": "deletes more than a local name",
    "IMPORT": "imports {}",
    "BEFORE_WITH": "enters a with block",
    "LOAD_SPECIAL": "enters a with block",
    "PUSH_EXC_INFO": "catches exceptions",
    "LOAD_SUPER": "calls a method of a base class",
    "LOAD_ATTR": "uses the attribute {}",
    "KW_NAMES": "calls with keywords",
    "CALL_KW": "calls with keywords",
    "CALL_FUNCTION_EX": "calls with * or **",
    "BINARY_OP": "uses {} on what may be large then",
    "UNARY_INVERT": "uses ~, which may warn",
    "FORMAT": "formats with a width or a format that is not known",
    "JUMP_BACKWARD": "has a while loop",
    "GET_ITER": "loops over what is not known to be small",
}


def obstacle(function: FunctionType, args: list[Any], kwargs: dict[str, Any]) -> str | None:
    """Say what forbids a call with such arguments; None where nothing does."""
    code = function.__code__
    if code.co_flags & 0x2A0:  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
        return "it is a generator or coroutine"
    if sys.flags.bytes_warning:
        return "with -b, comparing values may warn"
    defaults = function.__defaults__ or ()
    given = dict(zip(code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount], defaults, strict=False))
    given.update(function.__kwdefaults__ or {})
    passed = {**dict(zip(code.co_varnames, args, strict=False)), **kwargs}
    rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount :]
    given.update(
        zip(rest, [()] * bool(code.co_flags & 4) + [{}] * bool(code.co_flags & 8), strict=False)
    )  # *args, **kwargs
    for name, value in given.items():
        if name not in passed and name not in rest and not is_constant(value):
            return f"the default value of {name} is no constant"
    for name, value in passed.items():
        if not is_plain(value):
            return f"the parameter {name} is of the type {type(value).__name__}, whose own code would run"
    return _Rule(function, {**given, **passed}).obstacle()


class _Rule(Expressions):
    def obstacle(self) -> str | None:
        """Give the first instruction that is not allowed, in words."""
        growing = 0
        for place, one in enumerate(self.steps):
            reason = self._why_not(place, one)
            if reason:
                return f"it {reason} (line {one.line})"
            growing += one.name.startswith("BUILD") or (one.name == "LOAD_GLOBAL" and one.value in GIVE_CONTAINERS)
            growing += one.name == "BINARY_OP" and one.operator == "+" and not self.is_number(place)
        return "it puts much together" if growing > _MOST_CONTAINERS else None

    def _why_not(self, place: int, one: Step) -> str | None:
        if one.name in ("LOAD_GLOBAL", "LOAD_DEREF", "LOAD_FROM_DICT_OR_DEREF"):
            return self._why_not_loaded(place, one)
        if one.name in ("LOAD_ATTR", "LOAD_METHOD"):
            fine = one.value in METHODS
        elif one.name == "BINARY_OP":
            fine = self._is_bounded(place, one.operator)
        elif one.name.startswith("FORMAT_") and one.name != "FORMAT_SIMPLE":
            fine = self._is_formatted_short(place, one)
        elif one.name == "GET_ITER":
            fine = one.inside < _MOST_LOOPS and self.is_small(*self.iterable(place))
        elif one.name == "JUMP_BACKWARD":
            fine = any(other.offset == one.value and other.name == "FOR_ITER" for other in self.steps)
        elif one.name.startswith("BUILD_") and one.inside and one.name != "BUILD_SLICE":
            following = self.steps[place + 1].name
            fine = one.name in ("BUILD_TUPLE", "BUILD_STRING") and following in _ENDS
            return None if fine else "makes a container or text in a loop"
        elif one.name == "CALL_INTRINSIC_1":
            fine = one.arg in (5, 6)  # unary plus, list to tuple
        else:
            fine = one.name == "CALL" or one.name.startswith(_ALLOWED)
        if fine:
            return None
        words = next((text for start, text in _WORDS.items() if one.name.startswith(start)), "has the instruction {}")
        return words.format(one.operator if one.name == "BINARY_OP" else one.value if "{}" in words else "") or one.name

    def _why_not_loaded(self, place: int, one: Step) -> str | None:
        found, value = self.loaded(one)
        if not found:
            return f"needs {one.value}, which does not exist yet"
        if value is BUILTINS.get(one.value, self):
            if one.value == "range":
                return None if place in self.ranges else "uses range() on what is not known to be small"
            if one.value in GIVE_CONTAINERS and one.inside and not self._is_looped_over(place):
                return "makes a container in a loop"
            return None
        if is_constant(value) or (type(value) is type and issubclass(value, Exception) and value in _EXCEPTIONS):
            return None
        return f"uses {one.value}, a {type(value).__name__} from outside"

    def _is_looped_over(self, place: int) -> bool:
        spans = [self.iterable(end) for end, one in enumerate(self.steps) if one.name == "GET_ITER"]
        return any(0 <= start <= place <= end for start, end in spans)

    def _is_formatted_short(self, place: int, one: Step) -> bool:
        if one.name == "FORMAT_VALUE" and not one.arg & 4:
            return True
        spec = self.steps[place - 1]
        return spec.name == "LOAD_CONST" and len(spec.value) <= 5  # ">10.2": no width of six digits

    def _is_bounded(self, place: int, operator: str) -> bool:
        left = self.start(place - 1) - 1
        if operator in ("**", "<<"):
            power = self.steps[place - 1]
            return power.name in ("LOAD_CONST", "LOAD_SMALL_INT") and power.value in (1, 2, 3) and self.is_number(left)
        if operator == "%":
            return self.is_number(left)
        if operator == "*":
            return self.is_number(left) and self.is_number(place - 1)
        if operator == "+" and self.steps[place].inside:
            right = self.start(place - 1)
            return self.is_number(place) or self.is_small(right, place - 1)
        return operator in ("+", "[]", *OF_NUMBERS)
