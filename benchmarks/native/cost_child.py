"""Run in a fresh interpreter: the costs of hints in this process. Prints JSON."""

import gc
import json
import time
import types
from time import perf_counter

start = perf_counter()
import jitctl  # noqa: E402

IMPORT_MS = (perf_counter() - start) * 1e3
SOURCE = "def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
CODE = compile(SOURCE, "<f>", "exec").co_consts[0]
MANY = 5_000


def functions(number):
    return [types.FunctionType(CODE.replace(), {}) for _ in range(number)]


def apply(hint, some):
    start = perf_counter()
    for one in some:
        hint(one)
    return (perf_counter() - start) / len(some) * 1e6


def notes():
    return dict(jitctl._backend.chosen().get("notes") or [])


def number(text):
    """Read the first decimal number of a note."""
    import re

    found = re.search(r"\d+\.\d+", text or "")
    return float(found.group()) if found else None


def step():
    """Return the milliseconds of a step of maintenance, by the backend's own count."""
    steps, spent = 0, 0.0
    for sign in (-1, 1):
        text = notes()["maintenance"]
        steps, spent = steps + sign * int(text.split()[0]), spent + sign * number(text)
        for _ in range(5 if sign < 0 else 0):
            time.sleep(0.06)
            gc.collect(0)
    return spent / steps


first = functions(1)
start = perf_counter()
jitctl.jit_focus(first[0])
FIRST_MS = (perf_counter() - start) * 1e3
few = functions(256)
kept = {hint.__name__: functions(MANY) for hint in (jitctl.jit_focus, jitctl.jit_ignore, jitctl.jit_once)}
costs = {name: apply(getattr(jitctl, name), some) for name, some in kept.items()}
for one in kept["jit_focus"][:256]:
    one(40)
cost = step()
print(
    json.dumps(
        {
            "import (ms)": IMPORT_MS,
            "self-test (ms)": number(notes().get("self-test")),
            "first hint, with the opt-in where the JIT is off (ms)": FIRST_MS,
            "of that the walk over existing code (ms)": number(notes().get("opt-in")),
            "jit_focus per function (us)": costs["jit_focus"],
            "jit_ignore per function (us)": costs["jit_ignore"],
            "jit_once per function (us)": costs["jit_once"],
            "maintenance step, 256 of 15,001 hinted functions looked at (ms)": cost,
        }
    )
)
