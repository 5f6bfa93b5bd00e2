"""Run in a fresh interpreter: how many iterations or calls until an executor exists. Argument: hinted. Prints JSON.

Asking for an executor where there is none raises, and on 3.15 that aborts the trace that is being recorded.
So every number is tried with a fresh function, and only then asked.
"""

import _opcode
import json
import sys
from time import perf_counter

from _opcode_metadata import _specialized_opmap, opmap

ENTER = {**opmap, **_specialized_opmap}["ENTER_EXECUTOR"]
LOOP = "def f(n):\n    t = 0.5\n    for i in range(n):\n        t = t * 0.999 + i\n    return t\n"
WHILE = "def f(n):\n    while n:\n        n -= 1\n    return n\n"
CALL = "def f(x):\n    y = x * 3 + 1\n    z = y * y - x\n    return (z + y) * (z - y) + x * z\n"


def compiled(code):
    raw = code._co_code_adaptive
    for offset in range(0, len(raw), 2):
        if raw[offset] == ENTER:
            try:
                return _opcode.get_executor(code, offset) is not None
            except ValueError:
                continue
    return False


def attempt(source, count, called, hinted):
    space = {}
    exec(compile(source, "<f>", "exec"), space)
    f = space["f"]
    if hinted:
        import jitctl

        jitctl.jit_focus(f)
    drive(f, 0, called)
    start = perf_counter()
    drive(f, count, called)
    spent = perf_counter() - start
    return compiled(f.__code__), spent


def drive(f, count, called):
    if called:
        for i in range(count):
            f(i)
    else:
        f(count)


def least(source, called, hinted):
    """Find the smallest number that suffices, by doubling and halving."""
    low, high = 0, 1
    while not attempt(source, high, called, hinted)[0]:
        low, high = high, high * 2
        if high > 40_000:
            return {"count": None, "ms": None}
    while high - low > 1:
        middle = (low + high) // 2
        if attempt(source, middle, called, hinted)[0]:
            high = middle
        else:
            low = middle
    return {"count": high, "ms": min(attempt(source, high, called, hinted)[1] for _ in range(5)) * 1e3}


hinted = sys.argv[1] == "1"
print(
    json.dumps(
        {
            "for loop": least(LOOP, False, hinted),
            "while loop": least(WHILE, False, hinted),
            "calls without a loop": least(CALL, True, hinted),
        }
    )
)
