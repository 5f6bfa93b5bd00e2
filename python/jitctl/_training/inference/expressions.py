"""What can be said of an expression, a row of instructions that leaves one value on the stack."""

from __future__ import annotations

import builtins
from types import FunctionType

from .samples import is_small
from .steps import steps_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .steps import Step

GIVE_NUMBERS = ("abs", "bool", "float", "int", "isinstance", "len", "ord")
GIVE_CONTAINERS = ("dict", "enumerate", "frozenset", "list", "range", "reversed", "set", "sorted", "tuple", "zip")
_OTHERS = ("all", "any", "bin", "chr", "divmod", "hex", "max", "min", "oct", "repr", "str", "sum")
#: builtins that change nothing and take as long as what they are given is large
BUILTINS = {name: vars(builtins)[name] for name in (*GIVE_NUMBERS, *GIVE_CONTAINERS, *_OTHERS)}
#: of these the result is small where the arguments are
_KEEP_SMALL = (*GIVE_CONTAINERS, "abs", "len", "max", "min")
#: methods and attributes of builtin types that change nothing and give nothing larger than what they are given
METHODS = frozenset(
    (
        *("capitalize", "casefold", "lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "strip", "swapcase"),
        *("title", "upper", "split", "rsplit", "splitlines", "partition", "rpartition", "count", "find", "index"),
        *("rfind", "rindex", "endswith", "startswith", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit"),
        *("isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "bit_length"),
        *("bit_count", "conjugate", "as_integer_ratio", "is_integer", "real", "imag", "numerator", "denominator"),
        *("copy", "get", "keys", "values", "items", "union", "intersection", "difference", "symmetric_difference"),
        *("isdisjoint", "issubset", "issuperset"),
    )
)
#: operators that no sequence has
OF_NUMBERS = ("-", "/", "//", "&", "|", "^", ">>")
_TESTS = ("UNARY_NEGATIVE", "UNARY_NOT", "COMPARE_OP", "CONTAINS_OP", "IS_OP")
_NUMBERS = (int, float, complex, bool)


class Expressions:
    """The instructions of a function that is called with given values, and what its expressions may be."""

    def __init__(self, function: FunctionType, given: dict[str, Any]) -> None:
        self.steps = steps_of(function)
        self._function = function
        self._given = given
        self._stored = {one.value for one in self.steps if one.name.startswith(("STORE_FAST", "DELETE_FAST"))}
        #: where `range` is loaded to be called with what is small
        self.ranges = self._small_calls_of_range()
        self._numbers: set[Any] = set()
        self._find_names_of_numbers()

    def loaded(self, one: Step) -> tuple[bool, Any]:
        """Give what a name stands for that is not local, if anything."""
        function = self._function
        names = function.__code__.co_freevars
        if one.name != "LOAD_GLOBAL":
            try:
                return True, (function.__closure__ or ())[names.index(one.value)].cell_contents
            except ValueError:  # a name of its own, or an empty cell
                return False, None
        for space in (function.__globals__, getattr(function, "__builtins__", None)):
            if type(space) is dict and one.value in space:
                return True, space[one.value]
        return False, None

    def start(self, end: int) -> int:
        """Give where the expression begins whose last step this is; -1 where its value may come another way."""
        need, place = 1, end
        if end + 1 < len(self.steps) and self.steps[end + 1].is_target:
            return -1
        while place >= 0:
            one = self.steps[place]
            need -= one.effect
            if "JUMP" in one.name or one.name == "FOR_ITER":
                return -1
            if need <= 0:
                return place
            if one.is_target:
                return -1
            place -= 1
        return -1

    def iterable(self, place: int) -> tuple[int, int]:
        """Give where the expression begins and ends that a GET_ITER iterates over.

        A comprehension saves its variables and makes its container between the two, and on 3.13 has one GET_ITER more.
        """
        end = place - 1
        while self.steps[end].name in ("SWAP", "BUILD_LIST", "BUILD_SET", "BUILD_MAP", "LOAD_FAST_AND_CLEAR"):
            end -= 1
        if all(one.name != "LOAD_FAST_AND_CLEAR" for one in self.steps[end + 1 : place]):
            end = place - 1
        return self.iterable(end) if self.steps[end].name == "GET_ITER" else (self.start(end), end)

    def is_small(self, start: int, end: int) -> bool:
        return start >= 0 and all(self._keeps_small(one) for one in self.steps[start : end + 1])

    def _keeps_small(self, one: Step) -> bool:
        if one.name.startswith("LOAD_FAST"):
            return one.value not in self._stored and one.value in self._given and is_small(self._given[one.value])
        if one.name in ("LOAD_CONST", "LOAD_SMALL_INT"):
            return is_small(one.value)
        if one.name == "LOAD_GLOBAL":
            found, value = self.loaded(one)
            return found and (is_small(value) or (one.value in _KEEP_SMALL and value is BUILTINS[one.value]))
        if one.name == "BINARY_OP":
            return one.operator in ("+", "-", "//", "[]")
        return one.name in ("PUSH_NULL", "CALL", "BINARY_SLICE", "BINARY_SUBSCR", "BUILD_SLICE") or (
            one.name == "LOAD_ATTR" and one.value in METHODS
        )

    def _small_calls_of_range(self) -> set[int]:
        found = set()
        for end, one in enumerate(self.steps):
            if one.name == "CALL":
                start = self.start(end)
                while start >= 0 and self.steps[start].name == "PUSH_NULL":
                    start += 1
                if start >= 0 and self.steps[start].value == "range" and self.is_small(start, end):
                    found.add(start)
        return found

    def is_number(self, end: int) -> bool:
        """Say whether the expression that ends here gives no sequence, if it gives anything."""
        start = self.start(end) if end >= 0 else -1
        if start < 0:
            return False
        one = self.steps[end]
        if one.name.startswith("LOAD_FAST"):
            return one.value in self._numbers
        if one.name in ("LOAD_CONST", "LOAD_SMALL_INT"):
            return type(one.value) in _NUMBERS
        if one.name == "LOAD_GLOBAL":
            return type(self.loaded(one)[1]) in _NUMBERS
        if one.name == "BINARY_OP":
            left = self.start(end - 1) - 1
            if one.operator == "+":
                return self.is_number(end - 1) or self.is_number(left)
            return one.operator in OF_NUMBERS or (one.operator in ("*", "%", "**", "<<") and self.is_number(left))
        first = self.steps[start]
        return one.name in _TESTS or (
            one.name == "CALL" and first.name == "LOAD_GLOBAL" and first.value in GIVE_NUMBERS and self.loaded(first)[0]
        )

    def _find_names_of_numbers(self) -> None:
        """Find the local names that never stand for a sequence: all, without those of which it cannot be said."""
        names = self._function.__code__.co_varnames
        self._numbers = {name for name in names if type(self._given.get(name, 0)) in _NUMBERS}
        # A comprehension puts its variable back twice: when it ends, and when it fails.
        restored = [one.value for one in self.steps if one.name == "LOAD_FAST_AND_CLEAR"] * 2
        stores = []
        for place, one in enumerate(self.steps):
            if one.name == "STORE_FAST" and one.value in restored and self.steps[place - 1].name == "SWAP":
                restored.remove(one.value)
            elif one.name == "STORE_FAST":
                stores.append((place, one))
        before = None
        while before != self._numbers:
            before = set(self._numbers)
            for place, one in stores:
                if not self._is_number_stored(place - 1):
                    self._numbers.discard(one.value)

    def _is_number_stored(self, end: int) -> bool:
        if self.steps[end].name != "FOR_ITER" or self.steps[end + 1].is_target:
            return self.is_number(end)
        while self.steps[end].name != "GET_ITER":
            end -= 1
        start, end = self.iterable(end)
        one = self.steps[start]
        if start in self.ranges:
            return True
        items = self._given.get(one.value) if one.name.startswith("LOAD_FAST") else one.value
        if start < end or one.value in self._stored or not isinstance(items, (list, tuple, set, frozenset)):
            return False
        return all(type(item) in _NUMBERS for item in items)
