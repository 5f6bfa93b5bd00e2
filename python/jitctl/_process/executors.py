"""Reads what CPython's JIT compiled: an executor is a sequence of (micro-operation, argument, target, operand).

Behind its last operation stand the places to which operations jump that leave it: each names the instruction at which
the interpreter goes on. (CPython's Python/optimizer.c, `_Py_uop_analyze_and_optimize` and `prepare_for_execution`.)
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from types import CodeType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: what ends the part of an executor that runs
_ENDS = ("_JUMP_TO_TOP", "_EXIT_TRACE", "_DYNAMIC_EXIT", "_TIER2_RESUME_CHECK")
#: places to which an operation jumps that finds its guess wrong
_LEAVES = ("_EXIT_TRACE", "_DEOPT", "_DYNAMIC_EXIT", "_SIDE_EXIT", "_COLD_EXIT")
#: operations that test a guess, by what stands in their names; validity and pending signals are no guesses
_TESTS = ("GUARD", "CHECK")
_NO_GUESSES = ("_CHECK_VALIDITY", "_CHECK_PERIODIC", "_TIER2_RESUME_CHECK", "_CHECK_STACK_SPACE_OPERAND")


@dataclass(slots=True)
class Trace:
    """What is in an executor, by source line of the function; ``inlined``: guards in what it calls."""

    guards: Counter[int] = field(default_factory=Counter)
    exits: Counter[int] = field(default_factory=Counter)
    inlined: int = 0


def read(code: CodeType, offset: int) -> Trace | None:
    """Read the executor that is entered at an offset in bytes; None where there is none, or this CPython has none."""
    try:
        from _opcode import get_executor  # type: ignore[import-not-found,unused-ignore,attr-defined]

        executor = get_executor(code=code, offset=offset)
        operations = None if executor is None else [tuple(one) for one in executor]
    except (ImportError, RuntimeError, ValueError, TypeError):
        return None
    return None if operations is None else summary(operations, Lines(code))


class Lines:
    """Finds the source line of an instruction."""

    def __init__(self, code: CodeType) -> None:
        """Read the table of the code."""
        self._rows = [(start, line) for start, _, line in code.co_lines() if line is not None]
        self._starts = [start for start, _ in self._rows]

    def of(self, unit: int) -> int | None:
        """Return the line of a code unit (two bytes)."""
        at = bisect_right(self._starts, 2 * unit) - 1
        return self._rows[at][1] if at >= 0 else None


def summary(operations: list[tuple[Any, ...]], lines: Lines) -> Trace:
    """Count guards and exits by line. What is inlined has lines of other functions, and is counted as such."""
    found = Trace()
    names = [one[0] for one in operations]
    end = next((at for at, name in enumerate(names) if name in _ENDS), len(names))
    depth = 0
    seen: set[int] = set()
    for at, (name, _, target, *_) in enumerate(operations[: end + 1]):
        depth += name.startswith("_PUSH_FRAME") - name.startswith("_RETURN_VALUE")
        place = target & 0xFFFF
        leaves = end < place < len(names) and names[place] in _LEAVES
        if at == end and name in _LEAVES:
            _count(found.exits, lines.of(target) if not depth else None)
        if name in _NO_GUESSES or not leaves or not any(word in name for word in _TESTS):
            continue
        if depth:
            found.inlined += 1
            continue
        line = lines.of(operations[place][2])
        _count(found.guards, line)
        if names[place] != "_DEOPT" and place not in seen:
            seen.add(place)
            _count(found.exits, line)
    return found


def _count(counter: Counter[int], line: int | None) -> None:
    if line is not None:
        counter[line] += 1
