"""A configuration is an interpreter, the environment it runs in, and the hint that the worker applies."""

from typing import NamedTuple

from harness import ROOT

#: environment -> variables. Those of the caller (PYTHON*, JITCTL_*) never reach a worker.
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "default": {},
    "off": {"PYTHON_JIT": "0", "JITCTL_OPT_IN": "0"},
    "jit": {"PYTHON_JIT": "1"},
    "optin": {"JITCTL_OPT_IN": "1"},
    "pure": {"JITCTL_PURE_PYTHON": "1"},
    "warmup": {"JITCTL_BACKEND": "warmup"},
    "compiler": {"PYTHON_JIT": "0", "JITCTL_BACKEND": "compiler"},
    "chain": {"JITCTL_BACKEND": "compiler,native"},
    "numba": {"PYTHON_JIT": "0"},
    "cinderx": {"PYTHON_JIT": "0", "JITCTL_BACKEND": "cinderx"},
}


class Configuration(NamedTuple):
    """Where a benchmark runs. Its name is the name of its file of results."""

    interpreter: str
    environment: str
    hint: str

    @property
    def name(self) -> str:
        """The three, as in "cpython3.15.2_optin_focus"."""
        return "_".join(self)

    @classmethod
    def of(cls, name: str) -> "Configuration":
        """Return the configuration of a file's stem."""
        interpreter, environment, hint = name.split("_")
        return cls(interpreter, environment, hint)


class Place(NamedTuple):
    """An interpreter to measure on: `label` has its full version, as in "cpython3.15.2"."""

    label: str
    minor: str
    path: str
    implementation: str
    jit: bool


def places() -> list[Place]:
    """Return the release builds that tools/interpreters.py finds; a debug build's times say nothing."""
    import os
    from pathlib import Path

    from interp.find import find_interpreters

    home = Path(os.environ.get("JITCTL_INTERPRETERS") or ROOT / ".interpreters")
    found = [one for one in find_interpreters(home, one_each=True) if not one.debug and not one.free_threaded]
    return [
        Place(one.implementation + one.implementation_version, one.minor, one.path, one.implementation, one.jit_built)
        for one in found
    ]
