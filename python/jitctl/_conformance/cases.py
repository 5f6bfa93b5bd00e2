"""Fresh cases for the checks, what came of using them, and whether a verdict can be read."""

from __future__ import annotations

import functools
import inspect

from .. import _router, _targets, _verdicts, jit_focus, jit_ignore, jit_once
from . import kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FunctionType
    from typing import Any

BACKEND = _router.backend
HINTS: dict[str, Any] = {"focus": jit_focus, "ignore": jit_ignore, "once": jit_once}
STATUSES = ("applied", "pending", "partial", "unsupported", "refused")
#: what the host writes when a backend failed instead of answering
FAILURES = (_verdicts.PANICKED, _verdicts.PYTHON_EXCEPTION, _verdicts.BACKEND_ERROR, _verdicts.EXCEPTION_LEFT)
#: so often is everything used: enough for a backend that acts after some calls
USES = 60
_CODE_FLAGS = 0x0FFF_FFFF  # bits above are free for tools


class BrokenError(Exception):
    """The backend does not keep the contract; the text says where."""


def require(condition: object, text: str) -> None:
    """Fail the check with this text unless the condition holds."""
    if not condition:
        raise BrokenError(text)


@functools.lru_cache(maxsize=1)
def _source() -> Any:
    return inspect.getsource(kinds), kinds.__file__


def fresh() -> dict[str, Any]:
    """Execute the kinds anew: nothing in it shares a code object with an earlier one."""
    source, file = _source()
    space: dict[str, Any] = {"__name__": "kinds"}
    exec(compile(source, file, "exec"), space)
    return space


def cases() -> Iterator[tuple[str, Any, Callable[[], Any]]]:
    """Go through fresh kinds: a name, the thing to hint, a function that uses it."""
    for name, thing, use in fresh()["KINDS"]:
        yield name, thing(), use


def functions_of(thing: object) -> list[FunctionType]:
    """Return the Python functions that a hint on this object acts on."""
    found, _ = _targets.resolve(thing, "jit_focus")
    return list(found)


def outcome(use: Callable[[], Any]) -> tuple[Any, ...]:
    """Say what came of one use: the value, or the exception with the lines it passed."""
    try:
        return ("value", repr(use()))
    except Exception as error:
        lines, trace = [], error.__traceback__
        while trace is not None:
            lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
            trace = trace.tb_next
        return ("raised", type(error).__name__, repr(error.args), lines[1:])


def record_of(thing: object, where: str) -> dict[str, Any]:
    """Return the record of a hinted thing, which must be one that people can read."""
    record = BACKEND.record(thing)
    require(record is not None, f"{where}: no verdict was recorded")
    return readable(record or {}, where)


def readable(record: dict[str, Any], where: str) -> dict[str, Any]:
    """Check the form of a verdict."""
    verdict = record["verdict"]
    code, message, advice = verdict["code"], verdict["message"], verdict["advice"]
    require(verdict["status"] in STATUSES, f"{where}: unknown status {verdict['status']!r}")
    plain = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    well_formed = code and set(code) <= plain and code[0] != "-" and code[-1] != "-"
    require(well_formed, f"{where}: code {code!r} is not lower-case letters, digits and hyphens")
    require(code not in FAILURES, f"{where}: the backend failed: {message}")
    require(message.strip(), f"{where}: the verdict {code} has no message")
    require("\n" not in message + advice, f"{where}: the verdict {code} is longer than one line")
    for name, value, unit in verdict["measures"]:
        require(isinstance(name, str) and value == value and isinstance(unit, str), f"{where}: measure {name!r}")
    return record


def verdicts_of(thing: object, where: str) -> list[dict[str, Any]]:
    """Return the records of a hinted thing: its functions', or its own where it has none."""
    functions = functions_of(thing)
    return [record_of(function, where) for function in functions] or [record_of(thing, where)]


def looks(thing: object) -> dict[str, Any]:
    """Collect what introspection tells of a thing's functions."""
    found: dict[str, Any] = {}
    for function in functions_of(thing):
        code = function.__code__
        found[function.__qualname__] = {
            "identity": (id(function), id(code), type(function)),
            "signature": str(inspect.signature(function)),
            "names": (function.__name__, function.__qualname__, function.__module__, function.__doc__),
            "defaults": (function.__defaults__, function.__kwdefaults__, dict(function.__annotations__)),
            "attributes": dict(function.__dict__),
            "closure": function.__closure__,
            "code": (code.co_code, code.co_consts, code.co_names, code.co_varnames, code.co_flags & _CODE_FLAGS),
            "lines": list(code.co_lines()) if hasattr(code, "co_lines") else code.co_firstlineno,
        }
    return found
