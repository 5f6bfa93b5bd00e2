"""Makes twins of a function: the same code twice, one to be hinted and one not, which share no compiled state."""

from __future__ import annotations

import functools
from types import CodeType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GENERATORS = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR


def twin(function: FunctionType) -> FunctionType:
    """Return a function with a copy of the code, of nested code too, so that specialisation starts from nothing."""
    made = FunctionType(
        _copied(function.__code__),
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    functools.update_wrapper(made, function, updated=())
    del vars(made)["__wrapped__"]  # it is the function itself, and wraps nothing
    made.__kwdefaults__ = None if function.__kwdefaults__ is None else dict(function.__kwdefaults__)
    return made


def _copied(code: CodeType) -> CodeType:
    constants = tuple(_copied(one) if type(one) is CodeType else one for one in code.co_consts)
    return code.replace(co_consts=constants)


def obstacle(function: FunctionType) -> str:
    """Say why twins of a function would not be like it; empty where they are."""
    code = function.__code__
    if code.co_flags & _GENERATORS:
        return "a call of a generator or coroutine does not run its code"
    if function.__globals__.get(code.co_name) is function and code.co_name in _names(code):
        return "it calls itself, and so would its twins"
    if function.__closure__ and any(_held(cell) is function for cell in function.__closure__):
        return "it calls itself, and so would its twins"
    return ""


def _names(code: CodeType) -> set[str]:
    inner = (_names(one) for one in code.co_consts if type(one) is CodeType)
    return set(code.co_names).union(*inner)


def _held(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty
        return None
