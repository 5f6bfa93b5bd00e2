"""Functions whose compiled code never lasts, and what is told of them."""

import gc
import time

from jitctl import _backend


def make(source, name="run", **names):
    space = {"__name__": "made", **names}
    exec(compile(source, "<made>", "exec"), space)
    return space[name]


def verdict(f):
    return _backend.record(f)["verdict"]


def measures(f):
    return {name: value for name, value, _ in verdict(f)["measures"]}


def regions(f):
    return len(_backend.observe(f)["regions"])


def step(times=2):
    for _ in range(times):
        time.sleep(0.06)
        gc.collect()


NEW_CLASS = """
def run(n):
    class Ctx:
        def __enter__(self): return 1
        def __exit__(self, *_): return False
    ctx, total = Ctx(), 0
    for _ in range(n):
        with ctx as value: total += value
    return total
"""
MANY_CLASSES = """
def make(i):
    class Ctx:
        def __enter__(self): return i
        def __exit__(self, *_): return False
    return Ctx()
def run(n, contexts):
    total = 0
    for i in range(n):
        with contexts[i % len(contexts)] as value: total += value
    return total
"""
