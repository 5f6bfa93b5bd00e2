"""All Python functions that live in the process."""

import gc
from collections.abc import Iterator
from types import CodeType, FunctionType


def all_functions() -> Iterator[FunctionType]:
    """Give every function that the garbage collector knows, one for each code object; PyPy's own have none."""
    seen: set[int] = set()
    for thing in gc.get_objects():
        if type(thing) is FunctionType and type(thing.__code__) is CodeType and id(thing.__code__) not in seen:
            seen.add(id(thing.__code__))
            yield thing
