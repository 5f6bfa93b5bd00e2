"""What the fallback says about the interpreter and the candidates; imported when asked."""

from __future__ import annotations

import os
import sys
import sysconfig

from .._verdicts import NO_EXTENSION
from .._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_SUFFIXES = (".so", ".dylib", ".dll", ".pyd")

NOOP: dict[str, Any] = {
    "name": "noop",
    "version": __version__,
    "file": None,
    "source": "built-in",
    "usable": True,
    "chosen": True,
    "code": "fallback",
    "reason": "part of the pure-Python fallback; needs nothing",
    "hints": ["focus", "ignore", "once"],
    "requires": "any interpreter",
    "rank": 0,
    "description": "leaves every function as it is",
}


def describe_interpreter(reason: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """Describe the interpreter; `reason` is why the extension could not be loaded, `environment` what may be heeded."""
    number = sys.implementation.version
    level = "" if number.releaselevel == "final" else f"-{number.releaselevel}.{number.serial}"
    built, enabled = _jit(environment)
    return {
        "implementation": sys.implementation.name,
        "version": f"{number.major}.{number.minor}.{number.micro}{level}",
        "hexversion": sys.implementation.hexversion,
        "debug": hasattr(sys, "gettotalrefcount"),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "subinterpreter": _in_subinterpreter(),
        "jit_built": built,
        "jit_enabled": enabled,
        "platform": sysconfig.get_platform(),
        "build": " ".join(sys.version.split()),
        "extension": False,
        "reason": reason,
    }


def _jit(environment: Mapping[str, str]) -> tuple[bool, bool]:
    """Say whether a JIT is built, and whether it is on.

    From 3.14 CPython says so itself (`sys._jit`). 3.13 does not, so its configure line and the
    variable that switches it decide. PyPy tells through its translation options.
    """
    own = getattr(sys, "_jit", None)
    if own is not None:
        return bool(own.is_available()), bool(own.is_enabled())
    translated = getattr(sys, "pypy_translation_info", None)
    if translated is not None:
        built = bool(translated.get("translation.jit"))
        return built, built
    if sys.implementation.name != "cpython":
        return False, False
    line = (sysconfig.get_config_var("CONFIG_ARGS") or "").replace("'", " ").split()
    option = "--enable-experimental-jit"
    asked = [word[len(option) :].lstrip("=") or "yes" for word in line if word.split("=")[0] == option]
    built = bool(asked) and asked[-1] in ("yes", "yes-off")
    wanted = environment.get("PYTHON_JIT")
    return built, built and (wanted != "0" if wanted else asked[-1] == "yes")


def _in_subinterpreter() -> bool:
    """Say whether this is not the main interpreter; False where Python has no way to tell."""
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            module = __import__(name)
            current, main = module.get_current(), module.get_main()
        except (ImportError, AttributeError):
            continue
        return bool(current != main)
    return False


def list_candidates(directory: str, path: list[str], reason: str) -> list[dict[str, Any]]:
    """List noop, and every library found: none of them can be loaded without the extension."""
    from .._entry_points import libraries

    found = [NOOP]
    needed = f"needs the compiled extension: {reason}"
    for place, source in [(directory, "built-in"), *((entry, "path") for entry in path)]:
        for file in _libraries(place):
            name = os.path.basename(file).split(".", 1)[0]
            name = name[len("libjitctl_backend_") :] if name.startswith("libjitctl_backend_") else name
            if (name, source) != ("noop", "built-in"):  # the one above stands for it
                found.append(_unusable(name, file, source, needed))
    return found + [_unusable(name, file, "entry-point", needed) for name, file in libraries()]


def _libraries(place: str) -> list[str]:
    """Return the shared libraries in a folder, or the one file that `place` names."""
    if not os.path.isdir(place):
        return [place] if os.path.isfile(place) else []
    files = sorted(os.path.join(place, name) for name in os.listdir(place))
    return [file for file in files if file.endswith(_SUFFIXES) and os.path.isfile(file)]


def _unusable(name: str, file: str, source: str, reason: str) -> dict[str, Any]:
    facts = {"name": name, "version": None, "file": file, "source": source, "usable": False, "chosen": False}
    return {
        **facts,
        "code": NO_EXTENSION,
        "reason": reason,
        "hints": [],
        "requires": None,
        "rank": None,
        "description": None,
    }


def list_of_candidates(candidates: Iterable[dict[str, Any]]) -> str:
    """Write the candidates on one line, each with whether it can be used and why not."""
    parts = []
    for one in candidates:
        state = "usable" if one["usable"] else f"not usable, {one['reason']}"
        parts.append(f"{one['name']} ({state})")
    return "; ".join(parts)


def no_profile(reason: str) -> dict[str, Any]:
    """Return the profile of a function that cannot be profiled, in the shape that the extension gives."""
    nothing: dict[str, Any] = dict.fromkeys(("mean_ns", "typical_ns", "min_ns", "max_ns"))
    nothing.update(dict.fromkeys(("count", "raised", "lost", "total_ns"), 0))
    return {
        "state": "unsupported",
        "method": "",
        "note": f"profiling needs the compiled extension: {reason}",
        "clock": "none",
        "rewarmed": 0,
        "bounds_ns": [],
        "before": {**nothing, "histogram": []},
        "after": {**nothing, "histogram": []},
    }
