"""Switches the profile of hinted functions on and off while the program runs.

``profile=True`` on a decorator, or ``JITCTL_PROFILE=1`` for every hinted function, start it at the
hint; `jitctl.stats` shows the numbers. Each of these takes what the decorators take.
"""

from __future__ import annotations

from . import _targets
from ._router import backend as _backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["reset", "start", "stop"]


def start(thing: object) -> None:
    """Count and time the calls of a hinted function, from zero; one that is profiled goes on.

    Where that is not possible, ``stats(f).profile`` says why. LookupError when there is no hint.
    """
    for function in _hinted(thing, "profiler.start"):
        _backend.profile_start(function)


def stop(thing: object | None = None) -> int:
    """Stop, and keep the numbers for `jitctl.stats`; without an argument, for all functions.

    From then on calls cost what they cost without jitctl. Returns how many functions were stopped.
    """
    return sum(1 for function in _hinted(thing, "profiler.stop") if _backend.profile_stop(function))


def reset(thing: object | None = None) -> int:
    """Set the numbers back to zero; without an argument, those of all functions. Returns of how many."""
    return sum(1 for function in _hinted(thing, "profiler.reset") if _backend.profile_reset(function))


def _hinted(thing: Any | None, caller: str) -> list[Any]:
    if thing is None:
        return [record["object"] for record in _backend.records()]
    functions = [one for one in _targets.find(thing, caller).functions if _backend.record(one) is not None]
    if not functions:
        raise LookupError(
            f"{_targets.shown(thing)} has no hint; decorate it with jit_focus, jit_ignore or jit_once first"
        )
    return functions
