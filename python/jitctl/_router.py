"""Picks what carries out the hints: the compiled extension, or the pure-Python fallback.

`backend` is the module that was picked and started; both offer the interface that
``_backend.pyi`` states. Nothing else in the package asks which of the two it is.
"""

import os
import sys

from . import _settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from ._errors import BackendError

#: the folder that holds our own backend libraries
DIRECTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "backends")

settings = _settings.read()
#: why the backend named in JITCTL_BACKEND cannot be used; only ever set under ``python -m jitctl``
failure: "BackendError | None" = None


def _load() -> "ModuleType":
    """Import the extension; where it is missing, broken or unwanted, the fallback."""
    try:
        if settings.pure_python:
            raise ImportError("JITCTL_PURE_PYTHON is set")
        import jitctl._backend as extension
    except Exception as error:  # whatever a broken extension raises, `import jitctl` goes on
        from . import _fallback

        _fallback.explain(error)
        return _fallback
    return extension


def _runs_as_tool() -> bool:
    """Say whether this import is the first step of ``python -m jitctl``, or of the script ``jitctl``.

    While Python looks for the module to run, ``sys.argv[0]`` is ``-m`` and the name stands in
    ``sys.orig_argv`` before the arguments that follow in ``sys.argv``.
    """
    argv: list[str] = getattr(sys, "argv", [])
    original: list[str] = getattr(sys, "orig_argv", [])
    if argv and os.path.basename(argv[0]) in ("jitctl", "jitctl.exe"):
        return True
    if argv[:1] != ["-m"] or len(original) <= len(argv):
        return False
    name = original[-len(argv)]
    return name == "jitctl" or (name.startswith("-") and name.endswith("mjitctl"))


def _start(module: "Any") -> None:
    """Let the module choose its backend; a named one that cannot be used is an error.

    Only ``python -m jitctl`` goes on without it: the doctor must work where it is needed most.
    """
    global failure
    asked = settings.for_start()
    try:
        module.start(DIRECTORY, **asked)
    except ImportError as error:
        if not _runs_as_tool():
            raise
        failure = error  # type: ignore[assignment]
        module.start(DIRECTORY, **{**asked, "backend": None})


def _tell_problems() -> None:
    """Write a line for every variable whose value cannot be meant; the doctor shows them itself."""
    if not settings.problems or sys.stderr is None or _runs_as_tool():
        return
    for name, problem in settings.problems.items():
        text = f"jitctl: {name}={os.environ[name]} {problem}"
        sys.stderr.write(text.encode("ascii", "backslashreplace").decode("ascii") + "\n")


backend: "Any" = _load()
_start(backend)
_tell_problems()
