"""The ways in which the Python tests run on one interpreter, each a process of its own."""

from __future__ import annotations

from dataclasses import dataclass

from interp.probe import Interpreter


@dataclass(frozen=True)
class Mode:
    """One of them: what it is called, what to run, and the variables that make it."""

    name: str
    words: str
    tests: tuple[str, ...]
    env: dict[str, str | None]


def modes_of(one: Interpreter) -> list[Mode]:
    """Give the modes of an interpreter. Where there is a JIT, the library behaves differently with it on and off.

    The tests of native and compiler start processes in the modes that they tell apart, whatever their own process has;
    so do others, marked with `SAME_WITH_JIT` (tests/python/applies.py). Those of warmup need a process that uses it.
    """
    jit: dict[str, str | None] = {"PYTHON_JIT": "1"}
    warmup: dict[str, str | None] = {"JITCTL_BACKEND": "warmup"}
    found = [Mode(one.name, "", ("tests/python",), {})]
    if one.jit_built:
        without = ("tests/python", "--ignore=tests/python/native", "--ignore=tests/python/compiler")
        found.append(Mode(one.name + "+jit", ", JIT on", without, jit))
    if one.implementation == "cpython" and not one.free_threaded:
        found.append(Mode(one.name + "+warmup", ", warmup", ("tests/python/warmup",), warmup))
        if one.jit_built:
            found.append(Mode(one.name + "+warmup+jit", ", warmup, JIT on", ("tests/python/warmup",), warmup | jit))
    return found
