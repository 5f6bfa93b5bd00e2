"""Functions for the clock to look after, and what it has done."""

import builtins
import os

from look import until

from jitctl import _backend, jit_focus, jit_once


def make():
    space = {}
    exec("def f(n):\n t = 0\n for i in range(n): t += i\n return t", space)
    return space["f"]


def drive(f, *calls):
    for n in calls:
        f(n)


def drop():
    builtins.jitctl_test = 1
    del builtins.jitctl_test


def verdict(f):
    return _backend.record(f)["verdict"]


def threads():
    return len(os.listdir("/proc/self/task"))


def works():
    g = jit_once(make())
    return until(lambda: verdict(g)["code"].endswith("frozen"), lambda: drive(g, 30))


def churn():
    g = jit_focus(make())
    drive(g, 20)
    g.__code__ = g.__code__.replace()
    _backend.undo(g)
