"""All Python functions that live in the process."""

from __future__ import annotations

import gc
import sys
from types import CodeType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def all_functions() -> Iterator[FunctionType]:
    """Give every function that the garbage collector knows, one for each code object; PyPy's own have none."""
    # A program can have millions of objects, of which few are functions.
    functions = [thing for thing in gc.get_objects() if type(thing) is FunctionType]
    functions += [thing for thing in _defined() if type(thing) is FunctionType]
    seen: set[int] = set()
    for function in functions:
        if type(function.__code__) is CodeType and id(function.__code__) not in seen:
            seen.add(id(function.__code__))
            yield function


def _defined() -> Iterator[object]:
    """Give what modules and their classes define, where the collector does not know all functions.

    Free-threaded CPython 3.13 keeps functions for ever once a second thread starts, and the collector gives them up.
    """
    if getattr(sys, "_is_gil_enabled", lambda: True)():
        return
    for module in list(sys.modules.values()):
        for thing in list(getattr(module, "__dict__", {}).values()):
            yield thing
            if isinstance(thing, type):
                yield from list(vars(thing).values())
