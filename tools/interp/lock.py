"""Lets only one of several processes at a time change a folder of interpreters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(home: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the folder's lock, after waiting for it; the lock ends with the process, however that ends."""
    import fcntl  # Windows has none; it has no apt either, so that nothing there gets here

    with (home / "lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("waiting for another fetch")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
