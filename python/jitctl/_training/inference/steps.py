"""The instructions of a function, each with what it does to the stack and how many loops it is in."""

from __future__ import annotations

import dis
from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Step:
    """One instruction. `effect` is what it adds to the stack, `inside` how many loops it is in."""

    def __init__(self, one: dis.Instruction, name: str, value: Any, effect: int) -> None:
        self.name, self.value, self.effect = name, value, effect
        self.arg, self.operator, self.offset = one.arg or 0, one.argrepr.rstrip("="), one.offset
        self.is_target = bool(one.is_jump_target)
        positions: Any = getattr(one, "positions", None)
        self.line = positions.lineno if positions else None
        self.inside = 0


def steps_of(function: FunctionType) -> list[Step]:
    """Give the instructions; one that handles two local names is taken apart."""
    steps = list(_steps(function))
    for one in [one for one in steps if one.name == "FOR_ITER"]:
        for other in steps:
            other.inside += one.offset <= other.offset < one.value
    return steps


def _steps(function: FunctionType) -> Iterator[Step]:
    for one in dis.get_instructions(function):
        if isinstance(one.argval, tuple) and "_FAST" in one.opname:
            loads = [one.opname.startswith("LOAD"), "_LOAD_FAST" in one.opname]
            for name, is_load in zip(one.argval, loads, strict=False):
                yield Step(one, "LOAD_FAST" if is_load else "STORE_FAST", name, 1 if is_load else -1)
        elif one.opname not in ("CACHE", "EXTENDED_ARG"):
            yield Step(one, one.opname, one.argval, dis.stack_effect(one.opcode, one.arg, jump=False))
