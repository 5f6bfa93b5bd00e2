"""The one thing to change so that hints do more here, and the known faults that matter here."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .. import _router
from .._stats.system import Interpreter, System
from .candidates import candidates
from .trial import Trial

NOTHING = "nothing"
#: where a build with a JIT is to be had, by sys.platform; of 3.15, for that of 3.14 gains little
_WHERE = {
    "darwin": "python.org's installer of 3.15 has one",
    "win32": "python.org's installer of 3.15 has one",
    "linux": "`uv python install 3.15` and Debian's python3.15 have one",
}
_BUILD = "or build CPython with ./configure --enable-experimental-jit=yes-off"
#: how native's notes name modules, imported here, that crash together with the JIT
CONFLICT = "known conflict"
#: how the extension names what it does not know of this interpreter
UNKNOWN = "this interpreter"


def to_change(system: System, trials: Sequence[Trial]) -> str:
    """Name the one thing to change, or say that nothing has to be."""
    if _router.failure is not None:
        return f"unset JITCTL_BACKEND, or name a backend that can be used: {_router.failure}"
    if system.backend.disabled:
        return "unset JITCTL_DISABLE"
    focus = next((one for one in trials if one.hint == "focus"), None)
    if focus is not None and focus.acts:
        return NOTHING
    if _router.settings.pure_python:
        return "unset JITCTL_PURE_PYTHON"
    if _router.settings.backend and system.jit.built:
        return f"unset JITCTL_BACKEND={_router.settings.backend}, so that the best backend is used"
    ignored_option = _jit_option()
    return (ignored_option if system.jit.built else "") or _for_build(system.interpreter) or _advice(focus)


def _advice(focus: Trial | None) -> str:
    return focus.advice if focus is not None and focus.advice else NOTHING


def _for_build(interpreter: Interpreter) -> str:
    """Say which build to use instead, where this one can do nothing."""
    if interpreter.implementation == "pypy":
        return f"{NOTHING}: PyPy compiles what is hot by itself, and hints are for CPython's JIT"
    if interpreter.implementation != "cpython":
        return "use CPython: hints are for its JIT"
    if interpreter.free_threaded:
        return "use the ordinary build of this version: CPython's free-threaded build has no JIT that can be steered"
    if interpreter.jit_built:
        return "" if interpreter.extension else f"install jitctl's wheel for this platform: {interpreter.reason}"
    where = _WHERE.get(sys.platform)
    advice = "use a CPython with a JIT: " + (f"{where}; {_BUILD}" if where else _BUILD.partition(" ")[2])
    if any(one.name == "compiler" and one.usable for one in candidates()):
        advice += "; or set JITCTL_BACKEND=compiler here: jitctl's own compiler, which is young"
    return advice


def _jit_option() -> str:
    """Tell that ``-X jit`` was given, where it was: no version of CPython that jitctl knows heeds it."""
    if "jit" not in sys._xoptions:
        return ""
    return "set PYTHON_JIT=1: CPython has no option -X jit, and ignored the one that was given"


def warnings(system: System) -> list[str]:
    """List what a user should know before using hints here: one line each."""
    found = []
    if "jit" in sys._xoptions:
        found.append("-X jit was given and is ignored: CPython has no such option; PYTHON_JIT=1 switches its JIT on")
    return found + [text for name, text in system.backend.notes if name == UNKNOWN or name.startswith(CONFLICT)]
