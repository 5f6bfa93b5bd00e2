"""What the environment asks of jitctl: the table of its variables, and one reading of them at import.

Everything that heeds a variable gets it from here: the router, the extension and, through the
description of the interpreter, the backends. So all of them are ignored where Python ignores its
own (``python -E``, ``python -I``). ``doctor`` and docs/reference.md are made from the table.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_ON = ("1", "true", "yes", "on")
_OFF = ("", "0", "false", "no", "off")
#: what JITCTL_LOG names, as the extension counts it; 0 writes nothing
LEVELS = {"debug": 10, "info": 20, "warning": 30}


def switched_on(value: str | None) -> bool:
    """Say whether a switch is on: everything but empty, 0, false, no and off is.

    A value nobody foresaw (``JITCTL_DISABLE=please``) counts as on: who sets one wants something. That
    it was not understood is told.
    """
    return value is not None and value.strip().lower() not in _OFF


def _misread_switch(value: str) -> str | None:
    known = value.strip().lower() in _ON + _OFF
    return None if known else "is not understood; expected 1 or 0; taken for 1"


def _misread_level(value: str) -> str | None:
    known = not value.strip() or value.strip().lower() in LEVELS
    return None if known else f"is not understood; expected {', '.join(LEVELS)}; nothing is written"


def _misread_path(value: str) -> str | None:
    missing = [part for part in value.split(os.pathsep) if part and not os.path.exists(part)]
    return f"names what is not there: {', '.join(missing)}; correct or remove it" if missing else None


def _misread_budget(value: str) -> str | None:
    try:
        known = not value.strip() or 0 < float(value) < float("inf")
    except ValueError:
        known = False
    return None if known else "is no number of milliseconds; expected one above 0, such as 50; the default is used"


class Variable:
    """One variable: an example of its use, what it does, and what finds a value that cannot be meant."""

    __slots__ = ("name", "example", "meaning", "misread")

    def __init__(
        self, name: str, example: str, meaning: str, misread: "Callable[[str], str | None] | None" = None
    ) -> None:
        """Describe the variable; `misread` gives the problem with a value, or None."""
        self.name = name
        self.example = example
        self.meaning = meaning
        self.misread = misread


#: all variables that jitctl, its own backends and CPython's JIT read
VARIABLES = (
    Variable(
        "JITCTL_BACKEND",
        "warmup",
        "use this backend (or several with commas between, each for what those before it cannot do), or fail",
    ),
    Variable("JITCTL_BACKEND_PATH", "/opt/backends", "files and folders with more backends", _misread_path),
    Variable(
        "JITCTL_BUDGET_MS",
        "10",
        "the most milliseconds that a training may take where its hint does not say (`budget_ms`)",
        _misread_budget,
    ),
    Variable("JITCTL_DISABLE", "1", "switch every hint off", _misread_switch),
    Variable("JITCTL_HINTS", "jitctl.toml", "apply the rules of these files", _misread_path),
    Variable("JITCTL_LOG", "info", "what backends write to standard error: debug, info or warning", _misread_level),
    Variable(
        "JITCTL_OPT_IN",
        "1",
        "let a backend switch the JIT on for hinted functions where it would not by default; 0 forbids it",
        _misread_switch,
    ),
    Variable("JITCTL_PROFILE", "1", "count and time the calls of every hinted function", _misread_switch),
    Variable("JITCTL_PURE_PYTHON", "1", "keep the compiled extension out", _misread_switch),
    Variable(
        "JITCTL_CODE_MEMORY", "64M", "the most memory for machine code of the backend compiler, in MiB or with K, M, G"
    ),
    Variable("JITCTL_PERF_MAP", "1", "let the backend compiler write a map of its code for perf", _misread_switch),
    Variable(
        "JITCTL_SAMPLER_FALSIFY",
        "frames",
        "for tests of the sampler: let its self-test look in a wrong place for frames, or for the executor",
    ),
    Variable("JITCTL_NATIVE_FALSIFY", "T7", "for tests of the native backend: let one probe of its self-test fail"),
    Variable("JITCTL_NATIVE_TRIALS", "0", "for tests of the native backend: time no calls unasked"),
    Variable("JITCTL_COMPILER_FALSIFY", "T7", "for tests of the backend compiler: the same of its self-test"),
    Variable("JITCTL_COMPILER_VERIFY", "1", "for tests of the backend compiler: check its own code while it is made"),
    Variable("JITCTL_COMPILER_TRIALS", "0", "for tests of the backend compiler: time no calls unasked"),
    Variable("JITCTL_COMPILER_DUMP", "1", "for tests of the backend compiler: write what it makes to standard error"),
    Variable("PYTHON_JIT", "1", "CPython's own: switch its JIT on (1) or off (0) for all code"),
)


class Settings:
    """One reading of the environment."""

    __slots__ = (
        "backend",
        "disabled",
        "environment",
        "hints",
        "ignored",
        "log",
        "path",
        "problems",
        "profile",
        "pure_python",
    )

    def __init__(self, environ: "Mapping[str, str]", ignored: bool) -> None:
        """Read `environ`, or nothing of it when `ignored` is true."""
        if ignored:
            environ = {}
        self.ignored = ignored
        self.backend = environ.get("JITCTL_BACKEND", "").strip() or None
        self.path = [part for part in environ.get("JITCTL_BACKEND_PATH", "").split(os.pathsep) if part]
        self.hints = [part for part in environ.get("JITCTL_HINTS", "").split(os.pathsep) if part]
        self.disabled = switched_on(environ.get("JITCTL_DISABLE"))
        self.profile = switched_on(environ.get("JITCTL_PROFILE"))
        self.pure_python = switched_on(environ.get("JITCTL_PURE_PYTHON"))
        self.log = LEVELS.get(environ.get("JITCTL_LOG", "").strip().lower(), 0)
        #: what backends may heed: third parties' have variables of their own, which begin with JITCTL_ too
        self.environment = [(name, environ[name]) for name in environ if is_ours(name)]
        #: name of a variable -> what is wrong with its value
        self.problems: dict[str, str] = {}
        for one in VARIABLES:
            problem = one.misread(environ[one.name]) if one.misread and one.name in environ else None
            if problem:
                self.problems[one.name] = problem

    def for_start(self) -> "dict[str, Any]":
        """Give the settings as the backend module's `start` takes them."""
        return {
            "backend": self.backend,
            "path": self.path,
            "disabled": self.disabled,
            "profile": self.profile,
            "log": self.log,
            "environment": self.environment,
        }


def is_ours(name: str) -> bool:
    """Say whether jitctl or a backend may heed the variable of this name."""
    return name.startswith("JITCTL_") or name == "PYTHON_JIT"


def read() -> Settings:
    """Read the environment of this process."""
    return Settings(os.environ, bool(sys.flags.ignore_environment))
