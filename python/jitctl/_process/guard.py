"""Notices that the program is about to use what the sampler uses, or to become another program, before it happens.

Python has no event for these calls, so while samples are taken, functions of C modules are replaced by ones that say so
first and then do what they always do.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any


class Guard:
    """Calls `told` with a sentence, once, before the program does one of these things."""

    def __init__(self, told: Callable[[str], None]) -> None:
        """Guard nothing yet."""
        self._told = told
        self._before: list[tuple[ModuleType, str, Any]] = []

    def install(self, timer: bool) -> None:
        """Begin. timer: whether the sampler uses ITIMER_PROF, which also outlives the program that set it."""
        self._replace([_signal], "signal", _is_profiling_signal, "the program set a handler of SIGPROF")
        if timer:
            self._replace([_signal, signal], "setitimer", _is_profiling_timer, "the program set the timer ITIMER_PROF")
            for name in ("execv", "execve"):
                self._replace([os], name, lambda *_: True, "the program executed another one in its place")

    def remove(self) -> None:
        """End; calling it again does nothing. What somebody else put there meanwhile stays."""
        before, self._before = self._before, []
        for module, name, function in before:
            if getattr(getattr(module, name, None), "__wrapped__", None) is function:
                setattr(module, name, function)

    def _replace(self, modules: list[ModuleType], name: str, concerns: Callable[..., bool], sentence: str) -> None:
        function = getattr(modules[0], name)

        def guarded(*arguments: Any) -> Any:
            if self._before and concerns(*arguments):
                self.remove()
                self._told(sentence)
            return function(*arguments)

        guarded.__name__ = guarded.__qualname__ = name
        guarded.__doc__ = function.__doc__
        guarded.__wrapped__ = function  # type: ignore[attr-defined]
        for module in modules:
            self._before.append((module, name, function))
            setattr(module, name, guarded)


def _is_profiling_signal(number: Any = None, *_: Any) -> bool:
    return bool(number == signal.SIGPROF)


def _is_profiling_timer(which: Any = None, *_: Any) -> bool:
    return bool(which == signal.ITIMER_PROF)
