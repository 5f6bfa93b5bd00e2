"""What the environment asks of jitctl, read once at import.

| variable | meaning |
| --- | --- |
| ``JITCTL_BACKEND`` | use this backend, or fail with a list of those there are |
| ``JITCTL_BACKEND_PATH`` | more backends: files or folders, separated by ``os.pathsep`` |
| ``JITCTL_DISABLE`` | every hint does nothing, and its verdict says so |
| ``JITCTL_PROFILE`` | count and time the calls of every hinted function |
| ``JITCTL_PURE_PYTHON`` | do not load the compiled extension |

All of them are ignored where Python ignores its own variables (``python -E``, ``python -I``).
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Optional

_OFF = ("", "0", "false", "no", "off")


class Settings:
    """One reading of the environment."""

    __slots__ = ("backend", "disabled", "ignored", "path", "profile", "pure_python")

    def __init__(self, environ: "Mapping[str, str]", ignored: bool) -> None:
        """Read `environ`, or nothing of it when `ignored` is true."""
        if ignored:
            environ = {}
        self.ignored = ignored
        self.backend: "Optional[str]" = environ.get("JITCTL_BACKEND", "").strip() or None
        path = environ.get("JITCTL_BACKEND_PATH")
        self.path = [part for part in path.split(os.pathsep) if part] if path else []
        self.disabled = switched_on(environ.get("JITCTL_DISABLE"))
        self.profile = switched_on(environ.get("JITCTL_PROFILE"))
        self.pure_python = switched_on(environ.get("JITCTL_PURE_PYTHON"))


def switched_on(value: "Optional[str]") -> bool:
    """Say whether a switch is on: everything but empty, 0, false, no and off is.

    A value nobody foresaw (``JITCTL_DISABLE=please``) counts as on: who sets one wants something.
    """
    return value is not None and value.strip().lower() not in _OFF


def read() -> Settings:
    """Read the environment of this process."""
    return Settings(os.environ, bool(sys.flags.ignore_environment))
