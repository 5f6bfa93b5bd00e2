"""Takes hints back, and switches all of them off and on again while the process runs."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from weakref import ref

from .. import _applying, _targets
from .._router import backend as _backend

_HINTS = ("focus", "ignore", "once")


def remove(thing: Any) -> bool:
    """Take back the hints that were given to `thing`, through it or to what it holds; return whether there was one.

    It may be whatever the decorators take: a function, wrapper, method, property or class. What was compiled for a hint
    is dropped, as far as the backend can. Raises TypeError for what could not have a hint.
    """
    taken = [_backend.undo(one) for one in _targets.recorded(thing, "remove")]
    return any(taken)


class _Off:
    """What is needed to switch hints on again: those that were in force, and those asked for since."""

    def __init__(self, decorators: ModuleType) -> None:
        self.decorators = decorators
        self.before = {hint: getattr(decorators, f"_{hint}") for hint in _HINTS}
        self.waiting: list[tuple[Callable[[], Any], str, dict[str, Any] | None, str]] = []

    def keep(self, function: Any, hint: str, options: dict[str, Any] | None, origin: str) -> None:
        self.waiting.append((ref(function), hint, options, origin))


class _Waiting:
    """Stands in front of a strategy while hints are switched off: what is asked for is given when they are on again."""

    def __init__(self, hint: str, off: _Off) -> None:
        self.hint = hint
        self.backend = "none"
        self._off = off

    def apply(self, function: Any, options: dict[str, Any] | None, origin: str) -> bool:
        self._off.keep(function, self.hint, options, origin)
        return False  # nothing is to be remarked on it yet

    def note(self, *_: Any) -> None:
        return None


_off: _Off | None = None


def is_disabled() -> bool:
    """Say whether `disable` switched hints off."""
    return _off is not None


def disable() -> int:
    """Switch all hints off: each is taken back, and what is asked for from now on waits for `enable`.

    Returns how many functions lost a hint. The program goes on as without jitctl. Calling it again does nothing.
    """
    global _off
    if _off is not None:
        return 0
    _off = _Off(sys.modules[__package__.rpartition(".")[0]])
    taken = 0
    for record in _backend.records():
        function = record["object"]
        try:
            _off.keep(function, record["hint"], _applying.kept_options(function), record["origin"])
        except TypeError:  # it has no bytecode, and no weak reference can be made to it
            continue
        taken += bool(_backend.undo(function))
    for hint in _HINTS:
        setattr(_off.decorators, f"_{hint}", _Waiting(hint, _off))
    return taken


def enable() -> int:
    """Give back the hints that `disable` took, and give those that were asked for since; return to how many functions.

    Sample arguments are not kept, so a hint that had some comes back without. Calling it again does nothing.
    """
    global _off
    off, _off = _off, None
    if off is None:
        return 0
    for hint, strategy in off.before.items():
        setattr(off.decorators, f"_{hint}", strategy)
    given = 0
    for function, hint, options, origin in off.waiting:
        found = function()
        if found is not None and hasattr(found, "__code__"):
            off.before[hint].apply(found, options, origin)
            given += 1
    return given
