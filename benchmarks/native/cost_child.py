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


def collection():
    """Return the milliseconds of an automatic-looking collection; the maintenance step runs in its callbacks."""
    best = []
    for _ in range(5):
        time.sleep(0.06)
        start = perf_counter()
        gc.collect(0)
        with_step = perf_counter() - start
        start = perf_counter()
        gc.collect(0)
        best.append((with_step - (perf_counter() - start)) * 1e3)
    return sorted(best)[len(best) // 2]


first = functions(1)
start = perf_counter()
jitctl.jit_focus(first[0])
FIRST_MS = (perf_counter() - start) * 1e3
few = functions(256)
kept = {hint.__name__: functions(MANY) for hint in (jitctl.jit_focus, jitctl.jit_ignore, jitctl.jit_once)}
costs = {name: apply(getattr(jitctl, name), some) for name, some in kept.items()}
for one in kept["jit_focus"][:256]:
    one(40)
step = collection()
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
            "maintenance step, 256 of 15,001 hinted functions looked at (ms)": step,
        }
    )
)
