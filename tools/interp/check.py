"""Checks that fetched interpreters are what they were fetched for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from interp.errors import ToolError
from interp.probe import WORKS, probe, run

JIT_SINCE = (3, 14)


def faults(path: str) -> list[str]:
    """Say what is wrong with the interpreter at `path`, by what its name promises; nothing when all is well."""
    found = probe(path, "fetched")
    if found is None:
        return ["does not run"]
    wrong: list[str] = []
    name = Path(path).name
    promise = re.match(r"^(python|pypy)(3\.\d+)?(t?)(d?)", name)
    if promise is None:
        return ["has a name that says nothing about its version"]
    implementation = "cpython" if promise[1] == "python" else "pypy"
    if found.implementation != implementation:
        wrong.append(f"is {found.implementation}, not {implementation}")
    if promise[2] and found.minor != promise[2]:
        wrong.append(f"is version {found.version}, not {promise[2]}")
    if found.debug != bool(promise[4]):
        wrong.append("is {} debug build".format("a" if found.debug else "not a"))
    if found.free_threaded != bool(promise[3]):
        wrong.append("is {}free-threaded".format("" if found.free_threaded else "not "))
    version = tuple(map(int, found.minor.split(".")))
    if implementation == "cpython" and not found.free_threaded and version >= JIT_SINCE and not found.jit_built:
        wrong.append("carries no JIT")
    if run(path, WORKS) is None:
        wrong.append("cannot import ssl, ctypes or zlib")
    return wrong


def sort_out(programs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the programs that work, and a line for each that does not; raise when no CPython with a JIT is left."""
    wrong = {program: faults(program) for program in programs}
    good = [program for program in programs if not wrong[program]]
    bad = ["{}: fetched, but it {}".format(Path(p).name, ", ".join(wrong[p])) for p in programs if wrong[p]]
    carriers = [one for one in (probe(program, "fetched") for program in good) if one is not None and one.jit_built]
    if not carriers:
        found = "; ".join(bad) or "fetched " + (", ".join(Path(p).name for p in programs) or "nothing")
        raise ToolError(found, "a working CPython that carries a JIT", "fetch again later or name another --suite")
    return good, bad
