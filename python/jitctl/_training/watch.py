"""The thread that stops a training's call which does not return: plain Python, so it may end with the interpreter."""

from __future__ import annotations

import sys
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class TrainingStopped(BaseException):
    """Raised in a call of a training that took too long; it never leaves the training."""


def stopping(made: Callable[[], None], dropped: Callable[[], None]) -> type[TrainingStopped]:
    """Make the class of the exceptions that stop one training; these functions are called when one comes and goes."""
    body = {"__module__": __name__, "__init__": staticmethod(made), "__del__": staticmethod(dropped)}
    return type("TrainingStopped", (TrainingStopped,), body)


class Quiet:
    """Drops what Python says of a training's end in a thread, until the last of its objects has gone.

    A finaliser that a stop hit, or whose object it left half made, is told to `sys.unraisablehook`; what it left open
    or not awaited, to `warnings`. All else goes on to those that were there, and they come back afterwards, unless
    somebody else has taken their place.
    """

    def __init__(self, thread: int) -> None:
        self.thread = thread
        self.places: dict[str, tuple[Any, Any, Any]] = {}

    def replace(self, module: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Put what `make` gives in a module's place."""
        before = None if module is None or name in self.places else vars(module).get(name)
        if before is not None:
            ours = make(before)
            self.places[name] = (module, before, ours)
            setattr(module, name, ours)

    def is_here(self) -> bool:
        """Is this the thread of the training?"""
        return get_ident() == self.thread

    def unraisable(self, before: Any) -> Any:
        """Make a `sys.unraisablehook`."""

        def unraisablehook(unraisable: Any) -> None:
            if not self.is_here():
                before(unraisable)

        return unraisablehook

    def shown(self, before: Any) -> Any:
        """Make a `warnings._showwarnmsg`."""

        def _showwarnmsg(message: Any) -> None:
            if not (issubclass(message.category, ResourceWarning) and self.is_here()):
                before(message)

        return _showwarnmsg

    def unawaited(self, before: Any) -> Any:
        """Make a `warnings._warn_unawaited_coroutine`."""

        def _warn_unawaited_coroutine(coroutine: Any) -> None:
            if not self.is_here():
                before(coroutine)

        return _warn_unawaited_coroutine

    def end(self) -> None:
        """Put everything back."""
        for name, (module, before, ours) in self.places.items():
            if vars(module).get(name) is ours:
                setattr(module, name, before)


_quiet: dict[int, Quiet] = {}


def keep_quiet(stopped: bool = True) -> None:
    """Show nothing of what goes in this thread until `speak`: coroutines that no loop took; after a stop, all else."""
    quiet = _quiet.setdefault(get_ident(), Quiet(get_ident()))
    warnings = sys.modules.get("warnings")
    quiet.replace(warnings, "_warn_unawaited_coroutine", quiet.unawaited)
    if stopped:
        quiet.replace(warnings, "_showwarnmsg", quiet.shown)
        quiet.replace(sys, "unraisablehook", quiet.unraisable)


def speak() -> None:
    """Undo `keep_quiet`: the training in this thread has ended."""
    quiet = _quiet.pop(get_ident(), None) if _quiet else None
    if quiet is not None:
        quiet.end()


def watch(
    started: Callable[[], None],
    acquire: Callable[[bool, float], bool],
    look: Callable[[], float | None],
    seconds: float,
) -> None:
    """Say that the thread runs, wait for the end of the training, and look after it each time that `look` said."""
    started()
    wait: float | None = seconds
    while wait is not None and not acquire(True, wait):
        wait = look()
