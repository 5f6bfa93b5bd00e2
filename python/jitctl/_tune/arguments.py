"""Arguments to time a function with: recorded while a program runs, or made by the user's own samples."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import CodeType, FrameType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    #: the positional arguments of one call
    Arguments = tuple[Any, ...]
    #: gives the arguments of some calls, fresh ones where they may be changed
    Samples = Callable[[], list[Arguments]]

#: CPython 3.12 and later
_monitoring: Any = getattr(sys, "monitoring", None)
#: so many calls of a function are recorded
MOST = 5
_VARIABLE = 0x04 | 0x08  # CO_VARARGS, CO_VARKEYWORDS
_LEAVES = (type(None), bool, int, float, complex, str, bytes, range, type(Ellipsis))


def is_immutable(value: Any, depth: int = 4) -> bool:
    """Say whether a value is of exact builtin types that cannot be changed, down to the last item."""
    if type(value) in (tuple, frozenset):
        return depth > 0 and all(is_immutable(one, depth - 1) for one in value)
    return type(value) in _LEAVES


def key_of(code: CodeType) -> tuple[str, int, str]:
    """Return what tells code apart in every process: file, first line, name."""
    return code.co_filename, code.co_firstlineno, code.co_name


class Recorder:
    """Keeps the arguments of the first calls of some functions, where all of these are immutable.

    Between `start` and `stop` it listens to the start of functions: by `sys.monitoring` (3.12), each function that is
    not wanted costs one event, or by `sys.setprofile`, where every call costs one.
    """

    def __init__(self, wanted: Iterable[tuple[str, int, str]]) -> None:
        """Record calls of the code with these keys."""
        self._wanted = frozenset(wanted)
        self.found: dict[tuple[str, int, str], list[Arguments]] = {}
        self._spoiled: set[CodeType] = set()
        self._tool: int | None = None

    def start(self) -> None:
        """Begin. Does nothing where all tool identifiers are taken."""
        if _monitoring is None:
            sys.setprofile(self._on_event)
            return
        for tool in (4, 3, _monitoring.PROFILER_ID):
            if _monitoring.get_tool(tool) is None:
                _monitoring.use_tool_id(tool, "jitctl tune")
                _monitoring.register_callback(tool, _monitoring.events.PY_START, self._on_start)
                _monitoring.set_events(tool, _monitoring.events.PY_START)
                self._tool = tool
                _monitoring.restart_events()  # an earlier recorder may have had enough of the same code
                return

    def stop(self) -> None:
        """End; calling it again does nothing."""
        if _monitoring is None:
            sys.setprofile(None)
        elif self._tool is not None:
            _monitoring.set_events(self._tool, 0)
            _monitoring.register_callback(self._tool, _monitoring.events.PY_START, None)
            _monitoring.free_tool_id(self._tool)
            self._tool = None

    def _on_start(self, code: CodeType, _: int) -> Any:
        going_on = self._record(code, sys._getframe(1)) if key_of(code) in self._wanted else False
        return None if going_on else _monitoring.DISABLE

    def _on_event(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and key_of(frame.f_code) in self._wanted:
            self._record(frame.f_code, frame)

    def _record(self, code: CodeType, frame: FrameType) -> bool:
        """Keep the arguments of a call that begins; return whether more are wanted."""
        kept = self.found.setdefault(key_of(code), [])
        if code.co_flags & _VARIABLE or code.co_kwonlyargcount or len(kept) >= MOST or code in self._spoiled:
            return False
        names = code.co_varnames[: code.co_argcount]
        local = frame.f_locals
        # One that nested functions use may have moved into a cell; then it is not there yet.
        if any(name not in local for name in names):
            return False
        values = tuple(local[name] for name in names)
        if not all(map(is_immutable, values)):
            kept.clear()  # those that can be repeated do not stand for the others
            self._spoiled.add(code)
            return False
        kept.append(values)
        return len(kept) < MOST


def always(recorded: list[Arguments]) -> Samples:
    """Give the same arguments for every round: nothing can change them."""
    return lambda: recorded


def of_user(sample: Any) -> Samples:
    """Take what ``--sample`` names: the arguments of a call as a tuple or list, or a callable that makes them.

    Raises TypeError for anything else.
    """
    if callable(sample):
        return lambda: [_checked(sample())]
    arguments = _checked(sample)
    return lambda: [arguments]


def _checked(arguments: Any) -> Arguments:
    if not isinstance(arguments, tuple | list):
        kind = type(arguments).__name__
        raise TypeError(f"a sample must be a tuple of arguments, or a callable that makes one; got {kind}")
    return tuple(arguments)
