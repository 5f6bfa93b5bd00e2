"""Backends that installed packages offer in the entry-point group ``jitctl.backends``.

An entry point names a function without parameters that returns the path of the library. Looking
for them costs tens of milliseconds (``importlib.metadata``), so `import jitctl` never does it:
only the doctor and an unknown ``JITCTL_BACKEND`` do.
"""

from __future__ import annotations

GROUP = "jitctl.backends"


def libraries() -> list[tuple[str, str]]:
    """Return the name and the library's path of every entry point.

    One whose function fails is listed with its reason in place of the path, so that the
    diagnosis shows it as a file that is not there.
    """
    from importlib.metadata import entry_points

    return [(entry.name, _path(entry)) for entry in entry_points(group=GROUP)]


def _path(entry: object) -> str:
    import os

    try:
        return os.fspath(entry.load()())  # type: ignore[attr-defined]
    except Exception as error:
        return f"<entry point {entry.name} failed: {type(error).__name__}: {error}>"  # type: ignore[attr-defined]
