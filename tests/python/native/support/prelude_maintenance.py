"""Functions whose compiled code is dropped, and what is told of them."""

import builtins
import gc
import time

from jitctl import _backend


def make(source="def f(n):\n t = 0\n for i in range(n): t += i\n return t", name="f"):
    space = {}
    exec(source, space)
    return space[name]


def drive(f, *calls):
    for n in calls:
        f(n)


def step(times=2):
    for _ in range(times):
        time.sleep(0.06)
        gc.collect()


def drop():
    builtins.jitctl_test = 1
    del builtins.jitctl_test


def verdict(f):
    return _backend.record(f)["verdict"]


def notes():
    return dict(_backend.chosen()["notes"])
