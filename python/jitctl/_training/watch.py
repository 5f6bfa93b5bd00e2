"""The thread that stops a training's call which does not return: plain Python, so it may end with the interpreter."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class TrainingStopped(BaseException):
    """Raised in a call of a training that took too long; it never leaves the training."""


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
