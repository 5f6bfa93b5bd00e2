"""Runs an interpreter and asks it what it is. What does not run is not an interpreter we can use."""

from __future__ import annotations

import json
import subprocess
from typing import Any, NamedTuple

from clean_environment import clean_environment

ASK = """
import json, os, sys, sysconfig
jit = getattr(sys, "_jit", None)
config = sysconfig.get_config_var("CONFIG_ARGS") or ""
# 3.13 has no sys._jit: only the build options tell.
options = [a.strip("'").partition("=")[2] for a in config.split() if "--enable-experimental-jit" in a]
built = jit.is_available() if jit else any(o not in ("no", "interpreter") for o in options)
version = getattr(sys, "pypy_version_info", None)
program = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({
    "path": os.path.realpath(program if sys.prefix != sys.base_prefix else sys.executable),
    "implementation": sys.implementation.name,
    "version": sys.version.split()[0],
    "implementation_version": "%d.%d.%d" % tuple(version[:3]) if version else sys.version.split()[0],
    "debug": hasattr(sys, "gettotalrefcount"),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "jit_built": bool(built),
    "jit_enabled": bool(jit and jit.is_enabled()),
}))
"""

WORKS = "import ctypes, ssl, zlib; assert zlib.decompress(zlib.compress(b'x')) == b'x'"


class Interpreter(NamedTuple):
    """One interpreter that was run. `jit_built` and `jit_enabled` speak of CPython's own JIT, not of PyPy's."""

    name: str
    path: str
    implementation: str
    version: str
    implementation_version: str
    debug: bool
    free_threaded: bool
    jit_built: bool
    jit_enabled: bool
    origin: str

    @property
    def minor(self) -> str:
        """The language version, as in "3.14"."""
        return ".".join(self.version.split(".")[:2])


def run(path: str, code: str) -> str | None:
    """Return what the interpreter prints for `code`; None when it cannot be run or fails."""
    try:
        done = subprocess.run(
            [path, "-s", "-S", "-B", "-c", code],
            # The switches of JIT and GIL stay; what would bend another interpreter goes.
            env=clean_environment(keep=["PYTHON_JIT", "PYTHON_GIL"], also=["__PYVENV"]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
            text=True,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout if done.returncode == 0 else None


def probe(path: str, origin: str) -> Interpreter | None:
    """Say what runs at `path`; None when nothing usable does."""
    answer = run(path, ASK)
    try:
        facts: dict[str, Any] = json.loads(answer or "")
        found = Interpreter(name="", origin=origin, **facts)
    except (ValueError, TypeError):
        return None
    return found._replace(name=name_of(found))


def name_of(found: Interpreter) -> str:
    """Return a short name such as "cpython3.14d": implementation, version, t for free-threaded, d for debug."""
    letters = ("t" if found.free_threaded else "") + ("d" if found.debug else "")
    return found.implementation + found.minor + letters
