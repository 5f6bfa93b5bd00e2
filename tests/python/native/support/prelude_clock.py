"""Functions for the clock to look after, and what it has done."""

import builtins
import gc
import os
import signal
import subprocess
import sys
import threading
import time

from look import tell, until, valid

import jitctl
from jitctl import _backend, jit_focus, jit_ignore, jit_once

__all__ = [
    "_backend",
    "builtins",
    "churn",
    "drive",
    "drop",
    "gc",
    "jit_focus",
    "jit_ignore",
    "jit_once",
    "jitctl",
    "make",
    "os",
    "signal",
    "steps",
    "subprocess",
    "sys",
    "tell",
    "threading",
    "threads",
    "time",
    "until",
    "valid",
    "verdict",
    "works",
]


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


def steps():
    return int(dict(_backend.chosen()["notes"])["maintenance"].split()[0])


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
