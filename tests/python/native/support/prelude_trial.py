"""Functions on trial: timed with their hint and without."""

import sys
import time

from jitctl import _backend

LOOP = "def target(n):\n    t = 0\n    for i in range(n): t += i\n    return t\n"
FIB = "def target(n):\n    return n if n < 2 else target(n - 1) + target(n - 2)\n"
SLOW = """
import time
def target(n):
    if held(target.__code__): time.sleep(0.002)
    return n if n < 2 else target(n - 1) + target(n - 2)
"""


def verdict(f):
    return _backend.record(f)["verdict"]


def measures(f):
    return {name: value for name, value, _ in verdict(f)["measures"]}


def held(code):
    return any(sys.monitoring.get_local_events(n, code) for n in range(6) if sys.monitoring.get_tool(n))


def version_of(f):
    # behind the entry: see Versions in cpython/entries.rs
    import ctypes

    size = type(f).__basicsize__
    return bytes(ctypes.string_at(id(f), size)[size - 8 :])


seen = set()


def until(done, f, *arguments, seconds=120):
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        # Without its hint a function is waited for only so long as it is called often.
        for _ in range(300 if "taken back" in verdict(f)["message"] else 20):
            f(*arguments)
            # After each call, since on a busy machine a stage may be over after a few.
            seen.add(verdict(f)["message"].split(",")[0])
        time.sleep(0.005)
    return bool(done())
